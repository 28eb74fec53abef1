"""What the YAML parser stumbled over, in words for people who have never heard of scalars and flow collections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from appealsite.problems import Problem
from appealsite.read.files import Place, mark_in

MAX_DEPTH = 40  # lists and mappings in each other
DEEP = f"nested more than {MAX_DEPTH} levels deep"
BRACES = "a text that begins with {{ must stand in quotes"
BRACES_HINT = 'such as "{{ payer.name }} denied your claim"'
_DASH = re.compile(r" *([\u2010-\u2015\u2212•]|-[^\S ])")  # as word processors write an item's
_ITEM = re.compile(r"( *)-(?: |$)")
QUOTES = "put quotes around a text that"


def explained(
    error: yaml.MarkedYAMLError, name: str, lines: Sequence[str], first_line: int, long_quote: Place | None
) -> Problem:
    """The parser's error as a Problem where the mistake seems to be, which is often before the place of the error.

    ``first_line`` is the number of lines before the YAML in its file; ``long_quote`` is the place of the last text in
    quotes that goes over several lines, if there was one.
    """
    said = f"{error.context or ''} {error.problem or ''}".strip()
    mark = error.problem_mark or error.context_mark
    opened = error.context_mark or mark
    if mark is None or opened is None:
        return Problem(mark_in(name, lines, first_line, 0), f"this is not YAML: {said}")

    def at(place: Any, message: str, hint: str) -> Problem:
        return Problem(mark_in(name, lines, first_line + place.line, place.column), message, hint)

    def line_of(place: Any) -> str:
        number = first_line + place.line
        return lines[number] if number < len(lines) else ""

    for place in (opened, mark):
        braces = re.search(r"(?<=: )\{\{|(?<=- )\{\{", line_of(place))
        if braces:
            return Problem(mark_in(name, lines, first_line + place.line, braces.start(), 2), BRACES, BRACES_HINT)
    for number in (first_line + opened.line, first_line + mark.line - 1, first_line + mark.line):
        dash = _DASH.match(lines[number]) if 0 <= number < len(lines) else None
        if dash:
            message = "an item of a list begins with a hyphen and a plain space"
            return Problem(mark_in(name, lines, number, dash.start(1), len(dash[1])), message, "type both anew")
    if "flow" not in said and ("could not find expected ':'" in said or "did not find expected" in said):
        for number in (first_line + opened.line, first_line + mark.line, first_line + mark.line - 1):
            column = _lacks_dash(lines, number)
            if column is not None:
                start = mark_in(name, lines, number, column, len(lines[number].strip()))
                return Problem(
                    start, "this line stands among the items of a list and has no dash", "begin it with '- '"
                )
    if "nesting depth" in said:  # the parser has a bound of its own, far beyond ours
        return at(mark, DEEP, "")
    if "could not find expected ':'" in said:
        return at(opened, "a key without its colon", "write 'key: value' with a space after the colon")
    if "mapping values are not allowed" in said:
        before = line_of(mark)[: mark.column]
        if re.search(r":\s", before):
            return at(mark, "a second ': ' on the line", f"{QUOTES} contains ': '")
        column = len(before) - len(before.lstrip())
        start = mark_in(name, lines, first_line + mark.line, column, len(before.strip()))
        message = "this line is further to the right than the lines it belongs to"
        return Problem(start, message, "begin it below the first letter of the key above")
    if "block sequence entries are not allowed" in said:
        return at(mark, "an item of a list begins on a line of its own", "begin a new line before its dash")
    if "quoted scalar" in said and "unexpected end of stream" in said:
        return at(opened, "this quote is never closed", "end the text with the same quote")
    if "quoted scalar" in said and "escape" in said:
        return at(mark, "in double quotes a backslash has a meaning of its own", "use single quotes, or write \\\\")
    if "flow sequence" in said or "flow mapping" in said:
        bracket, closing = ("[", "]") if "flow sequence" in said else ("{", "}")
        message = f"this '{bracket}' is never closed, or a comma is missing after it"
        return at(opened, message, f"end it with '{closing}', and put commas between what stands in it")
    if "cannot start any token" in said or "scanning an alias" in said or "scanning an anchor" in said:
        return at(opened, "a text cannot begin with this character", f"{QUOTES} begins with a special character")
    if long_quote is not None and long_quote.last == first_line + mark.line:
        start = mark_in(name, lines, long_quote.line, long_quote.column)
        return Problem(start, "this quote ends in another line", "a quote seems to be missing at the end of the text")
    if any(words in said for words in ("expected key", "block collection", "block mapping", "document start")):
        return at(mark, "this line does not fit the lines above it", "check the indentation and the quotes")
    return at(mark, f"this is not YAML: {said}", f"{QUOTES} holds special characters")


def _lacks_dash(lines: Sequence[str], number: int) -> int | None:
    """Where a line begins that is no item of a list but stands as far in as one right above or below it."""
    if not 0 <= number < len(lines) or _ITEM.match(lines[number]) or not lines[number].strip():
        return None
    column = len(lines[number]) - len(lines[number].lstrip())
    beside = (_ITEM.match(lines[at]) for at in (number - 1, number + 1) if 0 <= at < len(lines))
    return column if any(item and len(item[1]) == column for item in beside) else None
