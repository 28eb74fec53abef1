"""The combinations of the matrix, expanded into cells: one payer, one service, one reason each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from appealsite.problems import Problem
from appealsite.read.models import Combination, LeftOut
from appealsite.read.site import MATRIX, Site

ANGLE = "angle"
Pair = tuple[str, str]  # payer and service
SHOWN_PER_ENTRY = 3


class Cell(NamedTuple):
    """One combination that gets a page. ``entry`` is its line in the list of combinations."""

    payer: str
    service: str
    reason: str
    entry: int
    draft: bool
    indexed: bool


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
        drafts = is_draft(entry, today, own=False), is_draft(entry, today, own=True)
        used = [False] * len(entry.exclude)
        for key in keys_of(entry, site):
            if entry.exclude and _left_out(key, entry.exclude, used):
                continue
            kept += 1
            if key in taken:
                doubles.append(key)
                continue
            taken[key] = number
            payer, service, reason = key
            own = key in angles
            draft = drafts[own]
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
    return tuple(sorted(cells))


class Grid:
    """The cells of a matrix without a list of them: each is found when it is asked for, drafts included.

    ``reasons`` are those of each payer and service that have any. Of entries that say the same cell, the first counts.
    """

    def __init__(self, site: Site, today: date) -> None:
        self._site = site
        self._today = today
        self._entries = site.matrix.combinations
        self._angles = site.content.blocks.get(ANGLE, {})
        self._numbers: dict[Pair, list[int]] = {}
        self._reasons = [frozenset(_members(entry, "reason", site)) for entry in self._entries]
        for number, entry in enumerate(self._entries):
            for pair in product(_members(entry, "payer", site), _members(entry, "service", site)):
                self._numbers.setdefault(pair, []).append(number)
        ordered = [tuple(sorted(reasons)) for reasons in self._reasons]
        found = ((pair, self._reasons_of(pair, ordered)) for pair in sorted(self._numbers))
        self.reasons: Mapping[Pair, Sequence[str]] = {pair: reasons for pair, reasons in found if reasons}

    def cell(self, payer: str, service: str, reason: str) -> Cell | None:
        """The cell of a payer, a service and a reason; None where no entry says it."""
        for number in self._numbers.get((payer, service), ()):
            if self._says(number, (payer, service, reason)):
                entry = self._entries[number]
                draft = is_draft(entry, self._today, own=(payer, service, reason) in self._angles)
                return Cell(payer, service, reason, number, draft, entry.index)
        return None

    def _reasons_of(self, pair: Pair, ordered: Sequence[tuple[str, ...]]) -> Sequence[str]:
        numbers = self._numbers[pair]
        if len(numbers) == 1 and not self._entries[numbers[0]].exclude:
            return ordered[numbers[0]]  # the same object for all such pairs
        said = {reason for number in numbers for reason in self._reasons[number] if self._says(number, (*pair, reason))}
        return tuple(sorted(said))

    def _says(self, number: int, key: tuple[str, str, str]) -> bool:
        entry = self._entries[number]
        if key[2] not in self._reasons[number]:
            return False
        return not entry.exclude or not _left_out(key, entry.exclude, [False] * len(entry.exclude))


def reasons_of(cells: Iterable[Cell]) -> dict[Pair, list[str]]:
    """The reasons of each payer and service, in the order of the cells."""
    found: dict[Pair, list[str]] = {}
    for cell in cells:
        found.setdefault((cell.payer, cell.service), []).append(cell.reason)
    return found


def keys_of(entry: Combination, site: Site) -> Iterator[tuple[str, str, str]]:
    """The payer, service and reason of each cell that an entry says, those that it leaves out among them."""
    return product(_members(entry, "payer", site), _members(entry, "service", site), _members(entry, "reason", site))


def is_draft(entry: Combination, today: date, *, own: bool) -> bool:
    """Whether a cell of an entry is a draft on a day; ``own`` says that it has an angle of its own."""
    return (entry.publish_on is not None and entry.publish_on > today) or not becomes_page(entry, own)


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
