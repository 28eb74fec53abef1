"""Open and check what people wrote; the result is one immutable Site."""
