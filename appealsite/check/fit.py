"""Fit: the words of a page suit the kind of service it is about, and names are written the one right way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from appealsite.check.finding import Finding
from appealsite.check.prose import Passage
from appealsite.check.residue import NOTES
from appealsite.check.rules import rule
from appealsite.check.words import Words, any_of
from appealsite.check.written import Spot, Written
from appealsite.read.models import Service
from appealsite.read.site import MATRIX, Site

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_ADDRESS = re.compile(  # of mail, a site or a file: written in small letters whatever the name
    r"[\w.+-]+@[\w.-]+|(?:[\w-]+\.)+(?:com|org|net|gov|edu|mil|health|info|io|us|example)\b[^\s)>\]]*"
    r"|[\w-]+\.(?:pdf|html?|docx?)\b",
    re.IGNORECASE,
)
ABBREVIATION = re.compile(r"(?<![\w./-])[A-Z][A-Za-z]?[A-Z][A-Za-z0-9]{0,4}(?![\w/]|\s?\d|-\d)")
_CODE_BEFORE = re.compile(r"\d\s?$|[A-Z]{2,}[ -]$")
_CODE_AFTER = re.compile(r"-[A-Z]+-\d")
_QUOTED = re.compile(r"[\"“'‘]$")  # words as they stand on a card or a letter
_NAMED = re.compile(
    r"\b(?:called|named|numbers? begin with|codes? [\w ]{0,12}|stage) $"
)  # the letters are a name, and said to be
_EVERYDAY = frozenset({"chip", "cobra", "ship"})  # words of their own, in small letters
_ARTICLE = re.compile(r"\b([Aa]n?) ([A-Z]{2,}s?)(?![a-z])")
_STRESSED = ("AND", "OR", "NOT", "NO", "YES", "IF", "ALL", "ONLY", "MUST", "NEVER", "DO")  # capitals for stress
_NO_ABBREVIATIONS = frozenset((*_STRESSED, *NOTES))
_VOWELS = frozenset("AEIOU")
_VOWEL_SOUNDS = frozenset("AEFHILMNORSX")  # letters whose names begin with a vowel


@rule(
    "F01",
    "error",
    "plan",
    "A page for a reason that does not fit the kind of service helps only by saying so (fits in data/matrix.yaml).",
    "Say in the angle that the reason does not fit, with one of the words in check.misfit of data/site.yaml, and what "
    "the letter may really mean.",
)
def says_misfit(texts: Iterable[str], words: Words) -> bool:
    """Whether one of these texts says that the reason does not fit."""
    pattern = any_of(words.checks.misfit)
    return pattern is not None and any(pattern.search(text) for text in texts)


@rule(
    "F02",
    "error",
    "text",
    "A text about one kind of service in the words of another misleads: a therapy has no prescribing label.",
    "Use the words for this kind (check.wording in data/site.yaml), or put the text between {% if service.kind == ... "
    "%} and {% endif %}. For a sentence that says the word does not apply, allow F02 in the file's front matter, with "
    "the reason.",
)
def other_wording(passage: Passage, kind: str, words: Words) -> Iterator[tuple[str, str]]:
    """Words that a text about this kind of service must not use, each once, with the words to use instead."""
    pattern = words.never.get(kind)
    if pattern is None or passage.tag == "pre":
        return
    seen = set()
    for found in pattern.finditer(passage.text):
        if found[0].lower() not in seen:
            seen.add(found[0].lower())
            say = ", ".join(words.checks.wording[kind].say)  # type: ignore[index]  # every kind is a text
            yield found[0], f"words for a {kind}: {say}" if say else ""


@rule(
    "F03",
    "error",
    "source",
    "A name has one right form, whatever stands before it: CIMT, not Cimt.",
    "Write the name as data/matrix.yaml or check.names in data/site.yaml has it, or use the placeholder.",
)
def wrong_form(written: Written, words: Words) -> Iterator[Spot]:
    """Names in another case or form than their own."""
    suspects = [name for name, right in words.names.items() if written.lower.count(name) != written.text.count(right)]
    if not suspects:
        return
    for number, line in enumerate(written.visible):
        for found in _WORD.finditer(line):
            word = found[0]
            for key in (word.lower(), word.lower().removesuffix("s")):
                right = words.names.get(key)
                if right is not None:
                    wrong = word not in (right, f"{right}s") and word not in _EVERYDAY
                    if wrong and not _in_address(line, found.start()):
                        yield Spot(number, found.start(), len(word), f"'{word}' is written '{right}'", "mend its form")
                    break


def _in_address(line: str, at: int) -> bool:
    return any(found.start() <= at < found.end() for found in _ADDRESS.finditer(line))


@rule(
    "F04",
    "warning",
    "plan",
    "A reader may not know an abbreviation; it is spelled out where the page first uses it.",
    "Write the words in full with the abbreviation in brackets: constraint-induced movement therapy (CIMT). One that "
    "everybody knows goes into check.abbreviations of data/site.yaml.",
)
def first_uses(passages: Iterable[Passage], words: Words) -> tuple[tuple[tuple[str, int], ...], frozenset[str]]:
    """The abbreviations a text uses without having spelled them out, each with the number of the passage of its first
    use, and all that it spells out."""
    needs: dict[str, int] = {}
    spelled: set[str] = set()
    for number, passage in enumerate(passages):
        if passage.is_heading or passage.tag in ("title", "description", "pre"):
            continue
        spelled.update(
            _singular(found[0])
            for found in ABBREVIATION.finditer(passage.text)
            if _spells_out(passage.text[: found.start()], passage.text[found.end() :])
            or _NAMED.search(passage.text[: found.start()])
        )
        for found in ABBREVIATION.finditer(passage.plain):
            short = _singular(found[0])
            known = short in words.abbreviations or short in spelled or short in needs
            if not known and _is_abbreviation(short) and not _in_code_or_quotes(passage.plain, *found.span()):
                needs[short] = number
    return tuple(needs.items()), frozenset(spelled)


def _in_code_or_quotes(text: str, start: int, end: int) -> bool:
    before = text[:start]
    return bool(_CODE_BEFORE.search(before) or _CODE_AFTER.match(text[end:]) or _QUOTED.search(before))


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _is_abbreviation(word: str) -> bool:
    return word not in _NO_ABBREVIATIONS and sum(letter.isupper() for letter in word) >= 2 and word.isalpha()


def _spells_out(before: str, after: str) -> bool:
    """Whether the abbreviation stands in brackets after words, or words in brackets follow it."""
    if before.rstrip().endswith("(") or re.search(r"\((?:or |also |the )?[A-Z]{2,}(?:, | or )$", before):
        return bool(re.match(r"s?\s*[),;/]| or ", after))
    return bool(re.match(r"s?[\"”]? \([a-z][a-z]+[ -]", after)) or bool(
        re.match(r"s? (?:means|stands for|is short for|is the)\b", after)
    )


@rule(
    "F05",
    "warning",
    "text",
    "'a' or 'an' goes by how the abbreviation sounds: an MRI, a CIMT session.",
    "Change the article. In data/matrix.yaml, 'article' goes with 'full_name'.",
)
def wrong_article(passage: Passage) -> Iterator[tuple[str, str]]:
    """Articles before abbreviations that do not go with their sound."""
    for found in _ARTICLE.finditer(passage.text):
        right = article_for(found[2].removesuffix("s"))
        if right and found[1].lower() != right:
            yield found[0], right


def article_for(word: str) -> str:
    """'a' or 'an' for an abbreviation; empty where it may be read as a word or letter by letter."""
    if word[0] == "U":  # a UPMC plan, an URGENT one
        return "" if len(word) > 3 and not _VOWELS.isdisjoint(word[1:]) else "a"
    letters = "an" if word[0] in _VOWEL_SOUNDS else "a"
    whole = "an" if word[0] in _VOWELS else "a"
    spoken_as_word = len(word) >= 3 and word[1] in _VOWELS
    return letters if letters == whole or not spoken_as_word else ""


@rule(
    "F06",
    "error",
    "data",
    "The article of a service stands in sentences before its full name: a walking frame, an MRI scan.",
    "Mend 'article' in data/matrix.yaml; leave it empty for a name that takes none.",
)
def article_of_service(site: Site) -> Iterator[Finding]:
    """Services whose article does not go with the name after it."""
    for slug, service in site.matrix.services.items():
        right = _article_of(service)
        if service.article and right and service.article != right:
            mark = site.mark(MATRIX, ("services", slug, "article"))
            yield Finding(
                mark, "F06", f"'{service.article} {service.full_name}' should be '{right} ...'", f"write {right}"
            )


def _article_of(service: Service) -> str:
    first = re.split(r"[\s-]", service.full_name)[0]
    if first.isupper() and len(first) > 1:
        return article_for(first)
    if re.match(r"(?:hou?r|hon|heir|uni|use|eu|one|ur[aeio])", first, re.IGNORECASE):
        return ""  # sounds unlike its first letter, or may
    return "an" if first[:1].lower() in "aeiou" else "a"
