"""Files that are dear to make, kept in ``.cache/kept/`` beside the digest of what they were made from.

An entry may be deleted or damaged at any time; it then counts as absent and is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Container
from pathlib import Path

_SIZE = 16


class Kept:
    """Made files by the name they have in the site, so that a changed one takes the place of the old.

    Without a folder nothing is kept; ``fresh`` keeps what is made and uses nothing of earlier builds.
    """

    def __init__(self, folder: Path | None, fresh: bool = False) -> None:
        self.folder = folder
        self.fresh = fresh

    def get(self, name: str, key: bytes) -> bytes | None:
        """What was made under this name from input with the digest ``key``; None where there is nothing sound."""
        if self.folder is None or self.fresh:
            return None
        try:
            stored = (self.folder / name).read_bytes()
        except OSError:
            return None
        data = stored[_SIZE * 2 :]
        sound = stored[:_SIZE] == _digest(key) and stored[_SIZE : _SIZE * 2] == _digest(data)
        return data if sound else None

    def put(self, name: str, key: bytes, data: bytes) -> None:
        """Keep a file. One that cannot be written is made again next time."""
        if self.folder is None:
            return
        path = self.folder / name
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_digest(key) + _digest(data) + data)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink()

    def forget_others(self, names: Container[str]) -> None:
        """Remove what is kept under any other name."""
        if self.folder is None:
            return
        base = len(str(self.folder)) + 1
        for folder, _, files in os.walk(self.folder, topdown=False):
            for file in files:
                path = f"{folder}/{file}"
                if path[base:] not in names:
                    with contextlib.suppress(OSError):
                        Path(path).unlink()
            with contextlib.suppress(OSError):
                Path(folder).rmdir()


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_SIZE).digest()
