"""Turn planned pages into bytes."""
