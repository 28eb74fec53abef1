"""The fingerprint of a page: the digest of every field of the value that its template is given, and of nothing else.

A template sees only the Page, so whatever can change its output is in the digest; a new field is covered by itself.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

from appealsite.memo import Memo
from appealsite.plan.page import Link, Page, Section, SourceView
from appealsite.read.text import Chunk

KEPT = 1 << 15
_FORMAT = 0  # marshal's first: equal values give equal bytes, whatever objects they share
SIZE = 16


class Fingerprints:
    """Digests pages; values that many pages share are digested once."""

    def __init__(self) -> None:
        self._getters: dict[type, Callable[[Any], tuple[Any, ...]]] = {Chunk: attrgetter(*_OF_CHUNK)}
        self._known = Memo[int, tuple[Any, bytes]](KEPT)

    def of(self, page: Page) -> bytes:
        """The digest of a page."""
        fields_of_page = [
            self._shared(value) if name in _SHARED_FIELDS else self._plain(value)
            for name, value in zip(_PAGE, _values_of_page(page), strict=True)
        ]
        return _digest(tuple(fields_of_page))

    def _plain(self, value: Any) -> Any:
        """The value as tuples, text and digests."""
        kind = type(value)
        if kind is str or kind is bool or kind is int or value is None:
            return value
        if kind is tuple:
            if value and type(value[0]) is Link:
                return tuple(map(_OF_LINK, value))
            return tuple([self._plain(item) for item in value])
        if kind is dict or kind is list:
            items = value.items() if kind is dict else value
            return tuple([self._plain(item) for item in items])
        if kind in _SHARED_KINDS:
            return self._shared(value)
        return self._opened(value)

    def _shared(self, value: Any) -> bytes:
        """A digest kept by the value's identity; the value is kept with it, so that the identity stays its own."""
        known = self._known.get(id(value))
        if known is None:
            opened = self._plain(value) if type(value) is tuple else self._opened(value)
            known = self._known.put(id(value), (value, _digest(opened)))
        return known[1]

    def _opened(self, value: Any) -> tuple[Any, ...]:
        kind = type(value)
        getter = self._getters.get(kind)
        if getter is None:
            if not is_dataclass(kind):
                raise TypeError(f"a page cannot hold a {kind.__name__}")
            names = [field.name for field in fields(kind)]
            one = attrgetter(*names)
            getter = self._getters[kind] = one if len(names) > 1 else lambda value: (one(value),)
        return tuple([self._plain(item) for item in getter(value)])


_SHARED_KINDS = frozenset({Section, Chunk, SourceView})
_SHARED_FIELDS = frozenset({"plans", "sources"})
_OF_CHUNK = (
    "markdown",
    "citations",
)  # what a placeholder shows is among the values; its place in the file shows nowhere
_OF_LINK = attrgetter(*(field.name for field in fields(Link)))
_PAGE = tuple(field.name for field in fields(Page))
_values_of_page = attrgetter(*_PAGE)


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(marshal.dumps(value, _FORMAT), digest_size=SIZE).digest()
