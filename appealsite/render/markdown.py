"""Markdown to HTML, once for each piece of text: the compiled piece keeps its placeholders and is filled per page."""

from __future__ import annotations

import hashlib
import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape, unescape
from itertools import cycle
from urllib.parse import quote

from appealsite.memo import Memo
from appealsite.plan.page import Filled
from appealsite.read.text import PLACEHOLDER_PATTERN, Chunk
from appealsite.render.parsers import Choice, parser
from appealsite.values import digest_of, value

_CITATION = "citation7{}x"
_CITATION_LINK = re.compile(r'<a href="citation7(\d+)x"')
_HEADING = re.compile(r"<h([2-6])>([^<]*(?:<(?!/h\1>)[^<]*)*)</h\1>")
_HEADING_LINE = re.compile(r"(?:\s*(?:>|[-+*]\s|\d{1,9}[.)]\s))*\s*#{2,6}\s")  # in a list or a quote as well
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)$')
_TAG = re.compile(r"<[^>]*>")
_FRAME = '<div class="table-scroll" role="group" aria-label="Table" tabindex="0">\n'
_HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_CELL = re.compile(r"<td(?=[ >])")
_BLANK_CELL = re.compile(r"<td[^>]*></td>")
_SEAL = 8  # bytes of checksum before stored text

TEXT, WORDS, PIECE, ADDRESS = "text", "words", "piece", "address"
KEPT = 4096

Stored = Callable[[bytes], bytes | None]


@value
class Gap:
    """Where a placeholder's value goes: text, words in an attribute, a piece of an address or the start of one."""

    number: int
    where: str


@value
class Compiled:
    """HTML as UTF-8 with gaps, and the ids of its headings."""

    parts: tuple[bytes | Gap, ...]
    ids: tuple[str, ...]

    def fill(self, values: tuple[str, ...]) -> bytes:
        """The HTML with each gap filled, the values escaped for where they stand."""
        return b"".join(
            [part if isinstance(part, bytes) else _escaped(values[part.number], part.where) for part in self.parts]
        )

    def encode(self, key: bytes) -> bytes:
        """The compiled piece as it is stored, sealed with its key so that damage and mistaken identity are noticed."""
        parts = [part if isinstance(part, bytes) else (part.number, part.where) for part in self.parts]
        data = marshal.dumps((parts, self.ids))
        return _seal(key, data) + data

    @classmethod
    def decode(cls, key: bytes, stored: bytes) -> Compiled | None:
        """The piece stored under a key, or None where it is damaged."""
        seal, data = stored[:_SEAL], stored[_SEAL:]
        if _seal(key, data) != seal:
            return None
        parts, ids = marshal.loads(data)  # noqa: S302 - sealed
        return cls(tuple(part if isinstance(part, bytes) else Gap(*part) for part in parts), ids)


class MarkdownCompiler:
    """Compiles chunks and remembers them, so that each is parsed once however many pages show it.

    ``stored`` looks up what an earlier build of the same ``generator`` compiled; ``fresh`` collects what this one did,
    ``used`` all it needed.
    """

    def __init__(self, choice: Choice = "auto", stored: Stored | None = None, generator: str = "") -> None:
        self.name, self._parser = parser(choice)
        self._generator = generator
        self._stored = stored
        self._compiled = Memo[int, tuple[Chunk, Compiled]](KEPT)
        self.fresh: dict[bytes, bytes] = {}
        self.used: set[bytes] = set()

    def compile(self, chunk: Chunk) -> Compiled:
        """The compiled form of a chunk."""
        known = self._compiled.get(id(chunk))
        return known[1] if known is not None else self._load([chunk])[0]

    def compile_all(self, chunks: Iterable[Chunk]) -> None:
        """Compile those of these chunks that are not yet: together, they take less time."""
        self._load(list({id(chunk): chunk for chunk in chunks if self._compiled.get(id(chunk)) is None}.values()))

    def html(self, filled: Filled) -> str:
        """The HTML of a chunk as one page shows it, as text for those who read it."""
        return self.compile(filled.chunk).fill(filled.values).decode()

    def headings(self, chunk: Chunk) -> list[tuple[str, int]]:
        """The id of each heading of a chunk and its line in the file; 0 where that cannot be told."""
        ids = self.compile(chunk).ids
        begin = [chunk.line + at for at in _heading_lines(chunk.markdown.split("\n"))]
        return list(zip(ids, begin if len(begin) == len(ids) else [0] * len(ids), strict=True))

    def _load(self, chunks: Sequence[Chunk]) -> list[Compiled]:
        """The compiled forms of chunks: what an earlier build stored, or compiled anew."""
        keys = [digest_of((self._generator, self.name, chunk.digest)) for chunk in chunks]
        found = list(map(self._find, keys))
        made = iter(self._compile([chunk for chunk, one in zip(chunks, found, strict=True) if one is None]))
        loaded = []
        for key, chunk, one in zip(keys, chunks, found, strict=True):
            compiled = one or next(made)
            if one is None and self._stored is not None:
                self.fresh[key] = compiled.encode(key)
            loaded.append(self._compiled.put(id(chunk), (chunk, compiled))[1])
        return loaded

    def _find(self, key: bytes) -> Compiled | None:
        if self._stored is None:
            return None
        self.used.add(key)
        stored = self._stored(key)
        return Compiled.decode(key, stored) if stored is not None else None

    def _compile(self, chunks: Sequence[Chunk]) -> list[Compiled]:
        """Each step is done for all chunks before the next: it has code of its own, which stays in the processor's
        caches meanwhile."""
        parsers = [self._parser(chunk.markdown) for chunk in chunks]
        parsed = [parse(chunk.markdown, _addresses(chunk)) for parse, chunk in zip(parsers, chunks, strict=True)]
        return list(map(_compiled, chunks, parsed))


