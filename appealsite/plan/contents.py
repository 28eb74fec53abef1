"""The digests of what a page says: its text, title, description, links and structured data, each for itself.

They decide whether a page has changed since it was last published, so they cover what a reader gets and nothing of how
it is laid out: not the layouts, the order of the outline's names or the files a text comes from. The days on which
sources were checked are left out too, so that looking a source up again does not make its pages look rewritten.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any
from zlib import crc32

from appealsite.memo import Memo
from appealsite.plan.page import Fact, Link, LinkGroup, PhraseRow, PlanRow, ReviewView, Section
from appealsite.values import Said, checksum_of, digests, fields_of

KEPT = 1 << 15


class Contents:
    """Digests the content of pages; lists that many pages share are looked at once, by their identity."""

    def __init__(self) -> None:
        self._known = Memo[int, tuple[Any, int]](KEPT)

    def of(
        self,
        heading: str,
        sections: tuple[Section, ...],
        cited: list[int],
        shown: tuple[tuple[Any, ...], ...],
        earliest: str,
        title: str,
        description: str,
        groups: tuple[LinkGroup, ...],
        others: tuple[Link, ...],
        structured: str,
    ) -> str:
        """The digests of a page in the order of ``published.SEGMENTS``, as text.

        ``cited`` are the checksums of its sources, ``shown`` the lists that it shows beside its sections, the same
        objects on pages that show the same; ``others`` are links in no group.
        """
        get = self._known.get
        lists = [(get(id(values)) or self._list(values))[1] for values in shown if values]
        text = checksum_of((heading, earliest, [section.content for section in sections], cited, lists))
        links = crc32(digests(groups), crc32(digests(others)))
        words = crc32(title.encode()), crc32(description.encode())
        return f"{text:08x}-{words[0]:08x}-{words[1]:08x}-{links:08x}-{crc32(structured.encode()):08x}"

    def _list(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], int]:
        return self._known.put(id(values), (values, checksum_of(_plain(values))))


def _plain(value: Any) -> Any:
    """The value as tuples, text and numbers, without what is no content."""
    if type(value) is str:
        return value
    if isinstance(value, Said):
        return value.content
    if type(value) is tuple:
        return tuple([_plain(item) for item in value])
    return tuple([_plain(item) for item in _GETTERS[type(value)](value)])


_GETTERS = {kind: attrgetter(*fields_of(kind)) for kind in (Fact, PhraseRow, PlanRow, ReviewView)}
