"""A Markdown file as its writer sees it: lines with all that readers never see blanked out, columns kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from appealsite.problems import Mark
from appealsite.read.files import mark_in

_HIDDEN = re.compile(
    r"\[[^\[\]]*\]\[\]|\{\{.*?\}\}|\{%.*?%\}|\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|\]\[[^\[\]]*\]|`[^`]*`|https?://[^\s)>\]]+|mailto:\S+"
    r"|\]\([^\s()]*|\]\[[\w.-]*|\]\s+\[[a-z0-9-]+\]|\[[a-z0-9]+(?:-[a-z0-9]+)+\]"  # with a bracket amiss
)
_SHOWN_KEY = re.compile(r"^(?:title|description|search_title|menu_title):\s*")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, line and column from 0, and what is wrong there."""

    line: int
    column: int
    length: int
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Written:
    """The text of one file by its name."""

    path: str
    text: str

    @cached_property
    def lower(self) -> str:
        """All of it in lower case, to look for words that mostly are not there."""
        return self.text.lower()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as they stand."""
        return tuple(self.text.split("\n"))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The lines that pages show, as they stand; of the front matter, only the words that pages show."""
        return tuple(_shown(self.lines))

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """The lines that pages show with placeholders, conditions, link targets, code and addresses as blanks."""
        return tuple(map(_blank, self.shown))

    def mark(self, spot: Spot) -> Mark:
        """The place of a spot."""
        return mark_in(self.path, self.lines, spot.line, spot.column, spot.length)


def _shown(lines: tuple[str, ...]) -> Iterator[str]:
    head = bool(lines) and lines[0].rstrip() == "---"
    for number, line in enumerate(lines):
        if head:
            key = _SHOWN_KEY.match(line)
            yield " " * key.end() + line[key.end() :] if key else ""
            head = number == 0 or line.rstrip() != "---"
        else:
            yield line


def _blank(line: str) -> str:
    return _HIDDEN.sub(lambda found: " " * len(found[0]), line)


def sentence_around(lines: tuple[str, ...], line: int, column: int) -> str:
    """The sentence, across lines, in which a place stands."""
    first = line
    while first > 0 and lines[first - 1].strip() and not re.match(r"\s*(?:[-*#>|]|\d+\.)", lines[first]):
        first -= 1
    last = line
    while last + 1 < len(lines) and lines[last + 1].strip() and not re.match(r"\s*(?:[-*#>|]|\d+\.)", lines[last + 1]):
        last += 1
    before = " ".join([*lines[first:line], lines[line][:column]])
    after = " ".join([lines[line][column:], *lines[line + 1 : last + 1]])
    start = max((found.end() for found in re.finditer(r"[.?!]\s", before)), default=0)
    stop = re.search(r"[.?!](?=\s|$)", after)
    return (before[start:] + after[: stop.end() if stop else len(after)]).strip()
