"""The plan lists each page once, in an order of its own, and knows what each comes from and which texts it may show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from appealsite.plan import links
from appealsite.plan.composer import Composer
from appealsite.plan.planner import Plan, make_plan, make_plan_by_address
from appealsite.plan.record import Record
from appealsite.problems import Problem
from appealsite.read.content import Cell
from appealsite.read.models import Combination
from appealsite.read.site import Site
from appealsite.read.validate import adapter
from appealsite.read.vocabulary import Context
from tests.published_site import edit
from tests.small_site import SMALL, call, copy_small, read_whole

DAY = date(2026, 11, 21)
WALKER = "/help/acme/walker/"


@lru_cache(maxsize=1)
def small() -> Site:
    return read_whole(SMALL)


def plan_of(site: Site, drafts: bool = False) -> Plan:
    problems: list[Problem] = []
    plan = make_plan(site, DAY, problems, drafts)
    assert problems == []
    return plan


def told(site: Site, drafts: bool = False) -> list[str]:
    """What is wrong with a site as its plan sees it."""
    problems: list[Problem] = []
    make_plan(site, DAY, problems, drafts)
    return [problem.message for problem in problems]


def test_pages_other_than_combinations_come_first_sorted_by_address() -> None:
    plan = plan_of(small())
    others = [record.url for record in plan if record.kind != "combination"]
    assert others == sorted(others)
    assert [record.url for record in plan][: len(others)] == others
    assert len(plan) == len(others) + plan.combinations


def test_pages_made_together_are_those_made_alone_in_any_company_and_order() -> None:
    alone = {record.url: plan_of(small(), drafts=True).page(record) for record in plan_of(small(), drafts=True)}
    plan = plan_of(small(), drafts=True)
    records = list(plan)
    for company in (records, records[::-1], records[1::2], [records[0], records[0]]):
        assert plan.pages(company) == [alone[record.url] for record in company]


def test_a_page_that_cannot_be_planned_is_told_by_its_address_and_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = Composer._heading

    def fails(composer: Composer, record: Record, context: Context) -> str:
        if record.url == WALKER:
            raise ValueError("no heading today")
        return fill(composer, record, context)

    monkeypatch.setattr(Composer, "_heading", fails)
    outcome = call("--root", copy_small(tmp_path / "small"), "--jobs", "1")
    assert outcome.status == 1
    assert "ValueError: no heading today" in outcome.err
    assert outcome.err.count("no heading today") == 1
    assert f"on {WALKER}" in outcome.err


@pytest.mark.parametrize("drafts", [False, True])
def test_drafts_are_counted_whether_they_are_shown_or_not(drafts: bool) -> None:
    plan = plan_of(small(), drafts)
    assert (plan.combinations, plan.drafts) == (10 if drafts else 7, 3)


THANKS = ("content/pages/thanks.md", None)
ACME = ("content/angle/acme/any/any.md", ("acme", "any", "any"))
ACME_WALKER = ("content/angle/acme/walker/any.md", ("acme", "walker", "any"))


@pytest.mark.parametrize(
    ("files", "beginnings"),
    [
        ([THANKS], ("/thanks/",)),
        ([ACME_WALKER], (WALKER,)),
        ([THANKS, ACME_WALKER], (WALKER, "/thanks/")),
        ([ACME_WALKER, THANKS, ACME], ("/help/acme/", "/thanks/")),
        ([ACME, ACME_WALKER], ("/help/acme/",)),
    ],
)
def test_each_page_that_may_show_one_of_some_texts_is_found_once_and_in_order(
    files: list[tuple[str, Cell | None]], beginnings: tuple[str, ...]
) -> None:
    plan = plan_of(small())
    expected = [index for index, record in enumerate(plan) if record.url.startswith(beginnings)]
    assert plan.affected_by(files) == expected


def test_no_page_stands_at_an_address_of_slugs_that_never_meet() -> None:
    only = adapter(Combination).validate_python({"payer": ["acme"], "service": ["on"], "reason": ["step-therapy"]})
    site = replace(small(), matrix=replace(small().matrix, combinations=(only,)))
    plan = make_plan_by_address(site, DAY, [])
    for url in ("/help/no/", WALKER, "/services/walker/", "/reasons/012", "/help/acme/on/012/", "/help/page-2/"):
        assert plan.find(url) is None, url
    for record in plan_of(site):
        assert plan.find(record.url) == record


def test_a_slug_that_reads_like_a_part_of_a_hub_is_found(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    service = "  page-2:\n    name: Two\n    full_name: two\n    kind: drug\n    what: The second.\n"
    edit(root / "data/matrix.yaml", "\nreasons:\n", f"{service}\nreasons:\n")
    edit(root / "data/matrix.yaml", "service: [on, walker]", "service: [on, walker, page-2]")
    site = read_whole(root)
    plan = make_plan_by_address(site, DAY, [])
    urls = {record.url for record in plan_of(site)}
    assert {"/services/page-2/", "/help/acme/page-2/"} <= urls
    assert all(plan.find(url) for url in urls)


def test_later_parts_of_hubs_are_found_in_the_one_form_of_their_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "PART", 2)
    plan = make_plan_by_address(small(), DAY, [])
    parts = [record for record in plan_of(small(), drafts=True) if record.part > 1]
    assert {"/help/page-2/", "/help/no/page-2/", "/reasons/012-page-2"} <= {record.url for record in parts}
    for record in parts:
        assert plan.find(record.url) == record
    for url in ("/help-page-2/", "/help/no-page-2/", "/help/no/page-9/", "/reasons/012/page-2/", WALKER + "page-2/"):
        assert plan.find(url) is None, url


def test_a_combination_with_the_address_of_another_page_is_told() -> None:
    settings = small().settings
    urls = replace(settings.urls, reason=WALKER + "{reason}/")
    site = replace(small(), settings=replace(settings, urls=urls))
    assert told(site) == [f"two pages have the address {WALKER}step-therapy/"]


def test_nothing_is_redirected_to_a_draft_where_drafts_are_shown(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    (root / "data/redirects.yaml").write_text("moved: {/old/: /help/no/walker/012/}\n", "utf-8")
    assert told(read_whole(root), drafts=True) == ["no page has the address /help/no/walker/012/"]


@pytest.mark.parametrize(
    ("url", "path", "line"),
    [
        ("/", "data/site.yaml", ""),
        ("/404", "data/site.yaml", ""),
        ("/help/", "data/site.yaml", "  index: /help/"),
        ("/thanks/", "content/pages/thanks.md", ""),
        ("/help/acme/", "data/matrix.yaml", "  acme:"),
        (WALKER, "data/matrix.yaml", "  acme:"),
        ("/services/walker/", "data/matrix.yaml", "  walker:"),
        ("/reasons/012", "data/matrix.yaml", "  012:"),
        (WALKER + "step-therapy/", "data/matrix.yaml", "  - payer: acme"),
    ],
)
def test_a_page_comes_from_the_line_that_makes_it(url: str, path: str, line: str) -> None:
    plan = plan_of(small())
    (mark,) = [plan.origin(record) for record in plan if record.url == url]
    assert (mark.path, mark.excerpt) == (path, line)


@pytest.mark.parametrize(
    ("urls", "message"),
    [
        ({"payer": "/assets/{payer}/"}, "/assets/acme/ lies in 'assets/', whose files visitors keep for a year"),
        ({"combination": "/share/{payer}/{service}/{reason}/"}, "/share/acme/on/step-therapy/ lies in 'share/'"),
        ({"index": "/feed.xml"}, "/feed.xml is the address of another file of the site"),
        ({"index": "/finder.json/"}, "/finder.json/ is the address of another file of the site"),
    ],
)
def test_a_page_cannot_take_the_place_of_other_files(urls: dict[str, str], message: str) -> None:
    settings = small().settings
    site = replace(small(), settings=replace(settings, urls=replace(settings.urls, **urls)))
    [one] = [one for one in told(site) if one.startswith(message.partition(" ")[0])]
    assert one.startswith(message)


@pytest.mark.parametrize(
    ("kind", "old", "pattern", "told"),
    [
        ("index", "/help/", "/sitemaps/pages-1.xml/", "/sitemaps/pages-1.xml/ would lie below /sitemaps/pages-1.xml"),
        ("service", "/services/{service}/", "/sitemap.xml/{service}/", "/sitemap.xml/on/ would lie below /sitemap.xml"),
        ("service", "/services/{service}/", "/finder.json/{service}", "/finder.json/on would lie below /finder.json"),
        ("service", "/services/{service}/", "/key-of-ours.txt/{service}", "/key-of-ours.txt/on would lie below"),
        ("service", "/services/{service}/", "/thanks.html/{service}/", ""),
        ("service", "/services/{service}/", "/reasons/012.html/{service}/", "/reasons/012.html/on/ would lie below"),
        ("index", "/help/", "/key-of-ours.txt", "/key-of-ours.txt is the address of another file of the site"),
    ],
)
def test_a_page_cannot_lie_below_a_file(tmp_path: Path, kind: str, old: str, pattern: str, told: str) -> None:
    root = copy_small(tmp_path / "small")
    settings = root / "data/site.yaml"
    edit(settings, f"  {kind}: {old}\n", f"  {kind}: {pattern}\n")
    settings.write_text(settings.read_text("utf-8") + "indexnow_key: key-of-ours\n", "utf-8")
    done = call("--root", root)
    line = settings.read_text("utf-8").splitlines().index(f"  {kind}: {pattern}") + 1
    if told:
        assert f"data/site.yaml:{line}:" in done.err
        assert told in done.err
        assert done.err.endswith("1 problem; nothing was published\n")
    else:
        assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("index", ["/thanks", "/thanks.html", "/Thanks/", "/thanks/index.html", "/thanks/index"])
def test_addresses_that_hosts_take_for_one_are_not_two_pages(index: str) -> None:
    settings = small().settings
    urls = replace(settings.urls, index=index)
    site = replace(small(), settings=replace(settings, urls=urls))
    assert sorted(told(site)) in ([f"two pages have the address {one}"] for one in (index, "/thanks/"))
