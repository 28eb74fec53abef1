"""Claims: what a page says must be so must be sourced, current, and true of the plans its payer sells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from appealsite.check.finding import Finding
from appealsite.check.prose import Passage
from appealsite.check.rules import rule
from appealsite.check.sources import named_by_records
from appealsite.check.words import GAP, NUMBERS, TENS, Words
from appealsite.check.written import Spot, Written, lowered, sentence_around
from appealsite.problems import MOST, Mark
from appealsite.read.models import Payer
from appealsite.read.site import MATRIX, SOURCES, Site

_DAYS = "(?:business |calendar |working )?days?"
_BELOW_TWENTY = "|".join(word for word, number in NUMBERS.items() if 1 < number < 20)
_NUMBER = re.compile(
    r"(?<![\w.])\$\s?\d[\d,]*(?:\.\d+)?"
    rf"|(?<![\w.-])\d[\d,.]*[\s-]*(?:%|(?:percent|minutes?|hours?|{_DAYS}|weeks?|months?|years?|dollars|cents)\b)"
    rf"|(?<!past )(?<!last )\b(?:{_BELOW_TWENTY}|(?:{'|'.join(TENS)})(?:-\w+)?)[ -]"
    rf"(?:hours?|{_DAYS}|weeks?|months?|years?|percent)\b(?! of | ago\b)",
    re.IGNORECASE,
)
_BEFORE_UNIT = re.compile(
    rf"(?<![\w.,-])(?<!past\s)(?<!last\s)([0-9]{{1,4}}|[a-z]+(?:-[a-z]+)?)(?:-|{GAP})"
    rf"(?:(?:business|calendar|working){GAP})?\Z"
)
_WORD = re.compile("[0-9a-z]+")
_MARKS = re.compile("[\"“‘'][\"”’',.]")
_LONGEST = 60  # characters before a unit of time that may say how many
_LAW = re.compile(
    r"\b\d+\s(?:CFR|C\.F\.R\.|USC|U\.S\.C\.)|§\s?\d"
    r"|\b(?:ERISA|ACA|Affordable Care Act|HIPAA|MHPAEA|No Surprises Act)\b"
    r"|\b(?:by|under) (?:(?:federal|state) )?law\b"
    r"|\b(?:laws?|(?:federal|state) rules?|statutes?|regulations?) (?:\w+ )?"
    r"(?:requires?|says?|gives?|sets?|limits?|allows?|lets?|bans?|forbids?|protects?|covers?)\b",
)
_GUIDELINE = re.compile(
    r"\bguidelines?\b[^.?!]{0,60}?\b"
    r"(?:recommend|support|rate|recogni[sz]e|endorse|advise|state|say|list|call|consider)s?\b"
    r"|\b(?:recommended|recogni[sz]ed|supported|endorsed) by\b[^.?!]{0,60}?"
    r"\b(?:guidelines?|society|academy|association)\b"
    r"|\b(?:trials?|studies|study|research|evidence) "
    r"(?:shows?|proves?|found|finds?|suggests?|confirms?|demonstrates?)\b",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"\b(?:overturn(?:s|ed)?|revers(?:es|ed)(?! (?:a|one|the) claim)|upheld|usually|typically|frequently"
    r"|often|regularly|rarely|commonly|routinely|nearly always|in most cases|success rates?)\b"
    r"|(?<!at )(?<!matters )\bmost\b(?! recent| likely| at| for| important| (?:week)?days| nights)",
    re.IGNORECASE,
)
_SAID = re.compile(r"[\"“][^\"“”]{24,}[\"”]")  # a sentence to say or to write, not one that we state
_DOUBT = re.compile(
    r"\b(?:may|might|could|can|whether|if|ask|says?|we (?:found|saw|know|could|have)|look (?:for|at)|check)\b", re.I
)
_ABOUT_APPEALS = re.compile(
    r"\b(?:appeals?|appealing|file|filing|decid\w+|decision|answer\w*|respond|response|denials?|denied|notice|letter|reviews?|"
    r"reconsider\w*|expedited|urgent|deadlines?|final)\b",
    re.IGNORECASE,
)


@rule(
    "C01",
    "error",
    "text",
    "A sentence that states a number, a law, a guideline, a payer's policy or an outcome names its source.",
    "Cite a source from data/sources.yaml in the same paragraph, list item or table row: [title][id]. A citation in "
    "the line that leads in to a list or table, ending with a colon, counts for its items. Or say less.",
)
def uncited(passage: Passage, words: Words) -> Iterator[tuple[str, str]]:
    """The first claim of a passage that cites nothing, with what it claims."""
    if passage.cited or passage.quoted or passage.is_heading or passage.tag in ("title", "description", "pre"):
        return
    for sentence in passage.sentences:
        if sentence.endswith("?"):
            continue
        found = _claim(_SAID.sub("", sentence), words)
        if found:
            yield found
            return


def _claim(sentence: str, words: Words) -> tuple[str, str] | None:
    """What a sentence claims: the words that say so, and of which kind they are."""
    for pattern, what in ((_NUMBER, "a number"), (_LAW, "a law"), (_GUIDELINE, "a guideline or study")):
        found = next((one for one in pattern.finditer(sentence) if one[0] not in words.prices), None)
        if found:
            return found[0], what
    outcome = _OUTCOME.search(sentence)
    if outcome:
        return outcome[0], "an outcome"
    policy = words.payer_claims.search(sentence)
    if policy and not _DOUBT.search(sentence):
        return policy[0], "a payer's policy"
    return None


@rule(
    "C02",
    "error",
    "source",
    "A deadline stands in data/plan_types.yaml and nowhere else, so that it is right or wrong in one place.",
    'Write the placeholder in its place, such as {{ plans["employer_insured"].file_within }}. Texts of data files take '
    "none: leave the number out there.",
)
def typed_deadline(written: Written, words: Words) -> Iterator[Spot]:
    """Numbers with a unit of time that a plan type holds, in sentences about appeals."""
    if next(_periods(written.lower.replace(">", " "), words), None) is None:
        return
    for start, end, placeholders in _periods(lowered(written.flow), words):
        said = " ".join(written.flow[start:end].split())
        hint = f"write {' or '.join(placeholders[:MOST])}"
        spot = written.spot(start, end, f"the deadline '{said}' is typed", hint)
        if _ABOUT_APPEALS.search(sentence_around(written.visible, spot.line, spot.column)):
            yield spot


def _periods(text: str, words: Words) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where a text in small letters says a period that plan types hold, and the placeholders for it; in words and in
    quotation marks it is what a letter or a policy says."""
    for unit in sorted(unit for unit in words.units if unit in text):
        for found in re.finditer(rf"{unit}s?\b(?!{GAP}ago\b)", text):
            near = max(0, found.start() - _LONGEST), found.start()
            counted = any(word.isdigit() or word in NUMBERS for word in _WORD.findall(text, *near)[-2:])
            before = _BEFORE_UNIT.search(text, *near) if counted else None
            if before:
                start, end = before.start(), found.end()
                number = int(before[1]) if before[1].isdigit() else NUMBERS.get(before[1], 0)
                quoted = not before[1].isdigit() and _MARKS.fullmatch(text[start - 1 : start] + text[end : end + 1])
                if (number, unit) in words.periods and not quoted:
                    yield start, end, words.periods[number, unit]


