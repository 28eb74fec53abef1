"""All that people wrote, by content: the digest of every file below data/, content/ and layouts/."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("data", "content", "layouts")


def digest(data: bytes) -> bytes:
    """The digest of a file's bytes."""
    return hashlib.blake2b(data, digest_size=16).digest()


def digest_of(root: Path, name: str) -> bytes:
    """The digest of one file; one that cannot be read counts as empty."""
    return digest(_bytes(f"{root}/{name}"))


def digests(root: Path) -> dict[str, bytes]:
    """The digest of every file by its name; a file that cannot be read counts as empty, and reading will say so."""
    found: dict[str, bytes] = {}
    for folder in FOLDERS:
        for name in file_names(root, folder):
            found[name] = digest(_bytes(f"{root}/{name}"))
    return found


def file_names(root: Path, folder: str) -> Iterator[str]:
    """The names of all files below a folder of the project, relative to its root; hidden ones are left out."""
    base = len(str(root)) + 1
    stack = [f"{root}/{folder}"]
    while stack:
        try:
            entries = list(os.scandir(stack.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                stack.append(entry.path)
            else:
                yield entry.path[base:]


def _bytes(path: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        data = b""
        while more := os.read(handle, 1 << 20):
            data += more
    except OSError:
        return b""
    finally:
        os.close(handle)
    return data
