"""One file written whole or not at all: under another name first, then in the place of the old one."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from appealsite.problems import ProblemsFound, cannot_be_written


def write_whole(path: Path, data: bytes, name: str) -> None:
    """Replace a file's bytes in one step, in a folder made where it is missing; whoever reads the file finds the old
    bytes or the new ones. Raises ProblemsFound, which call it ``name``, where it cannot be written."""
    path = path.resolve()  # a link stays, and leads to the new bytes
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")  # two who write one file never share a half
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise ProblemsFound([cannot_be_written(name, error)]) from error
