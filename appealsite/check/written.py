"""A Markdown file as its writer sees it: lines with all that readers never see blanked out, columns kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from appealsite.problems import Mark
from appealsite.read.citations import without_code
from appealsite.read.content import Block
from appealsite.read.files import Place, mark_in
from appealsite.values import value

_HIDDEN = re.compile(
    r"\[[^\[\]]*\]\[\]|\{\{.*?\}\}|\{%.*?%\}|\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|\]\[[^\[\]]*\]|`[^`]*`|https?://[^\s)>\]]+|mailto:\S+"
    r"|\]\([^\s()]*|\]\[[\w.-]*|\]\s+\[[a-z0-9-]+\]|\[[a-z0-9]+(?:-[a-z0-9]+)+\]"  # with a bracket amiss
)
_QUOTE = re.compile(r"^\s*(?:>\s*)+")
_NEW = re.compile(r"\s*(?:[-*+]\s|[#|]|\d+[.)]\s)")  # a line that does not go on with the one before


@value
class Spot:
    """A place in a file, line and column from 0, and what is wrong there."""

    line: int
    column: int
    length: int
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Written:
    """The text of one file by its name; ``head`` are the places of the texts of its front matter that pages show."""

    path: str
    text: str
    head: tuple[Place, ...] = ()

    @classmethod
    def of(cls, block: Block, text: str) -> Written:
        """The text of a Markdown file that was taken apart."""
        return cls(block.path, text, tuple(sorted(block.places.values())))

    @cached_property
    def lower(self) -> str:
        """All of it in lower case, to look for words that mostly are not there."""
        return lowered(self.text)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as they stand."""
        return tuple(self.text.split("\n"))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The lines that pages show, as they stand; of the front matter, only the words that pages show."""
        return tuple(_shown(self.lines, self.head))

    @cached_property
    def uncoded(self) -> tuple[str, ...]:
        """The lines that pages show with their code spans masked."""
        return tuple(without_code("\n".join(self.shown)).split("\n"))

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """The lines that pages show with placeholders, conditions, link targets, code, addresses and the signs of
        quotations as blanks."""
        return tuple(map(_blank, self.shown))

    @cached_property
    def flow(self) -> str:
        """The visible lines joined, to look for words that may stand on two of them."""
        return "\n".join(self.visible)

    def spot(self, start: int, end: int, message: str, hint: str) -> Spot:
        """The spot from one offset in ``flow`` to another, or to the end of its first line."""
        line = self.flow.count("\n", 0, start)
        first = self.flow[start:end].partition("\n")[0].rstrip()
        return Spot(line, start - self.flow.rfind("\n", 0, start) - 1, len(first), message, hint)

    def mark(self, spot: Spot) -> Mark:
        """The place of a spot."""
        return mark_in(self.path, self.lines, spot.line, spot.column, spot.length)


def lowered(text: str) -> str:
    """A text in lower case, every sign where it stood (the capital dotted i alone would become two), with one kind of
    apostrophe."""
    return text.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i").replace("’", "'").lower()


def _shown(lines: tuple[str, ...], head: Iterable[Place]) -> Iterator[str]:
    end = 0
    if lines[0].rstrip() == "---":
        end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), len(lines) - 1) + 1
    shown = [""] * end
    for place in (one for one in head if one.last < end):
        stop = place.column + place.length if place.last == place.line else None
        first = shown[place.line][: place.column].ljust(place.column) + lines[place.line][place.column : stop]
        shown[place.line : place.last + 1] = [first, *lines[place.line + 1 : place.last + 1]]
        shown[place.last] += "."  # so that no two of them read as one sentence
    yield from shown
    yield from lines[end:]


def _blank(line: str) -> str:
    line = _HIDDEN.sub(_spaces, line)
    return _QUOTE.sub(_spaces, line) if ">" in line else line


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


def sentence_around(lines: tuple[str, ...], line: int, column: int) -> str:
    """The sentence, across lines, in which a place stands."""
    first = line
    while first > 0 and lines[first - 1].strip() and not _NEW.match(lines[first]):
        first -= 1
    last = line
    while last + 1 < len(lines) and lines[last + 1].strip() and not _NEW.match(lines[last + 1]):
        last += 1
    before = " ".join([*lines[first:line], lines[line][:column]])
    after = " ".join([lines[line][column:], *lines[line + 1 : last + 1]])
    start = max((found.end() for found in re.finditer(r"[.?!]\s", before)), default=0)
    stop = re.search(r"[.?!](?=\s|$)", after)
    return (before[start:] + after[: stop.end() if stop else len(after)]).strip()
