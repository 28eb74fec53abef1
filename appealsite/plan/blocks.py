"""Which file gives a block its text on a page: the most specific one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TypeVar

from appealsite.memo import Memo
from appealsite.read.content import Cell
from appealsite.values import value

SLUG, GROUP, ANY = 2, 1, 0
Levels = tuple[int, int, int]
T = TypeVar("T")


def _specificity(levels: Levels) -> tuple[int, int, int, int, int]:
    payer, service, reason = levels
    return levels.count(SLUG), levels.count(GROUP), reason, service, payer


# Most slugs first, then most groups, then the more specific reason, then service, then payer (payers have no groups).
ORDER: tuple[Levels, ...] = tuple(
    sorted(product((SLUG, ANY), (SLUG, GROUP, ANY), (SLUG, GROUP, ANY)), key=_specificity, reverse=True)
)


def levels_of(cell: Cell) -> Levels:
    """How specific each segment of a cell is."""
    payer, service, reason = (ANY if part == "any" else GROUP if part.startswith("@") else SLUG for part in cell)
    return payer, service, reason


@value
class Place:
    """What a page is about, as block files name it. An axis that the page has not is empty and matches only 'any'."""

    payer: str = ""
    service: str = ""
    service_group: str = ""
    reason: str = ""
    reason_group: str = ""

    def cells(self, order: tuple[Levels, ...] = ORDER) -> list[Cell]:
        """The cells that match this place, the most specific first; one with an empty segment matches no file."""
        payers = ("any", "", self.payer)
        services = ("any", self.service_group, self.service)
        reasons = ("any", self.reason_group, self.reason)
        return [(payers[payer], services[service], reasons[reason]) for payer, service, reason in order]

    def matches(self, cell: Cell) -> bool:
        """Whether a file written for ``cell`` may give text to a page at this place."""
        payer, service, reason = cell
        return (
            payer in ("any", self.payer)
            and service in ("any", self.service_group, self.service)
            and reason in ("any", self.reason_group, self.reason)
        )


def candidates(files: Mapping[Cell, T], place: Place) -> list[T]:
    """The files that match a place, the winner first."""
    return [files[cell] for cell in place.cells() if cell in files]


def winner(files: Mapping[Cell, T], place: Place, order: tuple[Levels, ...] = ORDER) -> tuple[Cell, T] | None:
    """The file that gives the block its text at a place, and the cell it is written for; None where no file matches.

    ``order`` may leave out specificities that no file has.
    """
    for cell in place.cells(order):
        if cell in files:
            return cell, files[cell]
    return None


_KNOWN = Memo[int, tuple[Mapping[Cell, object], tuple[Levels, ...]]](256)


def present(files: Mapping[Cell, T]) -> tuple[Levels, ...]:
    """The specificities that some file has, the most specific first; remembered, so ``files`` must not change."""
    known = _KNOWN.get(id(files))
    if known is None:
        found = set(map(levels_of, files))
        known = _KNOWN.put(id(files), (files, tuple(levels for levels in ORDER if levels in found)))
    return known[1]
