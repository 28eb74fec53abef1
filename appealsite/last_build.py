"""What the last build knew, in a file of ``.cache/``: its inputs, and its pages with their fingerprints.

The file may be deleted, damaged or from another version at any time. The build is then a full one.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from appealsite.values import value

FORMAT = b"appealsite 4\n"  # how the file begins; a digest of all before it is its end
_SIZE = 32  # bytes of the digest
_AT_ONCE = 4096  # pages
_BLOCK = 1 << 20


class PageEntry(NamedTuple):
    """What is remembered of a page: its fingerprint, and what the site's lists say of it ('' where it is in none)."""

    fingerprint: bytes
    entry: str


@value
class LastBuild:
    """The record of a finished build. ``settings`` is all that decides its output beside the inputs, ``shared`` the
    digest of what all its pages show. ``combinations`` have pages, and ``drafts`` are held back."""

    build: str
    target: str
    settings: str
    shared: str
    combinations: int
    drafts: int
    inputs: Mapping[str, bytes]
    pages: Mapping[str, PageEntry]


class LastBuilds:
    """The file that holds the record of the last build of one target. Reading never raises; ``damage`` says in a few
    words what was wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damage = ""

    def read(self) -> LastBuild | None:
        """The last build, or None where there is no sound record of one."""
        try:
            with self._path.open("rb") as file:
                if file.read(len(FORMAT)) != FORMAT:
                    self._discard("it is from another version or damaged")
                    return None
                if _is_sound(file, self._path.stat().st_size):
                    return _read(file)
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, TypeError):
            pass
        self._discard("it is damaged")
        return None

    def write(self, last: LastBuild) -> None:
        """Record a finished build. A record that cannot be written is lost."""
        partial = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                seal = hashlib.sha256()
                for piece in _pieces(last):
                    seal.update(piece)
                    file.write(piece)
                file.write(seal.digest())
            partial.replace(self._path)
        except OSError:
            self._discard("")
            with contextlib.suppress(OSError):
                partial.unlink()

    def _discard(self, damage: str) -> None:
        self.damage = damage
        with contextlib.suppress(OSError):
            self._path.unlink()


def _pieces(last: LastBuild) -> Iterator[bytes]:
    """What stands in the file before its seal: all but the pages, then the pages in columns, some thousands at once."""
    yield FORMAT
    counts = last.combinations, last.drafts, len(last.pages)
    yield marshal.dumps((last.build, last.target, last.settings, last.shared, *counts, dict(last.inputs)))
    pages = iter(last.pages.items())
    while rows := list(islice(pages, _AT_ONCE)):
        yield marshal.dumps(
            (
                [name for name, _ in rows],
                [page.fingerprint for _, page in rows],
                [page.entry for _, page in rows],
            )
        )


def _is_sound(file: BinaryIO, size: int) -> bool:
    """Whether a file, read from behind its format, ends in the digest of the rest."""
    seal = hashlib.sha256(FORMAT)
    left = size - len(FORMAT) - _SIZE
    while left > 0:
        block = file.read(min(left, _BLOCK))
        if not block:
            return False
        seal.update(block)
        left -= len(block)
    return file.read() == seal.digest()


def _read(file: BinaryIO) -> LastBuild:
    file.seek(len(FORMAT))
    build, target, settings, shared, combinations, drafts, count, inputs = marshal.load(file)  # noqa: S302 - sealed
    pages: dict[str, PageEntry] = {}
    while len(pages) < count:
        names, fingerprints, entries = marshal.load(file)  # noqa: S302
        pages.update(zip(names, map(PageEntry, fingerprints, entries)))
    return LastBuild(build, target, settings, shared, combinations, drafts, inputs, pages)
