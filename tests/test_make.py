"""Pages that are made together: each is what it would be alone, and one that fails stops no other."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from appealsite import make
from appealsite.make import Maker, Order
from appealsite.problems import Problem
from appealsite.publish.output import Writer
from appealsite.read.inputs import digests
from appealsite.render import markdown, templates
from appealsite.render.environment import LayoutEnvironment
from appealsite.render.parsers import parser
from tests.small_site import ROOT, SMALL, copy_small

DAY = date(2026, 11, 21)
FAILS = "/help/acme/speech-therapy/step-therapy/"


def maker_of(root: Path, *, drafts: bool = False) -> Maker:
    return Maker(Order(root, DAY, drafts, "auto", False, None, digests(root)))


@pytest.mark.parametrize("root", [SMALL, ROOT], ids=["small", "ours"])
def test_pages_rendered_together_are_what_each_is_alone(root: Path) -> None:
    maker, alone = maker_of(root, drafts=True), maker_of(root, drafts=True)
    records = list(maker.plan)
    random.Random(4).shuffle(records)  # pages of all kinds beside each other
    problems: list[Problem] = []
    pages = maker.plan.pages(records)
    origins = [partial(maker.plan.origin, record) for record in records]
    with patch.object(maker.renderer, "_blocks", wraps=maker.renderer._blocks) as asked:
        together = maker.renderer.render_all(pages, origins, problems)
    asked.assert_called_once()  # what fails together would be made again alone
    for page, origin, data in zip(pages, origins, together, strict=True):
        assert data == alone.renderer.render(page, origin, problems)
        assert data
    assert problems == []


def test_links_that_pages_have_for_themselves_are_shown_all_at_once_and_know_of_each_other_no_more() -> None:
    maker = maker_of(ROOT)
    records = [record for record in maker.plan if record.kind == "combination"]
    pages = maker.plan.pages(records)
    links = [link for page in pages for link in (*page.contents, *page.ancestors)]
    assert not any(hasattr(link, "_made") for link in links)
    with patch.object(templates, "_show", wraps=templates._show) as shown:
        maker.renderer.render_all(pages, [partial(maker.plan.origin, record) for record in records], [])
    contents = {page.contents for page in pages}
    assert len(contents) > 1
    assert len([call for call in shown.call_args_list if call.args[0] in contents]) == 1
    assert all(hasattr(link, "_made") and not link._beside for link in links)


def test_our_layouts_read_what_they_are_given_without_looking_for_it() -> None:
    maker = maker_of(ROOT, drafts=True)
    records = list(maker.plan)
    problems: list[Problem] = []
    with patch.object(LayoutEnvironment, "getattr", side_effect=AssertionError):
        made = maker.renderer.render_all(
            maker.plan.pages(records), [partial(maker.plan.origin, record) for record in records], problems
        )
    assert problems == []
    assert all(made)


@pytest.mark.parametrize("layout", ["block.html", "page.html"])
def test_a_page_that_fails_is_told_with_its_address_and_stops_no_other(tmp_path: Path, layout: str) -> None:
    root = copy_small(tmp_path / "small")
    with (root / "layouts" / layout).open("a", encoding="utf-8") as file:
        file.write(f'{{{{ 1 // (page.url | length - {len(FAILS)}) if page.url == "{FAILS}" }}}}\n')
    maker = maker_of(root)
    site = tmp_path / "site"
    site.mkdir()
    done = maker.make(range(len(maker.plan)), Writer(str(site), "", linked=False))
    (problem,) = done.problems
    assert problem.hint == f"on {FAILS}"
    assert problem.mark.path == f"layouts/{layout}"
    sizes = {
        record.url: (site / page.file).stat().st_size for record in maker.plan for page in [maker.plan.page(record)]
    }
    assert [url for url, size in sizes.items() if not size] == [FAILS]
    assert done.made == len(done.rows) == len(maker.plan)


def test_every_page_is_in_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "BATCH", 10)
    maker = maker_of(ROOT)
    site = tmp_path / "site"
    site.mkdir()
    some = range(3, len(maker.plan), 2)
    with patch.object(maker.plan, "pages", wraps=maker.plan.pages) as planned:
        done = maker.make(some, Writer(str(site), "", linked=False))
    assert done.problems == []
    sizes = [len(call.args[0]) for call in planned.call_args_list]
    assert sizes == [10] * (len(some) // 10) + [len(some) % 10]
    assert [row[0] for row in done.rows] == [maker.plan.page(maker.plan[index]).file for index in some]


def test_the_time_of_a_text_is_that_of_its_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []  # each parsed text takes a second, and nothing else takes time
    choose = parser("python")[1]

    def slow(text: str, addresses: Mapping[str, str]) -> str:
        parsed.append(text)
        return choose(text)(text, addresses)

    monkeypatch.setattr(markdown, "parser", lambda _: ("slow", lambda _: slow))
    monkeypatch.setattr("appealsite.render.timings.time", SimpleNamespace(perf_counter=lambda: float(len(parsed))))
    maker = Maker(Order(SMALL, DAY, False, "python", True, None, digests(SMALL)))
    done = maker.make(range(len(maker.plan)), Writer(str(tmp_path), "", linked=False))
    assert not done.problems
    assert parsed
    assert sum(seconds for (kind, _), seconds in done.seconds.items() if kind == "text") == len(parsed)
