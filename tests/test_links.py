"""Which pages link to which: neighbours are other pages, all linked equally often; lists are in the order of names."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import pytest

from appealsite.plan import links
from appealsite.plan.cells import expand, reasons_of
from appealsite.plan.links import Links
from appealsite.plan.page import Link
from appealsite.plan.planner import Plan, make_plan
from appealsite.plan.record import HUBS, Record
from appealsite.read.models import Payer, Reason, Service
from appealsite.read.site import Site
from tests.small_site import ROOT, read_whole

E = TypeVar("E", Payer, Service, Reason)


@pytest.fixture(scope="module")
def site() -> Site:
    """Our own site with names in the opposite order of slugs, and room for two neighbours."""
    site = read_whole(ROOT)
    axes: dict[str, Any] = {
        "payers": _turned(site.matrix.payers),
        "services": _turned(site.matrix.services),
        "reasons": _turned(site.matrix.reasons),
    }
    settings = replace(site.settings, neighbours=2)
    return replace(site, matrix=replace(site.matrix, **axes), settings=settings)


def _turned(entries: Mapping[str, E]) -> dict[str, E]:
    number = len(entries)
    return {
        slug: replace(entries[slug], name=f"{number - at:03} {entries[slug].name}")
        for at, slug in enumerate(sorted(entries))
    }


def plan_of(site: Site) -> Plan:
    return make_plan(site, date(2026, 11, 21), [])


@pytest.fixture(scope="module")
def plan(site: Site) -> Plan:
    return plan_of(site)


def cell_of(record: Record) -> tuple[str, str, str]:
    return record.payer, record.service, record.reason


def test_links_are_the_same_when_few_of_them_fit_into_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [(page.groups, page.parts) for page in map(plan_of(site).page, plan_of(site))]
    monkeypatch.setattr(links, "KEPT", 2)
    small = plan_of(site)
    assert [(page.groups, page.parts) for page in map(small.page, small)] == whole


class Counted:
    """The links of a site's cells, and how often each was made."""

    def __init__(self, site: Site) -> None:
        self.made: Counter[tuple[str, str, str]] = Counter()
        self.cells = [(cell.payer, cell.service, cell.reason) for cell in expand(site, date(2026, 11, 21), [])]
        self.links = Links(site, reasons_of(expand(site, date(2026, 11, 21), [])), self._headings)

    def _headings(self, payer: str, service: str, reasons: Sequence[str]) -> list[str]:
        self.made.update((payer, service, reason) for reason in reasons)
        return [f"{payer} {service} {reason}" for reason in reasons]

    def make_hubs_of_reasons(self) -> None:
        for reason in self.links.reasons_shown:
            for number in range(1, self.links.parts("reason", reason=reason) + 1):
                self.links.part("reason", number, reason=reason)


@pytest.mark.parametrize("kept", [1 << 17, 4])
def test_a_hub_makes_each_of_its_links_once(site: Site, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr(links, "KEPT", kept)
    counted = Counted(site)
    counted.make_hubs_of_reasons()
    assert counted.made == dict.fromkeys(counted.cells, 1)


def test_links_that_fit_into_memory_are_made_once_for_all_pages(site: Site) -> None:
    counted = Counted(site)
    counted.make_hubs_of_reasons()
    for cell in counted.cells:
        counted.links.neighbours(*cell)
        counted.links.link(*cell)
    assert counted.made == dict.fromkeys(counted.cells, 1)


def test_links_in_memory_are_few_when_few_may_be_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "KEPT", 100)
    matrix = site.matrix
    all_reasons = sorted(matrix.reasons)
    pairs = [(payer, service) for payer in sorted(matrix.payers) for service in sorted(matrix.services)]
    one = Links(site, dict.fromkeys(pairs, all_reasons), lambda _payer, _service, reasons: list(reasons))
    gc.collect()
    before = _links_alive()
    for pair in pairs:
        one.neighbours(*pair, all_reasons[0])
    assert len(pairs) * len(all_reasons) > 400
    assert _links_alive() - before <= 100


def _links_alive() -> int:
    return sum(type(one) is Link for one in gc.get_objects())


