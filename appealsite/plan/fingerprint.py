"""The fingerprint of a page: the digest of every field of the value that its template is given, and of nothing else.

A template sees only the Page, so whatever can change its output is in the digest; a new field is covered by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, get_args, get_type_hints

from appealsite.memo import Memo
from appealsite.plan.page import OF_ONE_PAGE, Page
from appealsite.values import Digested, digest_of, digests, fields_of

KEPT = 1 << 15
_PLAIN = (str, bool, int)


class Fingerprints:
    """Digests pages; lists that many pages share are digested once."""

    def __init__(self) -> None:
        self._getters: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Sequence[Any]]]] = {}
        self._known = Memo[int, tuple[Any, bytes]](KEPT)

    def of(self, page: Page, shared: bytes = b"") -> bytes:
        """The digest of a page, and of what decides the bytes of all pages, given as a digest of its own."""
        get = self._known.get
        digested = list(map(digests, _digested_of_page(page)))
        others = [(get(id(values)) or self._keep(values))[1] if values else b"" for values in _others_of_page(page)]
        return digest_of((shared, _plain_of_page(page), digested, others))

    def _keep(self, values: tuple[Any, ...]) -> tuple[Any, bytes]:
        """The digest of a list that is the same object on pages that show the same."""
        return self._known.put(id(values), (values, digest_of(self._plain(values))))

    def _opened(self, value: Any) -> tuple[Any, ...]:
        kind = type(value)
        if kind not in self._getters:
            self._getters[kind] = _getters(kind)
        texts, others = self._getters[kind]
        return texts(value), [self._plain(other) for other in others(value)]

    def _plain(self, value: Any) -> Any:
        """The value as tuples and text."""
        if type(value) is not tuple:
            return self._opened(value)
        if not value or type(value[0]) is str:
            return value
        if isinstance(value[0], Digested):
            return digests(value)
        return list(map(self._plain, value))


def _getters(kind: type) -> tuple[Callable[[Any], Any], Callable[[Any], Sequence[Any]]]:
    """What gives the plain fields of a value, and the others."""
    names = fields_of(kind)
    if not names:
        raise TypeError(f"a page cannot hold a {kind.__name__}")
    types = get_type_hints(kind)
    plain = [name for name in names if types[name] in _PLAIN]
    others = [name for name in names if name not in plain]
    return attrgetter(*plain) if plain else _nothing, _all_of(others)


def _all_of(names: list[str]) -> Callable[[Any], Sequence[Any]]:
    if not names:
        return _nothing
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


def _nothing(_: Any) -> tuple[()]:
    return ()


def _rank(name: str, kind: Any) -> int:
    if kind in _PLAIN or get_args(kind)[0] is str:
        return 0
    return 1 if name in OF_ONE_PAGE else 2


_RANKS = {name: _rank(name, kind) for name, kind in get_type_hints(Page).items()}
_plain_of_page, _digested_of_page, _others_of_page = (  # of several fields each, and so tuples
    attrgetter(*[name for name, rank in _RANKS.items() if rank == wanted]) for wanted in range(3)
)
