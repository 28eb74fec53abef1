"""A page's own text as words: what its blocks say, without reference text, with the names of all axes masked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from html import unescape

from appealsite.plan.page import Filled
from appealsite.read.models import KINDS, Matrix
from appealsite.render.markdown import Compiled, Gap

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TAG = re.compile(r"<[^>]*>")
_NAMES = frozenset(
    (axis, field)
    for axis, fields in (
        ("payer", ("name", "full_name", "parent", "slug")),
        ("service", ("name", "full_name", "short", "abbr", "article", "slug")),
        ("reason", ("name", "in_sentence", "denied", "slug")),
    )
    for field in fields
)
MASK = "\x00"  # stands for a name; no text holds it


class Masks:
    """The names of payers, services and reasons as runs of words, each to be masked wherever it stands."""

    def __init__(self, matrix: Matrix) -> None:
        names: set[str | None] = set()
        for payer in matrix.payers.values():
            names |= {payer.name, payer.full_name, payer.parent}
        for service in matrix.services.values():
            names |= {service.name, service.full_name, service.short, service.abbr}
        for reason in matrix.reasons.values():
            names |= {reason.name, reason.in_sentence, *(reason.denied.for_kind(kind) for kind in KINDS)}
        self._tails: dict[str, list[tuple[str, ...]]] = {}
        for words in {tuple(words_in(name)) for name in names if name}:
            if words:
                self._tails.setdefault(words[0], []).append(words[1:])
        for tails in self._tails.values():
            tails.sort(key=len, reverse=True)

    def mask(self, words: Sequence[str]) -> list[str]:
        """The words with each name replaced by one mark, the longest name first."""
        masked: list[str] = []
        at = 0
        tails = self._tails
        while at < len(words):
            word = words[at]
            at += 1
            for tail in tails.get(word, ()):
                if tuple(words[at : at + len(tail)]) == tail:
                    word = MASK
                    at += len(tail)
                    break
            masked.append(word)
        return masked


def words_in(text: str) -> Iterator[str]:
    """The words of a text in lower case; a possessive ending is not part of a name."""
    for found in _WORD.finditer(text):
        word = found[0].lower()
        yield word[:-2] if word.endswith(("'s", "’s")) else word


def key_of(filled: Filled) -> bytes:
    """What a piece of text says apart from names: pieces with one key have the same words."""
    chunk = filled.chunk
    said = [value for value, one in zip(filled.values, chunk.placeholders) if one.path not in _NAMES]
    return hashlib.blake2b(repr((chunk.markdown, said)).encode(), digest_size=12).digest()


def words_of(filled: Filled, compiled: Compiled, masks: Masks) -> list[str]:
    """The words of a piece of text as a page shows it, names masked."""
    parts = []
    for part in compiled.parts:
        if isinstance(part, Gap):
            if part.where == "text":
                is_name = filled.chunk.placeholders[part.number].path in _NAMES
                parts.append(f" {MASK} " if is_name else filled.values[part.number])
        else:
            parts.append(part.decode())
    text = unescape(_TAG.sub(" ", "".join(parts)))
    words: list[str] = []
    for number, piece in enumerate(text.split(MASK)):
        if number:
            words.append(MASK)
        words += masks.mask(list(words_in(piece)))
    return words
