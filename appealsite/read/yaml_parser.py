"""YAML by PyYAML's parser, for what is more than keys and texts of one line.

PyYAML's constructors guess types (``no`` becomes False, ``012`` ten) and keep the last of two equal keys, so only its
parser is used (the C one): the tree is built here from its events, with bounds on size, nesting and aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from appealsite.names import shown
from appealsite.problems import Mark, Problem, suggest
from appealsite.read.document import Document, Where
from appealsite.read.files import INVISIBLE, Place, mark_in
from appealsite.read.yaml_errors import BRACES, BRACES_HINT, DEEP, MAX_DEPTH, QUOTES, explained

MAX_ALIASES = 100
MAX_VALUES = 2_000_000
_CURLY = re.compile("[“”„][^“”„]*[“”„]|[‘’‚][^‘’‚]*[‘’‚]")  # all of a text
_UNUSUAL_SPACE = re.compile(r"(?:^ *|:)([^\S ])")  # where only a plain one parts what it should
_CUT_OFF = re.compile(r"\s+(#[^\s#]\S*)")  # after a value without quotes


def parsed(text: str, name: str, lines: tuple[str, ...], first_line: int, problems: list[Problem]) -> Document | None:
    """The tree of one YAML document; see ``parse_yaml``. ``lines`` are those of its file, of which ``first_line`` stand
    before the text."""
    found = len(problems)
    builder = _Builder(name, lines, first_line, problems)
    try:
        value = builder.build(text)
    except yaml.MarkedYAMLError as error:
        problems += [*_unusual_spaces(name, lines)] or [explained(error, name, lines, first_line, builder.long_quote)]
        return None
    except yaml.YAMLError as error:
        problems.append(Problem(Mark(name), f"is not YAML: {error}"))
        return None
    except _Bound as bound:
        problems.append(Problem(bound.mark, bound.message))
        return None
    sound = len(problems) == found
    problems += builder.slips
    if not sound:
        return None
    return Document(name, value, lines, builder.values, builder.keys, builder.links)


def _unusual_spaces(name: str, lines: Sequence[str]) -> Iterator[Problem]:
    """Spaces before or after a key that YAML takes for text, which a copied text may bring along."""
    for number, line in enumerate(lines):
        found = _UNUSUAL_SPACE.search(line)
        if found:
            yield _unusual_space(name, lines, number, found.start(1))


def _unusual_space(name: str, lines: Sequence[str], line: int, column: int) -> Problem:
    mark = mark_in(name, lines, line, column)
    return Problem(mark, "a space that is not a plain one; YAML takes those only", "type the space anew")


class _Bound(Exception):
    def __init__(self, mark: Mark, message: str) -> None:
        super().__init__(message)
        self.mark = mark
        self.message = message


class _Anchor(NamedTuple):
    value: Any
    where: Where | None  # of a value; nothing stands below a key
    size: int
    height: int


class _Builder:
    """Turns parser events into values while it counts and remembers where each stood."""

    def __init__(self, name: str, lines: tuple[str, ...], first_line: int, problems: list[Problem]) -> None:
        self.name = name
        self.lines = lines
        self.first_line = first_line
        self.problems = problems
        self.slips: list[Problem] = []  # with which the rest of the file can be checked all the same
        self.values: dict[Where, Place] = {}
        self.keys: dict[Where, Place] = {}
        self.anchors: dict[str, _Anchor] = {}
        self.unused: dict[str, Mark] = {}  # anchors of texts that no alias has named yet
        self.links: dict[Where, Where] = {}
        self.long_quote: Place | None = None  # the last text in quotes that goes over several lines
        self.aliases = 0
        self.count = 0

    def build(self, text: str) -> Any:
        events: Iterator[Any] = iter(yaml.CSafeLoader(text).get_event, None)
        value: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problem(event, "a second document", "remove the line '---'")
                    break
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, events, (), 0)
        for anchor in list(self.unused):
            self._drop_unused(anchor)
        return value

    def _node(self, event: Any, events: Iterator[Any], where: Where, depth: int) -> Any:
        self.count += 1
        if self.count > MAX_VALUES:
            raise _Bound(self._mark(event), f"more than {MAX_VALUES:,} values in one file")
        if depth > MAX_DEPTH:
            raise _Bound(self._mark(event), DEEP)
        place = self.values[where] = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, where, depth)
        self._check_tag(event, "value")
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = event.value or (None if event.style in (None, "") else "")
            invisible = INVISIBLE.search(event.value)
            if invisible:  # written as an escape
                self._problem(
                    event, f"this text holds an invisible character (U+{ord(invisible[0]):04X})", "leave it out"
                )
            if event.style in ("'", '"') and place.last > place.line:
                self.long_quote = place
            if event.style in (None, ""):
                self._look_for_cut(event, place.last)
                if _CURLY.fullmatch(event.value):
                    hint = "type straight quotes; where curly ones are meant, put straight ones around them"
                    message = "curly quotes are no quotes here, and pages would show them"
                    self.slips.append(Problem(self._mark(event), message, hint))
                    value = event.value[1:-1]
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
            for item in events:
                if isinstance(item, yaml.SequenceEndEvent):
                    break
                value.append(self._node(item, events, (*where, len(value)), depth + 1))
        else:
            value = self._mapping(events, where, depth)
        if event.anchor:
            self._drop_unused(event.anchor)
            self.anchors[event.anchor] = _Anchor(value, where, *_extent(value))
            if isinstance(event, yaml.ScalarEvent):
                self.unused[event.anchor] = self._mark_of(place._replace(length=len(event.anchor) + 1))
        return value

    def _drop_unused(self, anchor: str) -> None:
        """Tell of a word that begins a text and is no part of it, where nothing comes of that."""
        mark = self.unused.pop(anchor, None)
        if mark is not None:
            message = f"'&{anchor}' would be left out: it names the text for '*{anchor}', which stands nowhere"
            self.slips.append(Problem(mark, message, f"{QUOTES} begins with &"))

    def _check_tag(self, event: Any, what: str) -> None:
        if event.tag is not None and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._problem(event, f"the tag '{tag}' is not used here", f"write the {what} without a tag")

    def _check_space(self, key: str, place: Place) -> None:
        """Tell of a key that goes on after its colon, as the space there is none to YAML."""
        found = None if key.isascii() else _UNUSUAL_SPACE.search(key, 1)  # a key may begin with any sign
        if found:
            self.problems.append(_unusual_space(self.name, self.lines, place.line, place.column + found.start(1)))

    def _look_for_cut(self, event: Any, line: int) -> None:
        """Tell of a number sign that would end a value without quotes: most likely of a policy."""
        cut = _CUT_OFF.match(self._line(line), event.end_mark.column)
        if cut:
            mark = self._mark_of(Place(line, cut.start(1), len(cut[1]), line))
            message = f"'{cut[1]}' and what follows would be left out: it begins a comment"
            hint = "put the value in quotes, or a space after the # of a comment"
            self.problems.append(Problem(mark, message, hint))

    def _mapping(self, events: Iterator[Any], where: Where, depth: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        last = ""  # the key before
        shifted = False  # whether an entry of its own stands in this one, as it is indented like its keys
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            place = self._place(event)
            if isinstance(event, yaml.ScalarEvent):
                key = event.value
                self._check_tag(event, "key")
                self._check_space(key, place)
                if event.anchor:
                    self.anchors[event.anchor] = _Anchor(key, None, 1, 0)
            else:
                if self._line(place.line)[: place.column].endswith("{"):
                    braces = place._replace(column=place.column - 1, length=2)
                    self.problems.append(Problem(self._mark_of(braces), BRACES, BRACES_HINT))
                else:
                    self._problem(event, "a key must be text on one line")
                self._node(event, events, (*where, "?"), depth + 1)
                key = "?"
            inner = (*where, key)
            if key in value and last in value and value[last] is None and key != last:
                shifted = True
                message = f"after '{shown(last)}:' stands again what stands above it"
                hint = "an entry of its own begins further left than its lines"
                self.slips.append(Problem(self._mark_of(self.keys[(*where, last)]), message, hint))
                del value[last]
            if key in value and shifted:
                self._node(next(events), events, (*where, key, "?"), depth + 1)
                continue
            if key in value:
                first = self._mark_of(self.keys[inner])
                message, hint = f"'{shown(key)}' stands twice in this mapping", f"first at {first}; remove one of them"
                self.slips.append(Problem(self._mark(event), message, hint))
                self._node(next(events), events, (*where, key, "?"), depth + 1)
                continue
            self.keys[inner] = place
            value[key] = self._node(next(events), events, inner, depth + 1)
            last = key
        return value

    def _alias(self, event: Any, where: Where, depth: int) -> Any:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _Bound(self._mark(event), f"more than {MAX_ALIASES} aliases (*name) in one file")
        if event.anchor not in self.anchors:
            self.unused.clear()  # one of them may be meant
            hint = suggest(event.anchor, self.anchors)
            self._problem(event, f"no anchor '&{event.anchor}' stands before this alias", hint)
            return None
        anchor = self.anchors[event.anchor]
        self.unused.pop(event.anchor, None)
        self.count += anchor.size
        if self.count > MAX_VALUES:
            raise _Bound(self._mark(event), f"the aliases expand to more than {MAX_VALUES:,} values")
        if depth + anchor.height > MAX_DEPTH:
            raise _Bound(self._mark(event), f"the aliases nest more than {MAX_DEPTH} levels deep")
        if anchor.where is not None:
            self.links[where] = anchor.where
        return anchor.value

    def _line(self, number: int) -> str:
        return self.lines[number] if number < len(self.lines) else ""

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        line = self.first_line + start.line
        if end.line == start.line:
            return Place(line, start.column, max(1, end.column - start.column), line)
        length = len(self._line(line)) - start.column
        last = end.line - 1 if end.column == 0 else end.line
        return Place(line, start.column, max(1, length), self.first_line + last)

    def _mark(self, event: Any) -> Mark:
        return self._mark_of(self._place(event))

    def _mark_of(self, place: Place) -> Mark:
        return mark_in(self.name, self.lines, place.line, place.column, place.length)

    def _problem(self, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._mark(event), message, hint))


def _extent(value: Any) -> tuple[int, int]:
    """How many values there are in a value, itself among them, and how many levels are nested in it."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    size, height = 1, 0
    for extent in map(_extent, inner):
        size += extent[0]
        height = max(height, extent[1] + 1)
    return size, height
