"""One file written whole or not at all: under another name first, then in the place of the old one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from appealsite.publish.output import cannot_write


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file's bytes in one step; whoever reads it finds the old ones or the new ones."""
    path = path.resolve()  # a link stays, and leads to the new bytes
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise cannot_write(path, error) from error
