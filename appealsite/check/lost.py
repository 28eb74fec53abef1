"""What Markdown loses without a word (rule T02): cells beyond a table's head, and headings that head nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from appealsite.check.prose import HEADINGS, Passage
from appealsite.check.written import Spot, Written
from appealsite.read.citations import without_code

_HINT = "add a column to the head, or write \\| for a sign of its own"
_DELIMITERS = re.compile(r"[ >]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BEFORE = re.compile(r"[ >]*\|?")
_PIPE = re.compile(r"(?<!\\)\|")


def lost_cells(written: Written) -> Iterator[Spot]:
    """Cells for which the head of their table has no column: no page shows them."""
    if "|" not in written.text:
        return
    lines = without_code("\n".join(written.shown)).split("\n")
    width = 0  # cells of the head of the table that a line belongs to, 0 outside tables
    for number, line in enumerate(lines):
        if width and line.strip(" >"):
            cells = list(_cells(line))
            if len(cells) > width:
                start, end = cells[width]
                said = f"this row has {len(cells)} cells and the head of its table {width}: no page shows the rest"
                yield Spot(number, start, end - start, said, _HINT)
        else:
            width = 0
            if number and "|" in line and _DELIMITERS.fullmatch(line):
                columns = len(list(_cells(line)))
                width = columns if columns == len(list(_cells(lines[number - 1]))) else 0


def _cells(line: str) -> Iterator[tuple[int, int]]:
    """Where the cells of a row begin and end, without the blanks around them."""
    found = _BEFORE.match(line)
    start = found.end() if found else 0
    for end in (*(pipe.start() for pipe in _PIPE.finditer(line, start)), len(line)):
        cell = line[start:end]
        if end < len(line) or cell.strip():
            left = start + len(cell) - len(cell.lstrip())
            yield left, max(left + 1, start + len(cell.rstrip()))
        start = end + 1


def heads_nothing(passage: Passage, is_last: bool) -> bool:
    """Whether a heading has nothing under it: it ends a text of which its piece is the last, or stands right before
    another of its level or a higher one."""
    if not passage.is_heading:
        return False
    return is_last if not passage.next else passage.next in HEADINGS and passage.next <= passage.tag
