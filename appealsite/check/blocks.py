"""One Markdown file under all rules about text: looked at once, whatever the number of pages that show it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from appealsite.check.claims import promise, typed_deadline, uncited
from appealsite.check.finding import Finding
from appealsite.check.fit import first_uses, other_wording, says_misfit, wrong_article, wrong_form
from appealsite.check.lost import heads_nothing, lost_cells, run_together
from appealsite.check.places import Places
from appealsite.check.prose import Passage, passages
from appealsite.check.residue import bare_addresses, residue, stray_brackets
from appealsite.check.words import Words
from appealsite.check.writing import doubled_word, long_sentence, reading_grade, squashed
from appealsite.check.written import Spot, Written
from appealsite.plan.page import Filled
from appealsite.problems import Mark
from appealsite.read.content import Block, Cell
from appealsite.read.models import KINDS
from appealsite.read.site import Site
from appealsite.read.text import PLACEHOLDER_PATTERN, Chunk, Line, Placeholder, all_chunks
from appealsite.read.vocabulary import Context, written

SOURCE_RULES: tuple[tuple[str, Callable[[Written, Words], Iterator[Spot]]], ...] = (
    ("C02", typed_deadline),
    ("C03", promise),
    ("F03", wrong_form),
)
_CHECKED = re.compile(r"""["']?checked["']?\s*:\s*(.*\S)""")
_NEUTRAL: dict[tuple[str, ...], str] = {  # what stands for a name where a text is for many
    ("payer", "name"): "Plan",
    ("payer", "full_name"): "the plan",
    ("service", "name"): "This care",
    ("service", "full_name"): "this care",
    ("service", "short"): "this care",
    ("service", "abbr"): "this care",
    ("reason", "name"): "This reason",
    ("reason", "in_sentence"): "this reason",
    ("reason", "denied"): "for this reason",
}


@dataclass
class Examined:
    """What the rules about text say of one file; of a piece of its text, by the line on which the piece begins.

    ``wording`` holds what counts only on pages for a service of a kind, ``needs`` the abbreviations a piece uses before
    they are spelled out, ``spells`` those it spells out, ``misfit`` the pieces that say a reason does not fit;
    ``days`` are those on which the file says it was checked or reviewed: which of both, the day, and where it does.
    """

    findings: list[Finding] = field(default_factory=list)
    wording: list[tuple[int, str, Finding]] = field(default_factory=list)
    needs: dict[int, list[tuple[str, Mark]]] = field(default_factory=dict)
    spells: dict[int, list[str]] = field(default_factory=dict)
    misfit: list[int] = field(default_factory=list)
    allow: dict[str, str] = field(default_factory=dict)
    days: list[tuple[str, date, Mark]] = field(default_factory=list)

    def encode(self) -> bytes:
        """As it is remembered."""
        return json.dumps(
            [
                [_plain(finding) for finding in self.findings],
                [[line, kind, _plain(finding)] for line, kind, finding in self.wording],
                [[line, [[word, _mark(mark)] for word, mark in row]] for line, row in self.needs.items()],
                list(self.spells.items()),
                self.misfit,
                self.allow,
                [[what, day.isoformat(), _mark(mark)] for what, day, mark in self.days],
            ],
            ensure_ascii=False,
        ).encode()

    @classmethod
    def decode(cls, data: bytes) -> Examined:
        """What was remembered."""
        findings, wording, needs, spells, misfit, allow, days = json.loads(data)
        return cls(
            [_finding(row) for row in findings],
            [(line, kind, _finding(row)) for line, kind, row in wording],
            {line: [(word, Mark(*mark)) for word, mark in row] for line, row in needs},
            dict(spells),
            misfit,
            allow,
            [(what, date.fromisoformat(day), Mark(*mark)) for what, day, mark in days],
        )


def _mark(mark: Mark) -> list[Any]:
    return [mark.path, mark.line, mark.column, mark.length, mark.excerpt]


def _plain(finding: Finding) -> list[Any]:
    return [_mark(finding.mark), finding.code, finding.message, finding.hint]


def _finding(row: list[Any]) -> Finding:
    mark, code, message, hint = row
    return Finding(Mark(*mark), code, message, hint)


def source_findings(source: Written, words: Words) -> Iterator[Finding]:
    """What the rules about written lines say of a file."""
    for code, look in SOURCE_RULES:
        for spot in look(source, words):
            yield Finding(source.mark(spot), code, spot.message, spot.hint)


class BlockRules:
    """The rules about text, ready for one file after another."""

    def __init__(self, site: Site, words: Words, fill: Callable[[Filled], str]) -> None:
        self._site = site
        self._words = words
        self._fill = fill

    def examine(self, text: str, block: Block, cell: Cell | None) -> Examined:
        """Everything to say of a file."""
        source = Written.of(block, text)
        out = Examined(allow=dict(block.front.allow), days=list(_days(source, block)))
        out.findings += source_findings(source, self._words)
        for spot in (*stray_brackets(source, self._site.sources), *bare_addresses(source)):
            out.findings.append(Finding(source.mark(spot), "T01", spot.message, spot.hint))
        out.findings += _residue_of_head(source, block)
        for code, spots in (("T02", lost_cells(source)), ("T07", run_together(source))):
            out.findings += [Finding(source.mark(spot), code, spot.message, spot.hint) for spot in spots]
        context = self._context(cell)
        fixed = _fixed(cell)
        whole: list[Passage] = []
        for chunk in all_chunks(block.body):
            html = self._fill(Filled(chunk, tuple(self._value(one, context, fixed) for one in chunk.placeholders)))
            found = passages(html)
            whole += found
            self._chunk(out, source, chunk, found, is_last=chunk is block.body[-1])
        start = source.mark(Spot(_first_text_line(source), 0, 1, ""))
        for _, message, hint in reading_grade(whole, self._words):
            out.findings.append(Finding(start, "T05", message, hint))
        return out

    def _chunk(self, out: Examined, source: Written, chunk: Chunk, found: list[Passage], is_last: bool) -> None:
        places: list[Places] = []

        def mark(number: int, said: str, after: int = 0) -> Mark:
            if not places:
                first = chunk.line - 1
                places.append(Places(source, first, first + chunk.markdown.count("\n"), found))
            return places[0].of(number, max(found[number].text.find(said, after), 0), said)

        words = self._words
        fenced = "```" in chunk.markdown or "~~~" in chunk.markdown
        for number, passage in enumerate(found):
            for said, what in uncited(passage, words):
                message = f"states {what} ('{said}') and cites nothing"
                out.findings.append(Finding(mark(number, said), "C01", message, "cite a source, or say less"))
            for code, told in (
                ("T01", residue(passage)),
                ("T04", doubled_word(passage)),
                ("T06", long_sentence(passage, words)),
                ("T07", squashed(passage, fenced)),
            ):
                after = 0
                for said, message, hint in told:
                    out.findings.append(Finding(mark(number, said, after), code, message, hint))
                    after = max(passage.text.find(said, after), 0) + len(said)
            if heads_nothing(passage, is_last):
                message = f"nothing stands under the heading '{passage.text}'"
                hint = "write something under it, or remove it"
                out.findings.append(Finding(mark(number, passage.text), "T02", message, hint))
            for said, right in wrong_article(passage):
                finding = Finding(
                    mark(number, said), "F05", f"'{said}' should begin with '{right}'", "mend the article"
                )
                out.findings.append(finding)
            for kind in KINDS:
                for said, hint in other_wording(passage, kind, words):
                    message = f"'{said}' stands on pages about a {kind}"
                    out.wording.append((chunk.line, kind, Finding(mark(number, said), "F02", message, hint)))
        needs, spelled = first_uses(found, words)
        if needs:
            out.needs[chunk.line] = [(word, mark(number, word)) for word, number in needs]
        if spelled:
            out.spells[chunk.line] = sorted(spelled)
        if says_misfit((passage.text for passage in found), words):
            out.misfit.append(chunk.line)

    def _context(self, cell: Cell | None) -> Context:
        matrix = self._site.matrix
        if cell is None:
            return Context(site=self._site.settings, plans=self._site.plan_types)
        payer, service, reason = cell
        kinds = (entry for entry in matrix.services.values() if f"@{entry.kind}" == service)
        classes = (entry for entry in matrix.reasons.values() if f"@{entry.reason_class}" == reason)
        return Context(
            site=self._site.settings,
            plans=self._site.plan_types,
            payer=matrix.payers.get(payer) or next(iter(matrix.payers.values())),
            service=matrix.services.get(service) or next(kinds, next(iter(matrix.services.values()))),
            reason=matrix.reasons.get(reason) or next(classes, next(iter(matrix.reasons.values()))),
        )

    @staticmethod
    def _value(placeholder: Placeholder, context: Context, fixed: Mapping[str, bool]) -> str:
        path = placeholder.path
        neutral = _NEUTRAL.get(path) if not fixed.get(path[0], True) else None
        if neutral is not None:
            return neutral
        value = context.lookup(path)
        return written(value) if value is not None else ""


def _fixed(cell: Cell | None) -> dict[str, bool]:
    """Which axes a file is written for one slug of."""
    if cell is None:
        return {}
    return {
        axis: not (part == "any" or part.startswith("@")) for axis, part in zip(("payer", "service", "reason"), cell)
    }


def _days(source: Written, block: Block) -> Iterator[tuple[str, date, Mark]]:
    """The days on which a file was checked and reviewed, with their places in the front matter."""
    if block.front.checked is not None:
        yield "checked", block.front.checked, _place(source, _CHECKED)
    for person, day in block.front.reviewed_by.items():
        yield "reviewed", day, _place(source, re.compile(rf".*\b{re.escape(person)}\W+({day.isoformat()})"))


def _place(source: Written, pattern: re.Pattern[str]) -> Mark:
    """Where the first group of a pattern stands on the first line that it matches."""
    found = ((at, pattern.match(line)) for at, line in enumerate(source.lines))
    at, start, end = next(((at, *one.span(1)) for at, one in found if one), (0, 0, 1))
    return source.mark(Spot(at, start, end - start, ""))


def _residue_of_head(source: Written, block: Block) -> Iterator[Finding]:
    """The signs in what pages show of the front matter."""
    for key in ("title", "description", "search_title", "menu_title"):
        line: Line | None = getattr(block, key)
        if line is None:
            continue
        text = PLACEHOLDER_PATTERN.sub("a", line.text)
        place = block.places[key]
        for said, message, hint in residue(Passage(key, text, text, cited=True, quoted=False)):
            lines = enumerate(source.lines[place.line : place.last + 1], place.line)
            at, column = next(((at, line.find(said)) for at, line in lines if said in line), (place.line, 0))
            yield Finding(source.mark(Spot(at, column, len(said), "")), "T01", message, hint)


def _first_text_line(source: Written) -> int:
    return next((at for at, line in enumerate(source.visible) if line.strip()), 0)
