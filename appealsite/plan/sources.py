"""The sources of a page: what its text and its table of rights cite, in the order a reader can use."""

from __future__ import annotations

from collections.abc import Iterable

from appealsite.plan.page import SourceView
from appealsite.read.models import Source
from appealsite.read.site import Site
from appealsite.read.vocabulary import written

_ORDER = ("law", "agency", "guideline", "payer", "research", "other")
_HOW = {
    "live": "we opened the page itself",
    "archived": "we read a stored copy",
    "unopened": "the official text; we have not opened it yet",
}


def view(source: Source) -> SourceView:
    """A source as a page lists it."""
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


def collect(slugs: Iterable[str], site: Site) -> tuple[Source, ...]:
    """The sources with these ids, each once: law first, then agencies, guidelines, payers and research."""
    found = (site.sources[slug] for slug in set(slugs))
    return tuple(sorted(found, key=lambda source: (_ORDER.index(source.kind), source.title, source.slug)))
