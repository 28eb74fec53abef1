"""YAML read exactly: every scalar stays the text that was written, and every value keeps its place in the file.

Lines that are all a key and a text are read here, anything else by the parser.
"""

from __future__ import annotations

import re

from appealsite.problems import Problem
from appealsite.read.document import Document, Where
from appealsite.read.files import Place, mark_in

# A key and a text of one line that YAML takes as it stands: it begins with a letter or a digit, ends with a visible
# sign, and holds no sign that ends such a text or a line, nor one that YAML forbids.
_SIGN = r"[^:#\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
_SAID = rf"[a-z_]{{1,60}}: [A-Za-z0-9](?:{_SIGN}*(?!\s){_SIGN})?"
_FLAT = re.compile(rf"{_SAID}(?:\n{_SAID})*")


def parse_yaml(text: str, name: str, problems: list[Problem], first_line: int = 0) -> Document | None:
    """Build the tree of one YAML document and add what is wrong to ``problems``; None where the rest of the file cannot
    be checked until it is mended.

    ``first_line`` is the number of lines that stand before ``text`` in its file (front matter).
    """
    lines = tuple([""] * first_line + text.split("\n"))
    if _FLAT.fullmatch(text):
        document = _flat(name, lines, first_line)
        if document is not None:
            return document
    found = len(problems)
    for number, line in enumerate(lines if "\t" in text else ()):
        if "\t" in line:
            mark = mark_in(name, lines, number, line.index("\t"))
            problems.append(Problem(mark, "a tab; YAML takes spaces only", "replace the tab by spaces"))
    if len(problems) > found:
        return None
    from appealsite.read.yaml_parser import parsed  # the heads of most texts need none

    return parsed(text, name, lines, first_line, problems)


def _flat(name: str, lines: tuple[str, ...], first_line: int) -> Document | None:
    """What the parser would read in lines that are all a key and a text, as the heads of most texts are; None where a
    key stands twice."""
    value: dict[str, str] = {}
    values: dict[Where, Place] = {(): Place(first_line, 0, 1, first_line)}
    keys: dict[Where, Place] = {}
    for at in range(first_line, len(lines)):
        key, _, said = lines[at].partition(": ")
        value[key] = said
        keys[key,] = Place(at, 0, len(key), at)
        values[key,] = Place(at, len(key) + 2, len(said), at)
    return Document(name, value, lines, values, keys, {}) if len(keys) == len(lines) - first_line else None
