"""The blocks of a page as sections: the winning files, their text for this page, and what they cite.

A section is made once for all pages on which the names in its text have the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from appealsite.memo import Memo
from appealsite.plan.blocks import SLUG, Levels, Place, levels_of, present, winner
from appealsite.plan.fill import Filler
from appealsite.plan.page import DEFAULT_LAYOUT, Link, Section
from appealsite.plan.record import Record, place_of, slugs_of_page
from appealsite.plan.sources import SourceList
from appealsite.read.content import TEXT, Block, Cell
from appealsite.read.expressions import names_in
from appealsite.read.site import Site
from appealsite.read.text import Body, Chunk, Line
from appealsite.read.vocabulary import AXES, OF_LETTERS, Context
from appealsite.values import value

KEPT = 8192
KIND_OF_SERVICE = "kind of service"
BITS = {"payer": 1, "service": 2, "reason": 4, KIND_OF_SERVICE: 2, "plan": 1, "kind": 4}
ALL = 7
TITLES = {"sources": "Sources"}  # of blocks that have a heading without a text

Keys = tuple[object, ...]
Row = tuple[Record, Keys, Context, list["Made"]]  # a page, its slugs, and its sections so far


@value
class Made:
    """A section with what the page takes from it, and the cell its file is written for.

    ``cites`` are the sources it cites, as bits; ``entry`` is its line in the page's contents, ``checked`` the day its
    text was checked; ``reviewed`` names those who reviewed it, each with the day.
    """

    section: Section
    cites: int
    checked: date | None
    entry: Link | None
    search_title: Line | None
    description: Line | None
    cell: Cell | None
    reviewed: tuple[tuple[str, date], ...] = ()


@value
class File:
    """What is the same of a file's section on all pages: its block, the cell it is written for, its layout, and the
    axes that its text names, by name and as bits.

    ``shared`` tells whether pages that differ in an axis can have the same section. ``reviewed`` names those who
    reviewed the text, each with the day.
    """

    block: Block
    cell: Cell | None
    layout: str
    axes: tuple[str, ...]
    bits: int
    shared: bool
    reviewed: tuple[tuple[str, date], ...]


@dataclass(slots=True)
class Slot:
    """One block of the outline: its files, and what is known of its text on the pages so far.

    ``written_for`` are the axes, as bits, that tell which file wins, and ``winners`` the files by the page's slugs on
    them, where pages can share one; ``axes`` are those on which the text has been found to depend, and ``known`` is the
    text by the slugs on them.
    """

    name: str
    files: Mapping[Cell, str]
    order: tuple[Levels, ...]
    written_for: int
    winners: Memo[object, tuple[tuple[Cell, str] | None]]
    axes: int
    known: Memo[object, tuple[Made, ...]]


class Sections:
    """Makes the sections of pages and remembers those that pages share."""

    def __init__(self, site: Site, filler: Filler, sources: SourceList) -> None:
        self._site = site
        self._filler = filler
        self._sources = sources
        self._made = Memo[tuple[object, ...], Made](KEPT)
        self._files = Memo[str, File](KEPT)
        self._cites = Memo[int, tuple[Chunk, int]](KEPT)
        self._bares: dict[str, Made] = {}
        self._slots: dict[str, Slot] = {}
        self._outlines: dict[str, list[Slot]] = {}

    def of(self, records: Sequence[Record], contexts: Sequence[Context]) -> list[list[Made]]:
        """The sections of pages in the order of their outlines; blocks with neither text nor layout are left out. The
        first block of all pages of a kind is looked for before the second, and so on."""
        made: list[list[Made]] = [[] for _ in records]
        rows = list(zip(records, map(_keys, records), contexts, made, strict=True))
        for kind in dict.fromkeys([record.kind for record in records]):
            of_kind = [row for row in rows if row[0].kind == kind]
            for slot in self._outline(kind):
                self._add(slot, of_kind)
        return made

    def _add(self, slot: Slot, rows: Sequence[Row]) -> None:
        """Add the section of a block to those of each page; of one kind."""
        if slot.name == TEXT and rows[0][0].path:
            paths = [self._site.content.pages[record.path] for record, *_ in rows]
            self._site.content.open_some(paths)
            for path, (record, _, context, own) in zip(paths, rows, strict=True):
                own.append(self._make(TEXT, self._file(TEXT, path, None), context, record.url))
            return
        new: list[Row] = []
        for row in rows:
            _, keys, _, own = row
            found = slot.known.get(keys[slot.axes])
            if found is None:
                new.append(row)
            else:
                own += found
        if new:
            self._add_new(slot, new)

    def _add_new(self, slot: Slot, rows: Sequence[Row]) -> None:
        """The same for pages whose section is not known, some of which may have the same."""
        known, matrix = slot.winners.get, self._site.matrix
        won = [
            (known(keys[slot.written_for]) or _winner(slot, place_of(matrix, record), keys))[0]
            for record, keys, *_ in rows
        ]
        self._site.content.open_some(file for _, file in filter(None, won) if self._files.get(file) is None)
        for file, (record, keys, context, own) in zip(won, rows, strict=True):
            found = slot.known.get(keys[slot.axes])
            own += self._find(slot, file, keys, context, record.url) if found is None else found

    def _outline(self, kind: str) -> list[Slot]:
        outline = self._outlines.get(kind)
        if outline is None:
            outline = self._outlines[kind] = list(map(self._slot, getattr(self._site.settings.outline, kind)))
        return outline

    def _slot(self, name: str) -> Slot:
        slot = self._slots.get(name)
        if slot is None:
            files = self._site.content.blocks.get(name, {})
            order = present(files)
            axes = sum(bit for at, bit in enumerate((1, 2, 4)) if any(levels[at] for levels in order))
            slot = self._slots[name] = Slot(name, files, order, axes, Memo(KEPT), axes, Memo(KEPT))
        return slot

    def _find(
        self, slot: Slot, won: tuple[Cell, str] | None, keys: Keys, context: Context, url: str
    ) -> tuple[Made, ...]:
        """The section of a block from the file that won, if any, remembered for all places that agree on the axes of
        its text."""
        if won is None:
            one = self._bare(slot.name)
        else:
            file = self._file(slot.name, won[1], won[0])
            one = (self._make(slot.name, file, context, url),)
            if not one[0].section.body and one[0].section.layout == DEFAULT_LAYOUT:
                one = ()
            axes = slot.axes | file.bits
            if axes != slot.axes:  # what was remembered did not tell such places apart
                slot.axes, slot.known = axes, Memo(KEPT)
        if slot.axes != ALL:
            slot.known.put(keys[slot.axes], one)
        return one

    def _bare(self, name: str) -> tuple[Made, ...]:
        """A block without a text: what its layout makes of the page, if it has a layout."""
        layout = layout_of(name, self._site)
        if layout == DEFAULT_LAYOUT:
            return ()
        if name not in self._bares:
            title = TITLES.get(name, "")
            section = Section(name, title, layout, (), "", shared=True)
            self._bares[name] = Made(section, 0, None, _entry(name, title), None, None, None)
        return (self._bares[name],)

    def _make(self, name: str, file: File, context: Context, url: str) -> Made:
        if not file.shared:
            return self._fill(name, file, context, url)
        key = (file.block.path, *[_value(axis, context) for axis in file.axes])
        return self._made.get(key) or self._made.put(key, self._fill(name, file, context, url))

    def _fill(self, name: str, file: File, context: Context, url: str) -> Made:
        block = file.block
        body = self._filler.body(block.body, context, url)
        title = self._filler.line(block.title, context, url) if block.title and name != TEXT else TITLES.get(name, "")
        cites = 0
        for filled in body:
            cites |= (self._cites.get(id(filled.chunk)) or self._cited(filled.chunk))[1]
        return Made(
            Section(name, title, file.layout, body, block.path, file.shared),
            cites,
            block.front.checked,
            _entry(name, title),
            block.search_title,
            block.description,
            file.cell,
            file.reviewed,
        )

    def _file(self, name: str, path: str, cell: Cell | None) -> File:
        return self._files.get(path) or self._files.put(path, self._read(name, path, cell))

    def _read(self, name: str, path: str, cell: Cell | None) -> File:
        block = self._site.content.block(path)
        axes = _axes_of(block)
        named = {BITS[axis] for axis in axes}
        told_apart = sum(named | _slugs_of(cell)) if cell else ALL
        reviewed = tuple(block.front.reviewed_by.items())
        return File(block, cell, layout_of(name, self._site), axes, sum(named), told_apart != ALL, reviewed)

    def _cited(self, chunk: Chunk) -> tuple[Chunk, int]:
        return self._cites.put(id(chunk), (chunk, self._sources.bits(slug for slug, _ in chunk.citations)))


def layout_of(name: str, site: Site) -> str:
    """The template that lays out a block: its own, or the one for all."""
    own = f"blocks/{name}.html"
    return own if own in site.layouts.templates else DEFAULT_LAYOUT


def _winner(slot: Slot, place: Place, keys: Keys) -> tuple[tuple[Cell, str] | None]:
    """The file that wins at a place, if any; remembered where other pages may show it as well."""
    won = (winner(slot.files, place, slot.order),)
    return won if slot.written_for == ALL else slot.winners.put(keys[slot.written_for], won)


def _axes_of(block: Block) -> tuple[str, ...]:
    """What a block's text depends on: axes, and the kind of service where a reason's words may differ by it."""
    roots = set(_roots(block.body))
    for line in (block.title, block.description, block.search_title):
        if isinstance(line, Line):
            roots.update(placeholder.path[0] for placeholder in line.placeholders)
    if "reason" in roots:
        roots.add(KIND_OF_SERVICE)
    return tuple(axis for axis in (*AXES, *OF_LETTERS, KIND_OF_SERVICE) if axis in roots)


def _keys(record: Record) -> Keys:
    """The slugs of a page on each set of axes, by the bits of the set."""
    payer, service, reason = slugs_of_page(record)
    return (
        "",
        payer,
        service,
        (payer, service),
        reason,
        (payer, reason),
        (service, reason),
        (payer, service, reason),
    )


def _slugs_of(cell: Cell) -> set[int]:
    """The axes, as bits, on which a file is written for one slug."""
    return {bit for bit, level in zip((1, 2, 4), levels_of(cell), strict=True) if level == SLUG}


def _entry(name: str, title: str) -> Link | None:
    return Link(title, f"#{name}") if title else None


def _value(axis: str, context: Context) -> str:
    if axis == KIND_OF_SERVICE:
        return context.service.kind if context.service else ""
    entry = getattr(context, axis)
    return entry.slug if entry else ""


def _roots(body: Body) -> Iterator[str]:
    for part in body:
        if isinstance(part, Chunk):
            yield from (placeholder.path[0] for placeholder in part.placeholders)
            continue
        for condition, inner in part.branches:
            if condition is not None:
                yield from (name.path[0] for name in names_in(condition))
            yield from _roots(inner)
