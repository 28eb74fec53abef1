"""Why a page says what it says: for each block the file that won, the files it won over and why, and what it used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from appealsite.plan.blocks import GROUP, SLUG, Levels, candidates, levels_of
from appealsite.plan.page import DEFAULT_LAYOUT, Page, Section
from appealsite.plan.record import Record, place_of
from appealsite.plan.sections import layout_of
from appealsite.problems import Mark, counted
from appealsite.read.content import TEXT, Cell
from appealsite.read.site import Site
from appealsite.read.text import all_chunks
from appealsite.read.vocabulary import AXES
from appealsite.values import value

if TYPE_CHECKING:
    from appealsite.plan.planner import Plan


@value
class Beaten:
    """A file that would give a block its text if the winner were not there, and why it did not."""

    path: str
    why: str


@value
class Origin:
    """A block of a page. ``path`` is empty where only a layout makes it, ``line`` is where its text begins.

    ``used`` are the names in its text with their values on this page; ``shown`` is whether the page has the block.
    """

    name: str
    path: str
    line: int
    layout: str
    why: str
    beaten: tuple[Beaten, ...]
    used: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    words: int
    shown: bool


@value
class Explained:
    """A page, the place in the data or content that it comes from, and where its blocks come from."""

    page: Page
    origin: Mark
    blocks: tuple[Origin, ...]


def files_of(site: Site, record: Record) -> list[str]:
    """The Markdown files whose text a page shows, in its order; those of the menu come last."""
    place = place_of(site.matrix, record)
    found = []
    for name in getattr(site.settings.outline, record.kind):
        if record.path and name == TEXT:
            found.append(site.content.pages[record.path])
        else:
            found += candidates(site.content.blocks.get(name, {}), place)[:1]
    return [*found, *(site.content.pages[path] for path in site.settings.menu)]


def pages_using(site: Site, plan: Plan, name: str) -> Iterator[Record]:
    """The pages that show a Markdown file, not counting its name in a menu; the plan must list its pages."""
    for index in plan.affected_by([(name, site.content.cells.get(name))]):
        if name in files_of(site, plan[index]):
            yield plan[index]


def explained(site: Site, plan: Plan, record: Record) -> Explained:
    """The page of a record, explained."""
    page = plan.page(record)
    sections = {section.name: section for section in page.sections}
    place = place_of(site.matrix, record)
    blocks = []
    for name in getattr(site.settings.outline, record.kind):
        files = site.content.blocks.get(name, {})
        cells = {path: cell for cell, path in files.items()}
        found = candidates(files, place)
        if record.path and name == TEXT:
            found, cells = [site.content.pages[record.path]], {}
        blocks.append(_origin(site, name, found, cells, sections.get(name)))
    return Explained(page, plan.origin(record), tuple(blocks))


def _origin(site: Site, name: str, found: list[str], cells: Mapping[str, Cell], section: Section | None) -> Origin:
    layout = layout_of(name, site)
    if not found:
        why = f"no text; layouts/{layout} makes it from data" if layout != DEFAULT_LAYOUT else "no text fits this page"
        return Origin(name, "", 0, layout, why, (), (), (), 0, section is not None)
    winner = found[0]
    cell = cells.get(winner)
    beaten = tuple(Beaten(path, _why_not(cells[path], cell)) for path in found[1:] if cell)
    body = section.body if section else ()
    used = {
        ".".join(placeholder.path): value
        for filled in body
        for placeholder, value in zip(filled.chunk.placeholders, filled.values, strict=True)
    }
    sources = dict.fromkeys(slug for filled in body for slug, _ in filled.chunk.citations)
    words = sum(len(filled.chunk.markdown.split()) for filled in body)
    line = next((chunk.line for chunk in all_chunks(site.content.block(winner).body)), 1)
    why = f"written for {_said(cell)}" if cell else "the page's own text"
    return Origin(
        name, winner, line, layout, why, beaten, tuple(used.items()), tuple(sources), words, section is not None
    )


def _said(cell: Cell) -> str:
    """The pages that a file is written for, in words."""
    groups = {"service": "every {}", "reason": "every {} reason", "payer": ""}
    words = []
    for axis, segment in zip(AXES, cell, strict=True):
        if segment.startswith("@"):
            words.append(groups[axis].format(segment[1:]))
        elif segment != "any":
            words.append(f"the {axis} '{segment}'")
    return " and ".join(words) or "every page that has this block"


def _why_not(loser: Cell, winner: Cell) -> str:
    """What the winner has that another file has not: the rule of ``blocks.ORDER`` in words."""
    ours, theirs = levels_of(winner), levels_of(loser)
    slugs, others = ours.count(SLUG), theirs.count(SLUG)
    if slugs != others:
        return f"the winner names {_counted(slugs, 'slug')}, this names {_counted(others, 'slug')}"
    groups, others = ours.count(GROUP), theirs.count(GROUP)
    if groups != others:
        return (
            f"as many slugs, but the winner names {_counted(groups, 'group')}, this names {_counted(others, 'group')}"
        )
    return f"as many slugs and groups, but the winner's {_first_difference(ours, theirs)} is more specific"


def _first_difference(ours: Levels, theirs: Levels) -> str:
    for axis, at in (("reason", 2), ("service", 1)):
        if ours[at] != theirs[at]:
            return axis
    return "payer"


def _counted(number: int, word: str) -> str:
    return counted(number, word) if number else f"no {word}s"
