"""A page's dates change when its content does and never otherwise; what was published is written down line by line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from appealsite.plan.page import Page
from appealsite.read.published import SEGMENTS
from appealsite.values import fields_of
from tests.changed_values import LEFT_OUT
from tests.published_site import (
    LATER,
    RECORDED_ON,
    STATE,
    build_later,
    changed_later,
    edit,
    last_changed,
    published_site,
    state,
)
from tests.real_site import ROOT, run_build
from tests.small_site import SITES, call, copy_small, tree

WALKER = "/help/acme/walker/step-therapy/"
ANGLE = "content/angle/acme/walker/step-therapy.md"
GOLDEN = SITES / "recorded.txt"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return published_site(tmp_path)


def test_nothing_changes_by_itself(site: Path) -> None:
    before = tree(site / "site")
    assert changed_later(site) == set()
    assert tree(site / "site") == before


def test_a_change_to_the_footer_changes_no_date(site: Path) -> None:
    edit(site / "layouts/page.html", "</main>", "</main>\n<footer>New foot</footer>")
    assert changed_later(site) == set()
    assert "New foot" in (site / "site/index.html").read_text("utf-8")


def test_a_change_to_the_menu_changes_no_date_but_that_of_pages_that_say_it(site: Path) -> None:
    edit(site / "data/site.yaml", "menu: [guides/kinds-of-plan]", "menu: [guides/kinds-of-plan, thanks]")
    assert changed_later(site) == set()


def test_a_change_to_one_angle_changes_that_page_and_no_other(site: Path) -> None:
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for `the rule` in writing.")
    assert changed_later(site) == {WALKER}


def test_a_change_to_a_shared_block_changes_the_pages_that_show_it(site: Path) -> None:
    edit(site / "content/next-steps.md", "2. Wait.", "2. Wait a while.")
    changed = changed_later(site)
    pages = {"/" + path.relative_to(site / "site").as_posix() for path in (site / "site").rglob("*.html")}
    showing = {url for url in pages if "Wait a while" in (site / "site" / url[1:]).read_text("utf-8")}
    listed = {url.removesuffix("index.html") for url in showing} & set(last_changed(site))
    assert changed == listed
    assert 1 < len(changed) < len(last_changed(site))


def test_the_same_words_in_a_file_for_one_page_change_no_date(site: Path) -> None:
    text = (site / "content/rights.md").read_text("utf-8")
    own = site / "content/rights/acme/walker/step-therapy.md"
    own.parent.mkdir(parents=True)
    own.write_text(text, "utf-8")
    assert changed_later(site) == set()
    edit(own, text.rstrip().rpartition("\n")[2], "Other words.")
    assert changed_later(site) == {WALKER}


def test_looking_a_source_up_again_changes_no_date(site: Path) -> None:
    path = site / "data/sources.yaml"
    text = re.sub(r"checked: \S+", "checked: 2026-11-20", path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    assert changed_later(site) == set()


def test_words_written_out_or_looked_up_are_the_same_words(site: Path) -> None:
    edit(
        site / ANGLE,
        "A step rule is about drugs, {{ payer.full_name }} says",
        "A step rule is about drugs, Acme Health says",
    )
    assert changed_later(site) == set()


def test_a_text_that_moves_to_another_file_is_the_same_text(site: Path) -> None:
    after = site / "content/next-steps/any/any/any.md"
    (site / "content/next-steps.md").rename(after)
    assert changed_later(site) == set()


def test_a_changed_page_keeps_the_day_it_was_first_published(site: Path) -> None:
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for `the rule` in writing.")
    build_later(site)
    assert call("--root", site, "record", **LATER).status == 0
    assert state(site)[WALKER][:2] == [RECORDED_ON, "2026-12-01"]
    assert state(site)["/"][:2] == [RECORDED_ON, RECORDED_ON]


def test_a_page_that_was_never_recorded_carries_the_date_of_the_build(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    build_later(root)
    assert set(last_changed(root).values()) == {"2026-12-01"}
    assert not (root / STATE).exists(), "a build only reads the state"


def test_drafts_the_page_for_missing_addresses_and_nothing_else_are_left_out(site: Path) -> None:
    built = {
        "/" + path.relative_to(site / "site").as_posix().removesuffix(".html").removesuffix("index")
        for path in (site / "site").rglob("*.html")
    }
    assert set(state(site)) == built - {"/404"}
    assert "/help/no/walker/012/" not in state(site), "a draft"


def test_a_page_that_search_engines_skip_is_recorded_as_such(site: Path) -> None:
    hidden = {url for url, columns in state(site).items() if columns[-1] == "noindex"}
    assert "/help/no/walker/not-covered/" in hidden
    assert set(last_changed(site)) == set(state(site)) - hidden


def test_the_state_reads_well_in_a_diff(site: Path) -> None:
    before = (site / STATE).read_text("utf-8").splitlines()
    assert before[2:] == sorted(before[2:])
    edit(site / ANGLE, "Ask for `the rule`.", "Ask for `the rule` in writing.")
    build_later(site)
    call("--root", site, "record", **LATER)
    after = (site / STATE).read_text("utf-8").splitlines()
    differing = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(differing) == 1
    assert differing[0].startswith(f"{WALKER}\t{RECORDED_ON}\t2026-12-01\t")


def test_the_same_pages_have_the_same_digests_in_every_version_of_the_generator(site: Path, accept: bool) -> None:
    """A change of the generator that moves these digests makes every published page look rewritten."""
    recorded = (site / STATE).read_text("utf-8").partition("\n# layouts ")[2].partition("\n")[2]
    if accept:
        GOLDEN.write_text(recorded, "utf-8")
    assert recorded == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "segment"),
    [
        (ANGLE, "Ask for `the rule`.", "Ask them.", "text"),
        (ANGLE, "search_title: Steps before", "search_title: Rules before", "title"),
        (ANGLE, "description: Steps are", "description: Rules are", "description"),
        ("data/site.yaml", "neighbours: 2", "neighbours: 1", "links"),
        ("data/site.yaml", "name: SmallHelp", "name: TinyHelp", "structured data"),
    ],
)
def test_each_kind_of_change_is_known_by_its_own_digest(
    site: Path, file: str, old: str, new: str, segment: str
) -> None:
    url = "/help/acme/speech-therapy/step-therapy/" if segment == "links" else WALKER
    before = state(site)[url][2].split("-")
    edit(site / file, old, new)
    build_later(site)
    call("--root", site, "record", **LATER)
    after = state(site)[url][2].split("-")
    differing = {name for name, one, other in zip(SEGMENTS, before, after, strict=True) if one != other}
    assert segment in differing
    assert len(differing) == 1 or segment == "structured data"


def test_every_field_of_a_page_is_content_or_known_not_to_be() -> None:
    """A new field is to be put where it belongs: into the digests, or here."""
    content = {
        "heading", "sections", "plans", "earliest", "sources", "title", "description", "groups", "parts", "ancestors",
        "crumb", "structured", "gather", "phrases", "reviews",
    }  # fmt: skip
    told_by_others = {
        "kind",
        "url",
        "canonical",
        "file",
        "payer",
        "service",
        "reason",
        "indexed",
        "contents",
        "contents_after",
        "letters",
        "image",
        "image_alt",
    }
    dates = {"checked", "checked_text", "published", "published_text", "modified", "modified_text", "digests"}
    assert set(fields_of(Page)) == content | told_by_others | dates | {"draft"}
    for kind, names in LEFT_OUT.items():
        assert set(names) < set(fields_of(kind))


def test_a_page_shows_its_dates_and_tells_them_to_search_engines(tmp_path: Path) -> None:
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    run_build(tmp_path / "site", tmp_path)
    assert call("--root", tmp_path, "record").status == 0
    edit(tmp_path / "content/angle/cigna/cimt/step-therapy.md", "\n---\n", "\n---\nOne more sentence.\n\n")
    run_build(tmp_path / "site", tmp_path, (), **LATER)
    changed = (tmp_path / "site/help/cigna/cimt/step-therapy/index.html").read_text("utf-8")
    assert 'First published: <time datetime="2026-11-21">21 November 2026</time>' in changed
    assert 'Last changed: <time datetime="2026-12-01">1 December 2026</time>' in changed
    assert _dates(changed) == ("2026-11-21", "2026-12-01")
    same = (tmp_path / "site/help/cigna/cimt/quantity-limits/index.html").read_text("utf-8")
    assert "Last changed" not in same
    assert _dates(same) == ("2026-11-21", "2026-11-21")


def _dates(html: str) -> tuple[str, str]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found is not None
    page = next(part for part in json.loads(found[1])["@graph"] if part["@type"].endswith("WebPage"))
    return page["datePublished"], page["dateModified"]
