"""Citations in Markdown: reference links such as ``[45 CFR 147.136][cfr-45-147-136]``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

DEFINITION = re.compile(  # of a link, in a quote or a list as well; its label may go over lines
    r"^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*[ \t]*\[((?:(?!\n[ \t]*\n)[^\[\]\\]|\\.)+)\]:",
    re.MULTILINE | re.DOTALL,
)
_CITATION = re.compile(r"\[([^\[\]\\]*(?:\\.[^\[\]\\]*)*)\]\[([^\[\]]*)\]")
_OPEN = re.compile(r"\](?<!\\\])(\[[\w.-]*+)(?:(?!\n\s*\n)[^\[\]])*+(?!\])")
_PICTURE = re.compile(r"(?<!\\)!\[[^\[\]]*\](\[[^\[\]]+\])")
_AFTER = re.compile(r"\](?<!\\\])(?=(\[(?:(?!\n\s*\n)[^\[\]])*\])(?!\())")
_LINK = re.compile(  # its address, maybe in angle brackets or with a title, and what stands behind it
    r"\](?<!\\\])\(\s*+(?:<[^<>\n]*>|(?:[^\s()]|\([^\s()]*\))*+)"
    r"""(?:\s++(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*+\)(\[[^\[\]]+\])(?![\[(])"""
)
_APART = re.compile(r"\][^\S\n]*\n?[^\S\n]*(?<!\])(\[([^\[\]\s]+)\])")

FORM = "a citation is [title][id]"


def cited(text: str) -> Iterator[tuple[str, int]]:
    """The id of each source that ``text`` cites, and where in the text the id stands.

    Blanks around an id are none of it, as in Markdown.
    """
    for found in _CITATION.finditer(without_code(text)):
        group = 2 if found[2] else 1
        said = found[group]
        yield said.strip(), found.start(group) + len(said) - len(said.lstrip())


def broken(text: str, sources: Collection[str], number: int) -> Iterator[tuple[str, str, int, int]]:
    """What is wrong with each citation that Markdown takes for plain words, what helps, where in the text it is, and
    how long; beside ``number`` citations in their form."""
    text = without_code(text)
    for found in _OPEN.finditer(text):
        yield "this citation is never closed", FORM, found.start(1), len(found[1])
    for found in _PICTURE.finditer(text) if "![" in text else ():
        yield "a source is no picture", FORM, found.start(1), len(found[1])
    for found in _APART.finditer(text):
        if found[2] in sources:
            yield "a citation has no space between its brackets", FORM, found.start(1), len(found[1])
    for found in _LINK.finditer(text) if ")[" in text else ():
        if _may_be_id(found[1], sources):
            yield "a link has one address", f"{FORM}, with a title of its own", found.start(1), len(found[1])
    if text.count("][") > number:
        yield from _without_title(text, sources)


def _may_be_id(brackets: str, sources: Collection[str]) -> bool:
    """Whether what stands in brackets is the id of a source, or meant as one, and no plain word."""
    word = brackets[1:-1].strip()
    return word in sources or ("-" in word and " " not in word)


def _without_title(text: str, sources: Collection[str]) -> Iterator[tuple[str, str, int, int]]:
    """The same for an id behind what is no title."""
    citations = list(_CITATION.finditer(text))
    sound = {place for found in citations for place in (found.start(), found.start(2) - 1)}
    ends = {found.end() for found in citations}
    for found in _AFTER.finditer(text):
        if found.start(1) in sound or not _may_be_id(found[1], sources):
            continue
        if found.start(1) in ends:
            yield "a citation has one source", f"{FORM}, with a title of its own", found.start(1), len(found[1])
        else:
            hint = rf"{FORM}; write \[ and \] for brackets inside its title"
            yield "a citation's title stands in one pair of brackets", hint, found.start(1), len(found[1])


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
