"""The feed names the pages that are newest or changed last, and says the same on any day."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from appealsite.render.discovery import IN_FEED
from benchmarks.workload import generate
from tests.published_site import LATER, build_later, edit, published_site
from tests.real_site import built_site, pages, run_build
from tests.small_site import call

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(site: Path) -> etree._Element:
    return etree.fromstring((site / "feed.xml").read_bytes())


def test_it_has_what_rfc_4287_asks_for(tmp_path: Path) -> None:
    root = published_site(tmp_path)
    tree = feed(root / "site")
    assert tree.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(tree.findall(f"{ATOM}{name}")) == 1, name
    assert tree.findtext(f"{ATOM}author/{ATOM}name") == "SmallHelp"
    entries = tree.findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        for name in ("id", "title", "updated", "published"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        assert entry.find(f"{ATOM}link").get("href") == entry.findtext(f"{ATOM}id")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert tree.findtext(f"{ATOM}updated") == max(updated)


def test_a_changed_page_comes_first_with_its_day_and_keeps_its_id(tmp_path: Path) -> None:
    root = published_site(tmp_path)
    before = (root / "site/feed.xml").read_bytes()
    build_later(root)
    assert (root / "site/feed.xml").read_bytes() == before
    edit(root / "content/angle/acme/walker/step-therapy.md", "Ask for `the rule`.", "Ask for it.")
    build_later(root)
    first = feed(root / "site").find(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == "https://small.example/help/acme/walker/step-therapy/"
    assert first.findtext(f"{ATOM}title") == "Walker denied for failing step therapy by Acme?"
    assert first.findtext(f"{ATOM}published") == "2026-11-21T00:00:00Z"
    assert first.findtext(f"{ATOM}updated") == "2026-12-01T00:00:00Z"


def test_pages_that_search_engines_skip_are_not_in_it(tmp_path: Path) -> None:
    root = published_site(tmp_path)
    edit(root / "data/matrix.yaml", "service: [on, walker]", "service: [on, walker]\n    index: false")
    assert call("--root", root, **LATER).status == 0
    assert b"/help/acme/walker/step-therapy/" not in (root / "site/feed.xml").read_bytes()


def test_it_is_bounded(tmp_path: Path) -> None:
    generate(tmp_path / "large", 200, "composed")
    run_build(tmp_path / "site", tmp_path / "large")
    assert len(feed(tmp_path / "site").findall(f"{ATOM}entry")) == IN_FEED


def test_every_page_names_the_feed() -> None:
    assert (built_site() / "feed.xml").is_file()
    for name, page in pages().items():
        link = page.css_first('link[rel="alternate"][type="application/atom+xml"]')
        assert link is not None, name
        assert link.attributes["href"] == "/feed.xml"
