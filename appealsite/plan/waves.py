"""What is to come: the combinations that each coming ``publish_on`` date turns from drafts into pages."""

from __future__ import annotations

from datetime import date

from appealsite.plan.cells import ANGLE, Cell, becomes_page, is_misfit
from appealsite.plan.urls import address
from appealsite.read.site import Site
from appealsite.values import value


@value
class Wave:
    """The addresses that one day publishes. A build on that day stops at those in ``lacking``, which are misfits
    without a text of their own."""

    day: date
    urls: tuple[str, ...]
    lacking: tuple[str, ...]


def coming(site: Site, cells: tuple[Cell, ...], today: date) -> tuple[Wave, ...]:
    """The waves after ``today``, the next one first."""
    waves: dict[date, list[tuple[str, bool]]] = {}
    angles = site.content.blocks.get(ANGLE, {})
    for cell in cells:
        entry = site.matrix.combinations[cell.entry]
        day = entry.publish_on
        key = (cell.payer, cell.service, cell.reason)
        if day is None or day <= today or not becomes_page(entry, own=key in angles):
            continue
        url = address(site.settings.urls.combination, payer=cell.payer, service=cell.service, reason=cell.reason)
        waves.setdefault(day, []).append((url, key not in angles and is_misfit(site, cell.service, cell.reason)))
    return tuple(
        Wave(day, tuple(url for url, _ in rows), tuple(url for url, lacks in rows if lacks))
        for day, rows in sorted(waves.items())
    )
