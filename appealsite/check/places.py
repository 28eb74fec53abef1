"""Where in a file the words of a passage stand: rendered text and written lines are walked side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from appealsite.check.prose import Passage
from appealsite.check.written import Written
from appealsite.problems import Mark
from appealsite.read.files import mark_in

_WORD = re.compile(r"[^\W_]+")
_AHEAD = 24  # words of the file looked at to find the next word of the passage


class Places:
    """The places of the words of passages that come from the lines ``first`` to ``last`` (from 0) of a file."""

    def __init__(self, written: Written, first: int, last: int, passages: Sequence[Passage]) -> None:
        self._written = written
        self._first = first
        words = [
            (found[0].lower(), line, found.start(), len(found[0]))
            for line in range(first, min(last + 1, len(written.visible)))
            for found in _WORD.finditer(written.visible[line])
        ]
        self._starts: list[list[tuple[int, tuple[int, int, int] | None]]] = []
        at = 0
        for passage in passages:
            row: list[tuple[int, tuple[int, int, int] | None]] = []
            for found in _WORD.finditer(passage.text):
                word = found[0].lower()
                hit = next((n for n in range(at, min(at + _AHEAD, len(words))) if words[n][0] == word), None)
                row.append((found.start(), words[hit][1:] if hit is not None else None))
                if hit is not None:
                    at = hit + 1
            self._starts.append(row)

    def of(self, number: int, text: str, said: str) -> Mark:
        """The place of ``said`` in the passage of this number, whose text is ``text``; of its start where it is ''."""
        offset = max(text.find(said), 0)
        near = None
        for start, place in self._starts[number]:
            if place is not None and (start >= offset or near is None):
                near = place
                if start >= offset:
                    break
        if near is None:
            return mark_in(self._written.path, self._written.lines, self._first, 0)
        line, column, length = near
        shown = self._written.lines[line]
        return mark_in(self._written.path, self._written.lines, line, column, _length(shown, column, said, length))


def _length(line: str, column: int, said: str, length: int) -> int:
    return len(said) if said and line[column : column + len(said)].lower() == said.lower() else length
