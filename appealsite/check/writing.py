"""Text: no lost lists or tables, nothing doubled, and easy to read."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from appealsite.check.prose import Passage, sentences
from appealsite.check.rules import rule
from appealsite.check.words import Words

_NUMBERED = re.compile(
    r"(?:^|\s)(?:1[.)]\s.+?\s)?2[.)]\s+[A-Z].+?\s3[.)]\s+[A-Z]|(?:^|\s)1[.)]\s+[A-Z].+?\s2[.)]\s+[A-Z]"
)
_BULLETED = re.compile(r"[.:;?!]\s[-*•]\s.+?[.;?!]\s[-*•]\s")
_LINES = (  # that begin as items do and are none
    (re.compile(r"^\d{1,2}[.)]\s?[^\W\d_].*\n\d{1,2}[.)]\s?[^\W\d_]", re.MULTILINE), "numbered list"),
    (re.compile(r"^[•‣◦▪●].*\n[•‣◦▪●]|^[-+*] \S", re.MULTILINE), "list"),
)
_PIPED = re.compile(r"\|\s*:?-{3,}|(?:\|[^|]+){3}\|")
_DOUBLED = re.compile(r"\b([A-Za-z]+)\s+\1\b", re.IGNORECASE)
_MAY_DOUBLE = frozenset({"that", "had"})
_PROSE = frozenset({"p", "li", "dd"})
_ITEMS = {
    "numbered list": "an item is a number, a point and a space at the start of a line, the first below an empty line",
    "list": "an item is a dash and a space at the start of a line, the first below an empty line",
}
Told = tuple[str, str, str]  # the words in question, the message, a hint


@rule(
    "T02",
    "error",
    "page",
    "A heading, list or block without text is a sign of something lost.",
    "Write the text, or remove the heading or block.",
)
def empty_element(tag: str) -> str:
    """The message for an element without text."""
    return f"an empty <{tag}> on the page"


@rule(
    "T03",
    "error",
    "page",
    "Screen readers walk a page by its headings; a skipped level breaks the walk.",
    "Use the next level: h2 under h1, h3 under h2. In a block with a title, headings start at ###.",
)
def skipped_level(levels: Sequence[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """Headings more than one level below the heading before them."""
    before = 0
    for level, text in levels:
        if level > before + 1:
            yield (
                text,
                f"the heading '{text}' is h{level} after h{before}" if before else f"the first heading is h{level}",
            )
        before = level


@rule("T04", "warning", "text", "A word that stands twice is a slip.", "Remove one of the two.")
def doubled_word(passage: Passage) -> Iterator[Told]:
    """The same word twice in a row."""
    for found in _DOUBLED.finditer(passage.text):
        if found[1].lower() not in _MAY_DOUBLE and len(found[1]) > 1:
            yield found[0], f"'{found[1]}' stands twice", "remove one"


@rule(
    "T05",
    "warning",
    "text",
    "A person in trouble reads worse than usual: a block's Flesch-Kincaid grade is at most check.limits.grade.",
    "Shorter sentences, shorter words, one idea each. Citations and the site's long names do not count.",
)
def reading_grade(passages: Sequence[Passage], words: Words) -> Iterator[Told]:
    """A block whose grade is too high."""
    text = " ".join(
        sentence if sentence.endswith((".", "?", "!")) else f"{sentence.rstrip(' :;,')}."
        for passage in passages
        if passage.tag in _PROSE and not passage.quoted
        for sentence in sentences(passage.plain)
    )
    limits = words.checks.limits
    if len(text.split()) < limits.grade_words:
        return
    grade = flesch_kincaid(text)
    if grade > limits.grade:
        yield "", f"this block reads at grade {grade:.1f}; the limit is {limits.grade}", "shorter sentences and words"


@rule(
    "T06",
    "warning",
    "text",
    "Long sentences lose readers; check.limits.sentence_words sets the most words, citations not counted.",
    "Cut it in two.",
)
def long_sentence(passage: Passage, words: Words) -> Iterator[Told]:
    """Sentences beyond the limit."""
    if passage.tag not in _PROSE:
        return
    most = words.checks.limits.sentence_words
    for sentence in sentences(passage.plain):
        count = sum(any(letter.isalnum() for letter in word) for word in sentence.split())
        if count > most:
            yield " ".join(sentence.split()[:3]), f"a sentence of {count} words; the limit is {most}", "cut it in two"


@rule(
    "T07",
    "error",
    "text",
    "A list or table run together into one line cannot be read, nor can text that is shown as code.",
    "Give each item or row a line of its own, and put an empty line before the list or table.",
)
def squashed(passage: Passage, fenced: bool) -> Iterator[Told]:
    """Paragraphs and items in which a list or a table stands run together; and text that four spaces or a tab before it
    make code, which no other rule reads, where nothing is ``fenced`` as such."""
    if passage.tag == "pre" and not fenced:
        hint = "take the spaces or the tab before it away; in a list, begin it below the item's first letter"
        yield passage.text.split()[0], "text that pages show as code, in lines that do not wrap", hint
    if passage.tag not in _PROSE and not passage.is_heading:
        return
    for pattern, what in ((_PIPED, "table"), (_NUMBERED, "numbered list"), (_BULLETED, "list")):
        found = pattern.search(passage.text)
        if found:
            yield (
                found[0].split()[0],
                f"a {what} run together into one line",
                "one line for each item, an empty line before",
            )
            return
    for pattern, what in _LINES:
        found = pattern.search(passage.lines)
        if found:
            yield found[0].split()[0], f"a {what} run together into one line", _ITEMS[what]
            return


def flesch_kincaid(text: str) -> float:
    """The Flesch-Kincaid grade by textstat, which hyphenates words that its dictionary lacks."""
    grade: float = _textstat().flesch_kincaid_grade(text)
    return grade


@lru_cache(maxsize=1)
def _textstat() -> Any:
    """textstat, loaded when it is first needed. It expects an IndexError where a word is not in its dictionary."""

    class Dictionary(dict[str, Any]):
        def __missing__(self, word: str) -> Any:
            raise IndexError(word)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its imports, none of which concerns a reader
        import textstat
    module: Any = textstat.textstat
    if not isinstance(module.cmu_dict, Dictionary):
        module.cmu_dict = Dictionary(module.cmu_dict or {})
    return textstat
