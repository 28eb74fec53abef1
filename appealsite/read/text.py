"""Markdown text as people write it, taken apart before Markdown sees it.

Condition lines are lifted out and divide the text into chunks; in a chunk each placeholder becomes a token of plain
letters and digits, which survives any Markdown parser, also in link targets and table cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from itertools import chain

from appealsite.problems import Mark, Problem, suggest
from appealsite.read.citations import DEFINITION, broken, cited, masked
from appealsite.read.expressions import Expression, ExpressionError, parse_condition, parse_name
from appealsite.read.files import mark_in
from appealsite.read.vocabulary import check_condition, check_printed, is_address
from appealsite.values import Digested, digest_of, value

MAX_NESTED = 20  # conditions in each other
MAX_DEEP = 100  # columns that lists and quotes in each other may take; of as many levels Markdown loses the text

PLACEHOLDER = "placeholder7{}x"
PLACEHOLDER_PATTERN = re.compile(r"placeholder7(\d+)x")
_BETWEEN = re.compile(r"placeholder7\d+x")

_WRITTEN = re.compile(r"\{\{((?:(?!\{\{).)*?)\}\}")
_RESERVED = re.compile(r"(?:placeholder|citation)7\d+x")
_IS_RESERVED = "this word is reserved for the generator", "choose another word"
_KEYWORD = re.compile(r"\{%-?\s*(if|elif|else|endif)\b")  # how a condition begins
_CONDITION = re.compile(rf"^{_KEYWORD.pattern}(.*?)-?%\}}\s*$")
_UNCLOSED = re.compile(rf"^{_KEYWORD.pattern}((?:(?!%\}}).)*)$")  # all the same the condition it is meant to be
_STRAY = re.compile(f"{_WRITTEN.pattern}|{_RESERVED.pattern}")
_RESIDUE = re.compile(r"\{%.*?(?:%\}|$)|\{#.*?(?:#\}|$)|\{\{[^{}]*|\}\}|%\}|#\}")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:\s+|$)(#*\s*$)?")  # the second group is there where no text is
_MAYBE_DEEP = re.compile(rf"\n[ \t>*+\d.)-]{{{MAX_DEEP // 4}}}")  # as a tab takes four columns
_NESTED = re.compile(r"(?: *(?:>|(?:[-+*]|\d{1,9}[.)])(?= )))+ *(?=.*\w)")  # what stands before text in them
_LINK_START = re.compile(r"\]\(\s*<?$")


@value
class Placeholder:
    """A name to be replaced by a page's value, and where it stands."""

    path: tuple[str, ...]
    mark: Mark


class _Chunk(Digested):
    __slots__ = ("pieces",)
    pieces: tuple[bytes, ...]


@value
class Chunk(_Chunk):
    """Markdown without conditions: tokens stand for ``placeholders`` in order, ``citations`` are the ids it cites.

    ``line`` is the line of the file, from 1, on which it begins. ``digest`` is that of what it says, and ``pieces`` are
    the UTF-8 of its text between the placeholders, its citations behind the last.
    """

    markdown: str
    placeholders: tuple[Placeholder, ...] = ()
    citations: tuple[tuple[str, str], ...] = ()  # id, address
    line: int = 0

    def __post_init__(self) -> None:
        """Work out once what every page that shows the chunk needs."""
        self.digest = digest_of((self.markdown, self.citations))
        *pieces, last = _BETWEEN.split(self.markdown) if self.placeholders else (self.markdown,)
        last = "\0".join((last, *chain.from_iterable(self.citations)))
        self.pieces = tuple([piece.encode() for piece in (*pieces, last)])


@value
class Choice:
    """Text that depends on conditions: the first branch whose condition holds (None always holds) is shown."""

    branches: tuple[tuple[Expression | None, tuple[Chunk | Choice, ...]], ...]
    mark: Mark


Body = tuple[Chunk | Choice, ...]


def all_chunks(body: Body) -> Iterator[Chunk]:
    """Every piece of a text, whatever the conditions before it."""
    for part in body:
        if isinstance(part, Chunk):
            yield part
        else:
            for _, inner in part.branches:
                yield from all_chunks(inner)


class _Line:
    __slots__ = ("form",)
    form: str


@value
class Line(_Line):
    """One line of plain text with placeholders: a heading, a title, a description.

    ``form`` is the line as a format of ``%`` for the values of its placeholders, numbered as they stand in it.
    """

    text: str
    placeholders: tuple[Placeholder, ...]

    def __post_init__(self) -> None:
        """Work out the form once."""
        self.form = PLACEHOLDER_PATTERN.sub("%s", self.text.replace("%", "%%"))


