"""What was sent by the last deploy, as a list of digests by file name; and what the next one would change."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from appealsite.hosts.host import DEPLOY
from appealsite.names import is_utf8, shown
from appealsite.problems import Mark, Problem, ProblemsFound, cannot_be_read
from appealsite.publish.manifest import BEHIND, MANIFEST
from appealsite.publish.whole import write_whole
from appealsite.values import value

_HEADER = "Sent by build.py deploy: the digest and the name of each file."
_ROW = re.compile("([0-9a-f]{64}) ([^/].*)")  # digest and relative name
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OURS = (MANIFEST, BEHIND)  # lists that builds keep in the folder; nobody serves them

Sent = Mapping[str, str]


@value
class Difference:
    """Names of files, sorted: what a deploy adds, replaces and takes away."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def files_of(site: Path) -> Sent:
    """The digest (SHA-256) of every file of a built site that visitors may get.

    Raises ProblemsFound without one, and for one that cannot be read whole: what nobody sees would count as removed.
    """
    try:
        if not _is_built(site):
            raise ProblemsFound([Problem(Mark(site.name), "is no built site", "run python build.py first")])
        names = sorted(_names(site))
        problems = [problem for name in names if (problem := _unfit(site, name)) is not None]
        if problems:
            raise ProblemsFound(problems)
        return {name: _digest(site / name) for name in names}
    except OSError as error:
        raise ProblemsFound([cannot_be_read(os.path.relpath(error.filename, site.parent), error)]) from None


def _is_built(site: Path) -> bool:
    """Whether a build made the folder. ``Path.is_file`` would say no also where nobody is let near."""
    try:
        return stat.S_ISREG((site / MANIFEST).stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def difference(now: Sent, before: Sent) -> Difference:
    """What turns ``before`` into ``now``."""
    return Difference(
        new=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(name for name in now.keys() & before.keys() if now[name] != before[name])),
        removed=tuple(sorted(before.keys() - now.keys())),
    )


def encode(sent: Sent) -> bytes:
    """The list as it is kept, one file a line."""
    return "\n".join([_HEADER, *(f"{digest} {name}" for name, digest in sorted(sent.items())), ""]).encode()


def decode(data: bytes, where: str) -> Sent:
    """The list as it was kept; raises ProblemsFound where it is none, as a damaged one would remove the wrong files."""
    header, _, rest = data.partition(b"\n")
    if header != _HEADER.encode():
        hint = "name another file, or move this one away"
        raise ProblemsFound([Problem(Mark(where), "is no list of sent files", hint)])
    sent = _rows(rest)
    if sent is None:
        hint = "remove it, and everything is sent again; files that are gone then stay on the host"
        raise ProblemsFound([Problem(Mark(where), "this list of sent files is damaged", hint)])
    return sent


def _rows(data: bytes) -> Sent | None:
    """What the lines of a list say, None where one of them is not whole."""
    try:
        *lines, end = data.decode().split("\n")
    except UnicodeDecodeError:
        return None
    rows = [_ROW.fullmatch(line) for line in lines]
    sound = [row for row in rows if row and ".." not in row[2].split("/")]
    return {row[2]: row[1] for row in sound} if len(sound) == len(rows) and end == "" else None


def read_sent(path: Path) -> Sent:
    """The list in a file; empty where there is no file, as before the first deploy. Raises ProblemsFound."""
    try:
        return decode(path.read_bytes(), str(path))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ProblemsFound([cannot_be_read(str(path), error)]) from None


def write_sent(path: Path, sent: Sent) -> None:
    """Keep the list, whole or not at all. Raises ProblemsFound where it cannot be kept."""
    write_whole(path, encode(sent), str(path))


def _names(site: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(site, onerror=_raise):
        relative = Path(folder).relative_to(site)
        if relative == Path():
            folders[:] = [name for name in folders if name != DEPLOY]
        yield from (name for name in ((relative / file).as_posix() for file in files) if name not in _OURS)


def _unfit(site: Path, name: str) -> Problem | None:
    """What keeps a file from being sent: a name that no list can hold, or something that is no file."""
    if not is_utf8(name) or _CONTROL.search(name):
        return Problem(Mark(shown(f"{site.name}/{name}")), "no host can serve this name", "rename it, or remove it")
    path = site / name
    if not path.is_file():
        return Problem(Mark(f"{site.name}/{name}"), "is no file that can be sent", "remove it")
    if path.is_symlink() and not path.resolve().is_relative_to(site.resolve()):
        return Problem(Mark(f"{site.name}/{name}"), "is a link that leads out of the site", "put the file itself there")
    return None


def _raise(error: OSError) -> NoReturn:
    raise error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
