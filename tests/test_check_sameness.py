"""The comparison of pages is exact: it says what a comparison of every page with every other one would say."""

from __future__ import annotations

import contextlib
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appealsite.check import sameness
from appealsite.check.sameness import LENGTH, Comparison, Tokens

texts = st.lists(st.integers(0, 3).map(str), max_size=14)
pages = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True), min_size=1, max_size=5)


def runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + LENGTH]) for at in range(len(words) - LENGTH + 1)]


def compared(all_texts: list[list[str]], all_pages: list[list[int]]) -> Comparison:
    tokens, comparison = Tokens(), Comparison()
    for number, words in enumerate(all_texts):
        comparison.add_text(bytes([number]), f"content/{number}.md", len(words), tokens.runs(words))
    for page, numbers in enumerate(all_pages):
        comparison.add_page(page, [bytes([number]) for number in numbers])
    return comparison


@pytest.mark.parametrize("limits", [(12_000_000, 8_000_000), (7, 5)], ids=["in memory", "in a file, in parts"])
@given(st.lists(texts, min_size=5, max_size=5), pages)
def test_the_share_of_own_runs_is_that_of_a_full_comparison(
    limits: tuple[int, int], all_texts: list[list[str]], all_pages: list[list[int]]
) -> None:
    with (
        patch.multiple(sameness, IN_MEMORY=limits[0], PART=limits[1]),
        contextlib.closing(compared(all_texts, all_pages)) as comparison,
    ):
        found = list(comparison.likeness(range(len(all_pages)), 0.0))
    for page, likeness in enumerate(found):
        mine = [run for number in all_pages[page] for run in runs(all_texts[number])]
        others = {
            run
            for other, numbers in enumerate(all_pages)
            if other != page
            for number in numbers
            for run in runs(all_texts[number])
        }
        wanted = sum(run not in others for run in mine) / len(mine) if mine else 1.0
        assert likeness.own == pytest.approx(wanted)
        assert likeness.words == sum(len(all_texts[number]) for number in all_pages[page])


def test_the_nearest_page_is_found_and_how_much_it_holds() -> None:
    first = [f"a{n}" for n in range(104)]
    comparison = compared([first, first[:54] + ["x"] * 50, [f"b{n}" for n in range(104)], [], []], [[0], [1], [2]])
    by_page = {one.page: one for one in comparison.likeness(range(3), 0.0)}
    assert by_page[0].nearest == 1
    assert by_page[0].contained == pytest.approx(0.5)
    assert by_page[2].nearest == -1


def test_a_text_that_no_page_shows_counts_for_nothing() -> None:
    text = [f"a{n}" for n in range(10)]
    comparison = compared([["b"] * 9, text, text], [[0], [1]])
    assert [one.own for one in comparison.likeness(range(2), 0.0)] == [1.0, 1.0]


def test_a_word_has_the_same_number_in_every_process() -> None:
    assert Tokens().runs("one two three four five".split()).tolist() == [4944081861800335396]
    assert Tokens().runs(["a"] * (LENGTH - 1)).tolist() == []
