"""What a deploy sends: the built site against what was sent before, and the upload to an object store."""
