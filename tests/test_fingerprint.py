"""The fingerprint of a page covers every field of the value that its template is given, however deep it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from appealsite.plan.fingerprint import Fingerprints
from appealsite.plan.page import Page
from appealsite.values import fields_of
from tests.changed_values import OF_CHUNKS, changed, others, page


def test_whatever_changes_on_a_page_changes_its_fingerprint() -> None:
    known = Fingerprints()
    found = {known.of(page()): page()}
    for other in others(page(), OF_CHUNKS):
        digest = known.of(other)
        assert digest not in found, f"{found[digest]}\nand\n{other}"
        assert digest == Fingerprints().of(other), "what was remembered of other pages shows"
        found[digest] = other
    assert len(found) > 200


def test_a_list_that_is_empty_is_another_than_one_that_is_not() -> None:
    known = Fingerprints()
    empty: list[dict[str, Any]] = [{name: ()} for name in fields_of(Page) if isinstance(getattr(page(), name), tuple)]
    assert len({known.of(changed(page(), **one)) for one in [{}, *empty]}) == len(empty) + 1


def test_equal_pages_have_one_fingerprint_whatever_objects_they_share() -> None:
    known = Fingerprints()
    links = page().contents
    twice = changed(page(), contents=links, parts=links)
    apart = changed(page(), contents=tuple(links), parts=tuple(changed(link) for link in links))
    assert twice == apart
    assert known.of(twice) == known.of(apart) == Fingerprints().of(apart)


def test_where_a_chunk_stands_in_its_file_changes_nothing() -> None:
    section = page().sections[0]
    filled = section.body[0]
    moved = changed(section, body=(changed(filled, chunk=changed(filled.chunk, line=7)), *section.body[1:]))
    assert Fingerprints().of(changed(page(), sections=(moved, page().sections[1]))) == Fingerprints().of(page())


def test_a_page_cannot_hold_what_nobody_knows_how_to_digest() -> None:
    @dataclass(frozen=True)
    class Odd:
        what: tuple[object, ...]

    odd: Any = (Odd((1j,)),)
    with pytest.raises(TypeError, match="a page cannot hold a complex"):
        Fingerprints().of(changed(page(), reviews=odd))
