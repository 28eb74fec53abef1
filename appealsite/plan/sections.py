"""The blocks of a page as sections: the winning files, their text for this page, and what they cite.

A section is made once for all pages on which the names in its text have the same values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from appealsite.memo import Memo
from appealsite.plan.blocks import Levels, Place, present, winner
from appealsite.plan.fill import Filler
from appealsite.plan.page import DEFAULT_LAYOUT, Section
from appealsite.read.content import TEXT, Block, Cell
from appealsite.read.expressions import names_in
from appealsite.read.site import Site
from appealsite.read.text import Body, Chunk, Line, Placeholder
from appealsite.read.vocabulary import AXES, Context

KEPT = 8192
KIND = "kind"


@dataclass(frozen=True, slots=True)
class Made:
    """A section, with the ids of the sources it cites, the date of its text and the file it came from."""

    section: Section
    cites: tuple[str, ...]
    checked: date | None
    block: Block | None
    cell: Cell | None


class Sections:
    """Makes the sections of one page after another and remembers those that pages share."""

    def __init__(self, site: Site, filler: Filler) -> None:
        self._site = site
        self._filler = filler
        self._orders: dict[str, tuple[Levels, ...]] = {
            name: present(files) for name, files in site.content.blocks.items()
        }
        self._made = Memo[tuple[object, ...], Made](KEPT)
        self._axes = Memo[str, tuple[str, ...]](KEPT)
        self._bare: dict[str, Made] = {}

    def of(self, kind: str, place: Place, path: str, context: Context, url: str) -> list[Made]:
        """The sections of a page in the order of its outline; blocks with neither text nor layout are left out."""
        made = []
        for name in getattr(self._site.settings.outline, kind):
            one = self._one(name, place, path, context, url)
            if one is not None and (one.section.body or one.section.layout != DEFAULT_LAYOUT):
                made.append(one)
        return made

    def _one(self, name: str, place: Place, path: str, context: Context, url: str) -> Made | None:
        if path and name == TEXT:
            return self._make(name, self._site.content.pages[path], None, context, url)
        found = None
        if name in self._orders:
            found = winner(self._site.content.blocks[name], place, self._orders[name])
        if found is not None:
            return self._make(name, found[1], found[0], context, url)
        if self._layout(name) == DEFAULT_LAYOUT:
            return None
        if name not in self._bare:
            self._bare[name] = Made(Section(name, "", self._layout(name), (), ""), (), None, None, None)
        return self._bare[name]

    def _make(self, name: str, file: str, cell: Cell | None, context: Context, url: str) -> Made:
        axes = self._axes.get(file)
        if axes is None:
            axes = self._axes.put(file, _axes_of(self._site.content.block(file)))
        key = (name, file, *(_value(axis, context) for axis in axes))
        known = self._made.get(key)
        if known is not None:
            return known
        block = self._site.content.block(file)
        body = self._filler.body(block.body, context, url)
        title = self._filler.line(block.title, context, url) if block.title and name != TEXT else ""
        section = Section(name, title, self._layout(name), body, file)
        cites = tuple(dict.fromkeys(slug for filled in body for slug, _ in filled.chunk.citations))
        return self._made.put(key, Made(section, cites, block.front.checked, block, cell))

    def _layout(self, name: str) -> str:
        own = f"blocks/{name}.html"
        return own if own in self._site.layouts.templates else DEFAULT_LAYOUT


def _axes_of(block: Block) -> tuple[str, ...]:
    """What a block's text depends on: axes, and the kind of service where a reason's words may differ by it."""
    roots = set(_roots(block.body))
    for line in (block.title, block.description, block.search_title):
        if isinstance(line, Line):
            roots.update(placeholder.path[0] for placeholder in line.placeholders)
    if "reason" in roots:
        roots.add(KIND)
    return tuple(axis for axis in (*AXES, KIND) if axis in roots)


def _value(axis: str, context: Context) -> str:
    if axis == KIND:
        return context.service.kind if context.service else ""
    entry = getattr(context, axis)
    return entry.slug if entry else ""


def _roots(body: Body) -> Iterator[str]:
    for part in body:
        if isinstance(part, Chunk):
            yield from map(_root, part.placeholders)
            continue
        for condition, inner in part.branches:
            if condition is not None:
                yield from (name.path[0] for name in names_in(condition))
            yield from _roots(inner)


def _root(placeholder: Placeholder) -> str:
    return placeholder.path[0]
