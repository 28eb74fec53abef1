"""`build.py diff` says what the next deploy adds, changes and retires, and what each coming day publishes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.published_site import LATER, build_later, edit, published_site
from tests.small_site import call, copy_small, tree

WALKER = "/help/acme/walker/step-therapy/"
ANGLE = "content/angle/acme/walker/step-therapy.md"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return published_site(tmp_path)


def said(root: Path, **environment: str) -> dict[str, Any]:
    done = call("--root", root, "diff", "--format", "json", **environment)
    assert (done.status, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_nothing_to_deploy(site: Path) -> None:
    assert call("--root", site, "diff").out.startswith("The next deploy changes nothing\n")
    found = said(site)
    assert found["added"] == found["changed"] == found["retired"] == []
    assert (found["only_layout"], found["unchanged"]) == (0, 25)


def test_before_the_first_deploy_everything_is_new(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    assert len(said(root)["added"]) == 25
    assert not (root / "site").exists()


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("Ask for `the rule`.", "Ask for it.", ["text"]),
        ("search_title: Steps before", "search_title: Rules before", ["title"]),
        ("description: Steps are", "description: Rules are", ["description"]),
    ],
)
def test_a_change_is_named_by_its_kind(site: Path, old: str, new: str, kinds: list[str]) -> None:
    edit(site / ANGLE, old, new)
    assert said(site)["changed"] == [{"url": WALKER, "kinds": kinds}]


def test_a_new_page_changes_the_links_of_those_that_lead_to_it(site: Path) -> None:
    with (site / "data/matrix.yaml").open("a", encoding="utf-8") as matrix:
        matrix.write("  - {payer: no, service: walker, reason: 012}\n")
    edit(site / "data/matrix.yaml", "  - {payer: no, service: walker, reason: 012, status: draft}\n", "")
    found = said(site)
    assert found["added"] == ["/help/no/walker/012/"]
    changed = {one["url"]: one["kinds"] for one in found["changed"]}
    assert changed["/help/no/walker/"][0] == "links"
    assert "/help/acme/walker/step-therapy/" not in {url for url, kinds in changed.items() if kinds != ["links"]}


def test_a_change_to_the_layout_is_told_apart(site: Path) -> None:
    edit(site / "layouts/page.html", "</main>", "</main>\n<footer>New foot</footer>")
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for it.")
    found = said(site)
    assert [one["url"] for one in found["changed"]] == [WALKER]
    assert (found["only_layout"], found["unchanged"]) == (24, 0)
    assert "Changes only the layout of 24 more\n" in call("--root", site, "diff").out


def test_a_page_that_leaves_search_engines_is_a_change(site: Path) -> None:
    edit(site / "data/matrix.yaml", "service: [on, walker]", "service: [on, walker]\n    index: false")
    changed = {one["url"]: one["kinds"] for one in said(site)["changed"]}
    assert changed[WALKER] == ["listing in search engines"]


def test_what_is_retired_is_named_with_where_it_leads(site: Path) -> None:
    (site / "content/pages/thanks.md").unlink()
    (site / "data/redirects.yaml").write_text("moved: {/thanks/: /help/}\n", "utf-8")
    assert said(site)["retired"] == [{"url": "/thanks/", "to": "/help/"}]
    assert "Retires 1 page\n  /thanks/ → /help/\n" in call("--root", site, "diff").out
    (site / "data/redirects.yaml").write_text("gone: [/thanks/]\n", "utf-8")
    assert said(site)["retired"] == [{"url": "/thanks/", "to": None}]
    build_later(site)
    call("--root", site, "record", **LATER)
    assert said(site, **LATER)["retired"] == []


def test_for_a_pull_request_it_is_markdown(site: Path) -> None:
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for it.")
    out = call("--root", site, "diff", "--format", "markdown").out
    assert out.startswith(f"### Changes 1 page\n\n- `{WALKER}` (text)\n")


def test_a_long_list_is_cut_for_people_and_whole_for_programs(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    for number in range(150):
        text = f"---\ntitle: Page {number}\ndescription: Page {number}.\n---\nText.\n"
        (root / f"content/pages/page-{number}.md").write_text(text, "utf-8")
    assert "and 75 more; --format json names all" in call("--root", root, "diff").out
    assert len(said(root)["added"]) == 175


def test_a_built_site_and_none_give_the_same_answer(site: Path) -> None:
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for it.")
    unbuilt = said(site, **LATER)
    build_later(site)
    built = said(site, **LATER)
    assert unbuilt == built
    shutil.rmtree(site / "site")
    assert said(site, **LATER) == built


def test_it_writes_nothing(site: Path) -> None:
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for it.")
    before = tree(site)
    said(site)
    assert tree(site) == before


def test_what_would_stop_the_build_stops_it_too(site: Path) -> None:
    (site / "content/pages/thanks.md").unlink()
    done = call("--root", site, "diff")
    assert done.status == 1
    assert done.err.endswith("1 problem; the next build would stop here\n")


def waves(root: Path, lines: str) -> list[dict[str, Any]]:
    with (root / "data/matrix.yaml").open("a", encoding="utf-8") as matrix:
        matrix.write(lines)
    found: list[dict[str, Any]] = said(root)["waves"]
    return found


def test_waves_say_what_each_coming_day_publishes(site: Path) -> None:
    found = waves(
        site,
        "  - {payer: no, service: on, reason: step-therapy, publish_on: 2027-01-15}\n"
        "  - {payer: acme, service: [walker, on], reason: not-covered, publish_on: 2027-01-15}\n",
    )
    assert [wave["date"] for wave in found] == ["2027-01-15", "2999-01-01"]
    assert found[0]["urls"] == [
        "/help/acme/on/not-covered/", "/help/acme/walker/not-covered/", "/help/no/on/step-therapy/",
    ]  # fmt: skip
    out = call("--root", site, "diff").out
    assert "To come on 15 January 2027: 3 pages\n  /help/acme/on/not-covered/\n" in out


def test_a_wave_publishes_what_a_build_on_that_day_publishes(site: Path) -> None:
    found = waves(site, "  - {payer: acme, service: all, reason: not-covered, publish_on: 2027-01-15}\n")
    assert [wave["date"] for wave in found] == ["2999-01-01"], (
        "a cell from 'all' without a text of its own stays a draft"
    )
    angle = site / "content/angle/acme/on/not-covered.md"
    angle.parent.mkdir(parents=True, exist_ok=True)
    angle.write_text("---\ntitle: Off the list\n---\nAsk.\n", "utf-8")
    wave = said(site)["waves"][0]
    before = set(tree(site / "site"))
    assert call("--root", site, SOURCE_DATE_EPOCH="1799971200").status == 0  # 2027-01-15
    new = {"/" + name.removesuffix("index.html") for name in set(tree(site / "site")) - before}
    assert set(wave["urls"]) == {url for url in new if url.count("/") == 5} == {"/help/acme/on/not-covered/"}


def test_a_wave_names_the_misfits_that_would_stop_its_build(site: Path) -> None:
    found = waves(site, "  - {payer: no, service: walker, reason: step-therapy, publish_on: 2027-01-15}\n")
    assert found[0]["lacking_text"] == ["/help/no/walker/step-therapy/"]
    assert "write a text for it, or that day's build stops" in call("--root", site, "diff").out
    assert "does not fit" in call("--root", site, SOURCE_DATE_EPOCH="1799971200").err