@rule(
    "C03",
    "error",
    "source",
    "Words that promise or sell have no place before people in trouble; the list is check.promises in data/site.yaml.",
    "Say what the reader can do, or what is known, with its source.",
)
def promise(written: Written, words: Words) -> Iterator[Spot]:
    """Words from the list of promises."""
    if words.promises is None or not _may_promise(written.lower, words):
        return
    for found in words.promises.finditer(written.flow):
        said = " ".join(found[0].split())
        yield written.spot(*found.span(), f"'{said}' promises or sells", "say what is known")


def _may_promise(text: str, words: Words) -> bool:
    """Whether all words of a promise stand somewhere in a text in small letters."""
    return any(
        word in text and any(all(one in text for one in promise) for promise in promises)
        for word, promises in words.promised.items()
    )


@rule(
    "C04",
    "note",
    "site",
    "A source that no page uses is one more to keep current for nothing.",
    "Cite it where it is needed, or remove it from data/sources.yaml.",
)
def unused_source(site: Site, cited: Collection[str]) -> Iterator[Finding]:
    """Sources that no page lists and no record names."""
    document = site.documents[SOURCES]
    named = {*cited, *(slug for _, slug in named_by_records(site))}
    for slug in site.sources:
        if slug not in named:
            yield Finding(document.key_mark((slug,)), "C04", f"no page uses the source '{slug}'", "cite or remove it")


