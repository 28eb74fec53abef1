"""Which pages link to which: neighbours are other pages, all linked equally often; lists are in the order of names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

import pytest

from appealsite.plan.planner import Plan, make_plan
from appealsite.plan.record import HUBS
from appealsite.problems import Problem
from appealsite.read.layouts import read_layouts
from appealsite.read.models import Payer, Reason, Service
from appealsite.read.site import Site, read_site
from tests.small_site import ROOT

E = TypeVar("E", Payer, Service, Reason)


@pytest.fixture(scope="module")
def site() -> Site:
    """Our own site with names in the opposite order of slugs."""
    problems: list[Problem] = []
    site = read_site(ROOT, read_layouts(ROOT, problems), problems)
    assert site is not None, problems
    axes = {
        "payers": _turned(site.matrix.payers),
        "services": _turned(site.matrix.services),
        "reasons": _turned(site.matrix.reasons),
    }
    return replace(site, matrix=site.matrix.model_copy(update=axes))


def _turned(entries: Mapping[str, E]) -> dict[str, E]:
    number = len(entries)
    return {
        slug: entries[slug].model_copy(update={"name": f"{number - at:03} {entries[slug].name}"})
        for at, slug in enumerate(sorted(entries))
    }


@pytest.fixture(scope="module")
def plan(site: Site) -> Plan:
    return make_plan(site, date(2026, 11, 21), [])


def test_neighbours_are_spread_evenly_and_no_page_is_its_own(site: Site, plan: Plan) -> None:
    most = site.settings.neighbours
    combinations = [one for one in plan if one.kind == "combination"]
    cells = {one.url: (one.payer, one.service, one.reason) for one in combinations}
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
