"""Which pages link to which: neighbours of a combination, children of a hub, in lists that stay short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from appealsite.plan.cells import Cell
from appealsite.plan.page import Link, LinkGroup
from appealsite.plan.urls import address
from appealsite.read.site import Site

Pair = tuple[str, str]


class Links:
    """The cells that are shown, arranged by the axes that pages share."""

    def __init__(self, site: Site, cells: Iterable[Cell], heading: Callable[[str, str, str], str]) -> None:
        self._site = site
        self._urls = site.settings.urls
        self._heading = heading
        self.services_of: dict[str, list[str]] = {}
        self.payers_of: dict[str, list[str]] = {}
        self.pairs_of: dict[str, list[Pair]] = {}
        self.reasons: dict[Pair, list[str]] = {}  # of a payer and a service
        self.services: dict[Pair, list[str]] = {}  # of a payer and a reason
        self.payers: dict[Pair, list[str]] = {}  # of a service and a reason
        for cell in cells:
            pair = (cell.payer, cell.service)
            if pair not in self.reasons:
                self.services_of.setdefault(cell.payer, []).append(cell.service)
                self.payers_of.setdefault(cell.service, []).append(cell.payer)
            self.reasons.setdefault(pair, []).append(cell.reason)
            self.services.setdefault((cell.payer, cell.reason), []).append(cell.service)
            self.payers.setdefault((cell.service, cell.reason), []).append(cell.payer)
            self.pairs_of.setdefault(cell.reason, []).append(pair)

    def neighbours(self, payer: str, service: str, reason: str) -> tuple[LinkGroup, ...]:
        """Other reasons for this payer and service, the same denial at other payers, and other services."""
        matrix, most = self._site.matrix, self._site.settings.neighbours
        named = matrix.services[service].short or matrix.services[service].full_name
        payer_name = matrix.payers[payer].name
        groups = (
            (
                f"Other reasons {payer_name} may give for {named}",
                [(payer, service, other) for other in around(self.reasons[payer, service], reason, most)],
            ),
            (
                "The same denial from other plans",
                [(other, service, reason) for other in around(self.payers[service, reason], payer, most)],
            ),
            (
                f"Other services {payer_name} denies for this reason",
                [(payer, other, reason) for other in around(self.services[payer, reason], service, most)],
            ),
        )
        return tuple(
            LinkGroup(title, "", tuple(self._page(*cell) for cell in cells)) for title, cells in groups if cells
        )

    def of_payer(self, payer: str) -> tuple[LinkGroup, ...]:
        """A payer's pages, one group for each service."""
        return tuple(
            LinkGroup(
                self._site.matrix.services[service].name,
                self.pair_url(payer, service),
                tuple(self._page(payer, service, reason) for reason in self.reasons[payer, service]),
            )
            for service in self.services_of[payer]
        )

    def of_pair(self, payer: str, service: str) -> tuple[LinkGroup, ...]:
        """The pages of one payer and service."""
        links = tuple(self._page(payer, service, reason) for reason in self.reasons[payer, service])
        return (LinkGroup("Which denial did you get?", "", links),)

    def of_service(self, service: str) -> tuple[LinkGroup, ...]:
        """A service's pages, one group for each payer."""
        return tuple(
            LinkGroup(
                self._site.matrix.payers[payer].name,
                self.pair_url(payer, service),
                tuple(self._page(payer, service, reason) for reason in self.reasons[payer, service]),
            )
            for payer in self.payers_of[service]
        )

    def of_reason(self, reason: str) -> tuple[LinkGroup, ...]:
        """A reason's pages, one group for each payer."""
        by_payer: dict[str, list[str]] = {}
        for payer, service in self.pairs_of[reason]:
            by_payer.setdefault(payer, []).append(service)
        return tuple(
            LinkGroup(
                self._site.matrix.payers[payer].name,
                address(self._urls.payer, payer=payer),
                tuple(self._page(payer, service, reason) for service in services),
            )
            for payer, services in by_payer.items()
        )

    def of_index(self) -> tuple[LinkGroup, ...]:
        """Every combination, one group for each payer and service."""
        matrix = self._site.matrix
        return tuple(
            LinkGroup(
                f"{matrix.payers[payer].name}: {matrix.services[service].name}",
                self.pair_url(payer, service),
                tuple(self._page(payer, service, reason) for reason in reasons),
            )
            for (payer, service), reasons in self.reasons.items()
        )

    def of_hubs(self) -> tuple[LinkGroup, ...]:
        """The hubs: by payer and service, by service, by reason."""
        matrix, urls = self._site.matrix, self._urls
        groups = [
            LinkGroup(
                f"{matrix.payers[payer].name} denials",
                address(urls.payer, payer=payer),
                tuple(
                    Link(matrix.services[service].name, self.pair_url(payer, service))
                    for service in self.services_of[payer]
                ),
            )
            for payer in sorted(self.services_of)
        ]
        services = tuple(
            Link(matrix.services[slug].name, address(urls.service, service=slug)) for slug in sorted(self.payers_of)
        )
        reasons = tuple(
            Link(matrix.reasons[slug].name, address(urls.reason, reason=slug)) for slug in sorted(self.pairs_of)
        )
        groups.append(LinkGroup("By service", "", services))
        groups.append(LinkGroup("By reason for the denial", "", reasons))
        return tuple(group for group in groups if group.links)

    def pair_url(self, payer: str, service: str) -> str:
        """The address of a payer and service hub."""
        return address(self._urls.payer_service, payer=payer, service=service)

    def _page(self, payer: str, service: str, reason: str) -> Link:
        url = address(self._urls.combination, payer=payer, service=service, reason=reason)
        return Link(self._heading(payer, service, reason), url)


def around(members: Sequence[str], own: str, most: int) -> list[str]:
    """At most ``most`` others that follow ``own`` in the circle of ``members``, so that links spread evenly."""
    at = members.index(own)
    return [members[(at + step) % len(members)] for step in range(1, min(most, len(members) - 1) + 1)]
