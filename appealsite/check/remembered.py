"""What earlier checks learned, by content: sealed, so that damage counts as absence, and forgotten when unused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from appealsite.cache import Shelf

SIZE = 16  # bytes of a key
_SEAL = 8  # bytes of checksum before what is stored


class Remembered:
    """A shelf of sealed values, with what this check adds to it and which of its entries it needed."""

    def __init__(self, path: Path) -> None:
        self._shelf = Shelf(path)
        self._shelf.begin()
        self._fresh: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None where there is no sound one."""
        stored = self._shelf.get(key)
        if stored is None or _sealed(key, stored[_SEAL:]) != stored:
            return None
        self._used.add(key)
        return stored[_SEAL:]

    def put(self, key: bytes, value: bytes) -> None:
        """Remember a value."""
        self._fresh[key] = _sealed(key, value)
        self._used.add(key)

    def adopt(self, fresh: Mapping[bytes, bytes], used: Collection[bytes]) -> None:
        """Take over what a process made and needed, sealed already."""
        self._fresh.update(fresh)
        self._used.update(used)

    def keep(self) -> None:
        """Write what is new and drop what was not needed."""
        self._shelf.keep(self._fresh, self._used)


def key_of(*parts: bytes) -> bytes:
    """The key for what depends on these parts and on nothing else."""
    total = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        total.update(len(part).to_bytes(8, "little") + part)
    return total.digest()


def _sealed(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=_SEAL, key=key).digest() + value
