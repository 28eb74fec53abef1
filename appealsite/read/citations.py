"""Citations in Markdown: reference links such as ``[45 CFR 147.136][cfr-45-147-136]``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

_CITATION = re.compile(r"\[([^\[\]\\]*(?:\\.[^\[\]\\]*)*)\]\[([^\[\]]*)\]")
_OPEN = re.compile(r"\](?<!\\\])(\[[\w.-]*+)(?:(?!\n\s*\n)[^\[\]])*+(?!\])")
_PICTURE = re.compile(r"(?<!\\)!\[[^\[\]]*\](\[[^\[\]]+\])")
_APART = re.compile(r"\][^\S\n]*\n?[^\S\n]*(?<!\])(\[([^\[\]\s]+)\])")


def cited(text: str) -> Iterator[tuple[str, int]]:
    """The id of each source that ``text`` cites, and where in the text the id stands."""
    for found in _CITATION.finditer(without_code(text)):
        group = 2 if found[2] else 1
        yield found[group], found.start(group)


def broken(text: str, sources: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """What is wrong with each citation that Markdown takes for plain words, where in the text it is, and how long."""
    text = without_code(text)
    for found in _OPEN.finditer(text):
        yield "this citation is never closed", found.start(1), len(found[1])
    for found in _PICTURE.finditer(text):
        yield "a source is no picture", found.start(1), len(found[1])
    for found in _APART.finditer(text):
        if found[2] in sources:
            yield "a citation has no space between its brackets", found.start(1), len(found[1])


def masked(found: re.Match[str]) -> str:
    """As many letters as were found, on as many lines: hides a piece of text and keeps the places of all others."""
    return _mask(found[0])


def _mask(text: str) -> str:
    return re.sub(r"[^\n]", "x", text)


def without_code(text: str) -> str:
    """``text`` with its code spans masked: each goes from a run of backticks to the next run of the same length."""
    if "`" not in text:
        return text
    runs: dict[int, list[int]] = {}
    for run in re.finditer("`+", text):
        runs.setdefault(len(run[0]), []).append(run.start())
    parts, at = [], 0
    for run in re.finditer("`+", text):
        same = runs[len(run[0])]
        later = bisect_right(same, run.start())
        if run.start() >= at and later < len(same):
            end = same[later] + len(run[0])
            parts += [text[at : run.start()], _mask(text[run.start() : end])]
            at = end
    return "".join([*parts, text[at:]])
