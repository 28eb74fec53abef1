"""A hint names what was meant, and not what merely looks like it."""

from __future__ import annotations

import pytest

from appealsite.problems import counted, suggest
from appealsite.read.references import SHOWN_CHOICES, instead_of


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("c01", ["T01", "C01"], "did you mean 'C01'?"),  # another case
        ("x12-crac", ["x12-rarc", "x12-carc"], "did you mean 'x12-carc'?"),  # letters swapped
        ("tmj", ["tms", "tmj-treatment"], "did you mean 'tmj-treatment'?"),  # its beginning
        ("wolker", ["walker", "speech-therapy"], "did you mean 'walker'?"),
        ("abcx", ["abcy", "abcz"], "did you mean 'abcz' or 'abcy'?"),  # nobody can tell
        ("zebra", ["walker"], ""),
    ],
)
def test_a_hint_names_what_was_meant(word: str, known: list[str], hint: str) -> None:
    assert suggest(word, known) == hint


def test_what_is_counted_stands_in_the_singular_for_one_alone() -> None:
    assert [counted(number, "page") for number in (0, 1, 2, 1234)] == ["0 pages", "1 page", "2 pages", "1,234 pages"]
    assert [counted(number, "address", "addresses") for number in (1, 2)] == ["1 address", "2 addresses"]


def test_an_unknown_id_among_many_is_told_where_to_add_it() -> None:
    many = [f"known-{number}" for number in range(SHOWN_CHOICES + 1)]
    assert instead_of("zzz", many, "source") == "add it to data/sources.yaml first"
    assert instead_of("zzz", many, "payer") == "add it to data/matrix.yaml first"
    assert instead_of("zzz", many[:2], "payer") == "known here: known-0, known-1"
    assert instead_of("known-00", many, "source").startswith("did you mean 'known-0'")
