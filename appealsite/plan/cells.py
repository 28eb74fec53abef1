"""The combinations of the matrix, expanded into cells: one payer, one service, one reason each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product
from operator import attrgetter

from appealsite.problems import Problem
from appealsite.read.models import Combination, LeftOut
from appealsite.read.site import MATRIX, Site

ANGLE = "angle"
SHOWN_PER_ENTRY = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination that gets a page. ``entry`` is its line in the list of combinations."""

    payer: str
    service: str
    reason: str
    entry: int
    draft: bool
    index: bool


def expand(site: Site, today: date, problems: list[Problem]) -> tuple[Cell, ...]:
    """All cells, sorted by slug, whatever the order of the entries; duplicates and lone misfits are problems."""
    matrix = site.matrix
    taken: dict[tuple[str, str, str], int] = {}
    cells: list[Cell] = []
    angles = site.content.blocks.get(ANGLE, {})
    for number, entry in enumerate(matrix.combinations):
        doubles: list[tuple[str, str, str]] = []
        misfits: list[tuple[str, str, str]] = []
        kept = 0
        later = entry.publish_on is not None and entry.publish_on > today
        becomes = becomes_page(entry, own=False), becomes_page(entry, own=True)
        used = [False] * len(entry.exclude)
        for key in product(
            _members(entry, "payer", site), _members(entry, "service", site), _members(entry, "reason", site)
        ):
            if entry.exclude and _left_out(key, entry.exclude, used):
                continue
            kept += 1
            if key in taken:
                doubles.append(key)
                continue
            taken[key] = number
            payer, service, reason = key
            own = key in angles
            draft = later or not becomes[own]
            if not draft and not own and is_misfit(site, service, reason):
                misfits.append(key)
            cells.append(Cell(payer, service, reason, number, draft, entry.index))
        _report(site, number, doubles, misfits, taken, problems)
        for at, was_used in enumerate(used):
            if not was_used:
                mark = site.mark(MATRIX, ("combinations", number, "except", at))
                problems.append(Problem(mark, "this exception leaves nothing out", "remove it, or mend its slugs"))
        if not kept:
            mark = site.mark(MATRIX, ("combinations", number))
            problems.append(Problem(mark, "this entry makes no page", "its exceptions leave everything out"))
    return tuple(sorted(cells, key=attrgetter("payer", "service", "reason")))


def becomes_page(entry: Combination, own: bool) -> bool:
    """Whether an entry publishes a cell once its day has come; ``own`` says that the cell has an angle of its own."""
    wide = "all" in (*entry.payer, *entry.service, *entry.reason)
    return entry.status == "published" and (own or not wide)


def is_misfit(site: Site, service: str, reason: str) -> bool:
    """Whether a reason does not fit the kind of a service."""
    return site.matrix.services[service].kind not in site.matrix.reasons[reason].fits


def _members(entry: Combination, axis: str, site: Site) -> tuple[str, ...]:
    slugs: tuple[str, ...] = getattr(entry, axis)
    return tuple(getattr(site.matrix, axis + "s")) if slugs == ("all",) else slugs


def _left_out(key: tuple[str, ...], exceptions: tuple[LeftOut, ...], used: list[bool]) -> bool:
    found = False
    for at, exception in enumerate(exceptions):
        axes = (exception.payer, exception.service, exception.reason)
        if all(slugs is None or "all" in slugs or slug in slugs for slug, slugs in zip(key, axes, strict=True)):
            used[at] = found = True
    return found


def _report(
    site: Site,
    number: int,
    doubles: list[tuple[str, str, str]],
    misfits: list[tuple[str, str, str]],
    taken: dict[tuple[str, str, str], int],
    problems: list[Problem],
) -> None:
    mark = site.mark(MATRIX, ("combinations", number))
    for key in doubles[:SHOWN_PER_ENTRY]:
        first = site.mark(MATRIX, ("combinations", taken[key]))
        message = f"the combination {'/'.join(key)} is listed twice{_more(doubles)}"
        problems.append(
            Problem(mark, message, f"first at {first}; remove it there, or leave it out here with 'except'")
        )
    for key in misfits[:SHOWN_PER_ENTRY]:
        payer, service, reason = key
        kind = site.matrix.services[service].kind
        message = f"the reason '{reason}' does not fit '{service}', a {kind}{_more(misfits)}"
        hint = f"write content/{ANGLE}/{payer}/{service}/{reason}.md to say so, or set 'status: draft'"
        problems.append(Problem(mark, message, hint))


def _more(keys: list[tuple[str, str, str]]) -> str:
    return f" (and {len(keys) - SHOWN_PER_ENTRY} more like it)" if len(keys) > SHOWN_PER_ENTRY else ""
