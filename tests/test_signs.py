"""Signs sought in long texts are found as the pattern itself would find them."""

from __future__ import annotations

import re

from appealsite.read.files import INVISIBLE
from appealsite.read.signs import seeker

SIGNS = [chr(code) for code in range(0x11000) if not 0xD800 <= code < 0xE000]


def test_every_sign_is_judged_as_the_pattern_judges_it() -> None:
    for pattern in (INVISIBLE, re.compile(r"[^\n !-;=-\[\]-_a-}\w§“”‘’–—…]"), re.compile("[aé]")):
        holds = seeker(pattern)
        assert [sign for sign in SIGNS if holds(sign)] == [sign for sign in SIGNS if pattern.search(sign)]


def test_a_sign_is_found_wherever_it_stands() -> None:
    holds = seeker(INVISIBLE)
    for text in ("\ufeffone", "one\ufeff", "one – \u2028 two", "\x07", "é\x85"):
        assert holds(text)
    assert not holds("one – “two”\n\tthree 😀")
    assert not holds("")