def test_neighbours_are_spread_evenly_and_no_page_is_its_own(site: Site, plan: Plan) -> None:
    most = site.settings.neighbours
    combinations = [one for one in plan if one.kind == "combination"]
    cells = {one.url: cell_of(one) for one in combinations}
    linked: Counter[tuple[str, tuple[str, ...]]] = Counter()
    circles: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for record in combinations:
        payer, service, reason = cells[record.url]
        for pair in ((payer, service), (payer, reason), (service, reason)):
            circles[pair].add(record.url)
        for group in plan.page(record).groups:
            urls = [link.url for link in group.links]
            assert record.url not in urls
            assert len(set(urls)) == len(urls) <= most
            for url in urls:
                shared = tuple(a for a, b in zip(cells[url], cells[record.url], strict=True) if a == b)
                assert len(shared) == 2
                linked[url, shared] += 1
    assert max(map(len, circles.values())) > most + 1
    for circle, members in circles.items():
        for url in members:
            assert linked[url, circle] == min(most, len(members) - 1), url


def test_lists_are_in_the_order_of_the_names_that_people_read(site: Site, plan: Plan) -> None:
    matrix = site.matrix
    names = {
        one.url: (
            matrix.payers[one.payer].name,
            matrix.services[one.service].name if one.service else "",
            matrix.reasons[one.reason].name if one.reason else "",
        )
        for one in plan
        if one.payer
    }
    lists = 0
    for record in plan:
        if record.kind not in HUBS and record.kind != "home":
            continue
        groups = [group for group in plan.page(record).groups if not group.title.startswith("By ")]
        titles = [group.title for group in groups]
        assert titles == sorted(titles), record.url
        for group in groups:
            listed = [names[link.url] for link in group.links]
            assert listed == sorted(listed), record.url
            lists += len(listed) > 1
    assert lists > 20
    by_service, by_reason = plan.page(plan[0]).groups[-2:]
    for group in (by_service, by_reason):
        assert [link.text for link in group.links] == sorted(link.text for link in group.links)


def test_the_parts_of_a_hub_hold_each_link_once_and_none_more_than_its_share(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PART", 4)
    plan = plan_of(site)
    parts: defaultdict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for record in sorted(plan, key=lambda record: record.part):
        if record.kind in HUBS:
            groups = plan.page(record).groups
            hub = (record.kind, record.payer, record.service, record.reason)
            parts[hub].append([link.url for group in groups for link in group.links])
    for (kind, *slugs), listed in parts.items():
        assert [len(part) for part in listed[:-1]] == [4] * (len(listed) - 1)
        assert 1 <= len(listed[-1]) <= 4
        wanted = "payer_service" if kind == "index" else "combination"  # of a large site, the index lists hubs
        shown = [
            one.url
            for one in plan
            if one.kind == wanted and all(slug in ("", own) for slug, own in zip(slugs, cell_of(one), strict=True))
        ]
        assert sorted(url for part in listed for url in part) == sorted(shown)
    assert max(map(len, parts.values())) > 3


def test_the_index_names_every_page_as_long_as_one_part_can_hold_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = plan_of(site).combinations
    for part, kind in ((pages, "combination"), (pages - 1, "payer_service")):
        monkeypatch.setattr(links, "PART", part)
        plan = plan_of(site)
        index = next(record for record in plan if record.kind == "index")
        kinds = {one.url: one.kind for one in plan}
        assert {kinds[link.url] for group in plan.page(index).groups for link in group.links} == {kind}


def test_the_home_page_of_a_large_site_shows_a_share_of_each_list_and_leads_on_to_the_rest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = plan_of(site).page(Record("home", "/")).groups
    assert "More" not in [group.title for group in whole]
    monkeypatch.setattr(links, "PART", 9)
    plan = plan_of(site)
    *payers, services, reasons, more = plan.page(Record("home", "/")).groups
    assert [group.title for group in payers] == [group.title for group in whole[:3]]
    for group, full in zip(payers, whole[:3], strict=True):
        assert group.links[:2] == full.links[:2]
        assert group.links[2:] == (Link(f"All {len(full.links)} services", group.url),)
    assert (services.links, reasons.links) == (whole[-2].links[:9], whole[-1].links[:9])
    assert (more.title, more.links) == ("More", (Link("All denials", site.settings.urls.index),))
