"""Signs that a slip of Markdown leaves on a page are told, each at its place; a blank in a letter is no such sign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.check_cases import ANGLE, HEAD, SITE
from tests.small_site import call, copy_small

LINE = HEAD.count("\n") + 1


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


def signs(root: Path, text: str, head: str = HEAD, file: str = ANGLE) -> list[tuple[int, int, str]]:
    """Line, column and message of all that T01 finds in a file of a site with this text in its angle."""
    (root / ANGLE).write_text(f"{head}{text}\n", "utf-8")
    done = call("--root", root, "check", "--select", "T01", "--format", "json")
    assert done.err == ""
    return [
        (one["line"], one["column"], one["message"]) for one in json.loads(done.out)["findings"] if one["file"] == file
    ]


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("Ask {payer.name} now.", 5, "{payer.name}"),
        ("Ask { payer.name } now.", 5, "{ payer.name }"),
        ("Ask { { payer.name } } now.", 5, "{ { payer.name } }"),
        ("Ask payer.name} now.", 15, "}"),
        ("###Foo bar", 1, "###"),
        ("Ask them. ## What then?", 11, "##"),
        ("###\N{NO-BREAK SPACE}Foo bar", 1, "###"),
        ("Ask them.\n###Foo bar", 1, "###"),
        ("- Ask them.\n###Foo bar", 1, "###"),
        ("Ask them\n===", 1, "==="),
        ("-**Ask** them.", 4, "-Ask"),
        ("- Ask them.\n-**Wait** for it.", 4, "-Wait"),
        ("A <u>line</u>.", 3, "<u>"),
        ("A <!-- note -->.", 3, "<!--"),
    ],
)
def test_a_slip_of_markdown_is_told_at_its_place(small: Path, text: str, column: int, said: str) -> None:
    assert signs(small, text) == [(LINE + text.count("\n"), column, f"readers see '{said}'")]


@pytest.mark.parametrize("slug", ["rule-1", "no-such-rule"])
@pytest.mark.parametrize("before", ["", "See [Rule 1][rule-1]. "])
def test_an_id_in_brackets_without_a_title_is_told(small: Path, slug: str, before: str) -> None:
    message = f"readers see '[{slug}]', an id without a title"
    assert signs(small, f"{before}A rule ([{slug}]).") == [(LINE, len(before) + 9, message)]


def test_an_unknown_id_apart_from_its_title_is_told(small: Path) -> None:
    message = "readers see '[no-such-rule]', an id without a title"
    assert signs(small, "A rule ([Rule 9] [no-such-rule]).") == [(LINE, 18, message)]


@pytest.mark.parametrize("link", ["[this] (/about/)", "[this]  (https://x.example/a)"])
def test_a_link_in_two_parts_is_told(small: Path, link: str) -> None:
    assert signs(small, f"Read {link} now, or [yours] (as on the card).") == [
        (LINE, 6, f"readers see '{link}', a link in two parts")
    ]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Read https://x.example/a?b=1.", 6),
        ("Read it (https://x.example/a?b=1).", 10),
        ("- https://x.example/a?b=1", 3),
        ("[This](https://x.example/) and https://x.example/a?b=1, too.", 32),
    ],
)
def test_an_address_that_is_no_link_is_told(small: Path, text: str, column: int) -> None:
    assert signs(small, text) == [(LINE, column, "'https://x.example/a?b=1' is no link")]


@pytest.mark.parametrize(
    "text",
    [
        "Read [this](https://x.example/a), [that]( https://x.example/b ) or <https://x.example/c>.",
        "Read [https://x.example/a](https://x.example/a).",
        "Type `https://x.example/a`.",
    ],
)
def test_an_address_that_is_a_link_is_left_alone(small: Path, text: str) -> None:
    assert [message for _, _, message in signs(small, text) if "is no link" in message] == []


def test_the_number_of_a_lost_footnote_is_told_and_a_blank_is_not(small: Path) -> None:
    assert signs(small, "The rule says so.[1]\n\n> I write on [2].") == [
        (LINE, 18, "readers see '[1]', an id without a title")
    ]


def test_a_link_without_an_address_is_told(small: Path) -> None:
    assert signs(small, "Read [this]() now.") == [(LINE, 6, "the link '[this]()' leads nowhere")]


def test_every_sign_of_a_paragraph_is_told_and_a_tag_once(small: Path) -> None:
    text = "A <b>bold</b>, a <u>line</u>\nand <font color=red>red</font>, {payer.name} and {payer.name}."
    assert signs(small, text) == [
        (LINE, 3, "readers see '<b>'"),
        (LINE, 18, "readers see '<u>'"),
        (LINE + 1, 5, "readers see '<font color=red>'"),
        (LINE + 1, 33, "readers see '{payer.name}'"),
        (LINE + 1, 50, "readers see '{payer.name}'"),
    ]


def test_a_sign_at_the_start_of_each_paragraph_is_told_there(small: Path) -> None:
    found = signs(small, "<b>One</b> and more.\n\n<b>Two</b> and more.")
    assert [(line, column) for line, column, _ in found] == [(LINE, 1), (LINE + 2, 1)]


def test_an_entity_in_a_title_is_told(small: Path) -> None:
    head = "---\ntitle: Why don&rsquo;t they?\n---\n"
    assert signs(small, "Text.", head) == [(2, 15, "readers see '&rsquo;'")]


def test_a_sign_in_a_title_is_told(small: Path) -> None:
    head = "---\ntitle: Why {payer.name}, {{ payer.name }}?\n---\n"
    assert signs(small, "Text.", head) == [(2, 12, "readers see '{payer.name}'")]


def test_a_sign_in_the_data_is_told(small: Path) -> None:
    site = small / SITE
    site.write_text(site.read_text("utf-8").replace('"{{ payer.name }} denials"', '"{payer.name} denials"'), "utf-8")
    assert [message for _, _, message in signs(small, "Text.", file=SITE)] == ["readers see '{payer.name}'"]


@pytest.mark.parametrize(
    "text",
    [
        "> I am [name], of [city] [state]. My plan said no on [date of care]. [If it is true:] It is a [co-payment].",
        "Write [name] and [date of care]. [If it is true:] Send it.",
        "Write your claim # on each page. It is claim #4, modifier -59, a step- or fail-first rule; 3 < 5 and 5 > 3.",
        "See [in-network](/guides/kinds-of-plan/), [Rule 1][rule-1], {{ payer.name }}.",
    ],
)
def test_what_is_written_on_purpose_is_no_sign(small: Path, text: str) -> None:
    assert signs(small, text) == []
