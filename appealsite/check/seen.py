"""What a process hands over of files and pages: values to be counted together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from appealsite.check.blocks import Examined
from appealsite.check.finding import SHOWN, Finding
from appealsite.problems import Mark, Problem
from appealsite.values import value


@value
class Notes:
    """What pages need to know of a file, see ``Examined``; ``wording`` are the pieces with words for some kinds."""

    needs: Mapping[int, Sequence[tuple[str, Mark]]]
    spells: Mapping[int, Sequence[str]]
    misfit: frozenset[int]
    wording: frozenset[int]

    @classmethod
    def of(cls, examined: Examined) -> Notes | None:
        """The notes of a file; None where there is nothing to note, as of most files."""
        wording = frozenset(line for line, _, _ in examined.wording)
        if not (examined.needs or examined.spells or examined.misfit or wording):
            return None
        return cls(examined.needs, examined.spells, frozenset(examined.misfit), wording)


@dataclass
class Tally:
    """How many pages show something, and the first of them."""

    count: int = 0
    pages: list[str] = field(default_factory=list)

    def add(self, url: str) -> None:
        """Count a page."""
        self.count += 1
        if len(self.pages) < SHOWN:
            self.pages.append(url)

    def merge(self, other: Tally) -> None:
        """Count the pages of another tally."""
        self.count += other.count
        self.pages = sorted([*self.pages, *other.pages])[:SHOWN]


Own = tuple[int, bool, tuple[bytes, ...]]  # a page, whether it is measured, and the keys of its own texts


@value
class Row:
    """A page as the rules about the whole site need it."""

    index: int
    url: str
    title: str
    description: str
    indexed: bool
    links: bytes
    parts: tuple[str, ...]
    ids: bytes


@value
class OwnText:
    """A text that pages show, for the comparison of pages: its runs as bytes."""

    key: bytes
    path: str
    words: int
    runs: bytes


@dataclass
class Seen:
    """What came of a chunk of pages."""

    rows: list[Row] = field(default_factory=list)
    findings: dict[Finding, Tally] = field(default_factory=dict)
    files: dict[str, Tally] = field(default_factory=dict)
    kinds: dict[tuple[str, int, str], Tally] = field(default_factory=dict)  # file, line of the piece, kind of service
    sources: dict[str, Tally] = field(default_factory=dict)
    texts: list[OwnText] = field(default_factory=list)
    own: list[Own] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    fresh: dict[bytes, bytes] = field(default_factory=dict)
    used: set[bytes] = field(default_factory=set)

    def keys(self) -> set[bytes]:
        """The keys of all texts that its pages show as their own."""
        return {key for _, _, keys in self.own for key in keys}

    def merge(self, other: Seen) -> None:
        """Count together with another chunk; rows, texts and what is remembered are the reader's to take."""
        self.own += other.own
        self.problems += other.problems
        _merge(self.findings, other.findings)
        _merge(self.files, other.files)
        _merge(self.kinds, other.kinds)
        _merge(self.sources, other.sources)


_Key = TypeVar("_Key")


def _merge(into: dict[_Key, Tally], more: Mapping[_Key, Tally]) -> None:
    for key, tally in more.items():
        into.setdefault(key, Tally()).merge(tally)
