"""The Markdown files of ``content/``: blocks by the cells they are written for, and free-standing pages by path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appealsite.problems import Mark, Problem, suggest
from appealsite.read.models import CLASSES, KINDS, SLUG, FrontMatter, Matrix
from appealsite.read.text import Body, Line, TextRules, read_body, read_line
from appealsite.read.validate import validated
from appealsite.read.yaml_tree import parse_yaml, read_text

PAGES = "pages"
MAX_BYTES = 1024 * 1024

Cell = tuple[str, str, str]  # payer, service, reason: each a slug, a group such as @drug, or 'any'
ANYWHERE: Cell = ("any", "any", "any")


@dataclass(frozen=True, slots=True)
class Block:
    """One Markdown file: its front matter and its text, taken apart."""

    path: str
    front: FrontMatter
    title: Line | None
    description: Line | None
    search_title: Line | None
    body: Body


@dataclass(frozen=True)
class Content:
    """All Markdown: ``blocks[name][cell]`` and ``pages[path]``."""

    blocks: Mapping[str, Mapping[Cell, Block]]
    pages: Mapping[str, Block]


def read_content(root: Path, matrix: Matrix | None, names: Iterable[str], rules: TextRules) -> Content:
    """Read every ``.md`` file below ``root/content``; ``names`` are the blocks that an outline shows."""
    blocks: dict[str, dict[Cell, Block]] = {}
    pages: dict[str, Block] = {}
    outlined = set(names)
    for path in sorted((root / "content").rglob("*")):
        name = path.relative_to(root).as_posix()
        parts = path.relative_to(root / "content").with_suffix("").parts
        if path.is_dir() or any(part.startswith(".") for part in parts):
            continue
        if path.suffix != ".md":
            rules.problems.append(Problem(Mark(name), "is not a Markdown file", "content/ holds files that end in .md"))
            continue
        if parts[0] == PAGES:
            if _page_path_is_sound(name, parts[1:], rules):
                block = _read_file(path, name, 2, rules)
                if block is not None:
                    pages["/".join(parts[1:])] = block
            continue
        cell = _cell(name, parts, matrix, outlined, rules)
        block = _read_file(path, name, 3, rules)
        if cell is None or block is None:
            continue
        others = blocks.setdefault(parts[0], {})
        if cell in others:
            message = f"says the same cell as {others[cell].path}"
            rules.problems.append(Problem(Mark(name), message, "keep one of the two files"))
        else:
            others[cell] = block
    return Content(blocks, pages)


def _page_path_is_sound(name: str, parts: tuple[str, ...], rules: TextRules) -> bool:
    for part in parts:
        if not re.fullmatch(SLUG, part):
            hint = "use lower-case letters, digits and single hyphens: the path is the page's address"
            rules.problems.append(Problem(Mark(name), f"'{part}' is not a slug", hint))
            return False
    if not parts:
        rules.problems.append(Problem(Mark(name), "a page needs a name", "put the file into content/pages/"))
    return bool(parts)


def _cell(
    name: str, parts: tuple[str, ...], matrix: Matrix | None, outlined: set[str], rules: TextRules
) -> Cell | None:
    """The cell a block file is written for, or None and a problem when its path does not fit the matrix."""
    block = parts[0]
    if block not in outlined:
        hint = suggest(block, outlined) or "name it in 'outline' of data/site.yaml, or remove the file"
        rules.problems.append(Problem(Mark(name), f"no outline shows a block '{block}'", hint))
        return None
    if len(parts) == 1:
        return ANYWHERE
    if len(parts) != 4:
        hint = f"write content/{block}.md or content/{block}/<payer>/<service>/<reason>.md"
        rules.problems.append(
            Problem(Mark(name), f"this path has {len(parts) - 1} segments after the block, not 3", hint)
        )
        return None
    if matrix is None:
        return None
    sound = True
    groups: tuple[tuple[str, ...], ...] = ((), KINDS, CLASSES)
    axes: tuple[Iterable[str], ...] = (matrix.payers, matrix.services, matrix.reasons)
    for axis, segment, slugs, group in zip(("payer", "service", "reason"), parts[1:], axes, groups, strict=True):
        known = ["any", *slugs, *(f"@{member}" for member in group)]
        if segment not in known:
            sound = False
            hint = suggest(segment, known) or f"known here: {', '.join(known[:12])}"
            rules.problems.append(Problem(Mark(name), f"unknown {axis} '{segment}' in the path", hint))
    return (parts[1], parts[2], parts[3]) if sound else None


def _read_file(path: Path, name: str, top_level: int, rules: TextRules) -> Block | None:
    text = read_text(path, name, rules.problems, MAX_BYTES)
    if text is None:
        return None
    lines = text.split("\n")
    front, first = FrontMatter(), 0
    mark = Mark(name, 1)
    where: dict[str, Mark] = {}
    if lines and lines[0].rstrip() == "---":
        end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
        if end is None:
            hint = "end the front matter with a line ---"
            rules.problems.append(Problem(Mark(name, 1, 1, 3, lines[0]), "this front matter is never closed", hint))
            return None
        first = end + 1
        document = parse_yaml("\n".join(lines[1:end]), name, rules.problems, first_line=1)
        if document is None:
            return None
        found = validated(FrontMatter, document.value or {}, document, (), rules.problems)
        if found is None:
            return None
        front = found
        where = {key: document.mark((key,)) for key in ("title", "description", "search_title")}
    body = read_body(lines[first:], name, first, 3 if front.title and top_level == 3 else 2, rules)
    if top_level == 2 and front.title is None:
        rules.problems.append(
            Problem(mark, "a page needs a title in its front matter", "begin with ---, title: ..., ---")
        )
    if not body:
        rules.problems.append(Problem(mark, "this file has no text"))

    def line(value: str | None, key: str) -> Line | None:
        return read_line(value, where[key], rules) if value is not None else None

    return Block(
        path=name,
        front=front,
        title=line(front.title, "title"),
        description=line(front.description, "description"),
        search_title=line(front.search_title, "search_title"),
        body=body,
    )