def _addresses(chunk: Chunk) -> dict[str, str]:
    """What stands for the addresses that a chunk cites until it is parsed."""
    return {slug: _CITATION.format(number) for number, (slug, _) in enumerate(chunk.citations)}


def _compiled(chunk: Chunk, html: str) -> Compiled:
    """The compiled form of a chunk from what its parser made of it."""
    if chunk.citations:
        html = _CITATION_LINK.sub(lambda found: _cite(chunk.citations[int(found[1])][1]), html)
    if "|" in chunk.markdown:
        text, *tables = html.split("<table>")
        html = text + "".join(map(_framed, tables))
    ids: list[str] = []
    if "#" in chunk.markdown:
        html = _HEADING.sub(lambda found: _with_id(found, ids), html)
    return Compiled(_parts(html) if chunk.placeholders else (html.encode(),), tuple(ids))


def _heading_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of lines that are headings, but for those in code."""
    fence = ""
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and _HEADING_LINE.match(line):
            yield at


def _seal(key: bytes, data: bytes) -> bytes:
    return hashlib.sha256(key + data).digest()[:_SEAL]


@lru_cache(maxsize=KEPT)
def _cite(address: str) -> str:
    return f'<a class="cite" href="{escape(address)}"'


def _framed(html: str) -> str:
    """HTML from after the start of a table on, with what every table of ours has."""
    table, _, after = html.partition("</table>")
    for side in ("left", "right", "center"):
        table = table.replace(f' style="text-align:{side}"', f' class="align-{side}"')
    name = ""
    if "></td>" in table and _BLANK_CELL.search(table):
        table, name = _labelled(table), ' class="worksheet"'
    table = table.replace("<th", '<th scope="col"').replace('<th scope="col"ead', "<thead")
    return f"{_FRAME}<table{name}>{table}</table>\n</div>{after}"


def _labelled(table: str) -> str:
    """A table to write in, whose cells name their column: on a phone it has no head, and a card for each row."""
    labels = cycle([escape(unescape(_TAG.sub("", head))) for head in _HEAD.findall(table)])
    return _CELL.sub(lambda found: f'{found[0]} data-label="{next(labels)}"', table)


def _with_id(found: re.Match[str], ids: list[str]) -> str:
    ids.append(_id_of(found[2]))
    return f'<h{found[1]} id="{ids[-1]}">{found[2]}</h{found[1]}>'


@lru_cache(maxsize=KEPT)
def _id_of(heading: str) -> str:
    from slugify import slugify

    words = PLACEHOLDER_PATTERN.sub(" ", unescape(_TAG.sub("", heading)))
    return slugify(words) or "section"


def _parts(html: str) -> tuple[bytes | Gap, ...]:
    parts: list[bytes | Gap] = []
    at = 0
    for token in PLACEHOLDER_PATTERN.finditer(html):
        before = html[at : token.start()].encode()
        parts += [before, Gap(int(token[1]), _where(html, token.start()))]
        at = token.end()
    parts.append(html[at:].encode())
    return tuple(part for part in parts if part != b"")


def _where(html: str, at: int) -> str:
    tag = html.rfind("<", 0, at)
    if tag <= html.rfind(">", 0, at):
        return TEXT
    inside = _ATTRIBUTE.search(html[tag:at])
    if inside is None or inside[1] not in ("href", "src"):
        return WORDS
    return PIECE if inside[2] else ADDRESS


@lru_cache(maxsize=KEPT)
def _escaped(value: str, where: str) -> bytes:
    return (quote(value, safe="") if where == PIECE else escape(value, quote=where != TEXT)).encode()
