"""The sources of a page: what its text and its table of rights cite, in the order a reader can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from appealsite.plan.page import SourceView
from appealsite.read.models import Source
from appealsite.read.vocabulary import written

_ORDER = ("law", "agency", "guideline", "payer", "research", "other")
_HOW = {
    "live": "we opened the page itself",
    "archived": "we read a stored copy",
    "unopened": "the official text; we have not opened it yet",
}


class SourceList:
    """The sources of a site as pages list them: law first, then agencies, guidelines, payers and research.

    A source is known by its rank in that order; the same source is the same value on every page.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        ordered = sorted(sources.values(), key=lambda source: (_ORDER.index(source.kind), source.title, source.slug))
        self._rank = {source.slug: rank for rank, source in enumerate(ordered)}
        common = Counter(map(_status, ordered)).most_common(1)
        self.common_status = common[0][0] if common else ""  # what pages say once, and not of each source
        self._views = tuple([_view(source, self.common_status) for source in ordered])
        self._checked = tuple(source.checked for source in ordered)

    def ranks(self, slugs: Iterable[str]) -> tuple[int, ...]:
        """The ranks of the sources with these ids."""
        return tuple(map(self._rank.__getitem__, slugs))

    def of(self, ranks: Iterable[int]) -> tuple[tuple[SourceView, ...], date | None]:
        """The sources of these ranks, each once and in order, and the newest day on which one of them was checked."""
        ordered = sorted(set(ranks))
        newest = max(map(self._checked.__getitem__, ordered), default=None)
        return tuple(map(self._views.__getitem__, ordered)), newest

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
