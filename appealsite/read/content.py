"""The Markdown files of ``content/``: blocks by the cells they are written for, and free-standing pages by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from itertools import islice
from pathlib import Path

from appealsite.memo import Memo
from appealsite.problems import Mark, Problem, suggest
from appealsite.read.document import Document
from appealsite.read.files import Place, mark_in, read_text
from appealsite.read.inputs import CONTENT, file_names
from appealsite.read.models import CLASSES, KINDS, SLUG, FrontMatter
from appealsite.read.text import Body, Line, TextRules, read_body, read_line
from appealsite.read.validate import validated
from appealsite.read.yaml_tree import parse_yaml
from appealsite.values import fields_of, value

PAGES = "pages"
TEXT = "text"  # in the outline of free-standing pages: the text of the page itself
MAX_BYTES = 1024 * 1024
KEPT = 4096  # blocks kept in memory; others are read again when they are needed again

Cell = tuple[str, str, str]  # payer, service, reason: each a slug, a group such as @drug, or 'any'
ANYWHERE: Cell = ("any", "any", "any")
Axes = Mapping[str, Collection[str]]  # the slugs of each axis; one whose slugs could not be read is missing

_SHOWN = ("title", "description", "search_title", "menu_title")  # the keys of front matter whose texts pages show
_GROUPS: Mapping[str, tuple[str, ...]] = {"payer": (), "service": KINDS, "reason": CLASSES}
_DASHES = re.compile(r"\s*[-\u2010-\u2015]+\s*")
_KEY = re.compile(rf"\s*(?:{'|'.join(fields_of(FrontMatter))}):(?:\s|$)")


@value
class Block:
    """One Markdown file: its front matter and its text, taken apart.

    ``places`` says where the texts of the front matter stand that pages show.
    """

    path: str
    front: FrontMatter
    title: Line | None
    description: Line | None
    search_title: Line | None
    menu_title: Line | None
    body: Body
    places: Mapping[str, Place] = field(default_factory=dict)


class Content:
    """All Markdown files: ``blocks[name][cell]`` and ``pages[path]`` name the file, ``block`` reads it.

    Files are named when the site is read and opened when their text is asked for, so that a build reads only what its
    pages show; ``names`` are all of them. A file with problems is here all the same, so that what refers to it is not
    blamed as well; its problems are told when it is opened, and it is then among the ``broken``. ``expected`` holds
    digests of all input files as a build began, if there is one; ``examine`` says what is wrong with a file that is
    opened for the first time.
    """

    def __init__(self, root: Path, axes: Axes, rules: TextRules, expected: Mapping[str, bytes] | None = None) -> None:
        self.blocks: dict[str, dict[Cell, str]] = {}
        self.pages: dict[str, str] = {}
        self.cells: dict[str, Cell | None] = {}  # of each file in blocks, None for a file in pages
        self.files: dict[str, str] = {}  # a file for each block
        listed = file_names(root, CONTENT, rules.problems) if expected is None else expected
        self.names = tuple(_markdown_files(listed, rules.problems))
        self.opened: set[str] = set()  # since somebody last emptied it
        self.broken: set[str] = set()
        self.examine: Callable[[Block, str], Iterable[Problem]] | None = None
        self._told: set[str] = set()
        self._root = root
        self._rules = rules
        self._expected = expected or {}
        self._known = Memo[str, Block](KEPT)
        known = _segments(axes)
        for name in self.names:
            self._name(name, known)

    def block(self, name: str) -> Block:
        """The text of a file named in ``blocks`` or ``pages``."""
        return self._known.get(name) or self._open([name])[0]

    def open_some(self, names: Iterable[str]) -> None:
        """Open files whose text will be asked for, where they are not yet open: together, they take less time."""
        self._open([name for name in dict.fromkeys(names) if self._known.get(name) is None])

    def page(self, path: str) -> Block:
        """The text of a free-standing page, by its path below ``content/pages``."""
        return self.block(self.pages[path])

    def open_all(self) -> None:
        """Open every file, so that its problems are told beside others that end a build."""
        for name in self.names:
            self.block(name)

    def forget(self, name: str) -> None:
        """Open a file again when its text is asked for: it was edited."""
        self._known.drop(name)
        self._told.discard(name)
        self.broken.discard(name)

    def text(self, name: str) -> str:
        """The file as it was written; what cannot be read of it is a problem and counts as nothing."""
        return self._text(name, self._rules.problems) or ""

    def _text(self, name: str, problems: list[Problem]) -> str | None:
        return read_text(f"{self._root}/{name}", name, problems, MAX_BYTES, self._expected.get(name))

    def _open(self, names: Sequence[str]) -> list[Block]:
        """Each step is done for all files before the next: it has code of its own, which stays in the processor's
        caches meanwhile."""
        rules = [replace(self._rules, problems=[]) for _ in names]
        texts = [self._text(name, own.problems) for name, own in zip(names, rules, strict=True)]
        blocks = _blocks(names, texts, rules)
        new = [name not in self._told for name in names]  # the problems of others, which were forgotten, are known
        if self.examine is not None:
            for is_new, block, text, own in zip(new, blocks, texts, rules, strict=True):
                if is_new:
                    own.problems.extend(self.examine(block, text or ""))
        for is_new, name, block, own in zip(new, names, blocks, rules, strict=True):
            if is_new:
                self._rules.problems.extend(own.problems)
            if own.problems:
                self.broken.add(name)
            self._known.put(name, block)
        self._told.update(names)
        self.opened.update(names)
        return blocks

    def _name(self, name: str, known: _Segments) -> None:
        parts = tuple(name.removesuffix(".md").split("/")[1:])
        if parts[0] == PAGES:
            if _page_path_is_sound(name, parts[1:], self._rules):
                self.pages["/".join(parts[1:])] = name
                self.cells[name] = None
            return
        self.files.setdefault(parts[0], name)
        cell = _cell(name, parts, known, self._rules)
        if cell is None:
            return
        self.cells[name] = cell
        first = self.blocks.setdefault(parts[0], {}).setdefault(cell, name)
        if first != name:
            message = f"says the same cell as {first}"
            self._rules.problems.append(Problem(Mark(name), message, "keep one of the two files"))


def _markdown_files(names: Iterable[str], problems: list[Problem]) -> Iterator[str]:
    """The names of the ``.md`` files below ``content`` among all names, in order; what else is there is a problem."""
    parts = sorted(name.split("/") for name in names if name.startswith(f"{CONTENT}/"))
    for name in map("/".join, parts):
        if name.endswith(".md"):
            yield name
        else:
            problems.append(Problem(Mark(name), "is not a Markdown file", "content/ holds files that end in .md"))


def _page_path_is_sound(name: str, parts: tuple[str, ...], rules: TextRules) -> bool:
    for part in parts:
        if not re.fullmatch(SLUG, part):
            hint = "use lower-case letters, digits and single hyphens: the path is the page's address"
            rules.problems.append(Problem(Mark(name), f"'{part}' is not a slug", hint))
            return False
    if not parts:
        rules.problems.append(Problem(Mark(name), "a page needs a name", "put the file into content/pages/"))
    return bool(parts)


_Segments = Mapping[str, Mapping[str, None]]  # what may stand in a path for each axis; a slug is looked up, not sought


def _segments(axes: Axes) -> _Segments:
    return {
        axis: dict.fromkeys(("any", *axes[axis], *(f"@{group}" for group in groups)))
        for axis, groups in _GROUPS.items()
        if axis in axes
    }


def _cell(name: str, parts: tuple[str, ...], known: _Segments, rules: TextRules) -> Cell | None:
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
        if axis in known and segment not in known[axis]:
            sound = False
            hint = suggest(segment, known[axis]) or f"known here: {', '.join(islice(known[axis], 12))}"
            rules.problems.append(Problem(Mark(name), f"unknown {axis} '{segment}' in the path", hint))
    return (parts[1], parts[2], parts[3]) if sound else None


@value
class _Head:
    """The front matter of a file: how many lines it takes, and what it says as far as it could be read."""

    length: int
    front: FrontMatter | None  # None where it has problems
    document: Document | None
    titled: bool


def _blocks(names: Sequence[str], texts: Sequence[str | None], rules: Sequence[TextRules]) -> list[Block]:
    """What files say, each by rules of its own; one without a text could not be read."""
    files = [text.split("\n") if text is not None else [] for text in texts]
    heads = [
        _read_head(lines, name, own.problems) if lines else None
        for name, lines, own in zip(names, files, rules, strict=True)
    ]
    bodies = [
        read_body(lines[head.length :], name, head.length, 3 if head.titled and not _is_page(name) else 2, own)
        if head is not None
        else ()
        for name, lines, head, own in zip(names, files, heads, rules, strict=True)
    ]
    return list(map(_block, names, files, heads, bodies, rules))


def _is_page(name: str) -> bool:
    return name.startswith(f"content/{PAGES}/")


def _block(name: str, lines: list[str], head: _Head | None, body: Body, rules: TextRules) -> Block:
    if head is None:
        return Block(name, FrontMatter(), None, None, None, None, ())
    written = lines[head.length :]
    if not any(map(str.strip, written)):
        start = mark_in(name, lines, 0, 0, len(lines[0]))
        rules.problems.append(Problem(start, "this file has no text", "write some, or remove the file"))
    missing = [key for key in ("title", "description") if getattr(head.front, key, "") is None and _is_page(name)]
    if missing:
        start = mark_in(name, lines, 0, 0, len(lines[0]))
        hint = f"begin the file with {', '.join(f'{key}: ...' for key in missing)} between two lines ---"
        rules.problems.append(Problem(start, f"a page needs a {' and a '.join(missing)}", hint))

    def line(key: str) -> Line | None:
        value = getattr(head.front, key, None)
        if value is None or head.document is None:
            return None
        return read_line(value, partial(head.document.find, (key,)), rules)

    front = head.front or FrontMatter()
    if head.document is not None and rules.people is not None:
        for person in front.reviewed_by:
            if person not in rules.people:
                mark = head.document.key_mark(("reviewed_by", person))
                hint = suggest(person, rules.people) or "name the person in data/people.yaml first"
                rules.problems.append(Problem(mark, f"unknown person '{person}'", hint))
    title, description, search_title, menu_title = map(line, _SHOWN)
    values = head.document.values if head.document is not None else {}
    places = {key: values[key,] for key in _SHOWN if (key,) in values}
    return Block(name, front, title, description, search_title, menu_title, body, places)


def _begins_late(lines: list[str], name: str, problems: list[Problem]) -> bool:
    """Whether front matter stands where none can be, which readers would see as text; that is a problem."""
    written = list(islice((at for at, line in enumerate(lines) if line.strip()), 2))
    if not written or not _KEY.match(lines[written[-1] if _DASHES.fullmatch(lines[written[0]]) else written[0]]):
        return False
    line = lines[written[0]]
    message = "front matter begins on the first line of the file, with --- and nothing else"
    mark = mark_in(name, lines, written[0], 0, len(line.rstrip()))
    problems.append(Problem(mark, message, "make --- the first line, with nothing before it"))
    return True


def _read_head(lines: list[str], name: str, problems: list[Problem]) -> _Head | None:
    """The head of a file; None and a problem where nobody can tell where the text begins."""
    if lines[0].rstrip() != "---":
        return None if _begins_late(lines, name, problems) else _Head(0, FrontMatter(), None, titled=False)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        mark = mark_in(name, lines, 0, 0, 3)
        problems.append(Problem(mark, "this front matter is never closed", "end it with a line ---"))
        return None
    document = parse_yaml("\n".join(lines[1:end]), name, problems, first_line=1)
    front = None
    if document is not None:
        value = document.value or {}
        front = FrontMatter.of_plain(value) or validated(FrontMatter, value, document, (), problems)
    said = document.value if document is not None else None
    titled = "title" in said if isinstance(said, dict) else any(line.startswith("title:") for line in lines[1:end])
    if front is None and not titled:  # the mistake may be in the title, so judge by the headings
        titled = not any(line.startswith("## ") for line in lines[end:])
    return _Head(end + 1, front, document, titled)
