"""Combinations expand as the design says: cross products, `all`, `except`, drafts; whatever the order of entries."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from appealsite.plan.cells import expand
from appealsite.problems import Problem
from appealsite.read.layouts import read_layouts
from appealsite.read.site import Site, read_site
from tests.small_site import SMALL, copy_small

TODAY = date(2026, 11, 21)
AXES = ("payer", "service", "reason")
MATRIX: dict[str, Any] = yaml.load((SMALL / "data/matrix.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
SLUGS = {axis: tuple(MATRIX[axis + "s"]) for axis in AXES}
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Entry:
    """A line of the combinations as a person may write it."""

    axes: dict[str, list[str]]
    exceptions: list[dict[str, list[str]]] = field(default_factory=list)
    status: str = ""
    publish_on: date | None = None
    index: bool = True

    def written(self) -> dict[str, Any]:
        """The entry as YAML values."""
        entry: dict[str, Any] = dict(self.axes)
        if self.exceptions:
            entry["except"] = self.exceptions
        if self.status:
            entry["status"] = self.status
        if self.publish_on:
            entry["publish_on"] = self.publish_on.isoformat()
        if not self.index:
            entry["index"] = "false"
        return entry


@dataclass(frozen=True)
class Expected:
    """What the naive model says of a list of entries."""

    cells: dict[Key, tuple[bool, bool]]  # draft, index
    twice: set[Key]
    misfits: set[Key]
    idle_exceptions: int
    empty_entries: int


def model(entries: list[Entry], angles: set[Key]) -> Expected:
    """The rules of the design, spelled out cell by cell."""
    claims: Counter[Key] = Counter()
    cells: dict[Key, tuple[bool, bool]] = {}
    misfits: set[Key] = set()
    idle = empty = 0
    for entry in entries:
        used = [False] * len(entry.exceptions)
        kept = 0
        for payer in SLUGS["payer"]:
            for service in SLUGS["service"]:
                for reason in SLUGS["reason"]:
                    key = (payer, service, reason)
                    named = dict(zip(AXES, key, strict=True))
                    if not all(slugs == ["all"] or named[axis] in slugs for axis, slugs in entry.axes.items()):
                        continue
                    left_out = False
                    for number, exception in enumerate(entry.exceptions):
                        if all(slugs == ["all"] or named[axis] in slugs for axis, slugs in exception.items()):
                            used[number] = left_out = True
                    if left_out:
                        continue
                    kept += 1
                    claims[key] += 1
                    if claims[key] > 1:
                        continue
                    later = entry.publish_on is not None and entry.publish_on > TODAY
                    from_all = any(slugs == ["all"] for slugs in entry.axes.values())
                    draft = entry.status == "draft" or later or (from_all and key not in angles)
                    cells[key] = (draft, entry.index)
                    fits = MATRIX["services"][service]["kind"] in MATRIX["reasons"][reason]["fits"]
                    if not draft and not fits and key not in angles:
                        misfits.add(key)
        idle += used.count(False)
        empty += kept == 0
    return Expected(cells, {key for key, count in claims.items() if count > 1}, misfits, idle, empty)


@contextmanager
def a_site(entries: list[Entry], angles: set[Key]) -> Iterator[tuple[Site | None, list[Problem]]]:
    """The small site with other combinations and angles, read from files as always."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_small(Path(folder) / "small")
        matrix = {**MATRIX, "combinations": [entry.written() for entry in entries]}
        (root / "data/matrix.yaml").write_text(yaml.safe_dump(matrix, sort_keys=False), "utf-8")
        shutil.rmtree(root / "content/angle")
        (root / "content/angle").mkdir()
        (root / "content/angle.md").write_text("An angle for all.\n", "utf-8")
        for payer, service, reason in angles:
            path = root / "content/angle" / payer / service / f"{reason}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("An angle.\n", "utf-8")
        problems: list[Problem] = []
        yield read_site(root, read_layouts(root, problems), problems), problems


def expanded(entries: list[Entry], angles: set[Key]) -> tuple[dict[Key, tuple[bool, bool]], list[Problem]]:
    """Cells with their draft and index flags, and the problems on the way."""
    with a_site(entries, angles) as (site, problems):
        assert site is not None, problems
        cells = expand(site, TODAY, problems)
        found = {(cell.payer, cell.service, cell.reason): (cell.draft, cell.indexed) for cell in cells}
        assert len(found) == len(cells)
        return found, problems


def _axis(axis: str) -> st.SearchStrategy[list[str]]:
    some = st.lists(st.sampled_from(SLUGS[axis]), min_size=1, unique=True)
    return st.one_of(some, some, st.just(["all"]))


