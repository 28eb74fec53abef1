"""Deadlines and promises in texts are told at their place, however lines are broken and front matter is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.check_cases import ANGLE, HEAD, SITE
from tests.small_site import call, copy_small

LINE = HEAD.count("\n") + 1
Told = list[tuple[int, int, str]]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = copy_small(tmp_path / "small")
    site = root / SITE
    site.write_text(
        site.read_text("utf-8") + "check: {promises: [usually flip, guarantee success, won't fail]}\n", "utf-8"
    )
    return root


def typed(root: Path, text: str, code: str, head: str = HEAD) -> Told:
    """Line, column and words of what a rule finds in an angle with this text."""
    (root / ANGLE).write_text(f"{head}{text}\n", "utf-8")
    done = call("--root", root, "check", "--format", "json", "--select", code)
    assert done.err == ""
    return [
        (one["line"], one["column"], one["message"].split("'")[1])
        for one in json.loads(done.out)["findings"]
        if one["file"] == ANGLE
    ]


# ---------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("You can appeal for 180\ndays after the denial.", 0, 20, "180 days"),
        ("You can appeal\nthe denial for\n180 days from now.", 2, 1, "180 days"),
        ("- You can appeal for 180\n  days.", 0, 22, "180 days"),
        ("> You can\n> appeal for 180\n> days.", 1, 14, "180 days"),
        ("Your appeal is due in\n**180 days** from now.", 1, 3, "180 days"),
        ("Mind the 180-day deadline to appeal.", 0, 10, "180-day"),
        ("You can appeal for 180 Days.", 0, 20, "180 Days"),
        ("Appeal within 180 calendar days ([Rule 1][rule-1]).", 0, 15, "180 calendar days"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE} appeal for forty-five days.", 0, 14, "forty-five days"),
        ("Appeal in thirty business\ndays.", 0, 11, "thirty business days"),
    ],
)
def test_a_typed_deadline_is_told(small: Path, text: str, line: int, column: int, said: str) -> None:
    assert typed(small, text, "C02") == [(LINE + line, column, said)]


@pytest.mark.parametrize(
    "text",
    [
        "You can appeal for 180.\n\nDays count from the denial.",
        "You can appeal for 180\n\ndays.",
        "- You can appeal: 180\n- days",
        "You can appeal for 180 {{ payer.name }} days.",
        "The denial came thirty days ago. Read the letters of the past thirty days.",
        'A letter that speaks of "thirty days" to appeal rests on an old text.',
        "Appeal within twenty-two or 1,180 days.",
        "Use it for 180\ndays after the operation.",
    ],
)
def test_what_is_no_deadline_is_not_told(small: Path, text: str) -> None:
    assert typed(small, text, "C02") == []


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("Acme keeps a 72-hour clock.", 14, "72-hour"),
        ("It takes fifteen days.", 10, "fifteen days"),
        ("It takes twelve months.", 10, "twelve months"),
        ("It takes twenty-five business days.", 10, "twenty-five business days"),
    ],
)
def test_a_number_with_its_unit_in_any_form_names_its_source(small: Path, text: str, column: int, said: str) -> None:
    assert typed(small, text, "C01") == [(LINE, column, said)]
    assert typed(small, f"{text[:-1]} ([Rule 1][rule-1]).", "C01") == []


def test_a_deadline_typed_into_the_data_is_told_in_any_form(small: Path) -> None:
    matrix = small / "data/matrix.yaml"
    text = matrix.read_text("utf-8").replace(
        "answer: Ask for the rule.", "answer: Mind the 180-day deadline to appeal."
    )
    matrix.write_text(text, "utf-8")
    done = call("--root", small)
    assert done.status == 1
    assert "the deadline '180-day' is typed (C02)" in done.err
    assert "\n    leave the number out: " in done.err
    assert "{{" not in done.err


def test_a_typed_deadline_is_told_with_the_placeholders_to_write_instead(small: Path) -> None:
    plans = small / "data/plan_types.yaml"
    text = plans.read_text("utf-8")
    mine = "  file_note: The letter says how long you have.\n"
    plans.write_text(text.replace(mine, f"{mine}  outside_review: {{name: r, by: r, within: 180 days, within_from: no, "
                                        "scope: All., sources: [rule-2]}\n"), "utf-8")  # fmt: skip
    (small / ANGLE).write_text(f"{HEAD}You can appeal for 180 days.\n", "utf-8")
    first, second = 'plans["job_plan"].file_within', 'plans["market_plan"].outside_review.within'
    assert f"\n    write {{{{ {first} }}}} or {{{{ {second} }}}}\n" in call("--root", small).err
    (small / ANGLE).write_text(f"{HEAD}You can appeal for {{{{ {first} }}}} or {{{{ {second} }}}}.\n", "utf-8")
    assert call("--root", small).err == ""


# ---------------------------------------------------------------- promises


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("Such denials usually\nflip.", 0, 14),
        ("Such denials usually  \n  flip.", 0, 14),
        ("> Such denials usually\n> flip.", 0, 16),
        ("Such denials\nusually flip.", 1, 1),
    ],
)
def test_a_promise_over_two_lines_is_told(small: Path, text: str, line: int, column: int) -> None:
    assert typed(small, text, "C03") == [(LINE + line, column, "usually flip")]


@pytest.mark.parametrize("said", ["won't fail", "won’t fail"])
def test_a_promise_is_told_whichever_apostrophe_it_has(small: Path, said: str) -> None:
    assert [found[:2] for found in typed(small, f"This {said}.", "C03")] == [(LINE, 6)]


@pytest.mark.parametrize(
    "text", ["They do so usually\n\nFlip it.", "- usually\n- flip", "| usually |\n|---|\n| flip |"]
)
def test_words_that_stand_apart_promise_nothing(small: Path, text: str) -> None:
    assert typed(small, text, "C03") == []


@pytest.mark.parametrize(
    ("head", "line", "column"),
    [
        ("description: >-\n  Such denials usually\n  flip.", 4, 16),
        ("description: |\n  Such denials\n  usually flip.", 5, 3),
        ("description: Such denials usually\n  flip.", 3, 27),
        ('"description": Such denials usually flip.', 3, 29),
        ("description : Such denials usually flip.", 3, 28),
        ("description:\n  Such denials usually flip.", 4, 16),
        ("'search_title': 'Such denials usually flip'", 3, 31),
    ],
)
def test_a_promise_in_front_matter_is_told_however_it_is_written(
    small: Path, head: str, line: int, column: int
) -> None:
    found = typed(small, "Text.", "C03", head=f"---\ntitle: Why?\n{head}\n---\n")
    assert found == [(line, column, "usually flip")]


@pytest.mark.parametrize(
    "head",
    [
        "title: They usually\ndescription: Flip the card.",
        "title: Why? # usually flip\ndescription: Ask.",
        "title: Why?\nallow: {C01: they usually flip}",
        "title: >-\n  They usually\ndescription: >-\n  flip the card.",
    ],
)
def test_what_no_page_shows_of_front_matter_promises_nothing(small: Path, head: str) -> None:
    assert typed(small, "Text.", "C03", head=f"---\n{head}\n---\n") == []


def test_a_sign_in_folded_front_matter_is_told_at_its_line(small: Path) -> None:
    head = "---\ntitle: Why?\ndescription: >-\n  Ask\n  {payer.name} now.\n---\n"
    assert typed(small, "Text.", "T01", head=head) == [(5, 3, "{payer.name}")]


def test_a_build_stops_at_a_deadline_over_two_lines(small: Path) -> None:
    (small / ANGLE).write_text(f"{HEAD}You can appeal for 180\ndays.\n", "utf-8")
    done = call("--root", small)
    assert done.status == 1
    place = "    4 | You can appeal for 180\n      |                    ^^^\n"
    assert done.err.startswith(f"{ANGLE}:{LINE}:20: the deadline '180 days' is typed (C02)\n{place}")
