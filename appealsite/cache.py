"""Bytes by key that outlive a build, in files of ``.cache/``: compiled Markdown, what a check has learned.

A file may be deleted, damaged or from another version at any time; what it should hold is then made again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path


class Lookup:
    """Finds bytes by key in the file of a shelf; whatever is unsound counts as absent.

    Each process makes its own, as a connection must not pass between processes.
    """

    def __init__(self, path: Path) -> None:
        self._database: sqlite3.Connection | None = None
        if path.is_file():
            with contextlib.suppress(sqlite3.Error, OSError):
                self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60)

    def get(self, key: bytes) -> bytes | None:
        """The stored bytes for a key, None where there are none."""
        if self._database is None:
            return None
        try:
            row = self._database.execute("SELECT value FROM shelf WHERE key = ?", (key,)).fetchone()
        except (sqlite3.Error, UnicodeError):  # the latter of its own words on what is damaged
            self.close()
            return None
        return row[0] if row and isinstance(row[0], bytes) else None

    def close(self) -> None:
        """Let go of the file; nothing is found from here on."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def __del__(self) -> None:
        self.close()  # since Python 3.13 a connection that nobody closes is warned of


class Shelf:
    """Bytes by key, in a file of their own; whatever is unsound counts as absent, and a file that is, is forgotten.

    The bytes are for their owner to seal.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lookup: Lookup | None = None

    def begin(self) -> None:
        """Get ready to look up, in each process anew."""
        self._lookup = Lookup(self.path)

    def get(self, key: bytes) -> bytes | None:
        """The bytes for a key, None where there are none."""
        return self._lookup.get(key) if self._lookup else None

    def keep(self, entries: Mapping[bytes, bytes], used: set[bytes] | None) -> None:
        """Add entries and, where it is known which were ``used``, forget all others. A file that cannot be written is
        lost."""
        if self._lookup is not None:
            self._lookup.close()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self.path, isolation_level=None, timeout=60)) as database:
                database.execute("PRAGMA synchronous = OFF")
                database.execute("CREATE TABLE IF NOT EXISTS shelf (key BLOB PRIMARY KEY, value BLOB NOT NULL)")
                database.execute("BEGIN")
                database.executemany("REPLACE INTO shelf VALUES (?, ?)", entries.items())
                if used is not None:
                    unused = [(key,) for (key,) in database.execute("SELECT key FROM shelf") if key not in used]
                    database.executemany("DELETE FROM shelf WHERE key = ?", unused)
                database.execute("COMMIT")
        except (sqlite3.Error, UnicodeError, OSError):
            for leftover in self.path.parent.glob(self.path.name + "*"):
                with contextlib.suppress(OSError):
                    leftover.unlink()
