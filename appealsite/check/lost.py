"""What Markdown loses or runs together without a word (rules T02, T07): cells beyond a table's head or short of it,
headings that head nothing, text below a table, tables with tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from appealsite.check.prose import HEADINGS, Passage
from appealsite.check.written import Spot, Written

_DELIMITERS = re.compile(r"[ >]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BEFORE = re.compile(r"[ >]*\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_OTHER = re.compile(r"[ >]*(?:[-+*]\s|\d{1,9}[.)]\s|#{1,6}\s|`{3}|~{3}|(?:-{3,}|\*{3,}|_{3,})\s*$)")  # than a row
_APART = re.compile(r"[ >\t]*(?:(?:[-+*•‣◦▪●]|\d{1,9}[.)])\s+)?+\S.*?(\t)\s*\S")  # cells with a tab between


def lost_cells(written: Written) -> Iterator[Spot]:
    """Cells for which the head of their table has no column, so that no page shows them; and rows with fewer cells than
    the head, whose rest is shown as a place to write."""
    for number, line, width in _rows(written):
        cells = list(_cells(line))
        if len(cells) > width:
            start, end = cells[width]
            said = f"this row has {len(cells)} cells and the head of its table {width}: no page shows the rest"
            hint = "add a column to the head, or write \\| for a sign of its own"
            yield Spot(number, start, end - start, said, hint)
        elif cells and len(cells) < width and _PIPE.search(line):
            start, end = cells[0][0], cells[-1][1]
            said = f"this row has {len(cells)} cell{'s' * (len(cells) > 1)} and the head of its table {width}"
            yield Spot(number, start, end - start, said, "add what is missing; for a place to write, add | |")


def run_together(written: Written) -> Iterator[Spot]:
    """Text right below a table, which becomes its row, and tables as spreadsheets copy them, which become a line."""
    for number, line, _ in _rows(written):
        if not _PIPE.search(line):
            start = len(line) - len(line.lstrip(" >"))
            said = "this line stands in the table above it, as a row"
            yield Spot(number, start, len(line) - start, said, "put an empty line before it")
    cells = [_APART.match(line) for line in written.uncoded] if "\t" in written.text else []
    for number, (before, found, after) in enumerate(zip([None, *cells], cells, cells[1:], strict=False)):
        if found and after and not before:
            hint = "write | between the cells, and below the head a line such as |---|---|"
            yield Spot(number, found.start(1), 1, "a table run together into one line", hint)


def _rows(written: Written) -> Iterator[tuple[int, str, int]]:
    """The rows of tables below their heads, each with its line and with the number of cells of its head."""
    lines = written.uncoded if "|" in written.text else ()
    width = 0  # cells of the head of the table that a line belongs to, 0 outside tables
    quotes = 0
    for number, line in enumerate(lines):
        quoted = line[: len(line) - len(line.lstrip(" >"))].count(">")
        if width and line.strip(" >") and quoted == quotes and not _OTHER.match(written.shown[number]):
            yield number, line, width
        else:
            width = 0
            if number and "|" in line and _DELIMITERS.fullmatch(line):
                columns = len(list(_cells(line)))
                width = columns if columns == len(list(_cells(lines[number - 1]))) else 0
                quotes = quoted


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
