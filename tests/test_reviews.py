"""Who reviewed a page: nobody until a person of data/people.yaml has, and only what is written for that page."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.published_site import edit
from tests.small_site import ROOT, call

PEOPLE = """\
jane-roe:
  name: Jane Roe <MD>
  credentials: neurologist
  role: clinician
  profile: https://board.example/jane-roe
"""
ANGLE = "content/angle/cigna/cimt/step-therapy.md"
PAGE = "site/help/cigna/cimt/step-therapy/index.html"
NOBODY = "No clinician or lawyer has reviewed this page yet."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "data/people.yaml").write_text(PEOPLE, "utf-8")
    return tmp_path


def review(root: Path, path: str, who: str = "jane-roe") -> None:
    edit(root / path, "checked: ", f"reviewed_by: {{{who}: 2026-12-01}}\nchecked: ")


def test_a_page_says_that_nobody_has_reviewed_it_until_somebody_has(root: Path) -> None:
    assert call("--root", root).status == 0
    assert NOBODY in (root / PAGE).read_text("utf-8")
    review(root, ANGLE)
    assert call("--root", root).status == 0
    page = (root / PAGE).read_text("utf-8")
    assert NOBODY not in page
    assert '<a href="https://board.example/jane-roe">Jane Roe &lt;MD&gt;</a>, neurologist, on' in page
    assert '<time datetime="2026-12-01">1 December 2026</time>' in page
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    told = next(node for node in data["@graph"] if "reviewedBy" in node)
    assert told["reviewedBy"] == [{"@type": "Person", "name": "Jane Roe <MD>"}]
    assert told["lastReviewed"] == "2026-12-01"
    others = [path for path in (root / "site").rglob("*.html") if path != root / PAGE and path.name != "404.html"]
    assert [path for path in others if "Jane Roe" in path.read_text("utf-8")] == []


def test_whoever_reviews_a_shared_text_has_not_reviewed_the_pages_that_show_it(root: Path) -> None:
    review(root, "content/next-steps.md")
    assert call("--root", root).status == 0
    assert NOBODY in (root / PAGE).read_text("utf-8")
    assert not any("Jane Roe" in path.read_text("utf-8") for path in (root / "site").rglob("*.html"))


def test_a_guide_and_a_hub_can_be_reviewed(root: Path) -> None:
    review(root, "content/pages/guides/claim-file.md")
    review(root, "content/payer-intro/cigna/any/any.md")
    assert call("--root", root).status == 0
    for page in ("guides/claim-file", "help/cigna"):
        assert "Jane Roe" in (root / "site" / page / "index.html").read_text("utf-8")
    assert NOBODY in (root / PAGE).read_text("utf-8")


def test_a_reviewer_nobody_knows_stops_the_build(root: Path) -> None:
    review(root, ANGLE, "jane-row")
    done = call("--root", root)
    assert done.status == 1
    assert f"{ANGLE}:" in done.err
    assert "unknown person 'jane-row'" in done.err
    assert "did you mean 'jane-roe'?" in done.err
    (root / "data/people.yaml").unlink()
    assert "name the person in data/people.yaml first" in call("--root", root).err


@pytest.mark.parametrize("command", [(), ("explain", "/help/cigna/cimt/step-therapy/"), ("diff",), ("check",)])
def test_a_reviewer_nobody_knows_is_the_one_problem_that_a_command_tells(root: Path, command: tuple[str, ...]) -> None:
    review(root, ANGLE, "jane-row")
    done = call("--root", root, *command)
    assert done.status == 1
    told, count = [line for line in done.err.splitlines() if line and line[0] != " "]
    assert told.startswith(f"{ANGLE}:")
    assert told.endswith(": unknown person 'jane-row'")
    assert count.startswith("1 problem; ")
