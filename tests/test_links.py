"""Neighbours: other pages and never the page itself, and all pages of a circle linked equally often."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from appealsite.plan.planner import Plan, make_plan
from appealsite.problems import Problem
from appealsite.read.layouts import read_layouts
from appealsite.read.site import Site, read_site
from tests.small_site import ROOT


def our_plan() -> tuple[Site, Plan]:
    problems: list[Problem] = []
    site = read_site(ROOT, read_layouts(ROOT, problems), problems)
    assert site is not None, problems
    return site, make_plan(site, date(2026, 11, 21), problems)


def test_neighbours_are_spread_evenly_and_no_page_is_its_own() -> None:
    site, plan = our_plan()
    matrix = site.matrix
    names = [matrix.services[slug].name.casefold() for slug in sorted(matrix.services)]
    assert names != sorted(names), "slugs and names in different orders are what this is about"
    most = site.settings.neighbours
    combinations = [one for one in plan if one.kind == "combination"]
    cells = {one.url: (one.payer, one.service, one.reason) for one in combinations}
    linked: Counter[tuple[str, tuple[str, str]]] = Counter()
    circles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for record in combinations:
        payer, service, reason = cells[record.url]
        for circle in ((payer, service), (payer, reason), (service, reason)):
            circles[circle].add(record.url)
        for group in plan.page(record).groups:
            urls = [link.url for link in group.links]
            assert record.url not in urls
            assert len(set(urls)) == len(urls) <= most
            for url in urls:
                shared = tuple(a for a, b in zip(cells[url], cells[record.url], strict=True) if a == b)
                assert len(shared) == 2
                linked[url, (shared[0], shared[1])] += 1
    for circle, members in circles.items():
        for url in members:
            assert linked[url, circle] == min(most, len(members) - 1), url
