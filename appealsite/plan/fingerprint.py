"""The fingerprint of a page: the digest of every field of the value that its template is given, and of nothing else.

A template sees only the Page, so whatever can change its output is in the digest; a new field is covered by itself.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any, get_type_hints

from appealsite.memo import Memo
from appealsite.plan.page import Link, LinkGroup, Page, Section
from appealsite.read.text import Chunk

KEPT = 1 << 16
KEPT_CHUNKS = 1 << 12
SIZE = 16
_FORMAT = 0  # marshal's first: equal values give equal bytes, whatever objects they share


class Fingerprints:
    """Digests pages; values that many pages share are digested once."""

    def __init__(self) -> None:
        self._getters: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Sequence[Any]]]] = {}
        self._known = Memo[int, tuple[Any, bytes]](KEPT)
        self._chunks = Memo[int, tuple[Any, bytes]](KEPT_CHUNKS)

    def of(self, page: Page) -> bytes:
        """The digest of a page."""
        return _digest((_texts(page), list(map(self._listed, _lists(page)))))

    def _listed(self, values: tuple[Any, ...]) -> Any:
        kind = type(values[0]) if values else str
        if kind is str:
            return values
        if kind is Link:  # few pages have the same, and their texts are short
            return list(map(_of_link, values))
        if kind is LinkGroup:
            return [(_of_group(group), list(map(_of_link, group.links))) for group in values]
        get = self._known.get
        if kind is Section:
            return b"".join([(get(id(value)) or self._keep(value))[1] for value in values])
        return (get(id(values)) or self._keep_list(values))[1]

    def _keep_list(self, values: tuple[Any, ...]) -> tuple[Any, bytes]:
        """The digest of a list that is the same object on pages that show the same."""
        get = self._known.get
        items = b"".join([(get(id(value)) or self._keep(value))[1] for value in values])
        return self._known.put(id(values), (values, items))

    def _keep(self, value: Any) -> tuple[Any, bytes]:
        known = (value, _digest(self._opened(value)))
        if type(value) is Section and not value.shared:
            return known
        return self._known.put(id(value), known)

    def _opened(self, value: Any) -> tuple[Any, ...]:
        kind = type(value)
        if kind not in self._getters:
            self._getters[kind] = _getters(kind)
        texts, others = self._getters[kind]
        return texts(value), [self._plain(other) for other in others(value)]

    def _plain(self, value: Any) -> Any:
        """The value as tuples, text and digests."""
        kind = type(value)
        if kind is tuple:
            if not value or type(value[0]) is str:
                return value
            return list(map(self._plain, value))
        if kind is Chunk:
            known = self._chunks.get(id(value)) or self._chunks.put(id(value), (value, _digest(_of_chunk(value))))
            return known[1]
        return self._opened(value)


def _getters(kind: type) -> tuple[Callable[[Any], Any], Callable[[Any], Sequence[Any]]]:
    """What gives the plain fields of a dataclass, and the others."""
    if not is_dataclass(kind):
        raise TypeError(f"a page cannot hold a {kind.__name__}")
    types = get_type_hints(kind)
    plain = [name for name, type_ in types.items() if type_ in _PLAIN]
    others = [name for name in types if name not in plain]
    return attrgetter(*plain) if plain else _nothing, _all_of(others)


def _all_of(names: list[str]) -> Callable[[Any], Sequence[Any]]:
    if not names:
        return _nothing
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


def _nothing(_: Any) -> tuple[()]:
    return ()


_PLAIN = (str, bool, int)


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(marshal.dumps(value, _FORMAT), digest_size=SIZE).digest()


# What a placeholder shows is among the values of its chunk; its place in the file shows nowhere.
_of_chunk = attrgetter("markdown", "citations")
_of_link = attrgetter(*(field.name for field in fields(Link)))
_of_group = attrgetter(*(field.name for field in fields(LinkGroup) if field.name != "links"))
_texts, _lists = _getters(Page)
