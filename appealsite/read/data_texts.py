"""Texts of the data files: pages show them as they are written, so a placeholder in one is never filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from appealsite.problems import Problem
from appealsite.read.document import Document, Where

PATTERNS = ("headings", "titles", "descriptions")  # of data/site.yaml: the texts that are filled in for each page

_SIGN = re.compile(r"\{[{#][^{}]*[}#]{0,2}|\{%(?!-?\s*e(?:lse|lif|ndif)\b)[^{}]*\}?")  # of a condition, its beginning
_HINT = "write it in words, or say it in a Markdown file"


def unfilled(document: Document, patterns: Collection[str], told: Collection[Problem]) -> Iterator[Problem]:
    """A problem for each placeholder or condition in a text that is none of the patterns, by their first key; none for
    lines of which something else was told."""
    if not any(_SIGN.search(line) for line in document.lines):
        return
    known = {problem.mark.line for problem in told}
    for where, text in texts_of(document.value):
        if where[:1] and where[0] in patterns:
            continue
        for found in _SIGN.finditer(text):
            mark = document.find(where, found[0].rstrip())
            if mark.line not in known:
                what = "placeholders" if found[0].startswith("{{") else "conditions"
                yield Problem(mark, f"texts of data files take no {what}", _HINT)


def texts_of(value: Any, without: Collection[str] = (), where: Where = ()) -> Iterator[tuple[Where, str]]:
    """Every text below a value with its place, but for what stands under the keys that are left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in without:
                yield from texts_of(inner, without, (*where, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from texts_of(inner, without, (*where, at))
    elif isinstance(value, str):
        yield where, value
