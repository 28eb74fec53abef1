"""The text of a block as a reader sees it: passages read from its compiled HTML, each with what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the rules of a build read no HTML
    from selectolax.lexbor import LexborNode

CITED = "It"  # stands for a citation where words are counted: its name is not the writer's
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.?!])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")
_SHORT_FORMS = re.compile(
    r"(?:(?<!Part )(?<!grade )(?<!type )\b[A-Z]|\b(?:vs|No|Dr|Mr|Ms|St|Inc|Jr|Sec|e\.g|i\.e|et al))\.$"
)
_PASSAGES = "h2, h3, h4, h5, h6, p, li, tr, dd, dt, pre"
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, list item or table row. ``plain`` has citations replaced by one word, ``lines`` is the text
    with the ends of its lines as they are written, ``next`` the tag of what stands after it on its own level, empty at
    the end of its piece of text.

    ``cited`` is whether a source stands in it, or in a line that leads in to the list or table it belongs to.
    """

    tag: str
    text: str
    plain: str
    cited: bool
    quoted: bool  # a letter or another's words
    lines: str = ""
    next: str = ""  # of headings only

    @property
    def is_heading(self) -> bool:
        """Whether it heads other text."""
        return self.tag in HEADINGS

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences, citations and all."""
        return tuple(sentences(self.text))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a passage; an abbreviation such as 'vs.' does not end one."""
    before = ""
    for part in _SENTENCE.split(text):
        whole = f"{before} {part}".strip()
        if _SHORT_FORMS.search(whole):
            before = whole
            continue
        before = ""
        if whole:
            yield whole
    if before:
        yield before


def passages(html: str) -> list[Passage]:
    """The passages of a piece of HTML in order."""
    from selectolax.lexbor import LexborHTMLParser

    found: list[Passage] = []
    lead_cited = False  # the paragraph above ends with a colon and cites
    for node in LexborHTMLParser(html).css(_PASSAGES):
        tag = node.tag or ""
        around = _around(node)
        if tag == "p" and "li" in around:
            continue
        lines, plain, cited = _text_of(node)
        text = lines.replace("\n", " ")
        if not text and tag in ("p", "li", "tr", "dd", "dt", "pre"):
            continue
        listed = tag in ("li", "tr")
        if not listed:
            lead_cited = cited and text.rstrip(")* ").endswith(":")
        cited = cited or (listed and lead_cited)
        after = _next(node) if tag in HEADINGS else ""
        found.append(Passage(tag, text, plain, cited, "blockquote" in around, lines, after))
    return found


def _next(node: LexborNode) -> str:
    after = node.next
    while after is not None and after.tag == "-text":
        after = after.next
    if after is not None:
        return after.tag or ""
    return _next(node.parent) if node.parent is not None and node.parent.tag != "body" else ""


def _around(node: LexborNode) -> set[str]:
    tags = set()
    parent = node.parent
    while parent is not None:
        tags.add(parent.tag or "")
        parent = parent.parent
    return tags


def _text_of(node: LexborNode) -> tuple[str, str, bool]:
    text: list[str] = []
    plain: list[str] = []
    cited = _collect(node, text, plain)
    lines = _SPACE.sub(lambda found: "\n" if "\n" in found[0] else " ", "".join(text)).strip()
    return lines, _SPACE.sub(" ", "".join(plain)).strip(), cited


def _collect(node: LexborNode, text: list[str], plain: list[str]) -> bool:
    """Add the text below a node, leaving out lists nested in it; returns whether it cites."""
    cited = False
    child = node.child
    while child is not None:
        tag = child.tag
        if tag == "-text":
            piece = child.text_content or ""
            text.append(piece)
            plain.append(piece)
        elif tag == "br":
            text.append(" ")
            plain.append(" ")
        elif tag == "a" and "cite" in (child.attributes.get("class") or "").split():
            cited = True
            text.append(child.text())
            plain.append(CITED)
        elif tag not in ("ul", "ol", "table"):
            if tag in ("td", "th") and text:
                text.append(" | ")
                plain.append(". ")
            cited = _collect(child, text, plain) or cited
        child = child.next
    return cited
