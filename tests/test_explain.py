"""``explain``: where each block of a page comes from, and which pages use a file."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from appealsite.plan.blocks import ORDER, Place, candidates
from appealsite.plan.explain import _why_not
from tests.small_site import call, copy_small, run

URL = "/help/acme/on/step-therapy/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


def test_a_page_is_explained_block_by_block(root: Path) -> None:
    done = call("--root", root, "explain", URL)
    assert (done.status, done.err) == (0, "")
    for words in (
        f"{URL}: ",
        "from data/matrix.yaml:",
        "site/help/acme/on/step-therapy/index.html",
        "fingerprint: ",
        "next-steps: content/next-steps/acme/@drug/any.md:",
        "won over content/next-steps.md: the winner names 1 slug, this names no slugs",
        "used payer.name = Acme",
        "  cites ",
        "findings: not checked yet",
    ):
        assert words in done.out, words
    blocks = [line.split(":")[0] for line in done.out.split("\n\n")[1:-1]]
    assert blocks.index("next-steps") > blocks.index("emergency")


@pytest.mark.parametrize(
    "given",
    [
        URL,
        URL.strip("/"),
        f"https://small.example{URL}",
        f"http://127.0.0.1:8000{URL}",
        f"{URL}index.html",
        f"{URL}?a#b",
        f"https://[bad{URL}",
    ],
)
def test_an_address_may_be_given_in_any_form(root: Path, given: str) -> None:
    assert call("--root", root, "explain", given).out.startswith(f"{URL}: ")


def test_a_file_is_explained_by_its_pages(root: Path) -> None:
    done = call("--root", root, "explain", "content/next-steps/acme/@drug/any.md")
    whole = call("--root", root, "explain", root.resolve() / "content/next-steps/acme/@drug/any.md")
    assert whole.out == done.out
    assert done.status == 0
    assert done.out.splitlines()[0].endswith("shown on 2 pages")
    assert f"  {URL}" in done.out
    assert "/help/acme/on/012/ (draft)" in done.out
    shared = call("--root", root, "explain", "content/next-steps.md").out
    assert URL not in shared, "a page that shows a more specific file is none of its pages"


def test_a_page_that_the_menu_names_is_said_to_stand_there(root: Path) -> None:
    thanks, plans = "content/pages/thanks.md", "content/pages/guides/kinds-of-plan.md"
    assert call("--root", root, "explain", thanks).out == f"{thanks}: shown on 1 page\n  /thanks/\n"
    assert call("--root", root, "explain", plans).out == (
        f"{plans}: shown on 1 page; its name stands in the menu of every page\n  /guides/kinds-of-plan/\n"
    )


def test_findings_of_the_last_check_are_shown(root: Path) -> None:
    call("--root", root, "check")
    out = call("--root", root, "explain", URL).out
    assert "findings of the check of 2026-11-21:" in out


def test_findings_are_as_bad_as_the_check_said(root: Path) -> None:
    """In a process of its own, which has none of the rules at hand."""
    (root / "content/emergency.md").write_text("Call within 3 days. Call the the plan.\n", "utf-8")
    findings = json.loads(call("--root", root, "check", "--format", "json").out)["findings"]
    said = {(one["severity"], one["code"]) for one in findings if one["file"] == "content/emergency.md"}
    assert {("error", "C01"), ("warning", "T04")} <= said
    lines = run("--root", root, "explain", URL).out.splitlines()
    told = [line.split()[1:3] for line in lines if line.startswith("  content/emergency.md:")]
    assert {(severity, code.rstrip(":")) for severity, code in told} == said


@pytest.mark.parametrize(
    ("given", "told"),
    [("/help/acme/on/stp-therapy/", "did you mean"), ("content/next-step.md", "did you mean 'content/next-steps.md'?")],
)
def test_what_does_not_exist_is_told(root: Path, given: str, told: str) -> None:
    done = call("--root", root, "explain", given)
    assert done.status == 1
    assert told in done.err


@pytest.mark.parametrize("given", ["data/matrix.yaml", "./layouts/page.html", "content"])
def test_of_a_file_that_is_no_text_explain_says_what_it_can_explain(root: Path, given: str) -> None:
    done = call("--root", root, "explain", given)
    assert (done.status, done.out) == (1, "")
    name = given.removeprefix("./")
    assert done.err.splitlines()[0] == f"{name}: only pages and files of content/ can be explained"
    whole = call("--root", root, "explain", root.resolve() / name)
    assert whole.err == done.err


def test_why_a_file_lost_is_the_rule_that_chose_the_winner() -> None:
    place = Place("p", "s", "@drug", "r", "@clinical")
    files = {cell: "/".join(cell) for cell in place.cells(ORDER)}
    ordered = candidates(files, place)
    cells = {path: cell for cell, path in files.items()}
    for better, worse in pairwise(ordered):
        assert _why_not(cells[worse], cells[better])
    assert "slug" in _why_not(("any", "any", "any"), ("p", "any", "any"))
    assert "group" in _why_not(("p", "any", "any"), ("p", "@drug", "any"))
    assert "reason is more specific" in _why_not(("p", "any", "any"), ("any", "any", "r"))
