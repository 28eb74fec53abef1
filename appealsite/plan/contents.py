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
from zlib import crc32

from appealsite.memo import Memo
from appealsite.plan.page import Fact, Filled, Link, LinkGroup, PhraseRow, PlanRow, ReviewView, Section, SourceView
from appealsite.read.text import PLACEHOLDER_PATTERN, Chunk

KEPT = 1 << 15
SIZE = 16  # bytes of the digest of a piece; what is recorded of a page is a checksum of such digests
_FORMAT = 0  # marshal's first: equal values give equal bytes, whatever objects they share

# What does not count as content: how and from where a section is laid out, and when a source was looked up.
LEFT_OUT: dict[type, frozenset[str]] = {
    Section: frozenset({"layout", "path", "shared"}),
    SourceView: frozenset({"checked", "status"}),
}


class Contents:
    """Digests the content of pages; what many pages share is digested once, by its identity."""

    def __init__(self) -> None:
        self._known = Memo[int, tuple[Any, bytes]](KEPT)
        self._pieces = Memo[int, tuple[Chunk, list[str]]](KEPT)

    def of(
        self,
        heading: str,
        sections: tuple[Section, ...],
        shown: tuple[tuple[Any, ...], ...],
        earliest: str,
        title: str,
        description: str,
        groups: tuple[LinkGroup, ...],
        others: tuple[Link, ...],
        structured: str,
    ) -> str:
        """The digests of a page in the order of ``published.SEGMENTS``, as text.

        ``shown`` are the lists that the page shows beside its sections, the same objects on pages that show the same;
        ``others`` are links in no group.
        """
        get = self._known.get
        text = [heading, earliest, *[(get(id(section)) or self._section(section))[1] for section in sections]]
        text += [(get(id(values)) or self._list(values))[1] for values in shown if values]
        links = [(group.title, group.url, list(map(_OF_LINK, group.links))) for group in groups]
        links_bytes = _bytes([links, list(map(_OF_LINK, others))])
        segments = (_bytes(text), title.encode(), description.encode(), links_bytes, structured.encode())
        return "-".join([f"{crc32(segment):08x}" for segment in segments])

    def _section(self, section: Section) -> tuple[Section, bytes]:
        words = [section.name, section.title, *map(self._words, section.body)]
        known = (section, _digest((words, [filled.chunk.citations for filled in section.body])))
        return self._known.put(id(section), known) if section.shared else known

    def _words(self, filled: Filled) -> str:
        """A text with its values in place: whether a word was written out or looked up makes no difference."""
        chunk = filled.chunk
        if not filled.values:
            return chunk.markdown
        known = self._pieces.get(id(chunk)) or self._pieces.put(
            id(chunk), (chunk, PLACEHOLDER_PATTERN.split(chunk.markdown))
        )
        pieces = list(known[1])  # text and numbers of placeholders in turn
        pieces[1::2] = [filled.values[int(number)] for number in pieces[1::2]]
        return "".join(pieces)

    def _list(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], bytes]:
        return self._known.put(id(values), (values, _digest(list(map(self._item, values)))))

    def _item(self, value: Any) -> Any:
        if type(value) is str:
            return value
        known = self._known.get(id(value)) or self._known.put(id(value), (value, _digest(_plain(value))))
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


def _bytes(value: Any) -> bytes:
    return marshal.dumps(value, _FORMAT)


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(_bytes(value), digest_size=SIZE).digest()
