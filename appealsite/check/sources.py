"""The sources that a person has still to open, with what depends on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from appealsite.read.references import SOURCES_OF_PLANS
from appealsite.read.site import Site
from appealsite.values import value


@value
class Dependence:
    """A source nobody has opened live, how far it was checked, and the pages and records that rest on it."""

    slug: str
    title: str
    url: str
    how: str
    checked: date
    pages: int
    first: tuple[str, ...]
    records: tuple[str, ...]


def dependences(site: Site, shown: Mapping[str, tuple[int, Sequence[str]]]) -> list[Dependence]:
    """Every source not yet opened live, those with the most pages first; ``shown`` has the pages that list each."""
    records: dict[str, list[str]] = {}
    for record, slug in named_by_records(site):
        records.setdefault(slug, []).append(record)
    found = []
    for slug, source in site.sources.items():
        if source.how == "live":
            continue
        count, pages = shown.get(slug, (0, ()))
        rests = tuple(dict.fromkeys(records.get(slug, ())))
        found.append(Dependence(slug, source.title, source.url, source.how, source.checked, count, tuple(pages), rests))
    return sorted(found, key=lambda one: (-one.pages, one.slug))


def named_by_records(site: Site) -> Iterator[tuple[str, str]]:
    """The records of the data files, each with a source it names."""
    matrix = site.matrix
    for slug, payer in matrix.payers.items():
        named = [payer.policy_library.source, *payer.sources, *(one.source for one in payer.reviewers if one.source)]
        named += [source for sale in payer.sells for source in sale.sources]
        yield from ((f"payer {slug}", source) for source in named)
    for axis in ("services", "reasons"):
        for slug, entry in getattr(matrix, axis).items():
            yield from ((f"{axis[:-1]} {slug}", source) for source in entry.sources)
    for slug, plan in site.plan_types.items():
        outside = plan.outside_review.sources if plan.outside_review else ()
        own = (source for field in SOURCES_OF_PLANS for source in getattr(plan, field))
        yield from ((f"plan type {slug}", source) for source in (*own, *plan.decision.sources, *outside))
