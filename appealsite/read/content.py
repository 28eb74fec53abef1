"""The Markdown files of ``content/``: blocks by the cells they are written for, and free-standing pages by path."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appealsite.problems import Mark, Problem, suggest
from appealsite.read.files import mark_in, read_text
from appealsite.read.models import CLASSES, KINDS, SLUG, FrontMatter
from appealsite.read.text import Body, Line, TextRules, read_body, read_line
from appealsite.read.validate import validated
from appealsite.read.yaml_tree import Document, parse_yaml

PAGES = "pages"
TEXT = "text"  # in the outline of free-standing pages: the text of the page itself
MAX_BYTES = 1024 * 1024

Cell = tuple[str, str, str]  # payer, service, reason: each a slug, a group such as @drug, or 'any'
ANYWHERE: Cell = ("any", "any", "any")
Axes = Mapping[str, Collection[str]]  # the slugs of each axis; one whose slugs could not be read is missing

_GROUPS: Mapping[str, tuple[str, ...]] = {"payer": (), "service": KINDS, "reason": CLASSES}


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
    """All Markdown: ``blocks[name][cell]`` and ``pages[path]``; ``files`` names a file for each block.

    A block or a page whose file has problems is here all the same, so that what refers to it is not blamed as well.
    """

    blocks: Mapping[str, Mapping[Cell, Block]]
    pages: Mapping[str, Block]
    files: Mapping[str, str]


def read_content(root: Path, axes: Axes, rules: TextRules) -> Content:
    """Read every ``.md`` file below ``root/content``."""
    blocks: dict[str, dict[Cell, Block]] = {}
    pages: dict[str, Block] = {}
    files: dict[str, str] = {}
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
                pages["/".join(parts[1:])] = _read_file(path, name, rules, is_page=True)
            continue
        files.setdefault(parts[0], name)
        cell = _cell(name, parts, axes, rules)
        block = _read_file(path, name, rules, is_page=False)
        if cell is None:
            continue
        others = blocks.setdefault(parts[0], {})
        if cell in others:
            message = f"says the same cell as {others[cell].path}"
            rules.problems.append(Problem(Mark(name), message, "keep one of the two files"))
        else:
            others[cell] = block
    return Content(blocks, pages, files)


def _page_path_is_sound(name: str, parts: tuple[str, ...], rules: TextRules) -> bool:
    for part in parts:
        if not re.fullmatch(SLUG, part):
            hint = "use lower-case letters, digits and single hyphens: the path is the page's address"
            rules.problems.append(Problem(Mark(name), f"'{part}' is not a slug", hint))
            return False
    if not parts:
        rules.problems.append(Problem(Mark(name), "a page needs a name", "put the file into content/pages/"))
    return bool(parts)


def _cell(name: str, parts: tuple[str, ...], axes: Axes, rules: TextRules) -> Cell | None:
    """The cell a block file is written for, or None and a problem when its path does not fit the matrix."""
    if len(parts) == 1:
        return ANYWHERE
    if len(parts) != 4:
        hint = f"write content/{parts[0]}.md or content/{parts[0]}/<payer>/<service>/<reason>.md"
        rules.problems.append(
            Problem(Mark(name), f"this path has {len(parts) - 1} segments after the block, not 3", hint)
        )
        return None
    sound = True
    for axis, segment in zip(_GROUPS, parts[1:], strict=True):
        if axis not in axes:
            continue
        known = ["any", *axes[axis], *(f"@{group}" for group in _GROUPS[axis])]
        if segment not in known:
            sound = False
            hint = suggest(segment, known) or f"known here: {', '.join(known[:12])}"
            rules.problems.append(Problem(Mark(name), f"unknown {axis} '{segment}' in the path", hint))
    return (parts[1], parts[2], parts[3]) if sound else None


@dataclass(frozen=True, slots=True)
class _Head:
    """The front matter of a file: how many lines it takes, and what it says as far as it could be read."""

    length: int
    front: FrontMatter | None  # None where it has problems
    document: Document | None
    titled: bool


def _read_file(path: Path, name: str, rules: TextRules, *, is_page: bool) -> Block:
    text = read_text(path, name, rules.problems, MAX_BYTES)
    lines = text.split("\n") if text is not None else []
    head = _read_head(lines, name, rules.problems) if lines else None
    if head is None:
        return Block(name, FrontMatter(), None, None, None, ())
    top_level = 3 if head.titled and not is_page else 2
    body = read_body(lines[head.length :], name, head.length, top_level, rules)
    start = mark_in(name, lines, 0, 0, len(lines[0]))
    if not any(line.strip() for line in lines[head.length :]):
        rules.problems.append(Problem(start, "this file has no text", "write some, or remove the file"))
    missing = [key for key in ("title", "description") if getattr(head.front, key, "") is None]
    if is_page and missing:
        hint = f"begin the file with {', '.join(f'{key}: ...' for key in missing)} between two lines ---"
        rules.problems.append(Problem(start, f"a page needs a {' and a '.join(missing)}", hint))

    def line(key: str) -> Line | None:
        value = getattr(head.front, key, None)
        if value is None or head.document is None:
            return None
        return read_line(value, partial(head.document.find, (key,)), rules)

    front = head.front or FrontMatter()
    return Block(name, front, line("title"), line("description"), line("search_title"), body)


def _read_head(lines: list[str], name: str, problems: list[Problem]) -> _Head | None:
    """The head of a file; None and a problem where nobody can tell where the text begins."""
    if lines[0].rstrip() != "---":
        return _Head(0, FrontMatter(), None, titled=False)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        mark = mark_in(name, lines, 0, 0, 3)
        problems.append(Problem(mark, "this front matter is never closed", "end it with a line ---"))
        return None
    document = parse_yaml("\n".join(lines[1:end]), name, problems, first_line=1)
    front = None
    if document is not None:
        front = validated(FrontMatter, document.value or {}, document, (), problems)
    titled = any(line.startswith("title:") for line in lines[1:end])
    if front is None and not titled:  # the mistake may be in the title, so judge by the headings
        titled = not any(line.startswith("## ") for line in lines[end:])
    return _Head(end + 1, front, document, titled)
