"""The sources of a page: what its text and its table of rights cite, in the order a reader can use."""

from __future__ import annotations

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
    """The sources of a site as pages list them: law first, then agencies, guidelines, payers and research."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        ordered = sorted(sources.values(), key=lambda source: (_ORDER.index(source.kind), source.title, source.slug))
        self._rank = {source.slug: rank for rank, source in enumerate(ordered)}
        self._views: dict[str, SourceView] = {}

    def of(self, slugs: Iterable[str]) -> tuple[SourceView, ...]:
        """The sources with these ids, each once and in order; the same source is the same value on every page."""
        return tuple([self.view(slug) for slug in sorted(set(slugs), key=self._rank.__getitem__)])

    def checked(self, slugs: Iterable[str]) -> date | None:
        """The newest day on which one of these sources was checked."""
        return max((self._sources[slug].checked for slug in slugs), default=None)

    def view(self, slug: str) -> SourceView:
        """One source as a page lists it."""
        if slug not in self._views:
            self._views[slug] = _view(self._sources[slug])
        return self._views[slug]


def _view(source: Source) -> SourceView:
    how = _HOW.get(source.how) or f"we read it second-hand: {source.via}"
    return SourceView(
        slug=source.slug,
        title=source.title,
        publisher=source.publisher,
        url=source.url,
        kind=source.kind,
        checked=written(source.checked),
        how=how,
        dated=source.dated or "",
    )
