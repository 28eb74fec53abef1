"""Text files opened with care: bounded in size, UTF-8, without invisible characters; and marks of places in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from appealsite.problems import Mark, Problem, cannot_be_read, changed_meanwhile
from appealsite.read.inputs import bytes_of, digest
from appealsite.read.signs import seeker

MAX_BYTES = 16 * 1024 * 1024

# NEL, LS and PS are line ends to YAML 1.1 but to no editor; a byte order mark belongs at the start of a file only.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_holds_invisible = seeker(INVISIBLE)
_TORN = "keep what is right, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>"


class Place(NamedTuple):
    """Where a value stands: line and column from 0, its length in characters on that line, and its last line."""

    line: int
    column: int
    length: int
    last: int


def read_text(
    path: Path | str,
    name: str,
    problems: list[Problem],
    limit: int = MAX_BYTES,
    expected: bytes | None = None,
    conflicts: bool = False,
) -> str | None:
    """The file's text with ``\\n`` line ends, or None and a problem: missing, too large, not UTF-8, invisible, or left
    with conflicts by a merge, unless whoever asks can take ``conflicts``.

    With the digest ``expected``, a file that has changed since is a problem too.
    """
    try:
        data = bytes_of(str(path), limit)
        size = len(data) if len(data) <= limit else Path(path).stat().st_size
    except OSError as error:
        problems.append(cannot_be_read(name, error))
        return None
    if len(data) > limit:
        problems.append(Problem(Mark(name), f"is {size:,} bytes; the most for one file is {limit:,}"))
        return None
    if expected is not None and digest(data) != expected:
        problems.append(changed_meanwhile(name))
        return None
    try:
        text = with_plain_ends(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = with_plain_ends(data[: error.start].decode("utf-8", "replace"))
        lines = with_plain_ends(data.decode("utf-8", "replace")).split("\n")
        mark = mark_in(name, lines, before.count("\n"), len(before) - before.rfind("\n") - 1)
        problems.append(Problem(mark, "this byte is not UTF-8", "save the file with the encoding UTF-8"))
        return None
    if _holds_invisible(text):
        lines = text.split("\n")
        for number, line in enumerate(lines):
            found = INVISIBLE.search(line)
            if found:
                message = f"an invisible character (U+{ord(found[0]):04X})"
                problems.append(Problem(mark_in(name, lines, number, found.start()), message, "delete it"))
        return None
    if "<<<<<<< " in text and not conflicts:
        lines = text.split("\n")
        torn = [number for number, line in enumerate(lines) if line.startswith("<<<<<<< ")]
        if torn:
            marks = (mark_in(name, lines, number, 0, len(lines[number])) for number in torn)
            problems += [Problem(mark, "here a merge has left two versions", _TORN) for mark in marks]
            return None
    return text


def is_absent(path: Path) -> bool:
    """Whether a file that a project may lack is not there; one that nobody is let near is there, and cannot be read."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def with_plain_ends(text: str) -> str:
    """The text with ``\\n`` at the end of each line, however they ended."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def mark_in(path: str, lines: Sequence[str], line: int, column: int, length: int = 1) -> Mark:
    """A mark at a place counted from 0, with the line it stands in; what cannot be printed is shown as a box."""
    excerpt = INVISIBLE.sub("\N{WHITE SQUARE}", lines[line]) if 0 <= line < len(lines) else ""
    return Mark(path, line + 1, column + 1, max(1, length), excerpt)
