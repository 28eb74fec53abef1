"""The files of a project as a preview last saw them, so that no change goes unnoticed, however it is told."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from appealsite.problems import Problem
from appealsite.read.inputs import FOLDERS, digest_of, file_names
from appealsite.values import value

Stamp = tuple[int, int, int]  # a file's time of change in nanoseconds, its size and its identity on the disk


@value
class Change:
    """Files, by name, that were edited, and those that are new or gone."""

    edited: frozenset[str] = frozenset()
    new_or_gone: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.edited or self.new_or_gone)


class Files:
    """Stamps of all files below data/, content/ and layouts/."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamps: dict[str, Stamp] = {}
        self._recent: dict[str, bytes] = {}  # digests of files edited lately: a clock may tick too slowly for two edits
        self.shared: list[str] = []  # the files that every page depends on
        self.closed: tuple[Problem, ...] = ()  # of folders that cannot be listed
        self.look_everywhere()

    def __len__(self) -> int:
        return len(self._stamps)

    def look(self, names: Iterable[str]) -> Change:
        """What has changed about these files; a name that stands for a folder makes it look everywhere."""
        edited: set[str] = set()
        moved: set[str] = set()
        for name in names:
            if name.split("/", 1)[0] not in FOLDERS or any(part.startswith(".") for part in name.split("/")):
                continue
            before, now = self._stamps.get(name), self._stamp(name)
            if now is None and before is None and (name in FOLDERS or self._is_folder(name)):
                rest = self.look_everywhere()
                return Change(rest.edited | edited, rest.new_or_gone | moved)
            if now == before and not (name in self._recent and self._recent[name] != digest_of(self._root, name)):
                continue
            if now is None:
                del self._stamps[name]
            else:
                self._recent[name] = digest_of(self._root, name)
                self._stamps[name] = now
            (edited if now and before else moved).add(name)
        if moved:
            self._list_shared()
        return Change(frozenset(edited), frozenset(moved))

    def look_everywhere(self) -> Change:
        """What has changed about any file, or about which folders can be listed."""
        closed: list[Problem] = []
        names = (name for folder in FOLDERS for name in file_names(self._root, folder, closed))
        stamps = {name: stamp for name in names if (stamp := self._stamp(name))}
        before, self._stamps = self._stamps, stamps
        closed_before, self.closed = self.closed, tuple(sorted(closed))
        self._recent.clear()
        self._list_shared()
        edited = {name for name, stamp in stamps.items() if before.get(name, stamp) != stamp}
        other = {problem.mark.path for problem in {*closed} ^ {*closed_before}}
        return Change(frozenset(edited), frozenset(stamps.keys() ^ before.keys() | other))

    def _list_shared(self) -> None:
        self.shared = [name for name in self._stamps if not name.startswith("content/")]

    def _is_folder(self, name: str) -> bool:
        """Whether a name stands for a folder, or did."""
        if os.path.isdir(f"{self._root}/{name}"):  # noqa: PTH112 - Path's raises where nobody is let near
            return True
        return any(known.startswith(name + "/") for known in self._stamps)

    def _stamp(self, name: str) -> Stamp | None:
        try:
            found = os.stat(f"{self._root}/{name}")  # noqa: PTH116 - of a hundred thousand files at the start
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
