"""Markdown to HTML, once for each piece of text: the compiled piece keeps its placeholders and is filled per page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote

from markdown_it import MarkdownIt
from slugify import slugify

from appealsite.plan.page import Filled
from appealsite.read.text import PLACEHOLDER_PATTERN, Chunk

_CITATION = "citation7{}x"
_CITATION_LINK = re.compile(r'<a href="citation7(\d+)x"')
_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_TAG = re.compile(r"<[^>]*>")

TEXT, ATTRIBUTE, ADDRESS = "text", "attribute", "address"


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a placeholder's value goes, and whether that is text, part of an attribute or a whole address."""

    number: int
    where: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """HTML with gaps, and the ids of its headings."""

    parts: tuple[str | Gap, ...]
    ids: tuple[str, ...]

    def fill(self, values: tuple[str, ...]) -> str:
        """The HTML with each gap filled, the values escaped for where they stand."""
        return "".join(
            part if isinstance(part, str) else _escaped(values[part.number], part.where) for part in self.parts
        )


class MarkdownCompiler:
    """Compiles chunks and remembers them, so that each is parsed once however many pages show it."""

    def __init__(self) -> None:
        options = {"html": False, "linkify": False, "typographer": False}
        self._parser = MarkdownIt("js-default", options).disable(["lheading", "html_block", "html_inline"])
        self._compiled: dict[Chunk, Compiled] = {}

    def compile(self, chunk: Chunk) -> Compiled:
        """The compiled form of a chunk."""
        found = self._compiled.get(chunk)
        if found is None:
            found = self._compiled[chunk] = self._compile(chunk)
        return found

    def fill(self, filled: Filled) -> str:
        """The HTML of a chunk as one page shows it."""
        return self.compile(filled.chunk).fill(filled.values)

    def _compile(self, chunk: Chunk) -> Compiled:
        text = chunk.markdown
        for number, (slug, _) in enumerate(chunk.citations):
            text += f"\n\n[{slug}]: {_CITATION.format(number)}"
        html = self._parser.render(text)
        html = _CITATION_LINK.sub(
            lambda found: f'<a class="cite" href="{escape(chunk.citations[int(found[1])][1])}"', html
        )
        html = _ALIGNED.sub(r' class="align-\1"', html)
        html = html.replace("<th", '<th scope="col"').replace('<th scope="col"ead', "<thead")
        html = html.replace(
            "<table>", '<div class="table-scroll" role="group" aria-label="Table" tabindex="0">\n<table>'
        )
        html = html.replace("</table>", "</table>\n</div>")
        ids: list[str] = []
        html = _HEADING.sub(lambda found: _with_id(found, ids), html)
        return Compiled(_parts(html), tuple(ids))


def _with_id(found: re.Match[str], ids: list[str]) -> str:
    words = PLACEHOLDER_PATTERN.sub(" ", unescape(_TAG.sub("", found[2])))
    ids.append(slugify(words) or "section")
    return f'<h{found[1]} id="{ids[-1]}">{found[2]}</h{found[1]}>'


def _parts(html: str) -> tuple[str | Gap, ...]:
    parts: list[str | Gap] = []
    at = 0
    for token in PLACEHOLDER_PATTERN.finditer(html):
        before = html[: token.start()]
        where = TEXT
        if before.rfind("<") > before.rfind(">"):
            where = ADDRESS if before.endswith('href="') else ATTRIBUTE
        parts += [html[at : token.start()], Gap(int(token[1]), where)]
        at = token.end()
    parts.append(html[at:])
    return tuple(part for part in parts if part != "")


def _escaped(value: str, where: str) -> str:
    if where == ATTRIBUTE:
        return quote(value, safe="")
    return escape(value, quote=where == ADDRESS)
