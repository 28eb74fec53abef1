"""All that people wrote, by content: the digest of every file below data/, content/ and layouts/."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from appealsite.names import holds_control, is_utf8, shown
from appealsite.problems import Mark, Problem, ProblemsFound, cannot_be_read
from appealsite.values import SIZE

CONTENT = "content"
FOLDERS = ("data", CONTENT, "layouts")

Trail = tuple[str, ...]  # the folders, as they are really called, in which the links on a way were met


def digest(data: bytes) -> bytes:
    """The digest of a file's bytes; see ``values.digest_of`` for why it is this one."""
    return hashlib.sha256(data).digest()[:SIZE]


def digest_of(root: Path, name: str) -> bytes:
    """The digest of one file; one that cannot be read counts as empty."""
    return digest(_bytes_or_none(f"{root}/{name}"))


def digests(root: Path) -> dict[str, bytes]:
    """The digest of every file by its name; a file that cannot be read counts as empty, and reading will say so.

    Raises ProblemsFound for folders that cannot be listed: nobody can tell what they hold.
    """
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    for folder in FOLDERS:
        for name in file_names(root, folder, problems):
            found[name] = digest(_bytes_or_none(f"{root}/{name}"))
    if problems:
        raise ProblemsFound(problems)
    return found


def file_names(root: Path, folder: str, problems: list[Problem]) -> Iterator[str]:
    """The names of all files below a folder of the project, relative to its root; hidden ones are left out.

    A folder that is not there has none; one that is there and cannot be listed is a problem, and so is a link that
    leads back to where the way to it came by.
    """
    base = len(str(root)) + 1
    stack: list[tuple[str, Trail]] = [(f"{root}/{folder}", ())]
    while stack:
        path, trail = stack.pop()
        try:
            entries = list(os.scandir(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(cannot_be_read(path[base:], error))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if not is_utf8(entry.name):
                problems.append(Problem(Mark(shown(entry.path[base:])), "this name is not UTF-8", "rename it"))
            elif holds_control(entry.name):
                problem = Problem(Mark(shown(entry.path[base:])), "this name holds a control character", "rename it")
                problems.append(problem)
            elif _is_folder(entry):
                beyond = _beyond(entry, path, trail) if entry.is_symlink() else trail
                if beyond is None:
                    message = "is a link that leads to a folder it lies in"
                    problems.append(Problem(Mark(entry.path[base:]), message, "remove it"))
                else:
                    stack.append((entry.path, beyond))
            elif _is_odd(entry):
                problems.append(Problem(Mark(entry.path[base:]), "is no file that can be read", "remove it"))
            else:
                yield entry.path[base:]


def _beyond(link: os.DirEntry[str], folder: str, trail: Trail) -> Trail | None:
    """The trail of what a link in a folder leads to; None where it leads back, as nobody would come to an end there."""
    target, trail = os.path.realpath(link.path), (*trail, os.path.realpath(folder))
    return None if any(f"{one}/".startswith(f"{target.rstrip('/')}/") for one in trail) else trail


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it leads to a folder; a link that leads nowhere counts as a file, which reading will tell of."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_odd(entry: os.DirEntry[str]) -> bool:
    """Whether it is neither file nor folder, such as a pipe, which nobody could finish reading."""
    try:
        return not entry.is_file() and os.path.exists(entry.path)
    except OSError:
        return False


def bytes_of(path: str, limit: int = sys.maxsize) -> bytes:
    """What a file holds; of one with more bytes than ``limit``, only more than that. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        data, size = b"", os.fstat(handle).st_size
        while len(data) <= limit and (more := os.read(handle, min(size, limit) + 1)):
            data += more
    finally:
        os.close(handle)
    return data


def _bytes_or_none(path: str) -> bytes:
    try:
        return bytes_of(path)
    except OSError:
        return b""
