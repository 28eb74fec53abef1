"""A plan that lists nothing finds the same pages, with the same neighbours, as the plan of a build."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appealsite.plan.cells import Grid, expand, reasons_of
from appealsite.plan.planner import make_plan, make_plan_by_address
from appealsite.plan.urls import matches, without_part
from appealsite.problems import Problem
from appealsite.read.models import Combination
from appealsite.read.site import Site
from appealsite.read.validate import adapter
from benchmarks.workload import generate
from tests.small_site import ROOT, SMALL, read_whole

DAY = date(2026, 11, 21)


@lru_cache(maxsize=1)
def small() -> Site:
    return read_whole(SMALL)


@pytest.mark.parametrize("name", ["small", "ours", "generated"])
def test_every_page_is_found_by_its_address_and_no_other(name: str, tmp_path: Path) -> None:
    if name == "generated":
        generate(tmp_path / "generated", 900, "composed")
    site = read_whole({"small": SMALL, "ours": ROOT, "generated": tmp_path / "generated"}[name])
    problems: list[Problem] = []
    listed = make_plan(site, DAY, problems, drafts=True)
    found = make_plan_by_address(site, DAY, problems)
    assert problems == []
    for record in listed:
        assert found.find(record.url) == record
        assert found.page(record) == listed.page(record)
        for other in (record.url + "x", record.url + "page-99/", record.url.rstrip("/") + "//", record.url.upper()):
            known = {one.url for one in listed}
            assert (found.find(other) is not None) == (other in known)


AXES = {
    "payer": ("acme", "no"),
    "service": ("on", "walker", "speech-therapy"),
    "reason": ("012", "not-covered", "step-therapy"),
}


def axis(name: str) -> st.SearchStrategy[Any]:
    slugs = AXES[name]
    return st.one_of(st.just("all"), st.lists(st.sampled_from(slugs), min_size=1, unique=True))


entries = st.fixed_dictionaries(
    {name: axis(name) for name in AXES},
    optional={
        "except": st.lists(
            st.dictionaries(st.sampled_from(tuple(AXES)), st.sampled_from(("012", "on", "no", "all")), min_size=1),
            max_size=2,
        ),
        "status": st.just("draft"),
        "publish_on": st.sampled_from(("2026-01-01", "2999-01-01")),
        "index": st.just("false"),
    },
)


@given(st.lists(entries, max_size=5))
def test_cells_found_one_by_one_are_those_of_the_list(written: list[dict[str, Any]]) -> None:
    combinations = tuple(adapter(Combination).validate_python(one) for one in written)
    site = small()
    site = replace(site, matrix=replace(site.matrix, combinations=combinations))
    listed = expand(site, DAY, [])
    grid = Grid(site, DAY)
    assert {pair: tuple(reasons) for pair, reasons in grid.reasons.items()} == {
        pair: tuple(reasons) for pair, reasons in reasons_of(listed).items()
    }
    assert list(grid.reasons) == sorted(grid.reasons)
    by_key = {(cell.payer, cell.service, cell.reason): cell for cell in listed}
    for payer in AXES["payer"]:
        for service in AXES["service"]:
            for reason in AXES["reason"]:
                assert grid.cell(payer, service, reason) == by_key.get((payer, service, reason))


def test_slugs_that_run_together_are_found_in_every_way() -> None:
    slugs = {"payer": ("a", "a-b"), "service": ("c", "b-c")}
    found = list(matches("/{payer}-{service}/", "/a-b-c/", slugs))
    assert found == [{"service": "b-c", "payer": "a"}, {"service": "c", "payer": "a-b"}]
    assert list(matches("/x/", "/x/", {})) == [{}]
    assert list(matches("/{payer}/{payer}/", "/a/a-b/", slugs)) == []


def test_parts_of_hubs_are_told_from_their_addresses() -> None:
    assert without_part("/help/page-2/") == ("/help/", 2)
    assert without_part("/help-page-12") == ("/help", 12)
    assert without_part("/help/page-0/") == ("/help/page-0/", 1)
    assert without_part("/help/") == ("/help/", 1)
