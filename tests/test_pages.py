"""The project's own pages: what is promised to visitors, to search engines and to marketers."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from appealsite.check.writing import flesch_kincaid
from tests.real_site import FIVE, ROOT, built_site, combinations, pages, run_build, source_ids, visible_text

ALL = sorted(path.relative_to(built_site()).as_posix() for path in built_site().rglob("*.html"))
COMBINATIONS = sorted(combinations())


def one(page: HTMLParser, selector: str) -> Node:
    """The only element that matches."""
    found = page.css(selector)
    assert len(found) == 1, f"{len(found)} elements match {selector}"
    return found[0]


def attribute(node: Node, name: str) -> str:
    return node.attributes.get(name) or ""


def plan_types() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "data/plan_types.yaml").read_text("utf-8"), yaml.BaseLoader)
    return loaded


def matrix() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "data/matrix.yaml").read_text("utf-8"), yaml.BaseLoader)
    return loaded


def kind_of(name: str) -> str:
    """The kind of service a combination page is about."""
    kind: str = matrix()["services"][name.split("/")[2]]["kind"]
    return kind


# ---------------------------------------------------------------- for visitors


@pytest.mark.parametrize("name", FIVE)
def test_the_page_exists_under_its_question(name: str) -> None:
    assert one(combinations()[name], "h1").text().strip() == FIVE[name]


@pytest.mark.parametrize("name", COMBINATIONS)
def test_the_page_lists_at_least_six_distinct_sources(name: str) -> None:
    assert len(source_ids(combinations()[name])) >= 6


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_citation_on_the_page_is_in_its_list_of_sources(name: str) -> None:
    page = combinations()[name]
    listed = {attribute(link, "href") for link in page.css("#sources li > a")}
    cited = {attribute(link, "href") for link in page.css("a.cite")}
    assert cited
    assert cited <= listed


def holds(node: Node, selector: str) -> bool:
    """Whether anything inside a node matches; the node itself, which the library counts as well, does not."""
    return any(found.mem_id != node.mem_id for found in node.css(selector))


def test_a_node_does_not_hold_itself() -> None:
    page = HTMLParser("<ul><li>bare</li><li><p>with a paragraph</p></li></ul>")
    assert [holds(node, "p, li") for node in page.css("li")] == [False, True]


@pytest.mark.parametrize("name", ALL)
def test_the_page_reads_at_grade_nine_or_lower(name: str) -> None:
    """Over paragraphs and list items; names and citations are masked, as readers do not sound them out.

    Lists of links to other pages are left out: they are headings, which nobody reads one after another.
    """
    page = HTMLParser((built_site() / name).read_text("utf-8"))
    for links in page.css("main .groups"):
        links.decompose()
    names = ("constraint-induced movement therapy", "temporomandibular", "American Occupational Therapy Association")
    lines = []
    main = one(page, "main")
    for node in main.css("p, li"):
        if holds(node, "p, li"):
            continue
        copy = HTMLParser(node.html or "")
        for cited in copy.css("a.cite"):
            cited.replace_with("it")
        assert copy.body is not None
        text = re.sub(r"\s+", " ", copy.body.text()).strip()
        for masked in names:
            text = re.sub(masked, "it", text, flags=re.IGNORECASE)
        if text:
            lines.append(text if text.endswith((".", "?", "!", ":")) else text + ".")
    assert lines, "no text was measured"
    assert flesch_kincaid(" ".join(lines)) <= 9


@pytest.mark.parametrize("name", COMBINATIONS)
def test_the_angle_has_450_to_900_words_and_a_worksheet_and_lists(name: str) -> None:
    angle = one(combinations()[name], "#angle")
    words = len(re.sub(r"\s+", " ", angle.text(separator=" ")).split())
    assert 450 <= words <= 960  # headings and the worksheet's column heads are counted here and not in the 900
    assert [cell.text().strip() for cell in angle.css("table")[-1].css("thead th")] == [
        "What the plan may ask",
        "What to show",
        "Where in your records",
    ]
    assert len(angle.css("table")[-1].css("tbody tr")) >= 5
    assert angle.css("ul, ol")


def test_no_two_angles_share_a_sentence() -> None:
    seen: dict[str, str] = {}
    for name in COMBINATIONS:
        text = re.sub(r"\s+", " ", one(combinations()[name], "#angle").text(separator=" "))
        for sentence in set(re.split(r"(?<=[.?!])\s", text)):
            if len(sentence.split()) >= 8:
                assert sentence not in seen, f"{seen.get(sentence)} and {name}: {sentence}"
                seen[sentence] = name


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_markdown_or_templates_is_left_in_the_text(name: str) -> None:
    text = visible_text(pages()[name])
    for residue in (
        "##",
        "**",
        "](",
        "][",
        "{{",
        "}}",
        "{%",
        "%}",
        "|--",
        "| |",
        "placeholder7",
        "citation7",
        "None",
        "Undefined",
    ):
        assert residue not in text, residue


@pytest.mark.parametrize("name", COMBINATIONS)
def test_help_that_is_free_stands_before_the_paid_offer(name: str) -> None:
    page = combinations()[name]
    order = [attribute(node, "id") for node in page.css("main > [id]") if attribute(node, "id")]
    assert order.index("emergency") < order.index("answer") < order.index("rights") < order.index("free-help")
    assert order.index("free-help") < order.index("offer")
    help_links = {attribute(link, "href") for link in one(page, "#free-help").css("a")}
    assert "https://content.naic.org/state-insurance-departments" in help_links
    offer = re.sub(r"\s+", " ", one(page, "#offer").text(separator=" "))
    for shown in ("Advertisement", "$40", "$30", "SEO25"):
        assert shown in offer
    assert "911" in one(page, "#emergency").text()


def test_who_finds_no_denial_of_theirs_in_a_list_is_led_on_to_the_pages_on_reasons() -> None:
    hubs = [page for page in pages().values() if page.css_first("main.payer, main.payer_service, main.service")]
    assert len(hubs) > len(matrix()["payers"]) + len(matrix()["services"])
    for page in hubs:
        assert one(page, ".pages + #other-reason a[href='/words-on-my-letter/']")
    words = pages()["words-on-my-letter/index.html"]
    for reason in matrix()["reasons"]:
        assert one(words, f"main a[href='/reasons/{reason}/']")


def test_pages_of_letters_begin_with_the_emergency_line_and_lead_to_what_is_urgent() -> None:
    letters = [page for name, page in pages().items() if name.startswith("letters/")]
    assert letters
    for page in letters:
        first = one(page, "main > h1 + #emergency")
        assert "911" in first.text()
        assert "988" in first.text()
        assert one(page, "#letter-intro a[href='#letter-urgent']")
        assert one(page, "#letter-urgent > p > a[href='/guides/urgent-appeals/']")


def test_letters_for_tricare_begin_with_the_short_time_for_a_fast_review() -> None:
    letters = [page for name, page in pages().items() if re.fullmatch(r"letters/[a-z]+/tricare/index\.html", name)]
    assert letters
    for page in letters:
        first = page.css("#letter-intro > p")[0]
        assert plan_types()["tricare"]["file_urgent_within"] in first.text()


def test_pages_of_letters_lead_to_the_guide_on_their_own_kind_of_plan() -> None:
    letters = [name.split("/") for name in pages() if name.startswith("letters/")]
    assert letters
    for _, kind, plan, _ in letters:
        page = pages()[f"letters/{kind}/{plan}/index.html"]
        guide = one(page, "#letter-intro a[href^='/guides/rights/']").attributes["href"]
        assert guide == plan_types()[plan.replace("-", "_")]["guide"] == f"/guides/rights/{plan}/"


@pytest.mark.parametrize("name", FIVE)
def test_no_drug_wording_on_a_page_that_is_not_about_a_drug(name: str) -> None:
    text = visible_text(combinations()[name], without="#sources")  # titles of documents are theirs
    assert not re.search(r"\b(dose|dosage|formulary|prescriber|refill|medications?|fail-first)\b", text, re.IGNORECASE)


@pytest.mark.parametrize("name", ALL)
def test_names_are_written_as_people_write_them(name: str) -> None:
    text = visible_text(pages()[name], without=".print-only")
    assert not re.search(r"\b(Cimt|cimt|Tmj|tmj|Tmd|Prp|cigna)\b", text)


# ---------------------------------------------------------------- the law


def periods(value: Any) -> set[str]:
    """Every length of time in data/plan_types.yaml."""
    if isinstance(value, dict):
        return set().union(*map(periods, value.values()))
    if isinstance(value, str) and re.fullmatch(r"\d+ (hour|day|business day|month|year|week)s?", value):
        return {value}
    return set()


LEGAL_WORDS = re.compile(
    r"\b(appeal|deadline|external review|outside review|must (answer|decide)|to file|the letter)\b"
)
DURATION = re.compile(r"\b(\d+) (hours?|(?:business )?days?|months?|years?)\b")


@pytest.mark.parametrize("name", ALL)
def test_every_legal_number_equals_the_one_in_plan_types(name: str) -> None:
    known = periods(plan_types())
    page = HTMLParser((built_site() / name).read_text("utf-8"))
    for listed in page.css("#sources ol"):  # titles of documents are theirs
        listed.decompose()
    for node in page.css("main p, main li, main td, main dd"):
        if holds(node, "p, li, dd"):
            continue
        for sentence in re.split(r"(?<=[.?!])\s", re.sub(r"\s+", " ", node.text(separator=" "))):
            if LEGAL_WORDS.search(sentence):
                for found in DURATION.finditer(sentence):
                    assert found[0] in known, sentence


@pytest.mark.parametrize("name", COMBINATIONS)
def test_the_rights_are_those_of_the_plans_this_payer_sells(name: str) -> None:
    """Each kind of plan that can pay for this kind of service has its rows, with every number that binds it."""
    sales = matrix()["payers"][name.split("/")[1]]["sells"]
    sold = [sale["plan_type"] for sale in sales]
    sold = [slug for slug in sold if kind_of(name) in plan_types()[slug].get("covers", [kind_of(name)])]
    groups = one(combinations()[name], "#rights").css("table.plans > tbody")
    assert len(groups) == len(sold)
    for slug, group in zip(sold, groups, strict=True):
        plan = plan_types()[slug]
        text = re.sub(r"\s+", " ", group.text(separator=" "))
        assert plan["name"] in text
        decision, outside = plan.get("decision", {}), plan.get("outside_review", {})
        expected = [plan.get("file_within"), outside.get("within"), outside.get("decided_standard")]
        expected += [decision.get(key) for key in ("urgent", "before_care", "after_care")]
        for number in filter(None, expected):
            assert number in text


# ---------------------------------------------------------------- for search engines


@pytest.mark.parametrize("name", ALL)
def test_links_lead_somewhere(name: str) -> None:
    site = built_site()
    for link in pages()[name].css("a[href], link[href], img[src]"):
        href = attribute(link, "href") or attribute(link, "src")
        target, fragment = urldefrag(href)
        if re.match(r"(https?|mailto|tel):", target):
            continue
        file = name if not target else target.lstrip("/") + ("index.html" if target.endswith("/") else "")
        assert (site / file).is_file(), href
        if fragment:
            assert pages()[file].css_first(f"[id='{fragment}']") is not None, href


def test_titles_descriptions_and_questions_are_present_unique_and_of_a_length_that_shows() -> None:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for name in ALL:
        page = pages()[name]
        title = one(page, "title").text().strip()
        description = attribute(one(page, "meta[name=description]"), "content")
        assert 15 <= len(title) <= 65, title
        assert 70 <= len(description) <= 160, (name, len(description))
        for kind, text in (("title", title), ("description", description), ("h1", one(page, "h1").text().strip())):
            seen[kind][text] += 1
    for kind, texts in seen.items():
        assert [text for text, count in texts.items() if count > 1] == [], kind


def test_the_sitemap_holds_exactly_the_pages_that_may_be_indexed() -> None:
    sitemap = (built_site() / "sitemaps/pages-1.xml").read_text("utf-8")
    listed = dict(re.findall(r"<loc>(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?", sitemap))
    expected = {}
    for name in ALL:
        page = pages()[name]
        if page.css_first("meta[name=robots][content=noindex]") is None:
            expected[attribute(one(page, "link[rel=canonical]"), "href")] = name
    assert set(listed) == set(expected)
    for url, name in expected.items():
        assert url == "https://www.example.com/" + name.removesuffix("index.html")
    assert "Sitemap: https://www.example.com/sitemap.xml" in (built_site() / "robots.txt").read_text("utf-8")


def test_styles_are_the_same_bytes_on_every_page_and_nothing_is_loaded_from_elsewhere() -> None:
    styles = set()
    for name in ALL:
        page = pages()[name]
        styles.add(one(page, "style").text())
        assert not page.css("[style]"), name
        assert not page.css("link[rel=stylesheet], iframe, script[src]"), name
        assert all(attribute(image, "src").startswith("/assets/") for image in page.css("img")), name
    assert len(styles) == 1


# ---------------------------------------------------------------- for marketers


def copy_project(target: Path) -> Path:
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, target / folder)
    return target


def test_one_line_and_one_file_make_one_more_page_with_its_links_and_sitemap_entry(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    with (root / "data/matrix.yaml").open("a", encoding="utf-8") as matrix:
        matrix.write("  - {payer: cigna, service: tmj-treatment, reason: duplicate-therapy}\n")
    angle = root / "content/angle/cigna/tmj-treatment/duplicate-therapy.md"
    angle.write_text("---\ntitle: Is jaw care a duplicate?\n---\nA text ([X12 codes][x12-carc]).\n", encoding="utf-8")
    run_build(tmp_path / "site", root)
    before = {path.relative_to(built_site()).as_posix() for path in built_site().rglob("*") if path.is_file()}
    after = {path.relative_to(root / "site").as_posix() for path in (root / "site").rglob("*") if path.is_file()}
    new = "help/cigna/tmj-treatment/duplicate-therapy"
    assert after - before == {f"{new}/index.html"}
    assert before - after == set()
    assert f"<loc>https://www.example.com/{new}/</loc>" in (root / "site/sitemaps/pages-1.xml").read_text("utf-8")
    linking = {
        path.relative_to(root / "site").as_posix()
        for path in (root / "site").rglob("*.html")
        if f'href="/{new}/"' in path.read_text("utf-8")
    }
    for hub in ("help/cigna", "help/cigna/tmj-treatment", "services/tmj-treatment", "reasons/duplicate-therapy"):
        assert f"{hub}/index.html" in linking
    assert "help/cigna/tmj-treatment/step-therapy/index.html" in linking
    assert "help/cigna/cimt/duplicate-therapy/index.html" in linking


def test_the_same_input_gives_the_same_bytes_in_any_order_of_hashes_and_any_time_zone(tmp_path: Path) -> None:
    run_build(tmp_path / "again", PYTHONHASHSEED="4242", TZ="Pacific/Kiritimati", LC_ALL="C")
    files = {path.relative_to(built_site()): path.read_bytes() for path in built_site().rglob("*") if path.is_file()}
    again = {path.relative_to(tmp_path / "again"): path for path in (tmp_path / "again").rglob("*") if path.is_file()}
    assert set(files) == set(again)
    assert all(again[name].read_bytes() == data for name, data in files.items())
