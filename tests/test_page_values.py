"""What a page takes from its sections and its place: contents, lists to gather, rows, letters, days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from appealsite.plan import links
from appealsite.plan.page import Link, Page
from appealsite.plan.planner import make_plan
from appealsite.plan.record import HUBS, Record
from appealsite.read.site import Site
from tests.small_site import ROOT, SMALL, read_whole

DAY = date(2026, 11, 21)


@cache
def ours() -> Site:
    return read_whole(ROOT)


def pages_of(site: Site) -> list[tuple[Record, Page]]:
    plan = make_plan(site, DAY, [])
    return [(record, plan.page(record)) for record in plan]


@cache
def pages() -> list[tuple[Record, Page]]:
    return pages_of(ours())


def with_outline(site: Site, **kinds: Any) -> Site:
    outline = replace(site.settings.outline, **kinds)
    return replace(site, settings=replace(site.settings, outline=outline))


def without_lists_to_gather(site: Site) -> Site:
    reasons = {slug: replace(one, gather=()) for slug, one in site.matrix.reasons.items()}
    return replace(site, matrix=replace(site.matrix, reasons=reasons))


def has(page: Page, block: str) -> bool:
    return any(section.name == block for section in page.sections)


# ---------------------------------------------------------------- contents


@pytest.mark.parametrize("changed", [False, True], ids=["ours", "nothing to gather"])
def test_the_contents_are_the_headings_of_all_sections_that_show_something(changed: bool) -> None:
    left_out = 0
    for _, page in pages_of(without_lists_to_gather(ours())) if changed else pages():
        empty = {"sources"} if not page.sources else set()
        empty |= {"checklist"} if not page.gather else set()
        titled = [section for section in page.sections if section.title]
        assert page.contents == tuple(Link(one.title, f"#{one.name}") for one in titled if one.name not in empty)
        left_out += any(one.name in empty for one in titled)
    assert left_out or not changed


def test_the_contents_of_a_combination_follow_its_first_answer_to_the_visitor() -> None:
    whole = ours().settings.outline.combination
    short = tuple(block for block in whole if block != "plan-type")
    bare = tuple(block for block in short if block != "answer")
    for blocks, after in ((whole, "plan-type"), (short, "answer"), (bare, "")):
        for record, page in pages_of(with_outline(ours(), combination=blocks)):
            assert page.contents_after == (after if record.kind == "combination" else "")


# ---------------------------------------------------------------- what sections read


def test_only_pages_with_a_checklist_have_things_to_gather_and_theirs_are_those_of_the_reason() -> None:
    seen = set()
    for record, page in pages():
        gather = ours().matrix.reasons[record.reason].gather if record.reason else ()
        assert page.gather == (gather if has(page, "checklist") else ())
        seen.add((bool(page.gather), bool(record.reason)))
    assert {(True, True), (False, False)} <= seen
    assert not any(page.gather for _, page in pages_of(without_lists_to_gather(ours())))


def test_phrases_of_letters_stand_on_the_page_of_words_alone() -> None:
    assert [record.kind for record, page in pages() if page.phrases] == ["words"]


def test_the_page_of_words_has_every_reason_with_phrases_or_codes_by_name_and_links_those_with_a_hub() -> None:
    reasons = dict(ours().matrix.reasons)
    bare, *others = sorted(reasons)
    coded, phrased, *_ = [slug for slug in others if reasons[slug].phrases and reasons[slug].codes]
    reasons[bare] = replace(reasons[bare], phrases=(), codes=())
    reasons[coded] = replace(reasons[coded], phrases=(), name="Zz")
    reasons[phrased] = replace(reasons[phrased], codes=())
    reasons["unused"] = replace(reasons[phrased], slug="unused", name="Aa")
    site = replace(ours(), matrix=replace(ours().matrix, reasons=reasons))
    found = pages_of(site)
    (rows,) = [page.phrases for record, page in found if record.kind == "words"]
    known = {slug: one.name for slug, one in reasons.items() if one.phrases or one.codes}
    assert [row.slug for row in rows] == sorted(known, key=lambda slug: known[slug])
    assert bare not in known
    hubs = {record.reason: record.url for record, _ in found if record.kind == "reason"}
    assert {row.slug: row.url for row in rows} == {slug: hubs.get(slug, "") for slug in known}
    assert "unused" not in hubs


def test_pages_of_a_payer_have_its_rows_and_pages_of_letters_the_row_of_their_plan() -> None:
    for record, page in pages():
        if has(page, "rights") and record.payer:
            kind = ours().matrix.services[record.service].kind if record.service else None
            sold = [ours().plan_types[sale.plan_type] for sale in ours().matrix.payers[record.payer].sells]
            wanted = [plan.slug for plan in sold if kind is None or not plan.covers or kind in plan.covers]
        else:
            wanted = [record.plan] if has(page, "plan-rules") else []
        assert [row.slug for row in page.plans] == wanted, record.url
        cited = {source.slug for row in page.plans for source in row.sources}
        assert cited <= {source.slug for source in page.sources}
    assert any(record.kind == "letter" and page.plans for record, page in pages())


def test_combinations_with_rows_lead_to_the_letters_of_their_class_of_reasons() -> None:
    for record, page in pages():
        wanted = ""
        if record.reason and page.plans:
            wanted = f"/letters/{ours().matrix.reasons[record.reason].reason_class}/"
        assert page.letters == wanted
    addresses = {record.url for record, _ in pages()}
    assert all(
        page.letters + row.address + "/" in addresses for _, page in pages() if page.letters for row in page.plans
    )


@pytest.mark.parametrize(
    "pattern", ["/letters/{plan}/{kind}/", "/letters/{kind}-{plan}.x/", "/letters/{kind}/{plan}/x/"]
)
def test_where_letters_do_not_end_with_their_plan_pages_do_not_guess_their_addresses(pattern: str) -> None:
    urls = replace(ours().settings.urls, letter=pattern)
    site = replace(ours(), settings=replace(ours().settings, urls=urls))
    assert {page.letters for _, page in pages_of(site)} == {""}


def test_without_letters_nothing_leads_to_them() -> None:
    assert {page.letters for _, page in pages_of(with_outline(ours(), letter=()))} == {""}


# ---------------------------------------------------------------- days


def test_a_page_was_checked_on_the_newest_day_of_its_texts_and_sources() -> None:
    for record, page in pages():
        texts = [ours().content.block(one.path).front.checked for one in page.sections if one.path]
        days = [day for day in (*texts, *(ours().sources[one.slug].checked for one in page.sources)) if day]
        assert page.checked == (max(days).isoformat() if days else ""), record.url
        assert bool(page.checked_text) == bool(days)


@pytest.mark.parametrize("checked", [DAY + timedelta(days=1), date(2020, 1, 1)], ids=["newer", "older"])
def test_texts_and_sources_make_a_page_newer_and_neither_makes_it_older(checked: date) -> None:
    small = read_whole(SMALL)  # whose texts were checked on different days
    sources = {slug: replace(one, checked=checked) for slug, one in small.sources.items()}
    several = 0
    for _, page in pages_of(replace(small, sources=sources)):
        texts = {day for one in page.sections if one.path and (day := small.content.block(one.path).front.checked)}
        days = texts | ({checked} if page.sources else set())
        assert page.checked == (max(days).isoformat() if days else "")
        several += len(texts) > 1
    assert several


def test_dates_belong_to_pages_that_visitors_look_for() -> None:
    for record, page in pages():
        assert bool(page.digests) == (record.kind != "not_found")
    small = read_whole(SMALL)
    plan = make_plan(small, DAY, [], drafts=True)
    drafts = [plan.page(record) for record in plan if record.draft]
    assert drafts
    assert not any(page.digests or page.published for page in drafts)


def test_later_parts_of_a_hub_show_its_list_alone_and_have_no_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "PART", 2)
    found = pages_of(ours())
    later = [page for record, page in found if record.part > 1]
    assert len(later) > 10
    for page in later:
        assert [section.name for section in page.sections] == ["pages"]
        assert page.digests == ""
    titles = [(page.title, page.heading) for record, page in found if record.kind in HUBS]
    assert len(set(titles)) == len(titles)
    assert all(f"(part {record.part})" in page.title + page.heading for record, page in found if record.part > 1)
    assert any(len(page.sections) > 1 for record, page in found if record.kind == "payer" and record.part == 1)
