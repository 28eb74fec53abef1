"""What Markdown loses or runs together without a word is told at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.check_cases import ANGLE, HEAD
from tests.small_site import call, copy_small

LINE = HEAD.count("\n") + 1


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


def told(root: Path, text: str, code: str) -> list[tuple[int, int, str]]:
    """Line, from that of the text's first, column and message of what a rule finds in an angle with this text."""
    (root / ANGLE).write_text(f"{HEAD}{text}\n", "utf-8")
    done = call("--root", root, "check", "--select", code, "--format", "json")
    assert done.err == ""
    found = [one for one in json.loads(done.out)["findings"] if one["file"] == ANGLE]
    return [(one["line"] - LINE, one["column"], one["message"]) for one in found]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("| a | b |\n|---|---|\n| c | d |\n| e | f | lost |", 3, 11),
        ("a | b\n--|--\nc | d | lost", 2, 9),
        ("> | a | b |\n> |:--|--:|\n> | c | d | lost |", 2, 13),
    ],
)
def test_a_cell_beyond_the_head_of_its_table_is_told(small: Path, text: str, line: int, column: int) -> None:
    message = "this row has 3 cells and the head of its table 2: no page shows the rest"
    assert told(small, text, "T02") == [(line, column, message)]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("| a | b |\n|---|---|\n| c | d |\n| e |", 3, 3, "this row has 1 cell and the head of its table 2"),
        ("a | b | c\n--|--|--\nd | e", 2, 1, "this row has 2 cells and the head of its table 3"),
        ("| a | b |\n|---|---|\n| c \\| d |", 2, 3, "this row has 1 cell and the head of its table 2"),
    ],
)
def test_a_row_with_fewer_cells_than_its_head_is_told(
    small: Path, text: str, line: int, column: int, said: str
) -> None:
    assert told(small, text, "T02") == [(line, column, said)]


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n|\n| c | d |",
        "| a | b |\n|---|---|\n| c \\| c | d |\n| f | |",
        "| a | b |\n|---|---|\n| c | d |\n\nNo row | of | it.",
        "```\n| a | b |\n|---|---|\n| c | d | e |\n```",
        "No head | here\n\n|---|\n\n| c | d | e |",
        "| a | b |\n|---|---|\n| c | d |\n> | e | f | g |",
        "> | a | b |\n> |---|---|\n> | c | d |\n| e | f | g |",
        "| a | b |\n|---|---|\n| c | d |\n- e | f | g",
    ],
)
def test_a_table_that_shows_all_its_cells_is_left_alone(small: Path, text: str) -> None:
    assert told(small, text, "T02") == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("| a | b |\n|---|---|\n| c | d |\nGo on here.", 3, 1),
        ("> | a | b |\n> |---|---|\n> Go on here.", 2, 3),
    ],
)
def test_text_that_becomes_a_row_of_the_table_above_it_is_told(small: Path, text: str, line: int, column: int) -> None:
    assert told(small, text, "T07") == [(line, column, "this line stands in the table above it, as a row")]


def test_rows_as_a_spreadsheet_copies_them_are_told_once(small: Path) -> None:
    text = "Bring:\n\nWhat they ask\tWhat to show\nTried it?\tNotes\nFor how long?\tDates"
    assert told(small, text, "T07") == [(2, 14, "a table run together into one line")]


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| c | d |\n### Why?\n\nAsk.",
        "| a | b |\n|---|---|\n| c | d |\n> Ask.",
        "| a | b |\n|---|---|\n| c | d |\n\nAsk.",
        "| a | b |\n|---|---|\n| c |\n- Ask.",
        "| a | b |\n|---|---|\n| c | d |\n```\nAsk\n```",
        "1.\tAsk.\n2.\tWait.",
        "-\tAsk.\n-\tWait.",
        "A tab\tin a line.",
        "```\na\tb\nc\td\n```",
    ],
)
def test_what_ends_a_table_and_tabs_that_part_no_cells_are_left_alone(small: Path, text: str) -> None:
    assert told(small, text, "T07") == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("Do this:\n    - Write\n    - Wait", 1, 5),
        ("Do this:\n    1. Write.\n    2. Wait.", 1, 5),
        ("- Do this:\n      - Write.", 1, 7),
        ("\\- Write.", 0, 2),
    ],
)
def test_items_that_are_too_far_to_the_right_or_escaped_are_told(
    small: Path, text: str, line: int, column: int
) -> None:
    [(at, place, message)] = told(small, text, "T07")
    assert (at, place) == (line, column)
    assert message.endswith("list run together into one line")


@pytest.mark.parametrize(
    "text", ["Ask.\n\n\tWait.", "1. Ask.\n\n        Wait.", "{% if payer.parent %}\n\n    Wait.\n\n{% endif %}"]
)
def test_text_that_spaces_make_code_is_told(small: Path, text: str) -> None:
    line, column = next((at, one.index("Wait")) for at, one in enumerate(text.split("\n")) if "Wait" in one)
    assert told(small, text, "T07") == [(line, column + 1, "text that pages show as code, in lines that do not wrap")]


@pytest.mark.parametrize(
    ("text", "line", "heading"),
    [
        ("Ask.\n\n### Why?", 2, "Why?"),
        ("### Why?\n\n### How?\n\nAsk.", 0, "Why?"),
        ("### Why?\n\n#### How?\n\n### When?\n\nAsk.", 2, "How?"),
        ("{% if payer.parent %}\n\nAsk.\n\n{% endif %}\n\n### Why?", 6, "Why?"),
    ],
)
def test_a_heading_with_nothing_under_it_is_told(small: Path, text: str, line: int, heading: str) -> None:
    assert told(small, text, "T02") == [
        (line, text.split("\n")[line].index(heading) + 1, f"nothing stands under the heading '{heading}'")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "### Why?\n\n#### How?\n\nAsk.",
        "### Why?\n\n{% if payer.parent %}\n\nAsk.\n\n{% else %}\n\nWait.\n\n{% endif %}",
        "{% if payer.parent %}\n\n### Why?\n\n{% else %}\n\n### How?\n\n{% endif %}\n\nAsk.",
        "> ### Why?\n\nAsk.",
        "### Why?\n\n```\nAsk.\n```",
    ],
)
def test_a_heading_with_text_below_it_is_left_alone(small: Path, text: str) -> None:
    assert told(small, text, "T02") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1.Write\n2.Wait", "numbered list"),
        ("Do this:\n1.Write.\n2.Wait.", "numbered list"),
        ("1)Write\n2)Wait", "numbered list"),
        ("• one\n• two", "list"),
        ("•one\n•two", "list"),
    ],
)
def test_lines_that_begin_as_items_and_are_none_are_told(small: Path, text: str, what: str) -> None:
    [(line, column, message)] = told(small, text, "T07")
    assert (line, column) == (text.startswith("Do"), 1)
    assert message == f"a {what} run together into one line"


@pytest.mark.parametrize(
    "text", ["It is 1.5 or\n2.5 times as much.", "1. Write\n2. Wait", "A list • of • signs.", "• one"]
)
def test_numbers_and_signs_in_prose_are_no_items(small: Path, text: str) -> None:
    assert told(small, text, "T07") == []
