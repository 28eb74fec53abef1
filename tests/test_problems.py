"""A hint names what was meant, and not what merely looks like it."""

from __future__ import annotations

import pytest

from appealsite.problems import suggest


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