@value
class TextRules:
    """What text is checked against while it is read."""

    plan_types: Collection[str] | None  # ids, None where they could not be read
    sources: Mapping[str, str] | None  # addresses by id, None where they could not be read
    problems: list[Problem]
    people: Collection[str] | None = ()  # ids, None where they could not be read
    slugs: Mapping[str, Collection[str]] = field(default_factory=dict)  # of each axis that could be read


def read_line(text: str, find: Callable[[str], Mark], rules: TextRules) -> Line:
    """A title or another single line: placeholders only; ``find`` says where a part of the line stands."""
    reserved = _RESERVED.search(text)
    if reserved:
        rules.problems.append(Problem(find(reserved[0]), *_IS_RESERVED))
        text = _without_reserved(text)
    if "{" not in text and "}" not in text:
        return Line(text, ())
    placeholders: list[Placeholder] = []
    body = _replace_placeholders(text, placeholders, rules, lambda start, end: find(text[start:end]))
    residue = _residue(text)
    if residue:
        rules.problems.append(Problem(find(residue[0]), *_explained(residue[0], alone=True)))
    return Line(body, tuple(placeholders))


def read_body(lines: list[str], path: str, first_line: int, top_level: int, rules: TextRules) -> Body:
    """Markdown lines as chunks and choices; ``first_line`` is the number of lines before them in the file at ``path``,
    ``top_level`` the highest heading allowed (2 for h2)."""
    return _Reader(lines, path, first_line, top_level, rules).read()


def _residue(line: str) -> re.Match[str] | None:
    """The first piece of a line that looks like a placeholder or a condition and is none."""
    return _RESIDUE.search(_WRITTEN.sub(_crosses, line))


def _condition_line(line: str) -> re.Match[str] | None:
    """The keyword and the expression of a line that is a condition, or is meant to be one and lacks its end."""
    if "{%" not in line:
        return None
    line = line.strip()
    return _CONDITION.match(line) or _UNCLOSED.match(line)


def _without_reserved(line: str) -> str:
    """A line in which no word looks like a placeholder that was read; what placeholders say stays as it was written."""
    return _STRAY.sub(lambda found: found[0] if found[0].startswith("{{") else _crosses(found), line)


def _crosses(found: re.Match[str]) -> str:
    return "x" * len(found[0])


def _explained(residue: str, *, alone: bool) -> tuple[str, str]:
    """The message and hint for a residue; of a line that stands ``alone``, such as a title, which has no conditions."""
    if residue.startswith("{{"):
        return "this placeholder is never closed", "a placeholder is {{ name }} on one line"
    if not residue.startswith("{%"):
        return f"'{residue[:2]}' does not belong to a placeholder", "a placeholder is {{ name }} on one line"
    if alone:
        return "a condition has no place here", "conditions stand in the text below the front matter"
    if _KEYWORD.match(residue):
        return "a condition must stand alone on its line", "give it a line of its own, with an empty line around it"
    return "this is no condition", "known here: {% if ... %}, {% elif ... %}, {% else %} and {% endif %}"


def _replace_placeholders(
    text: str, placeholders: list[Placeholder], rules: TextRules, mark_at: Callable[[int, int], Mark]
) -> str:
    def replace(found: re.Match[str]) -> str:
        mark = mark_at(found.start(), found.end())
        try:
            name = parse_name(found[1].strip())
            check_printed(name.path, rules.plan_types)
        except ExpressionError as error:
            rules.problems.append(Problem(mark, str(error), error.hint))
            return "?"
        if _LINK_START.search(text[: found.start()]) and not is_address(name.path):
            message = f"'{'.'.join(name.path)}' is not an address, so a link cannot begin with it"
            rules.problems.append(Problem(mark, message, "begin the link with / or use a field that holds an address"))
        placeholders.append(Placeholder(name.path, mark))
        return PLACEHOLDER.format(len(placeholders) - 1)

    return _WRITTEN.sub(replace, text)


class _TooDeep(Exception):
    """The conditions are nested deeper than anybody could follow."""


