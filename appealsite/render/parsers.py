"""Two parsers for the same Markdown: markdown-it-py, and its twin in Rust where the text is of a kind they agree on.

The twin (the extra ``fast``) is about ten times faster. Both give the same bytes for plain prose, lists, quotes,
tables, links and emphasis; they differ, or the twin panics, on the rare constructs that ``is_plain`` names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

from appealsite.generator import installed_version
from appealsite.read.citations import DEFINITION
from appealsite.read.signs import seeker

Choice = Literal["auto", "python", "fast"]
Render = Callable[
    [str, Mapping[str, str]], str
]  # of Markdown, and the addresses of its reference links by their labels

_FAST_RULES: tuple[Any, ...] = (
    *("blockquote", "code", "fence", "heading", "hr", "list", "paragraph", "reference", "table"),
    *("autolink", "backticks", "emphasis", "entity", "escape", "image", "link", "newline", "strikethrough"),
)
_SLASHED = re.compile(r"<(br|hr|img(?: [^<>]*?)?) />")

# Code, raw HTML, escapes, tabs; signs beside emphasis: is the euro sign punctuation?
_has_unsure_sign = seeker(re.compile(r"[^\n !-;=-\[\]-_a-}\w§“”‘’–—…]"))
_UNSURE_LINK = re.compile(  # targets with spaces, brackets, titles or entities, or in other letters than ASCII
    r"\]\((?![^\s()\[\]&\x80-\U0010ffff]+\))"
)
_UNSURE_LINE = re.compile(
    r"\n(?=[ >|:*+\d-])(?:(?:[ >]*(?:[-+*]|\d+[.)])[ ]*"  # list items without text
    r"|[ >]*\|?[ ]*:?-+:?[ ]*)(?=\n)"  # rules, and tables of one column
    r"|[ >]*(?:(?:[-+*]|\d+[.)])[ ]+)+>"  # quotes in list items
    r"|(?:[ ]*(?:[-+*>]|\d+[.)])){8}|[ ]{40})"  # deep nesting, of which one of them gives up some
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_ROW = re.compile(r"^\|.*\|$")
_DELIMITERS = re.compile(r"^\|(?: *:?-{3,}:? *\|){2,}$")


def parser(choice: Choice) -> tuple[str, Callable[[str], Render]]:
    """A name that changes whenever the output may, and what chooses a function from Markdown to HTML for a text."""
    name = f"markdown-it-py {installed_version('markdown-it-py')}"
    fast = None if choice == "python" else _fast()
    if fast is None:
        return name, lambda _: _python()
    return name, lambda text: fast if is_plain(text) else _python()


@lru_cache(maxsize=1)
def _python() -> Render:
    from markdown_it import MarkdownIt  # a build whose new text the twin can parse needs none of it
    from markdown_it.common.utils import normalizeReference

    options = {"html": False, "linkify": False, "typographer": False}
    parse = MarkdownIt("js-default", options).disable(["lheading", "html_block", "html_inline"]).render

    def render(text: str, addresses: Mapping[str, str]) -> str:
        links = {normalizeReference(label): {"title": "", "href": one} for label, one in addresses.items()}
        html: str = parse(text, {"references": links})
        return html

    return render


def fast_is_installed() -> bool:
    """Whether the extra ``fast`` is here."""
    return _fast() is not None


def _fast() -> Render | None:
    try:
        from markdown_it_pyrs import MarkdownIt as Fast
    except ImportError:
        return None
    render = Fast("zero").enable_many(list(_FAST_RULES)).render

    def same_form(text: str, addresses: Mapping[str, str]) -> str:
        html: str = render(text + "".join([f"\n\n[{label}]: {one}" for label, one in addresses.items()]))
        if " />" in html:
            html = _SLASHED.sub(r"<\1>", html)
        return html.replace("<blockquote>\n</blockquote>", "<blockquote></blockquote>")

    return same_form


def is_plain(text: str) -> bool:
    """Whether a text holds only what both parsers agree on: no unsure construct, and tables and quotes that stand
    between blank lines."""
    if _has_unsure_sign(text) or "![" in text or "[]" in text or "[[[[" in text or _UNSURE_LINK.search(text):
        return False
    if _UNSURE_LINE.search(f"\n{text}\n") or ("]:" in text and DEFINITION.search(text)):
        return False
    parts = [part for part in text.split("\n\n") if "|" in part or ">" in part]
    return all(_stands_alone(paragraph) for part in parts for paragraph in _BLANK_LINES.split(part))


def _stands_alone(paragraph: str) -> bool:
    """Whether these lines, with no blank one between them, are all of a table, all of a quote or all of neither."""
    lines = [line for line in paragraph.split("\n") if line and not line.isspace()]
    if "|" in paragraph:
        return _is_table(lines)
    quoted = [line.startswith(">") for line in lines]
    return all(quoted) or not any(line.lstrip().startswith(">") for line in lines)


def _is_table(lines: list[str]) -> bool:
    rows = all(map(_ROW.match, lines)) and len(lines) > 1
    return rows and _DELIMITERS.match(lines[1]) is not None and lines[0].count("|") == lines[1].count("|")
