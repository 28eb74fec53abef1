"""Which pages link to which: neighbours of a combination, children of a hub, in lists that stay short."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from appealsite.memo import Memo
from appealsite.plan.cells import Pair
from appealsite.plan.page import Link, LinkGroup
from appealsite.plan.urls import address
from appealsite.read.models import Payer, Reason, Service
from appealsite.read.site import Site
from appealsite.read.vocabulary import AXES
from appealsite.values import list_together, value

Entries = Mapping[str, Payer] | Mapping[str, Service] | Mapping[str, Reason]

PART = 300  # links on one part of a hub; a longer hub has more parts
KEPT = 1 << 17  # links that are remembered; all of a hundred thousand pages
KEPT_RINGS = 1 << 10

Ring = tuple[str, ...]  # slugs in their order, twice around: what follows one of them is a slice


@value
class Children:
    """One group of a hub before it is cut into parts: links are made for the parts that are shown."""

    title: str
    url: str
    count: int
    links: Callable[[], Sequence[Link]]


class Links:
    """The cells that are shown, arranged by the axes that pages share.

    They are given as the ``reasons`` of each payer and service, both sorted; other lists are made when they are needed.
    ``headings`` gives those of the pages of a payer and a service for each of some reasons, ``combination_url`` the
    address of a payer, a service and a reason.
    """

    def __init__(
        self,
        site: Site,
        reasons: Mapping[Pair, Sequence[str]],
        headings: Callable[[str, str, Sequence[str]], list[str]],
    ) -> None:
        self._site = site
        self._urls = site.settings.urls
        self.combination_url: Callable[[str, str, str], str] = _by_place(self._urls.combination)
        self._headings = headings
        self._hubs = Memo[Pair, Link](KEPT_RINGS)  # links to those of a payer and a service
        self._most = max(1, KEPT // max(map(len, reasons.values()), default=1))  # lists that are remembered
        self._all_fit = len(reasons) <= self._most
        self._known = 0
        self._last: tuple[tuple[str, ...], list[Children]] = ((), [])
        self._counts: dict[tuple[str, ...], int] = {}
        self.reasons = reasons
        self.reasons_shown = sorted({reason for listed in set(map(tuple, reasons.values())) for reason in listed})
        by_name = sorted(self.reasons_shown, key=_by_name(site.matrix.reasons))
        self._place_of_reason = {reason: place for place, reason in enumerate(by_name)}.__getitem__
        self._rings_of_payers: dict[Pair, Ring] = {}  # by service and reason
        self._rings_of_services = Memo[Pair, tuple[str, Ring]](KEPT_RINGS)  # with their title, by payer and reason
        self._rings_of_reasons = Memo[Pair, tuple[str, Ring]](KEPT_RINGS)  # with their title, by payer and service
        services_of: dict[str, list[str]] = {}
        payers_of: dict[str, list[str]] = {}
        for payer, service in reasons:
            services_of.setdefault(payer, []).append(service)
            payers_of.setdefault(service, []).append(payer)
        self.services_of = _by_names(services_of, site.matrix.payers, site.matrix.services)
        self.payers_of = _by_names(payers_of, site.matrix.services, site.matrix.payers)
        # by service and payer, by reason in the order of names
        self._lists: dict[str, dict[str, dict[str, Link]]] = {service: {} for service in payers_of}

    def neighbours(self, payer: str, service: str, reason: str) -> tuple[LinkGroup, ...]:
        """Other reasons for this payer and service, the same denial at other payers, and other services."""
        most = self._site.settings.neighbours
        reasons_title, reasons = self._rings_of_reasons.get((payer, service)) or self._ring_of_reasons(payer, service)
        payers = self._rings_of_payers.get((service, reason)) or self._ring_of_payers(service, reason)
        services_title, services = self._rings_of_services.get((payer, reason)) or self._ring_of_services(payer, reason)
        lists, make = self._lists, self._make_links
        same = lists[service]
        own = same.get(payer) or make(payer, service)
        groups = (
            (reasons_title, [own[one] for one in _after(reason, reasons, most)]),
            (
                "The same denial from other plans",
                [(same.get(one) or make(one, service))[reason] for one in _after(payer, payers, most)],
            ),
            (
                services_title,
                [(lists[one].get(payer) or make(payer, one))[reason] for one in _after(service, services, most)],
            ),
        )
        return tuple([LinkGroup(title, "", tuple(links)) for title, links in groups if links])

    def link(self, payer: str, service: str, reason: str) -> Link:
        """The link to a combination; its text is the page's heading."""
        return self._list(payer, service)[reason]

    def parts(self, kind: str, payer: str = "", service: str = "", reason: str = "") -> int:
        """How many parts a hub has."""
        return max(1, -(-self.count(kind, payer, service, reason) // PART))

    def count(self, kind: str, payer: str = "", service: str = "", reason: str = "") -> int:
        """How many links a hub has in all its parts."""
        if kind == "payer_service":  # most hubs are of this kind, and to count needs no order
            return len(self.reasons[payer, service])
        hub = (kind, payer, service, reason)
        if hub not in self._counts:
            self._counts[hub] = sum(group.count for group in self._children(*hub))
        return self._counts[hub]

    def part(
        self, kind: str, number: int, payer: str = "", service: str = "", reason: str = ""
    ) -> tuple[LinkGroup, ...]:
        """The groups of links on one part of a hub, counted from 1."""
        groups = []
        skip = (number - 1) * PART
        room = PART
        for group in self._children(kind, payer, service, reason):
            if skip < group.count:
                links = tuple(group.links()[skip : skip + room])
                groups.append(LinkGroup(group.title, group.url, links))
                room -= len(links)
            skip = max(0, skip - group.count)
            if not room:
                break
        return tuple(groups)

    def overview(self) -> tuple[LinkGroup, ...]:
        """The hubs, for the home page: by payer and service, by service, by reason; long lists lead on to the hub."""
        matrix, urls = self._site.matrix, self._urls
        groups = []
        payers = list(self.services_of)[: PART // 3]
        bound = max(3, PART // max(1, len(payers)))
        for payer in payers:
            url = address(urls.payer, payer=payer)
            links = [Link(matrix.services[slug].name, self.pair_url(payer, slug)) for slug in self.services_of[payer]]
            if len(links) > bound:
                links = [*links[: bound - 1], Link(f"All {len(links)} services", url)]
            groups.append(LinkGroup(f"{matrix.payers[payer].name} denials", url, tuple(links)))
        services = tuple(
            Link(matrix.services[slug].name, address(urls.service, service=slug)) for slug in self.payers_of
        )
        reasons = tuple(
            Link(matrix.reasons[slug].name, address(urls.reason, reason=slug))
            for slug in sorted(self.reasons_shown, key=self._place_of_reason)
        )
        groups.append(LinkGroup("By service", "", services[:PART]))
        groups.append(LinkGroup("By reason for the denial", "", reasons[:PART]))
        if len(payers) < len(self.services_of) or len(services) > PART or len(reasons) > PART:
            groups.append(LinkGroup("More", "", (Link("All denials", urls.index),)))
        return tuple(group for group in groups if group.links)

    def pair_url(self, payer: str, service: str) -> str:
        """The address of a payer and service hub."""
        return address(self._urls.payer_service, payer=payer, service=service)

    def _ring_of_payers(self, service: str, reason: str) -> Ring:
        """The payers with a page for a service and a reason."""
        payers = (one for one in self.payers_of[service] if reason in self.reasons[one, service])
        return self._rings_of_payers.setdefault((service, reason), _ring(payers))

    def _ring_of_services(self, payer: str, reason: str) -> tuple[str, Ring]:
        """The services of a payer that have a page for a reason, under the title of their list."""
        title = f"Other services {self._site.matrix.payers[payer].name} denies for this reason"
        return self._rings_of_services.put((payer, reason), (title, _ring(self._services_with(payer, reason))))

    def _ring_of_reasons(self, payer: str, service: str) -> tuple[str, Ring]:
        """The reasons for which a payer and a service have pages, under the title of their list."""
        matrix = self._site.matrix
        title = f"Other reasons {matrix.payers[payer].name} may give for {matrix.services[service].short}"
        return self._rings_of_reasons.put((payer, service), (title, _ring(self.reasons[payer, service])))

    def _services_with(self, payer: str, reason: str) -> list[str]:
        """The services of a payer that have a page for a reason, in the order of their names."""
        return [one for one in self.services_of[payer] if reason in self.reasons[payer, one]]

    def _children(self, kind: str, payer: str, service: str, reason: str) -> list[Children]:
        """The groups of a hub; the last hub's are remembered, as its parts follow one another."""
        key = (kind, payer, service, reason)
        if self._last[0] != key:
            self._last = (key, self._list_children(kind, payer, service, reason))
        return self._last[1]

    def _list_children(self, kind: str, payer: str, service: str, reason: str) -> list[Children]:
        matrix = self._site.matrix
        match kind:
            case "payer":
                pairs = [(payer, other) for other in self.services_of[payer]]
                return [self._pair_group(pair, matrix.services[pair[1]].name) for pair in pairs]
            case "service":
                pairs = [(other, service) for other in self.payers_of[service]]
                return [self._pair_group(pair, matrix.payers[pair[0]].name) for pair in pairs]
            case "payer_service":
                pair = (payer, service)
                return [Children("Which denial did you get?", "", len(self.reasons[pair]), partial(self._listed, pair))]
            case "reason":
                return [
                    Children(
                        matrix.payers[owner].name,
                        address(self._urls.payer, payer=owner),
                        len(services),
                        partial(self._links_for, owner, services, reason),
                    )
                    for owner in self.services_of
                    if (services := self._services_with(owner, reason))
                ]
        if sum(map(len, self.reasons.values())) <= PART:  # the index names every page of a small site
            return [
                self._pair_group((owner, one), f"{matrix.payers[owner].name}: {matrix.services[one].name}")
                for owner, services in self.services_of.items()
                for one in services
            ]
        return [
            Children(
                matrix.payers[owner].name,
                address(self._urls.payer, payer=owner),
                len(services),
                partial(self._links_of, owner, services),
            )
            for owner, services in self.services_of.items()
        ]

    def _pair_group(self, pair: Pair, title: str) -> Children:
        return Children(title, self.pair_url(*pair), len(self.reasons[pair]), partial(self._listed, pair))

    def _listed(self, pair: Pair) -> tuple[Link, ...]:
        """The links to all pages of a payer and a service, in the order of the reasons' names."""
        return tuple(self._list(*pair).values())

    def _list(self, payer: str, service: str) -> dict[str, Link]:
        """The same by reason."""
        return self._lists[service].get(payer) or self._make_links(payer, service)

    def _links_for(self, payer: str, services: Sequence[str], reason: str) -> list[Link]:
        """The links to the pages of a payer for a reason. Where not all links fit into memory, one that is not known is
        made alone: the others of its list would be forgotten before anybody needs them."""
        if self._all_fit:
            return [self.link(payer, service, reason) for service in services]
        return [
            known[reason]
            if (known := self._lists[service].get(payer))
            else self._made(payer, service, [reason])[reason]
            for service in services
        ]

    def _links_of(self, payer: str, services: Sequence[str]) -> list[Link]:
        return [self._hub(payer, service) for service in services]

    def _make_links(self, payer: str, service: str) -> dict[str, Link]:
        """The links to all pages of a payer and a service, by reason in the order of names. Whoever needs one of them
        needs the others soon, and made together they cost half."""
        if self._known == self._most:
            self._forget()
        self._known += 1
        reasons = sorted(self.reasons[payer, service], key=self._place_of_reason)
        links = self._lists[service][payer] = self._made(payer, service, reasons)
        list_together(list(links.values()))
        return links

    def _forget(self) -> None:
        """Give up all lists."""
        for of_service in self._lists.values():
            for links in of_service.values():
                next(iter(links.values()))._beside.clear()
            of_service.clear()
        self._known = 0

    def _made(self, payer: str, service: str, reasons: Sequence[str]) -> dict[str, Link]:
        url = self.combination_url
        headings = self._headings(payer, service, reasons)
        return {reason: Link(text, url(payer, service, reason)) for reason, text in zip(reasons, headings, strict=True)}

    def _hub(self, payer: str, service: str) -> Link:
        """The link to the hub of a payer and a service."""
        known = self._hubs.get((payer, service))
        if known is None:
            link = Link(self._site.matrix.services[service].name, self.pair_url(payer, service))
            known = self._hubs.put((payer, service), link)
        return known


def _ring(slugs: Iterable[str]) -> Ring:
    return (*sorted(slugs),) * 2


def _after(slug: str, ring: Ring, most: int) -> Ring:
    """At most ``most`` other slugs of a ring that follow one, so that all are chosen equally often."""
    around = len(ring) // 2
    start = bisect_left(ring, slug, 0, around) + 1
    return ring[start : start + min(most, around - 1)]


def _by_place(pattern: str) -> Callable[[str, str, str], str]:
    """A pattern of addresses as a function: every page has one made, and links to a score of others."""
    return re.sub(r"\{(\w+)\}", lambda found: f"{{{AXES.index(found[1])}}}", pattern).format


def _by_names(lists: Mapping[str, list[str]], owners: Entries, members: Entries) -> dict[str, list[str]]:
    """Lists of ``members``, and the ``owners`` that have them, in the order in which people read both."""
    by_name = _by_name(members)
    return {slug: sorted(lists[slug], key=by_name) for slug in sorted(lists, key=_by_name(owners))}


def _by_name(entries: Entries) -> Callable[[str], str]:
    """The order of a list that people read: by the names that it shows."""
    return lambda slug: entries[slug].name.casefold()
