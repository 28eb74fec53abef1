"""What goes with a deploy: what it changes, recording that it is done, and telling search engines."""
