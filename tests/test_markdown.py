"""Markdown becomes HTML once; placeholders survive it anywhere and their values are escaped for where they stand."""

from __future__ import annotations

import html as html_entities
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from appealsite.plan.fill import Filler
from appealsite.problems import Problem
from appealsite.read.layouts import read_layouts
from appealsite.read.site import Site, read_site
from appealsite.read.text import Chunk, TextRules, read_body
from appealsite.read.vocabulary import Context
from appealsite.render.markdown import MarkdownCompiler
from tests.small_site import copy_small

NASTY = "<b>Norm & \"Oak\" 'n' [x](y) *z* `q` | {{ payer.slug }}"


@lru_cache(maxsize=1)
def small_site() -> Site:
    with tempfile.TemporaryDirectory() as folder:
        problems: list[Problem] = []
        root = copy_small(Path(folder) / "small")
        site = read_site(root, read_layouts(root, problems), problems)
        assert site is not None, problems
        return site


def html(markdown: str, payer_name: str = NASTY) -> str:
    """The HTML of a block's text on a page of payer 'no' (under this name), service 'on' and reason '012'."""
    site = small_site()
    problems: list[Problem] = []
    rules = TextRules(tuple(site.plan_types), {slug: source.url for slug, source in site.sources.items()}, problems)
    body = read_body(markdown.split("\n"), "content/x.md", 0, 2, rules)
    context = Context(
        site=site.settings,
        plans=site.plan_types,
        payer=replace(site.matrix.payers["no"], name=payer_name),
        service=site.matrix.services["on"],
        reason=site.matrix.reasons["012"],
    )
    compiler = MarkdownCompiler()
    filled = Filler(problems).body(body, context, "/x/")
    assert problems == []
    return "\n".join(map(compiler.html, filled))


def node(markup: str, selector: str) -> LexborNode:
    found = LexborHTMLParser(markup).css_first(selector)
    assert found is not None, markup
    return found


def test_a_placeholder_in_text_is_escaped() -> None:
    assert html("By {{ payer.name }}.") == f"<p>By {html_entities.escape(NASTY, quote=False)}.</p>\n"


@pytest.mark.parametrize(
    ("markdown", "selector"),
    [
        ("## By {{ payer.name }}", "h2"),
        ("- By {{ payer.name }}", "li"),
        ("> By {{ payer.name }}", "blockquote p"),
        ("**By {{ payer.name }}**", "strong"),
        ("*By {{ payer.name }}*", "em"),
        ("`By {{ payer.name }}`", "code"),
        ("[By {{ payer.name }}](/x/)", "a"),
        ("[By {{ payer.name }}][rule-1]", "a.cite"),
        ("| a |\n|---|\n| By {{ payer.name }} |", "td"),
        ("| By {{ payer.name }} |\n|---|\n| a |", "th"),
        ("```\nBy {{ payer.name }}\n```", "pre code"),
    ],
)
def test_a_placeholder_shows_its_value_as_text_wherever_it_stands(markdown: str, selector: str) -> None:
    shown = html(markdown)
    assert node(shown, selector).text().strip() == f"By {NASTY}"
    assert "placeholder7" not in shown


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_no_value_adds_markup_or_gets_lost(value: str) -> None:
    shown = LexborHTMLParser(html("a {{ payer.name }} b\n\n| x | {{ payer.name }} |\n|---|---|\n| 1 | 2 |", value))
    paragraph, cell = shown.css_first("p"), shown.css("th")[1]
    assert paragraph is not None
    assert paragraph.text() == f"a {value} b"
    assert cell.text() == value
    assert shown.css("p *, th *") == []


def test_a_placeholder_in_a_relative_link_stays_one_path_segment() -> None:
    link = node(html("[x](/help/{{ payer.name }}/y/)"), "a")
    href = link.attributes["href"] or ""
    assert href.count("/") == 4
    assert unquote(href) == f"/help/{NASTY}/y/"


def test_a_placeholder_can_be_a_whole_address() -> None:
    assert node(html("[x]({{ site.contact }})"), "a").attributes["href"] == "mailto:errors@small.example"
    assert (
        node(html("[x]({{ site.offer.url }}?a=1&b=2)"), "a").attributes["href"] == "https://small.example/start?a=1&b=2"
    )


def test_two_placeholders_side_by_side_keep_their_order() -> None:
    assert html("{{ payer.slug }}{{ service.slug }} {{ reason.slug }}") == "<p>noon 012</p>\n"


