"""Where a new entry stands in the text of ``data/matrix.yaml``, of which no other line is to change."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from appealsite.add.entry import Kind
from appealsite.problems import Problem, ProblemsFound, cannot_be_read
from appealsite.read.document import Document
from appealsite.read.site import MATRIX

_END = re.compile(r"\r\n|\r|\n")


def section_of(kind: Kind) -> str:
    """The key of the part of the file that holds things of a kind."""
    return "combinations" if kind == "combination" else kind + "s"


def end_of(section: str, lines: Sequence[str], document: Document) -> tuple[int, int]:
    """The line after the last entry of a part of the file (-1 where it is absent), and how far entries are indented.

    Raises ProblemsFound for a part, or a file, that is written in a way to which no line can be added.
    """
    known = section if section in document.value else next(iter(document.value))
    start = document.keys[known,].line
    if document.keys[known,].column > 0:
        raise ProblemsFound([_closed(known, document)])
    if known != section:
        return -1, 2
    if lines[start].split(":", 1)[1].split("#")[0].strip():
        raise ProblemsFound([_closed(section, document)])
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " #-"):
        end += 1
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    within = range(start + 1, end)
    first = next((at for at in within if lines[at].strip() and not lines[at].strip().startswith("#")), None)
    if first is None:
        return end, 2
    indent = len(lines[first]) - len(lines[first].lstrip())
    if not _begins_entry(section, first, indent, document):
        raise ProblemsFound([_closed(section, document)])
    return end, indent


def _begins_entry(section: str, line: int, indent: int, document: Document) -> bool:
    """Whether an entry begins on a line with a dash or its key, and not with a bracket, a brace or an anchor."""
    entries = document.value[section]
    if isinstance(entries, list):
        return document.lines[line][indent:].split(" ", 1)[0] == "-"
    place = document.keys[section, next(iter(entries))]
    return (place.line, place.column) == (line, indent)


def _closed(section: str, document: Document) -> Problem:
    message = f"no entry can be added to '{section}' as it is written here"
    hint = f"begin a line with '{section}:' and write each entry on lines of its own below it"
    return Problem(document.key_mark((section,)), message, hint)


def in_form_of(path: Path, lines: Sequence[str], fresh: Collection[int]) -> bytes:
    """The lines of the file that stands there, each with the end it has, and those at the numbers ``fresh`` among them,
    which end as most do; a byte order mark stays."""
    try:
        there = path.read_bytes()
    except OSError as error:
        raise ProblemsFound([cannot_be_read(MATRIX, error)]) from error
    ends = _END.findall(there.decode("utf-8-sig"))
    usual = max(("\n", "\r\n", "\r"), key=ends.count)
    own = iter(ends)
    ended = [line + (usual if number in fresh else next(own, usual)) for number, line in enumerate(lines, 1)]
    mark = codecs.BOM_UTF8 if there.startswith(codecs.BOM_UTF8) else b""
    return mark + "".join(ended).encode()
