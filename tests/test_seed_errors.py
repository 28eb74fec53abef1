"""Every mistake of severity A or B that denial-help pages are known for is right, absent or sourced on ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real_site import FIVE, ROOT, combinations, pages, source_ids, visible_text

ROWS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/seed_errors.yaml").read_text("utf-8"))
LISTED = (
    "1 2 2b 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 37b 37c 38 "
    "39 40 41 42 43"
).split()
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "data/matrix.yaml").read_text("utf-8"))["services"]
FACTS = ROOT.parent / "shared/facts/seed-errors.md"


def kind_of_service(name: str) -> str | None:
    """The kind of the service that a page's address names: /services/cimt/, /help/cigna/cimt/ and what lies below."""
    found = re.match(r"(?:services|help/[^/]+)/([^/]+)/", name)
    return SERVICES[found[1]]["kind"] if found and found[1] in SERVICES else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["row"])
def test_the_mistake_is_absent_and_its_correction_stands_with_its_source(row: dict[str, Any]) -> None:
    held = [page for page in pages().items() if "of" not in row or kind_of_service(page[0]) == row["of"]]
    assert held, "the row holds for no page"
    for name, page in held:
        for pattern in row.get("absent", ()):
            found = re.search(pattern, visible_text(page), re.IGNORECASE)
            assert not found, f"{name} says {found and found[0]!r}"
    if "says" not in row:
        assert row["absent"], "a row without a correction must forbid something"
        return
    wanted = [name for name in FIVE if any(name.endswith(end) for end in row.get("pages", [""]))]
    assert len(wanted) == len(row.get("pages", FIVE))
    for name in wanted:
        page = combinations()[name]
        assert re.search(row["says"], visible_text(page)), f"{name} does not say {row['says']!r}"
        assert row["source"] in source_ids(page), f"{name} does not list {row['source']}"


def test_no_row_of_the_list_is_left_out() -> None:
    assert [row["row"] for row in ROWS] == LISTED


@pytest.mark.skipif(not FACTS.is_file(), reason="the list of mistakes is not beside this checkout")
def test_the_rows_are_those_of_the_fact_sheet() -> None:
    rows = re.findall(r"^\| (\d+[a-z]?) \| [AB] \|", Path(FACTS).read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(LISTED)
