"""Which file gives a block its text on a page: the most specific one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from appealsite.read.content import Block, Cell

SLUG, GROUP, ANY = 2, 1, 0


def _specificity(levels: tuple[int, int, int]) -> tuple[int, int, int, int, int]:
    payer, service, reason = levels
    return levels.count(SLUG), levels.count(GROUP), reason, service, payer


# Most slugs first, then most groups, then the more specific reason, then service, then payer (payers have no groups).
ORDER: tuple[tuple[int, int, int], ...] = tuple(
    sorted(product((SLUG, ANY), (SLUG, GROUP, ANY), (SLUG, GROUP, ANY)), key=_specificity, reverse=True)
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a page is about, as block files name it. An axis that the page has not is empty and matches only 'any'."""

    payer: str = ""
    service: str = ""
    service_group: str = ""
    reason: str = ""
    reason_group: str = ""

    def cells(self) -> Iterator[Cell]:
        """The cells that match this place, the most specific first."""
        payers = ("any", "", self.payer)
        services = ("any", self.service_group, self.service)
        reasons = ("any", self.reason_group, self.reason)
        for payer_level, service_level, reason_level in ORDER:
            cell = (payers[payer_level], services[service_level], reasons[reason_level])
            if all(cell):
                yield cell


def candidates(files: Mapping[Cell, Block], place: Place) -> list[Block]:
    """The files that match a place, the winner first."""
    return [files[cell] for cell in place.cells() if cell in files]


def winner(files: Mapping[Cell, Block], place: Place) -> tuple[Cell, Block] | None:
    """The file that gives the block its text at a place, and the cell it is written for; None where no file matches."""
    for cell in place.cells():
        if cell in files:
            return cell, files[cell]
    return None
