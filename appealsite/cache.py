"""What the last build knew, in ``.cache/``: inputs and pages with their fingerprints, and compiled Markdown by content.

The file may be deleted, damaged or from another version at any time. It is then put aside, and the build is a full one.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FORMAT = "3"
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inputs (path TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (name TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS markdown (key BLOB PRIMARY KEY, compiled BLOB NOT NULL) WITHOUT ROWID;
"""


class PageEntry(NamedTuple):
    """What is remembered of a page: its fingerprint, and what the site's lists say of it ('' where it is in none)."""

    fingerprint: bytes
    entry: str


@dataclass(frozen=True)
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

    def seal(self) -> str:
        """A digest of everything recorded, by which a damaged record is recognised."""
        digest = hashlib.blake2b(digest_size=16)
        counts = f"{self.combinations} {self.drafts}"
        for part in (FORMAT, self.build, self.target, self.settings, self.shared, counts):
            digest.update(f"{len(part)}:{part}".encode())
        for path, inputs_digest in sorted(self.inputs.items()):
            digest.update(path.encode() + b"\0" + inputs_digest)
        pages = sorted(self.pages.items())
        fingerprints = [page.fingerprint for _, page in pages]
        digest.update(repr((len(pages), {len(one) for one in fingerprints})).encode() + b"".join(fingerprints))
        for column in ([name for name, _ in pages], [page.entry for _, page in pages]):
            digest.update("\0".join(column).encode())
        return digest.hexdigest()


class Cache:
    """The cache file of one target. Reading never raises; ``damage`` says in a few words what was wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damage = ""

    def read(self) -> LastBuild | None:
        """The last build, or None where there is no sound record of one."""
        if not self.path.is_file():
            return None
        try:
            with self._open() as database:
                meta = dict(database.execute("SELECT key, value FROM meta"))
                if meta.get("format") != FORMAT:
                    self._discard("it is from another version")
                    return None
                if "seal" not in meta:
                    return None
                last = LastBuild(
                    build=meta["build"],
                    target=meta["target"],
                    settings=meta["settings"],
                    shared=meta["shared"],
                    combinations=int(meta["combinations"]),
                    drafts=int(meta["drafts"]),
                    inputs=dict(database.execute("SELECT path, digest FROM inputs")),
                    pages={
                        name: PageEntry(fingerprint, entry)
                        for name, fingerprint, entry in database.execute("SELECT name, fingerprint, entry FROM pages")
                    },
                )
                if last.seal() == meta["seal"]:
                    return last
        except (sqlite3.Error, OSError, KeyError, TypeError, AttributeError, ValueError):
            pass
        self._discard("it is damaged")
        return None

    def write(self, last: LastBuild, before: LastBuild | None) -> None:
        """Record a finished build, writing what differs from ``before``. A cache that cannot be written is lost."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                database.executescript(_TABLES)
                database.execute("BEGIN")
                old_inputs, old_pages = (before.inputs, before.pages) if before else ({}, {})
                if before is None:
                    database.execute("DELETE FROM inputs")
                    database.execute("DELETE FROM pages")
                inputs = [(path, digest) for path, digest in last.inputs.items() if old_inputs.get(path) != digest]
                database.executemany("REPLACE INTO inputs VALUES (?, ?)", inputs)
                gone = [(path,) for path in old_inputs if path not in last.inputs]
                database.executemany("DELETE FROM inputs WHERE path = ?", gone)
                pages = [
                    (name, page.fingerprint, page.entry)
                    for name, page in last.pages.items()
                    if old_pages.get(name) != page
                ]
                database.executemany("REPLACE INTO pages VALUES (?, ?, ?)", pages)
                database.executemany(
                    "DELETE FROM pages WHERE name = ?", [(n,) for n in old_pages if n not in last.pages]
                )
                meta = {
                    "format": FORMAT,
                    "build": last.build,
                    "target": last.target,
                    "settings": last.settings,
                    "shared": last.shared,
                    "combinations": str(last.combinations),
                    "drafts": str(last.drafts),
                    "seal": last.seal(),
                }
                database.executemany("REPLACE INTO meta VALUES (?, ?)", meta.items())
                database.execute("COMMIT")
        except (sqlite3.Error, OSError):
            self._discard("")

    def compiled(self) -> Lookup:
        """The store of compiled Markdown, opened by whoever asks: a connection must not pass between processes."""
        return Lookup(self.path, "SELECT compiled FROM markdown WHERE key = ?")

    def add_compiled(self, entries: Mapping[bytes, bytes], used: Iterable[bytes] | None) -> None:
        """Keep newly compiled Markdown; with ``used``, forget every other entry."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                database.executescript(_TABLES)
                database.execute("BEGIN")
                database.executemany("REPLACE INTO markdown VALUES (?, ?)", entries.items())
                if used is not None:
                    kept = set(used)
                    keys = [key for (key,) in database.execute("SELECT key FROM markdown")]
                    database.executemany("DELETE FROM markdown WHERE key = ?", [(k,) for k in keys if k not in kept])
                database.execute("COMMIT")
        except (sqlite3.Error, OSError):
            self._discard("")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.path, isolation_level=None, timeout=60)
        try:
            database.execute("PRAGMA synchronous = OFF")  # a lost or torn file costs a full build and nothing else
            yield database
        finally:
            database.close()

    def _discard(self, damage: str) -> None:
        self.damage = damage
        for leftover in self.path.parent.glob(self.path.name + "*"):
            with contextlib.suppress(OSError):
                leftover.unlink()


class Lookup:
    """Finds bytes by key in a database, by a query of one parameter; whatever is unsound counts as absent.

    Each process makes its own, as a connection must not pass between processes.
    """

    def __init__(self, path: Path, query: str) -> None:
        self._query = query
        self._database: sqlite3.Connection | None = None
        if path.is_file():
            with contextlib.suppress(sqlite3.Error, OSError):
                self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)

    def get(self, key: bytes) -> bytes | None:
        """The stored bytes for a key, None where there are none."""
        if self._database is None:
            return None
        try:
            row = self._database.execute(self._query, (key,)).fetchone()
        except sqlite3.Error:
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
        self._path = path
        self._lookup: Lookup | None = None

    def begin(self) -> None:
        """Get ready to look up, in each process anew."""
        self._lookup = Lookup(self._path, "SELECT value FROM shelf WHERE key = ?")

    def get(self, key: bytes) -> bytes | None:
        """The bytes for a key, None where there are none."""
        return self._lookup.get(key) if self._lookup else None

    def keep(self, entries: Mapping[bytes, bytes], used: set[bytes]) -> None:
        """Add entries and forget all others that were not used. A file that cannot be written is lost."""
        if self._lookup is not None:
            self._lookup.close()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self._path, isolation_level=None, timeout=60)) as database:
                database.execute("PRAGMA synchronous = OFF")
                database.execute(
                    "CREATE TABLE IF NOT EXISTS shelf (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
                )
                database.execute("BEGIN")
                database.executemany("REPLACE INTO shelf VALUES (?, ?)", entries.items())
                unused = [(key,) for (key,) in database.execute("SELECT key FROM shelf") if key not in used]
                database.executemany("DELETE FROM shelf WHERE key = ?", unused)
                database.execute("COMMIT")
        except (sqlite3.Error, OSError):
            for leftover in self._path.parent.glob(self._path.name + "*"):
                with contextlib.suppress(OSError):
                    leftover.unlink()
