"""Decide which pages there are and what stands on each; the result is plain values."""