class _Reader:
    """Walks the lines once, closing a chunk at each condition line."""

    def __init__(self, lines: list[str], path: str, first_line: int, top_level: int, rules: TextRules) -> None:
        self.lines = lines
        self.path = path
        self.offset = first_line
        text = "\n".join(lines)
        self.has_fences = ("`" in text and "```" in text) or ("~" in text and "~~~" in text)
        self.has_braces = "{" in text or "}" in text
        self.has_conditions = self.has_braces and "{%" in text
        self.has_reserved = "placeholder7" in text or "citation7" in text
        self.may_be_deep = _MAYBE_DEEP.search(f"\n{text}") is not None
        self.top_level = top_level
        self.level = top_level - 1
        self.rules = rules
        self.depth = 0

    @cached_property
    def _file_lines(self) -> list[str]:
        return [""] * self.offset + self.lines

    def read(self) -> Body:
        try:
            return self._read()
        except _TooDeep:
            return ()

    def _read(self) -> Body:
        body, at = self._read_until(0)
        while at < len(self.lines):  # an elif, else or endif without its if
            self._problem(at, "no '{% if %}' is open here", "remove this line, or write the '{% if ... %}' above it")
            more, at = self._read_until(at + 1)
            body += more
        return body

    def _read_until(self, at: int) -> tuple[Body, int]:
        """Read up to the end or to a condition line that does not open a choice; says where that is."""
        body: list[Chunk | Choice] = []
        start, fence = at, ""
        if not self.has_conditions:
            at = len(self.lines)
        while at < len(self.lines):
            line = self.lines[at]
            marker = _FENCE.match(line) if self.has_fences else None
            if marker and (not fence or line.strip().startswith(fence)):
                fence = "" if fence else marker[1]
            condition = _condition_line(line)
            if condition is None:
                at += 1
                continue
            if condition.re is _UNCLOSED:
                self._problem(at, "this condition is not closed with %}", "write %} at its end")
            elif condition[1] in ("else", "endif") and condition[2].strip():
                hint = "a further condition is {% elif ... %}" if condition[1] == "else" else "write {% endif %}"
                self._problem(at, f"'{condition[1]}' takes no condition", hint)
            self._check_stands_alone(at, bool(fence))
            self._add_chunk(body, start, at)
            if condition[1] != "if":
                return tuple(body), at
            choice, at = self._read_choice(at)
            body.append(choice)
            start = at
        self._add_chunk(body, start, at)
        return tuple(body), at

    def _read_choice(self, at: int) -> tuple[Choice, int]:
        opened = self._mark(at)
        self.depth += 1
        if self.depth > MAX_NESTED:
            self._problem(at, f"more than {MAX_NESTED} conditions in each other", "end some of them first")
            raise _TooDeep
        branches: list[tuple[Expression | None, Body]] = []
        keyword, seen_else = "if", False
        while keyword in ("if", "elif", "else"):
            condition = _condition_line(self.lines[at])
            assert condition is not None
            if seen_else:
                self._problem(at, f"'{keyword}' after 'else'", "'else' is the last branch before 'endif'")
            seen_else = seen_else or keyword == "else"
            says_none = keyword == "else" or condition.re is _UNCLOSED
            expression = None if says_none else self._condition(at, condition[2].strip())
            level = self.level
            inner, at = self._read_until(at + 1)
            self.level = level
            branches.append((expression, inner))
            if at >= len(self.lines):
                self.rules.problems.append(
                    Problem(opened, "this '{% if %}' is never closed", "end it with {% endif %}")
                )
                break
            following = _condition_line(self.lines[at])
            assert following is not None
            keyword = following[1]
        self.depth -= 1
        return Choice(tuple(branches), opened), at + 1

    def _condition(self, at: int, source: str) -> Expression | None:
        try:
            expression = parse_condition(source)
            check_condition(expression, self.rules.plan_types, self.rules.slugs)
            return expression
        except ExpressionError as error:
            self._problem(at, str(error), error.hint)
            return None

    def _check_stands_alone(self, at: int, in_fence: bool) -> None:
        if in_fence:
            self._problem(at, "a condition inside a code block", "close the block first")
            return
        if self.lines[at][0].isspace():  # it cannot belong to a list: each branch is Markdown of its own
            self._problem(at, "a condition begins at the start of its line", "remove the spaces before it")
            return
        for neighbour in (at - 1, at + 1):
            if 0 <= neighbour < len(self.lines):
                line = self.lines[neighbour].strip()
                if line and not _condition_line(line):
                    self._problem(at, "a condition must stand between blank lines", "add an empty line around it")
                    return

    def _add_chunk(self, body: list[Chunk | Choice], start: int, end: int) -> None:
        lines = self.lines[start:end]
        if not any(map(str.strip, lines)):
            return
        placeholders: list[Placeholder] = []
        code: list[int] = []  # the places of lines in fences
        fence = ""
        for index in self._unlike_prose(lines):
            at, line = start + index, lines[index]
            marker = _FENCE.match(line) if self.has_fences else None
            if marker and (not fence or line.strip().startswith(fence)):
                fence = "" if fence else marker[1]
            elif fence:
                code.append(index)
            elif line.lstrip(" ").startswith("#"):
                self._check_heading(at, line)
            elif self.may_be_deep:
                self._check_depth(at, line)
            if self.has_reserved or (self.has_braces and ("{" in line or "}" in line)):
                lines[index] = self._placeholders(at, line, placeholders)
        citations = self._citations(start, end, code)
        first = self.offset + start + next(at for at, line in enumerate(lines, 1) if line)
        body.append(Chunk("\n".join(lines).strip("\n"), tuple(placeholders), tuple(citations.items()), first))

    def _unlike_prose(self, lines: list[str]) -> Iterable[int]:
        """The places of those lines in which anything but prose may stand; all where it depends on lines before."""
        if self.has_fences or self.has_reserved or self.may_be_deep:
            return range(len(lines))
        braces = self.has_braces
        return [at for at, line in enumerate(lines) if "#" in line or (braces and ("{" in line or "}" in line))]

    def _placeholders(self, at: int, line: str, placeholders: list[Placeholder]) -> str:
        reserved = _RESERVED.search(line)
        if reserved:
            column, length = reserved.start(), len(reserved[0])
            self._problem(at, *_IS_RESERVED, column, length)
            line = _without_reserved(line)
        if "{" not in line and "}" not in line:
            return line
        replaced = _replace_placeholders(line, placeholders, self.rules, lambda a, b: self._mark(at, a, b - a))
        residue = _residue(line)
        if residue:
            message, hint = _explained(residue[0], alone=False)
            self._problem(at, message, hint, residue.start(), len(residue[0]))
        return replaced

    def _check_heading(self, at: int, line: str) -> None:
        """A line that begins as a heading may."""
        heading = _HEADING.match(line)
        if heading is None:
            return
        level = len(heading[1])
        if heading[2] is not None:
            self._problem(at, "a heading without text", "write it, or remove the line")
        elif level < self.top_level:
            self._problem(at, f"headings here start at {'#' * self.top_level}", _LEVEL_HINTS[self.top_level])
        elif level > self.level + 1:
            hint = (
                "below a title in the front matter, headings start at ###" if self.level < self.top_level == 2 else ""
            )
            self._problem(at, f"this heading skips a level: {'#' * (self.level + 1)} is next", hint)
        self.level = max(level, self.top_level)

    def _check_depth(self, at: int, line: str) -> None:
        """A line whose text Markdown may lose: each level of its nesting takes a column at least."""
        nested = _NESTED.match(line.expandtabs(4))
        if nested is not None and len(nested[0]) >= MAX_DEEP:
            self._problem(at, "lists or quotes are nested too deep here", "nest fewer in each other")

    def _citations(self, start: int, end: int, code: list[int]) -> dict[str, str]:
        """The sources cited in these lines but those in ``code``, in order of appearance, with their addresses."""
        citations: dict[str, str] = {}
        lines = self.lines[start:end]
        for at in code:
            lines[at] = "x" * len(lines[at])
        text = "\n".join(lines)
        if "[" not in text:
            return citations
        defined = set()
        for found in DEFINITION.finditer(text) if "]:" in text else ():
            hint = "sources live in data/sources.yaml; cite them as [text][id]"
            self._problem(start + text.count("\n", 0, found.start(1)), "a link definition has no place in a text", hint)
            defined.add(found[1].strip())
        written = text
        if self.has_braces:
            text = _WRITTEN.sub(masked, text)  # may hold brackets of its own

        def told(place: int, length: int, message: str, hint: str) -> None:
            before = text[:place]
            self._problem(start + before.count("\n"), message, hint, place - before.rfind("\n") - 1, length)

        citing = list(cited(text))
        opened = set()
        for message, hint, place, length in broken(text, self.rules.sources or (), len(citing)):
            opened.add(place)
            told(place, length, message, hint)
        for slug, place in citing:
            if self.rules.sources is None or slug in defined or (opened and text.rfind("[", 0, place) in opened):
                continue
            if self.has_braces and "{{" in written[place : place + len(slug)]:
                told(place, len(slug), "a placeholder is no id of a source", "write an id of data/sources.yaml")
                continue
            if slug in self.rules.sources:
                citations[slug] = self.rules.sources[slug]
                continue
            hint = suggest(slug, self.rules.sources) or "add it to data/sources.yaml"
            told(place, len(slug.partition("\n")[0]), f"unknown source '{' '.join(slug.split())}'", hint)
        return citations

    def _mark(self, at: int, column: int = -1, length: int = 0) -> Mark:
        line = self.lines[at]
        if column < 0:
            column = len(line) - len(line.lstrip())
            length = len(line.strip())
        return mark_in(self.path, self._file_lines, self.offset + at, column, length)

    def _problem(self, at: int, message: str, hint: str = "", column: int = -1, length: int = 0) -> None:
        self.rules.problems.append(Problem(self._mark(at, column, length), message, hint))


_LEVEL_HINTS = {2: "the page's title is its only h1", 3: "the title in the front matter is the h2 of this block"}
