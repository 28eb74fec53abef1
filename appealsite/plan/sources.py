"""The sources of a page: what its text and its table of rights cite, in the order a reader can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from appealsite.memo import Memo
from appealsite.plan.page import SourceView
from appealsite.read.models import Source
from appealsite.read.vocabulary import written

KEPT = 4096
Listed = tuple[tuple[SourceView, ...], list[int], date | None]

_ORDER = ("law", "agency", "guideline", "payer", "research", "other")
_HOW = {
    "live": "we opened the page itself",
    "archived": "we read a stored copy",
    "unopened": "we named it as the official page, but had not opened it",
}


class SourceList:
    """The sources of a site as pages list them: law first, then agencies, guidelines, payers and research.

    A source is known by its rank in that order, and several are a set of bits; the same source is the same value on
    every page, and the same sources the same list.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        ordered = sorted(sources.values(), key=lambda source: (_ORDER.index(source.kind), source.title, source.slug))
        self._rank = {source.slug: rank for rank, source in enumerate(ordered)}
        common = Counter(map(_status, ordered)).most_common(1)
        self.common_status = common[0][0] if common else ""  # what pages say once, and not of each source
        self._views = tuple([_view(source, self.common_status) for source in ordered])
        self._checked = tuple(source.checked for source in ordered)
        self._lists = Memo[int, Listed](KEPT)

    def bits(self, slugs: Iterable[str]) -> int:
        """The sources with these ids, as bits by rank."""
        bits = 0
        for slug in slugs:
            bits |= 1 << self._rank[slug]
        return bits

    def of(self, bits: int) -> Listed:
        """These sources in order, the checksums of what each says, and the newest day on which one was checked."""
        return self._lists.get(bits) or self._lists.put(bits, self._listed(bits))

    def _listed(self, bits: int) -> Listed:
        ranks = []
        while bits:
            lowest = bits & -bits
            ranks.append(lowest.bit_length() - 1)
            bits ^= lowest
        newest = max(map(self._checked.__getitem__, ranks), default=None)
        views = tuple(map(self._views.__getitem__, ranks))
        return views, [view.content for view in views], newest

    def view(self, slug: str) -> SourceView:
        """One source as a page lists it."""
        return self._views[self._rank[slug]]


def _status(source: Source) -> str:
    return f"on {written(source.checked)} {_how(source)}"


def _how(source: Source) -> str:
    return _HOW.get(source.how) or f"we read it second-hand: {source.via}"


def _view(source: Source, common: str) -> SourceView:
    status = _status(source)
    return SourceView(
        slug=source.slug,
        title=source.title,
        publisher=source.publisher,
        url=source.url,
        kind=source.kind,
        checked=written(source.checked),
        how=_how(source),
        dated=source.dated or "",
        status=status[0].upper() + status[1:] if status != common else "",
    )
