"""What goes with a deploy: what it changes, what it sends, recording that it is done, telling search engines."""