slugs = st.sets(st.sampled_from([slug for axis in AXES for slug in SLUGS[axis]]), min_size=1, max_size=4)
exceptions = st.dictionaries(st.sampled_from(AXES), slugs, min_size=1).map(
    lambda drawn: {axis: [slug for slug in SLUGS[axis] if slug in chosen] or ["all"] for axis, chosen in drawn.items()}
)
entries = st.builds(
    Entry,
    axes=st.fixed_dictionaries({axis: _axis(axis) for axis in AXES}),
    exceptions=st.lists(exceptions, max_size=2),
    status=st.sampled_from(["", "", "published", "draft"]),
    publish_on=st.sampled_from([None, None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]),
    index=st.booleans(),
)
keys = st.tuples(*(st.sampled_from(SLUGS[axis]) for axis in AXES))


@given(st.lists(entries, max_size=4), st.sets(keys, max_size=8))
def test_cells_and_complaints_are_those_of_the_naive_model(written: list[Entry], angles: set[Key]) -> None:
    cells, problems = expanded(written, angles)
    expected = model(written, angles)
    messages = [problem.message for problem in problems]
    assert cells == expected.cells
    assert any("is listed twice" in message for message in messages) == bool(expected.twice)
    assert any("does not fit" in message for message in messages) == bool(expected.misfits)
    assert messages.count("this exception leaves nothing out") == expected.idle_exceptions
    assert messages.count("this entry makes no page") == expected.empty_entries


@given(st.lists(entries, max_size=4), st.sets(keys, max_size=8), st.randoms(use_true_random=False))
def test_no_order_of_entries_slugs_or_exceptions_changes_a_cell(
    written: list[Entry], angles: set[Key], random: Any
) -> None:
    if model(written, angles).twice:
        written = written[:1]  # two claims on a cell are an error, so no order is right
    turned = [
        replace(
            entry,
            axes={axis: random.sample(given, len(given)) for axis, given in entry.axes.items()},
            exceptions=random.sample(entry.exceptions, len(entry.exceptions)),
        )
        for entry in random.sample(written, len(written))
    ]
    assert expanded(written, angles)[0] == expanded(turned, angles)[0]


def test_a_cell_listed_twice_names_both_places() -> None:
    one = Entry({"payer": ["no"], "service": ["on"], "reason": ["012"]})
    two = Entry({"payer": ["all"], "service": ["on"], "reason": ["012", "not-covered"]})
    with a_site([one, two], set()) as (site, problems):
        assert site is not None
        expand(site, TODAY, problems)
        [problem] = problems
        lines = (site.root / "data/matrix.yaml").read_text("utf-8").splitlines()
        starts = [number for number, line in enumerate(lines, 1) if line == "- payer:"]
        assert problem.message == "the combination no/on/012 is listed twice"
        assert problem.mark.line == starts[1]
        assert f"first at data/matrix.yaml:{starts[0]}:3" in problem.hint


def test_many_doubles_are_told_three_times_and_counted() -> None:
    every = Entry({"payer": ["acme", "no"], "service": list(SLUGS["service"]), "reason": ["012"]})
    _, problems = expanded([every, every], set())
    assert len(problems) == 3
    assert all("listed twice (and 3 more like it)" in problem.message for problem in problems)


@pytest.mark.parametrize(("day", "draft"), [(TODAY, False), (TODAY + timedelta(1), True)])
def test_publish_on_counts_from_its_own_day(day: date, draft: bool) -> None:
    entry = Entry({"payer": ["no"], "service": ["on"], "reason": ["012"]}, publish_on=day)
    assert expanded([entry], set())[0] == {("no", "on", "012"): (draft, True)}


def test_a_cell_from_all_is_a_draft_until_it_has_an_angle_of_its_own() -> None:
    entry = Entry({"payer": ["all"], "service": ["on"], "reason": ["012"]})
    cells, problems = expanded([entry], {("acme", "on", "012")})
    assert cells == {("no", "on", "012"): (True, True), ("acme", "on", "012"): (False, True)}
    assert problems == []


def test_a_misfit_is_published_only_with_an_angle_of_its_own() -> None:
    entry = Entry({"payer": ["no"], "service": ["walker"], "reason": ["step-therapy"]})
    assert expanded([entry], {("no", "walker", "step-therapy")})[1] == []
    assert expanded([replace(entry, status="draft")], set())[1] == []
    [problem] = expanded([entry], set())[1]
    assert problem.message == "the reason 'step-therapy' does not fit 'walker', a device"
    assert "content/angle/no/walker/step-therapy.md" in problem.hint