def test_a_heading_has_an_id_of_its_words_without_placeholders() -> None:
    shown = html("## What does {{ payer.name }} ask & *why*?\n\n### Überblick\n\n### {{ payer.name }}\n")
    assert [found.attributes["id"] for found in LexborHTMLParser(shown).css("h2, h3")] == [
        "what-does-ask-why",
        "uberblick",
        "section",
    ]


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("One.\n\n### A\n\nTwo.\n\n### B", [3, 7]),
        ("```\n### X\n### Y\n```\n\n- ### A\n\n1. > ### B", [6, 8]),
        ("~~~\n```\n### X\n~~~\n\n### A", [6]),
        ("    ### X\n\nOne.", []),
    ],
)
def test_the_line_of_a_heading_is_known(markdown: str, lines: list[int]) -> None:
    body = read_body(markdown.split("\n"), "content/x.md", 0, 2, TextRules((), {}, []))
    (chunk,) = body
    assert isinstance(chunk, Chunk)
    assert [line for _, line in MarkdownCompiler().headings(chunk)] == lines


def test_raw_html_is_shown_and_not_obeyed() -> None:
    shown = html('<script>alert(1)</script>\n\na <b onclick="x">b</b> <!-- c -->')
    assert LexborHTMLParser(shown).css("script, b") == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "&lt;b onclick=" in shown
    assert "&lt;!-- c --&gt;" in shown


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "vbscript:x", "data:text/html,x"],
)
def test_a_link_to_a_script_is_no_link(target: str) -> None:
    assert LexborHTMLParser(html(f"[x]({target}) <{target}>")).css("a") == []


def test_cells_are_aligned_by_class_and_never_by_style() -> None:
    shown = html("| a | b | c | d |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |")
    assert "style=" not in shown
    for tag in ("th", "td"):
        cells = LexborHTMLParser(shown).css(tag)
        assert [cell.attributes.get("class") for cell in cells] == ["align-left", "align-center", "align-right", None]
    assert [cell.attributes.get("scope") for cell in LexborHTMLParser(shown).css("th")] == ["col"] * 4


def test_a_table_scrolls_inside_a_box_that_the_keyboard_reaches() -> None:
    box = node(html("| a |\n|---|\n| 1 |"), "div.table-scroll")
    assert box.css_first("table") is not None
    assert box.attributes["tabindex"] == "0"


def test_the_cells_of_a_table_to_write_in_name_their_column() -> None:
    table = node(html('| *If* "a" & {{ payer.name }} | b |\n|---|:--|\n| 1 | |\n| 2 | x |'), "table")
    assert table.attributes["class"] == "worksheet"
    labels = [cell.attributes["data-label"] for cell in table.css("td")]
    assert labels == [f'If "a" & {NASTY}', "b"] * 2
    assert "class" not in node(html("| a | b |\n|---|---|\n| 1 | 2 |"), "table").attributes


def test_a_citation_links_to_its_source() -> None:
    shown = html(
        "See [Rule 1, part *one*][rule-1], [help-desk][] and [Rule\n1][rule-1].\n\n| [Rule 2][rule-2] |\n|---|\n| a |"
    )
    links = [(link.text(), link.attributes["href"]) for link in LexborHTMLParser(shown).css("a.cite")]
    assert links == [
        ("Rule 1, part one", "https://rules.example/1?part=1&section=2"),
        ("help-desk", "tel:+1-555-0100"),
        ("Rule\n1", "https://rules.example/1?part=1&section=2"),
        ("Rule 2", "https://rules.example/2"),
    ]
    assert "citation7" not in shown


def test_an_ordinary_link_is_no_citation() -> None:
    assert "class" not in node(html("[x](https://rules.example/2)"), "a").attributes


def test_a_line_below_words_makes_no_heading() -> None:
    assert LexborHTMLParser(html("words\n---\n\nmore\n===")).css("h1, h2") == []


def test_conditions_choose_paragraphs() -> None:
    drug = "{% if service.kind == 'drug' and not payer.parent %}"
    lines = ["a", drug, "b {{ payer.slug }}", "{% else %}", "c", "{% endif %}", "d"]
    assert html("\n\n".join(lines)) == "<p>a</p>\n\n<p>b no</p>\n\n<p>d</p>\n"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('service.kind == "drug"', True),
        ('service.kind != "drug"', False),
        ('reason.class in ["contract", "paperwork"]', True),
        ('reason.class not in ["contract", "paperwork"]', False),
        ("payer.parent", False),
        ("not payer.parent", True),
        ('"drug" in reason.fits', True),
        ('"pill" in service.what', False),
        ('payer.parent == "Oak" or payer.slug == "no"', True),
        ('payer.slug == "no" and payer.parent', False),
        ('plans["job_plan"].file_within', True),
        ("payer.parent in service.what", False),
        ('not (payer.slug == "no")', False),
    ],
)
def test_a_condition_holds_when_it_says_what_is_so(condition: str, holds: bool) -> None:
    assert bool(html(f"{{% if {condition} %}}\n\nyes\n\n{{% endif %}}")) is holds


def test_a_placeholder_in_the_title_of_a_link_is_text() -> None:
    assert node(html('[x](/y/ "of {{ payer.name }}")'), "a").attributes["title"] == f"of {NASTY}"
