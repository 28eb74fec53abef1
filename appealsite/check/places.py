"""Where in a file the words and links of a page stand: rendered text and written lines are walked side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from appealsite.check.prose import Passage
from appealsite.check.written import Written
from appealsite.plan.page import Filled
from appealsite.problems import Mark
from appealsite.read.files import mark_in
from appealsite.read.text import PLACEHOLDER_PATTERN

_WORD = re.compile(r"[^\W_]+")
_AHEAD = 24  # words of the file looked at to find the next word of the passage


class Places:
    """The places of the words of passages that come from the lines ``first`` to ``last`` (from 0) of a file."""

    def __init__(self, written: Written, first: int, last: int, passages: Sequence[Passage]) -> None:
        self._written = written
        self._first = first
        self._last = last
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

    def of(self, number: int, offset: int, said: str) -> Mark:
        """The place of ``said``, which stands at this offset in the passage of this number."""
        earlier = (place for row in reversed(self._starts[:number]) for _, place in reversed(row) if place is not None)
        before = next(earlier, None)
        near: tuple[int, int, int] | None = None
        for start, place in self._starts[number]:
            if place is not None:
                if start >= offset:
                    near = place
                    break
                before = place
        signs = self._signs(said, before, near)
        near = signs or near or before
        if near is None:
            return mark_in(self._written.path, self._written.lines, self._first, 0)
        line, column, length = near
        shown = self._written.lines[line]
        return mark_in(self._written.path, self._written.lines, line, column, _length(shown, column, said, length))

    def _signs(
        self, said: str, before: tuple[int, int, int] | None, near: tuple[int, int, int] | None
    ) -> tuple[int, int, int] | None:
        """The place of what begins with no word, between the words around it."""
        if not said or said[0].isalnum():
            return None
        first, column = (before[0], before[1] + before[2]) if before else (self._first, 0)
        last, end = (near[0], near[1] + near[2] + len(said)) if near else (self._last, None)
        for line in range(first, min(last + 1, len(self._written.lines))):
            found = self._written.lines[line].find(said, column if line == first else 0, end if line == last else None)
            if found >= 0:
                return line, found, len(said)
        return None


def _length(line: str, column: int, said: str, length: int) -> int:
    return len(said) if said and line[column : column + len(said)].lower() == said.lower() else length


def place_of_link(written: Written, filled: Filled, target: str) -> Mark:
    """The place of a link that leads to ``target`` in a piece of text as one page shows it; of the piece's start where
    the link is written in another way."""
    forms = "|".join(map(re.escape, dict.fromkeys((target, unquote(target)))))
    link = re.compile(rf"(?:\]\(\s*<?|<)({forms})[\s>)]")
    for at, line in enumerate(filled.chunk.markdown.split("\n"), filled.chunk.line - 1):
        found = link.search(written.lines[at])
        if found:
            return mark_in(written.path, written.lines, at, found.start(1), len(found[1]))
        if link.search(PLACEHOLDER_PATTERN.sub(lambda token: filled.values[int(token[1])], line)):
            return Mark(written.path, at + 1)
    return Mark(written.path, filled.chunk.line)
