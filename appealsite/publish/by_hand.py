"""What other hands did in the folder ``site/``: files that no build made, or that somebody wrote since."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

_COARSE = 1.0  # seconds by which the time of a folder may lie before that of a clock


def files_below(folder: Path) -> Iterator[str]:
    """All files and links below a folder, by their relative names; empty folders end in a slash."""
    base = len(str(folder)) + 1
    stack = [str(folder)]
    while stack:
        inner = stack.pop()
        empty = True
        with os.scandir(inner) as entries:
            for entry in entries:
                empty = False
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                else:
                    yield entry.path[base:]
        if empty and len(inner) > base:
            yield inner[base:] + "/"


def written_after(last: str, folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Those of these files below a folder that were written after the file ``last``, which its build wrote last."""
    stat, start = os.lstat, f"{folder}/"  # of all files of a large site; a link in the place of one tells its own time
    moment = stat(start + last).st_mtime_ns
    for name in names:
        try:
            if stat(start + name).st_mtime_ns > moment:
                yield name
        except OSError:  # gone meanwhile
            yield name


def came_since(moment: float, folder: Path, known: Collection[str]) -> Iterator[str]:
    """The files below a folder that are not ``known`` and came after a moment, as do empty folders.

    A folder's own time tells whether anything came into it, so that only those are listed in which something did.
    """
    folders = {name[: max(name.rfind("/"), 0)] for name in known}
    for name in list(folders):
        while name and (name := name[: max(name.rfind("/"), 0)]) not in folders:
            folders.add(name)
    stat, oldest = os.stat, moment - _COARSE  # of all folders of a large site
    for name in folders:
        path = f"{folder}/{name}"
        try:
            if stat(path).st_mtime < oldest:
                continue
        except OSError:  # it is not there, or is no folder any more
            continue
        start = f"{name}/" if name else ""
        with os.scandir(path) as entries:
            inside = {start + entry.name: entry for entry in entries}
        for inner, entry in inside.items():
            if not entry.is_dir(follow_symlinks=False):
                came = [inner]
            elif inner not in folders:
                came = [f"{inner}/{below}" for below in files_below(Path(entry.path))] or [f"{inner}/"]
            else:
                came = []
            yield from (one for one in came if one not in known)
