"""What a reader gets of a page is in the digests of its content, each in its own; how it is laid out is in none."""

from __future__ import annotations

from typing import Any

import pytest

from appealsite.plan.contents import Contents
from appealsite.plan.page import Filled, Page, Section, SourceView
from appealsite.read.text import Chunk
from tests.changed_values import LEFT_OUT, OF_CHUNKS, changed, others, page

SEGMENTS = ("text", "title", "description", "links", "structured")


def digests(of: Page, known: Contents) -> list[str]:
    shown = (of.plans, of.gather, of.phrases, of.reviews)
    links = (*of.parts, *of.ancestors)
    found = known.of(
        of.heading,
        of.sections,
        [source.content for source in of.sources],
        shown,
        of.earliest,
        of.title,
        of.description,
        of.groups,
        links,
        of.structured,
    )
    return found.split("-")


@pytest.mark.parametrize(
    ("field", "segment"),
    [
        *((name, "text") for name in ("heading", "sections", "sources", "plans", "gather", "phrases", "reviews")),
        ("earliest", "text"),
        ("title", "title"),
        ("description", "description"),
        *((name, "links") for name in ("groups", "parts", "ancestors")),
        ("structured", "structured"),
    ],
)
def test_whatever_changes_for_a_reader_changes_one_digest_and_no_other(field: str, segment: str) -> None:
    known = Contents()
    first = digests(page(), known)
    at = SEGMENTS.index(segment)
    found = {first[at]}
    for other in others(getattr(page(), field), {**OF_CHUNKS, **LEFT_OUT}):
        now = digests(changed(page(), **{field: other}), known)
        assert now[at] not in found, other
        assert now == digests(changed(page(), **{field: other}), Contents()), "what was remembered shows"
        assert [*now[:at], *now[at + 1 :]] == [*first[:at], *first[at + 1 :]]
        found.add(now[at])


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Section, {"layout": "other.html", "path": "content/other.md", "shared": True}),
        (SourceView, {"checked": "2 March 2026", "status": "we read it again"}),
    ],
)
def test_the_layout_and_the_day_a_source_was_looked_up_change_nothing(kind: type, changes: dict[str, Any]) -> None:
    field = "sections" if kind is Section else "sources"
    assert tuple(changes) == LEFT_OUT[kind]
    laid_out = {field: tuple(changed(one, **changes) for one in getattr(page(), field))}
    assert digests(changed(page(), **laid_out), Contents()) == digests(page(), Contents())


def test_a_word_written_out_is_the_same_as_one_looked_up() -> None:
    looked_up = page().sections[0].body[0]
    text = looked_up.chunk.markdown.replace("placeholder70x", "{}").replace("placeholder71x", "{}")
    out = Filled(Chunk(text.format(*looked_up.values), citations=looked_up.chunk.citations), ())
    first, second = page().sections
    written = changed(first, body=(out, first.body[1]))
    assert digests(changed(page(), sections=(written, second)), Contents()) == digests(page(), Contents())
