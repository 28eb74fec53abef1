"""The digests of what a page says: its text, title, description, links and structured data, each for itself.

They decide whether a page has changed since it was last published, so they cover what a reader gets and nothing of how
it is laid out: not the layouts, the order of the outline's names or the files a text comes from. The days on which
sources were checked are left out too, so that looking a source up again does not make its pages look rewritten.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from appealsite.memo import Memo
from appealsite.plan.page import Fact, Filled, Link, LinkGroup, PhraseRow, PlanRow, ReviewView, Section, SourceView
from appealsite.read.text import PLACEHOLDER_PATTERN, Chunk

KEPT = 1 << 15
_FORMAT = 0  # marshal's first: equal values give equal bytes, whatever objects they share
_SIZE = 4  # bytes of each digest: a change goes unseen once in four thousand million

# What does not count as content: how and from where a section is laid out, and when a source was looked up.
LEFT_OUT: dict[type, frozenset[str]] = {
    Section: frozenset({"layout", "path", "shared"}),
    SourceView: frozenset({"checked", "status"}),
}


class Contents:
    """Digests the content of pages; what many pages share is digested once, by its identity."""

    def __init__(self) -> None:
        self._known = Memo[int, tuple[Any, str]](KEPT)
        self._pieces = Memo[int, tuple[Chunk, list[str]]](KEPT)

    def of(
        self,
        heading: str,
        sections: tuple[Section, ...],
        plans: tuple[PlanRow, ...],
        said: tuple[tuple[Any, ...], ...],
        earliest: str,
        sources: tuple[SourceView, ...],
        title: str,
        description: str,
        groups: tuple[LinkGroup, ...],
        others: tuple[Link, ...],
        structured: str,
    ) -> str:
        """The digests of a page in the order of ``published.SEGMENTS``, as text; ``others`` are links in no group,
        ``said`` other lists that the page shows."""
        text = (heading, *map(self._section, sections), self._shared(plans), earliest, *map(self._shared, sources))
        text += tuple([self._shared(values) for values in said if values])
        links = (
            tuple([(group.title, group.url, tuple(map(_OF_LINK, group.links))) for group in groups]),
            tuple(map(_OF_LINK, others)),
        )
        words = [_digest(words.encode()) for words in (title, description, structured)]
        return "-".join((_digest(_bytes(text)), words[0], words[1], _digest(_bytes(links)), words[2]))

    def _section(self, section: Section) -> str:
        known = self._known.get(id(section))
        if known is None:
            words = (section.name, section.title, tuple([self._words(filled) for filled in section.body]))
            known = (section, _digest(_bytes(words)))
            if section.shared:
                self._known.put(id(section), known)
        return known[1]

    def _words(self, filled: Filled) -> tuple[str, tuple[tuple[str, str], ...]]:
        """A text with its values in place: whether a word was written out or looked up makes no difference."""
        chunk = filled.chunk
        if not filled.values:
            return chunk.markdown, chunk.citations
        known = self._pieces.get(id(chunk)) or self._pieces.put(
            id(chunk), (chunk, PLACEHOLDER_PATTERN.split(chunk.markdown))
        )
        pieces = list(known[1])  # text and numbers of placeholders in turn
        for at in range(1, len(pieces), 2):
            pieces[at] = filled.values[int(pieces[at])]
        return "".join(pieces), chunk.citations

    def _shared(self, values: tuple[Any, ...] | SourceView) -> str:
        known = self._known.get(id(values))
        if known is None:
            known = self._known.put(id(values), (values, _digest(_bytes(_plain(values)))))
        return known[1]


def _plain(value: Any) -> Any:
    """The value as tuples and text, without what is no content."""
    if type(value) is str:
        return value
    if type(value) is tuple:
        return tuple([_plain(item) for item in value])
    return tuple([_plain(item) for item in _GETTERS[type(value)](value)])


def _getter(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(field.name for field in fields(kind) if field.name not in LEFT_OUT.get(kind, ())))


_GETTERS = {kind: _getter(kind) for kind in (Fact, PhraseRow, PlanRow, ReviewView, SourceView)}
_OF_LINK = _getter(Link)


def _bytes(value: tuple[Any, ...]) -> bytes:
    return marshal.dumps(value, _FORMAT)


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_SIZE).hexdigest()
