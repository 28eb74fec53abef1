"""Values made from their types alone, and all that can be changed in them: for tests of what a digest covers."""

from __future__ import annotations

import itertools
import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from appealsite.plan.page import Page, Section, SourceView
from appealsite.problems import Mark
from appealsite.read.text import PLACEHOLDER, Chunk, Placeholder
from appealsite.values import fields_of

Unread = Mapping[type, Collection[str]]  # fields that a digest is to pass over

# What does not count as content: how and from where a section is laid out, and when a source was looked up.
LEFT_OUT: Unread = {Section: ("layout", "path", "shared"), SourceView: ("checked", "status")}

OF_CHUNKS: Unread = {Chunk: ("placeholders", "line")}  # what they show is among the values; their place shows nowhere


def page() -> Page:
    """A page made anew, equal to every other that this makes, in which every text is another and no list is empty."""
    made: Page = _example(Page, itertools.count())
    return made


def _example(type_: Any, number: Iterator[int]) -> Any:
    if type_ is str:
        return f"text {next(number)}"
    if type_ is bool:
        return False
    if type_ is Chunk:  # of two values, as every list here has two entries
        text = f"{next(number)} {PLACEHOLDER.format(0)} and {PLACEHOLDER.format(1)}"
        names = (Placeholder(("payer", "name"), Mark("x.md")),) * 2
        return Chunk(text, names, citations=_example(tuple[tuple[str, str], ...], number))
    if typing.get_origin(type_) is tuple:
        first, *others = typing.get_args(type_)
        return tuple(_example(one, number) for one in ((first, first) if others == [...] else (first, *others)))
    hints = typing.get_type_hints(type_)
    return type_(**{name: _example(hints[name], number) for name in fields_of(type_)})


def changed(value: Any, **fields: Any) -> Any:
    """The value with other fields."""
    return replace(value, **fields)


def others(value: Any, unread: Unread) -> Iterator[Any]:
    """The value with one text, flag or list in it changed, for each of them."""
    if isinstance(value, str):
        yield f"changed {value}"
    elif isinstance(value, bool):
        yield not value
    elif type(value) is tuple:
        yield value[::-1]
        for at, inner in enumerate(value):
            yield from ((*value[:at], other, *value[at + 1 :]) for other in others(inner, unread))
    else:
        for name in fields_of(type(value)):
            if name not in unread.get(type(value), ()):
                yield from (changed(value, **{name: other}) for other in others(getattr(value, name), unread))
