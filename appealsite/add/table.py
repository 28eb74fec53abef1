"""A table of things to add, one a row, as spreadsheets write it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from appealsite.add.entry import COLUMNS, NEEDED, Kind, Wanted
from appealsite.problems import Mark, Problem, suggest
from appealsite.read.files import read_text

MOST = 16 * 1024 * 1024  # bytes


def read_table(path: Path, problems: list[Problem]) -> list[Wanted]:
    """The rows of a table whose first row names the columns; what is wrong with the table itself is a problem."""
    text = read_text(path, path.name, problems, MOST)
    if text is None:
        return []
    rows = csv.reader(io.StringIO(text), strict=True)
    found: list[Wanted] = []
    try:
        header = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
        kind = _kind(header)
        if kind is None:
            wanted = "; or ".join(f"{', '.join(names)} ({kind}s)" for kind, names in NEEDED.items())
            hint = f"write {wanted}"
            if any(sign in cell for cell in header for sign in ";\t"):
                hint = "its cells are divided by other signs; save it with commas between them"
            problems.append(Problem(Mark(path.name, 1), "this first row does not say what to add", hint))
            return []
        for name in header:
            if name not in COLUMNS[kind]:
                hint = suggest(name, COLUMNS[kind]) or f"a {kind} has: {', '.join(COLUMNS[kind])}"
                problems.append(Problem(Mark(path.name, 1), f"unknown column '{name}'", hint))
        twice = sorted({name for name in header if header.count(name) > 1})
        problems += [Problem(Mark(path.name, 1), f"the column '{name}' stands twice", "remove one") for name in twice]
        before = rows.line_num
        for row in rows:
            line, before = before + 1, rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                message = f"this row has {len(row)} cells, and the first row {len(header)}"
                problems.append(Problem(Mark(path.name, line), message, "put text that holds a comma between quotes"))
                continue
            given = {name: cell.strip() for name, cell in zip(header, row, strict=True) if cell.strip()}
            found.append(Wanted(kind, given, line))
    except csv.Error as error:
        problems.append(Problem(Mark(path.name, rows.line_num), f"cannot be read as a table: {error}"))
    return found


def _kind(header: list[str]) -> Kind | None:
    """What a table adds, by the columns that only one kind needs."""
    if {"payer", "service", "reason"} <= set(header):
        return "combination"
    own: dict[Kind, str] = {"payer": "plan_types", "reason": "class", "service": "kind"}
    return next((kind for kind, column in own.items() if column in header), None)
