"""All rules over a site: files first, then pages, then what they say together; findings sorted, allowances applied."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from appealsite.check import external, files
from appealsite.check.examiner import Examiner, tools
from appealsite.check.finding import Finding, on_pages
from appealsite.check.outside import outside_addresses
from appealsite.check.pages import PagesPass
from appealsite.check.remembered import Remembered, key_of
from appealsite.check.residue import of_draft
from appealsite.check.rules import BUILD, RULES, severity_of
from appealsite.check.sameness import Comparison
from appealsite.check.seen import Seen, Tally
from appealsite.check.sources import Dependence, dependences
from appealsite.check.texts import examine_texts
from appealsite.check.whole import Whole
from appealsite.garbage import seldom_collected
from appealsite.generator import generator_identity
from appealsite.make import Order
from appealsite.problems import Mark, Problem
from appealsite.read.inputs import digests
from appealsite.read.site import Site
from appealsite.values import value
from appealsite.workers import Start, cores, default_start

Progress = Callable[[str, int, int], None]
SHELF = "check.sqlite"


@value
class Options:
    """Which rules, by code or the beginning of one, and how many processes (0: one for each core)."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    jobs: int = 0
    start: Start | None = None
    external: bool = False  # collect the addresses of other sites

    def wants(self, code: str) -> bool:
        """Whether a rule is to be run."""
        selected = not self.select or code.startswith(self.select)
        return selected and not (self.ignore and code.startswith(self.ignore))


@value
class Allowed:
    """A rule that a file may break, why, and how often it does."""

    path: str
    code: str
    reason: str
    count: int


@dataclass
class Report:
    """What a check found. ``sources`` says what depends on each source that nobody has opened yet; ``addresses`` are
    those on other people's servers, each with where it is written."""

    findings: list[Finding] = field(default_factory=list)
    allowed: list[Allowed] = field(default_factory=list)
    sources: list[Dependence] = field(default_factory=list)
    addresses: dict[str, Mark] = field(default_factory=dict)
    measures: dict[str, tuple[int, float]] = field(default_factory=dict)  # by address: words and share of its own
    pages: int = 0
    files: int = 0

    def count(self, severity: str) -> int:
        """How many findings have this severity."""
        return sum(severity_of(finding.code) == severity for finding in self.findings)


def unknown(codes: Iterable[str]) -> str | None:
    """The first of these codes that no rule begins with; None when all do."""
    return next((code for code in codes if not code or not any(rule.startswith(code) for rule in RULES)), None)


def check(root: Path, cache: Path, today: date, options: Options, progress: Progress) -> Report:
    """Check the project at ``root``; what is worth remembering goes into the folder ``cache``."""
    with seldom_collected(), contextlib.closing(Comparison()) as comparison:
        return _Check(root, cache, today, options, progress).run(comparison)


def stopped(problems: Iterable[Problem]) -> Report:
    """What a check says of a project that a build would stop at: its problems, as nothing else could be looked at."""
    return Report([Finding(one.mark, BUILD, one.message, one.hint) for one in problems])


class _Check:
    """The state of one check."""

    def __init__(self, root: Path, cache: Path, day: date, options: Options, progress: Progress) -> None:
        self.options = options
        self.progress = progress
        self.day = day
        self.jobs = options.jobs or cores()
        self.start: Start = options.start or default_start()
        self.inputs = digests(root)
        self.memory = Remembered(cache / SHELF)
        # a draft has no page to check; its text is checked
        order = Order(root, day, False, "auto", False, None, self.inputs)
        self.examiner = Examiner(order, cache / SHELF)
        self.site: Site = self.examiner.site

    def run(self, comparison: Comparison) -> Report:
        data = [self.inputs[name] for name in sorted(self.inputs) if name.startswith("data/")]
        base = key_of(generator_identity().encode(), tools(), *data)
        texts = examine_texts(
            self.examiner, self.memory, self.inputs, base, self.day, self.jobs, self.start, self.progress
        )
        self.examiner.notes = texts.notes
        base = key_of(base, *self._what_there_is())
        pages = PagesPass(self.examiner, self.memory, self.inputs, base, comparison, self.progress)
        found = pages.run(self.jobs, self.start)
        whole = Whole(self.examiner, self.day, found.rows)
        whole.records(found.seen)
        whole.links()
        whole.texts()
        if any(self.options.wants(code) for code in ("O01", "O02", "O03")):
            whole.originality(found.seen.own, comparison)
        self.memory.keep()
        report = Report(pages=len(found.rows), files=len(self.site.content.names))
        of_texts = (
            of_draft(finding) if finding.mark.path in whole.only_in_drafts else finding for finding in texts.findings
        )
        findings = [*of_texts, *_placed(texts.wording, found.seen), *whole.findings]
        self._settle(report, findings, texts.allow, found.seen.files)
        listed = {slug: (tally.count, tally.pages) for slug, tally in found.seen.sources.items()}
        report.sources = dependences(self.site, listed)
        report.measures = whole.measures
        if self.options.external:
            report.addresses = outside_addresses(self.examiner)
        return report

    def _what_there_is(self) -> Iterator[bytes]:
        """Which layouts, texts, pages and menu there are: what decides which texts a page shows, and its links."""
        menu = [self.site.content.pages[path] for path in self.site.settings.menu]
        for name in sorted(self.inputs):
            yield name.encode()
            if name.startswith("layouts/") or name in menu:
                yield self.inputs[name]
        for record in self.examiner.plan:
            yield repr(record).encode()

    def _settle(
        self,
        report: Report,
        findings: Iterable[Finding],
        allow: Mapping[str, Mapping[str, str]],
        shown: Mapping[str, Tally],
    ) -> None:
        """Leave out what was not asked for and what files allow; add the pages that show a file to what is in it."""
        used: Counter[tuple[str, str]] = Counter()
        kept: dict[Finding, None] = {}
        for finding in findings:
            path = finding.mark.path
            if not self.options.wants(finding.code):
                continue
            if finding.code in allow.get(path, ()):
                used[path, finding.code] += 1
                continue
            if not finding.count and path in shown:
                finding = on_pages(finding, shown[path].pages, shown[path].count)
            kept[finding] = None
        run = [code for code in RULES if self.options.wants(code) and code != external.CODE]
        if self.options.wants("D04"):
            kept.update(dict.fromkeys(files.idle_allowance(allow, used, run)))
        report.findings = sorted(kept)
        report.allowed = [
            Allowed(path, code, reason, used[path, code])
            for path, codes in sorted(allow.items())
            for code, reason in sorted(codes.items())
            if self.options.wants(code)
        ]


def _placed(wording: Iterable[tuple[tuple[str, int, str], Finding]], seen: Seen) -> Iterator[Finding]:
    """What was found on pages, with the pages; words of another kind only where pages of that kind show them."""
    for finding, tally in seen.findings.items():
        yield on_pages(finding, tally.pages, tally.count)
    for key, finding in wording:
        if key in seen.kinds:
            yield on_pages(finding, seen.kinds[key].pages, seen.kinds[key].count)