@rule(
    "C05",
    "warning",
    "data",
    "A source checked too long ago may no longer say what we say it says; check.limits.source_days sets how long. "
    "Nothing was checked or reviewed on a day that lies ahead, source or text.",
    "Open it, compare the pages that cite it (check --sources lists them), and set its 'checked' to today.",
)
def stale_source(site: Site, today: date) -> Iterator[Finding]:
    """Sources whose last check is too old, or lies ahead."""
    limit = site.settings.check.limits.source_days
    for slug, source in site.sources.items():
        mark = site.mark(SOURCES, (slug, "checked"))
        days = (today - source.checked).days
        if days > limit:
            yield Finding(mark, "C05", f"'{slug}' was checked {days} days ago; the limit is {limit}", "check it again")
        elif days < 0:
            yield Finding(mark, "C05", f"'{slug}' was checked on a day that lies ahead", "mend the date")


def dated_ahead(what: str, day: date, mark: Mark, today: date) -> Iterator[Finding]:
    """A text that was checked or reviewed, which ``what`` says, on a day that lies ahead (rule C05)."""
    if day > today:
        yield Finding(mark, "C05", f"this text was {what} on {day}, which lies ahead", "mend the date")


@rule(
    "C06",
    "warning",
    "data",
    "A guideline, a study or a payer's document (.pdf) without a date cannot be told from its next version.",
    "Write the document's own date or version into 'dated', or the date of the copy that was read.",
)
def undated_source(site: Site) -> Iterator[Finding]:
    """Sources of a kind that is replaced from time to time, without a date of their own."""
    for slug, source in site.sources.items():
        document = source.kind in ("guideline", "research") or (source.kind == "payer" and source.url.endswith(".pdf"))
        if document and not source.dated:
            mark = site.documents[SOURCES].key_mark((slug,))
            yield Finding(mark, "C06", f"the source '{slug}' has no date", "add 'dated:', as the document states it")


@rule(
    "C07",
    "warning",
    "data",
    "What a payer sells and who reviews for it changes each January; check.limits.payer_days sets the limit.",
    "Check the payer's record in data/matrix.yaml and set its 'checked' to today.",
)
def stale_payer(site: Site, today: date) -> Iterator[Finding]:
    """Payers whose record was checked too long ago."""
    limit = site.settings.check.limits.payer_days
    for slug, payer in site.matrix.payers.items():
        days = (today - payer.checked).days
        if days > limit:
            message = f"the record of '{slug}' was checked {days} days ago; the limit is {limit}"
            yield Finding(site.mark(MATRIX, ("payers", slug, "checked")), "C07", message, "check it again")
        elif days < 0:
            message = f"the record of '{slug}' was checked on a day that lies ahead"
            yield Finding(site.mark(MATRIX, ("payers", slug, "checked")), "C07", message, "mend the date")


@rule(
    "C08",
    "error",
    "plan",
    "The rights of a kind of plan that a payer does not sell are wrong for its members.",
    "Use the placeholder of a kind of plan that the payer sells, or name the right payers in the file's path.",
)
def rights_not_sold(plan_types: Mapping[str, Mark], payer: Payer) -> Iterator[tuple[str, Mark, str]]:
    """Plan types that a text names on a page of a payer that sells none of their kind.

    A text for all payers speaks of plans in general; it is told of only where the payer sells none of those it names.
    """
    sold = {sale.plan_type for sale in payer.sells}
    if plan_types and not sold & set(plan_types):
        slug, mark = next(iter(plan_types.items()))
        yield slug, mark, f"'{payer.name}' does not sell the kind of plan '{slug}'"


@rule(
    "C09",
    "error",
    "plan",
    "What is written for one combination says what its payer and its treatment are about, and that needs sources.",
    "Cite what the text rests on: [title][id], with the id from data/sources.yaml.",
)
def without_source(citations: int) -> str:
    """The message for a combination page whose own texts cite nothing; empty for one whose do."""
    return "" if citations else "what is written for this combination cites no source"
