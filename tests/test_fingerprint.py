"""The fingerprint of a page covers every field of the value that its template is given, however deep it lies."""

from __future__ import annotations

import itertools
import typing
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest

from appealsite.plan.fingerprint import Fingerprints
from appealsite.plan.page import Page
from appealsite.read.text import Chunk

UNREAD = {"placeholders", "line"}  # of a chunk: what it shows is among its values, and its place shows nowhere


def example(type_: Any, number: Iterator[int]) -> Any:
    """A value of a type in which every text is another and every list has two entries."""
    if type_ is str:
        return f"text {next(number)}"
    if type_ is bool:
        return False
    if typing.get_origin(type_) is tuple:
        first, *others = typing.get_args(type_)
        return tuple(example(one, number) for one in ((first, first) if others == [...] else (first, *others)))
    assert is_dataclass(type_), type_
    hints = typing.get_type_hints(type_)
    names = [field.name for field in fields(type_) if not (type_ is Chunk and field.name in UNREAD)]
    return type_(**{name: example(hints[name], number) for name in names})  # type: ignore[operator]


def others(value: Any) -> Iterator[Any]:
    """The value with one text, flag or list in it changed, for each of them."""
    if isinstance(value, str):
        yield f"{value}, changed"
        yield ""
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, tuple):
        yield value[:-1]
        yield value[::-1]
        for at, inner in enumerate(value):
            yield from ((*value[:at], other, *value[at + 1 :]) for other in others(inner))
    else:
        for field in fields(value):
            if not (type(value) is Chunk and field.name in UNREAD):
                yield from (replace(value, **{field.name: other}) for other in others(getattr(value, field.name)))


def page() -> Page:
    """A page made anew, equal to every other that this makes."""
    made: Page = example(Page, itertools.count())
    return made


def test_whatever_changes_on_a_page_changes_its_fingerprint() -> None:
    known = Fingerprints()
    found = {known.of(page()): page()}
    for other in others(page()):
        digest = known.of(other)
        assert digest not in found, f"{found[digest]}\nand\n{other}"
        assert digest == Fingerprints().of(other), "what was remembered of other pages shows"
        found[digest] = other
    assert len(found) > 300


def test_equal_pages_have_one_fingerprint_whatever_objects_they_share() -> None:
    known = Fingerprints()
    first = page()
    links = first.contents
    twice = replace(first, contents=links, parts=links)
    apart = replace(first, contents=tuple(links), parts=tuple(replace(link) for link in links))
    assert twice == apart
    assert known.of(twice) == known.of(apart) == Fingerprints().of(apart)


def test_where_a_chunk_stands_in_its_file_changes_nothing() -> None:
    first = page()
    section = first.sections[0]
    filled = section.body[0]
    moved = replace(section, body=(replace(filled, chunk=replace(filled.chunk, line=7)), *section.body[1:]))
    assert Fingerprints().of(replace(first, sections=(moved, *first.sections[1:]))) == Fingerprints().of(first)


def test_a_page_cannot_hold_what_nobody_knows_how_to_digest() -> None:
    @dataclass(frozen=True)
    class Odd:
        what: tuple[object, ...]

    odd: Any = (Odd((1j,)),)
    with pytest.raises(TypeError, match="a page cannot hold a complex"):
        Fingerprints().of(replace(page(), reviews=odd))
