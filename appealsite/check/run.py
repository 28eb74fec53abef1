"""All rules over a site: files first, then pages, then what they say together; findings sorted, allowances applied."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np

from appealsite.cache import Shelf
from appealsite.check import claims, external, files, originality, search
from appealsite.check.blocks import Examined, all_chunks
from appealsite.check.data_text import data_findings
from appealsite.check.examiner import Examiner, Notes, Own, Row, Seen, Tally, tools
from appealsite.check.finding import Finding, on_pages
from appealsite.check.fit import article_of_service
from appealsite.check.page_facts import address_digest, split_digests
from appealsite.check.pool import spread
from appealsite.check.rules import RULES
from appealsite.check.sameness import Comparison
from appealsite.check.sources import Dependence, dependences
from appealsite.generator import generator_identity
from appealsite.make import Order
from appealsite.plan.cells import Cell, expand
from appealsite.plan.urls import address
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.read.inputs import digests
from appealsite.read.site import SETTINGS, SOURCES, Site
from appealsite.render.assets import hashed
from appealsite.workers import WORTH_IT, Start, default_start, size_of_chunks

Progress = Callable[[str, int, int], None]
SHELF = "check.sqlite"
_FILES_IN_A_CHUNK = 64
_FILES_WORTH_IT = 40
_LINK = re.compile(r"\]\((https?://[^\s()]+)\)")
_OTHER_FILES = ("/sitemap.xml", "/robots.txt")


@dataclass(frozen=True)
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


@dataclass(frozen=True, slots=True)
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
    pages: int = 0
    files: int = 0

    def count(self, severity: str) -> int:
        """How many findings have this severity."""
        return sum(RULES[finding.code].severity == severity for finding in self.findings)


def unknown(codes: Iterable[str]) -> str | None:
    """The first of these codes that no rule begins with; None when all do."""
    return next((code for code in codes if not code or not any(rule.startswith(code) for rule in RULES)), None)


def check(root: Path, cache: Path, today: date, options: Options, progress: Progress) -> Report:
    """Check the project at ``root``; what is worth remembering goes into the folder ``cache``."""
    with contextlib.closing(Comparison()) as comparison:
        return _Check(root, cache, today, options, progress, comparison).run()


class _Check:
    """The state of one check."""

    def __init__(
        self, root: Path, cache: Path, today: date, options: Options, progress: Progress, comparison: Comparison
    ) -> None:
        self.comparison = comparison
        self.options = options
        self.progress = progress
        self.day = today
        self.jobs = options.jobs or len(os.sched_getaffinity(0))
        self.start: Start = options.start or default_start()
        self.inputs = digests(root)
        self.shelf = Shelf(cache / SHELF)
        order = Order(root, today, False, "auto", False, None, self.inputs)  # drafts are not checked
        self.examiner = Examiner(order, cache / SHELF)
        self.site: Site = self.examiner.site
        self.plan = self.examiner.plan
        self.findings: list[Finding] = []
        self.allow: dict[str, Mapping[str, str]] = {}
        self.wording: list[tuple[tuple[str, int, str], Finding]] = []
        self.fresh: dict[bytes, bytes] = {}
        self.used: set[bytes] = set()

    def run(self) -> Report:
        self._files()
        seen, rows = self._pages()
        self._place(seen)
        self.findings += data_findings(self.site, self.examiner.words)
        self._records(seen)
        self._links(rows)
        self._texts(rows, seen.own)
        self.shelf.keep(self.fresh, self.used)
        report = Report(pages=len(rows), files=len(self.site.content.names))
        self._settle(report, seen.files)
        report.sources = dependences(self.site, {slug: (t.count, t.pages) for slug, t in seen.sources.items()})
        if self.options.external:
            report.addresses = self._addresses()
        return report

    def _addresses(self) -> dict[str, Mark]:
        """Every address of another's server that the data files and the texts name."""
        site = self.site
        found = {site.settings.offer.url: site.mark(SETTINGS, ("offer", "url"))}
        for slug, source in site.sources.items():
            found.setdefault(source.url, site.mark(SOURCES, (slug, "url")))
        for name in site.content.names:
            for chunk in all_chunks(site.content.block(name).body):
                for link in _LINK.finditer(chunk.markdown):
                    line = chunk.line + chunk.markdown.count("\n", 0, link.start())
                    found.setdefault(link[1], Mark(name, line))
        return found

    # ------------------------------------------------------------ files

    def _files(self) -> None:
        """The rules about text, on each file once; what an earlier check said of the same words still holds."""
        data = sorted((name, digest) for name, digest in self.inputs.items() if name.startswith("data/"))
        known = repr((generator_identity(), tools(), data)).encode()
        base = hashlib.blake2b(known, digest_size=16).digest()
        keys = {
            name: hashlib.blake2b(base + name.encode() + b"\0" + self.inputs.get(name, b""), digest_size=16).digest()
            for name in self.site.content.names
        }
        self.shelf.begin()
        self.used.update(keys.values())
        new = []
        notes: dict[str, Notes] = {}
        for name, key in keys.items():
            examined = _unsealed(key, self.shelf.get(key))
            if examined is None:
                new.append(name)
            else:
                self._take_file(name, examined, notes)
        chunks = [new[at : at + _FILES_IN_A_CHUNK] for at in range(0, len(new), _FILES_IN_A_CHUNK)]
        jobs = self.jobs if len(new) >= _FILES_WORTH_IT else 1
        done = 0
        for results in spread(self.examiner, Examiner.files, chunks, jobs, self.start):
            for name, encoded in results:
                self.fresh[keys[name]] = _seal(keys[name], encoded) + encoded
                self._take_file(name, Examined.decode(encoded), notes)
            done += len(results)
            self.progress("texts", done, len(new))
        if self.examiner.maker.problems:
            raise ProblemsFound(self.examiner.maker.problems)
        self.examiner.notes = notes

    def _take_file(self, name: str, examined: Examined, notes: dict[str, Notes]) -> None:
        self.findings += examined.findings
        self.wording += [((name, line, kind), finding) for line, kind, finding in examined.wording]
        if examined.allow:
            self.allow[name] = examined.allow
        noted = Notes.of(examined)
        if noted is not None:
            notes[name] = noted

    # ------------------------------------------------------------ pages

    def _pages(self) -> tuple[Seen, list[Row]]:
        """Every page once: what is wrong on it, and what the rules about the whole site need of it."""
        total = len(self.plan)
        jobs = self.jobs if total >= WORTH_IT else 1
        size = size_of_chunks(total, jobs)
        chunks = [range(at, min(at + size, total)) for at in range(0, total, size)]
        together = Seen()
        rows: list[Row] = []
        for seen in spread(self.examiner, Examiner.pages, chunks, jobs, self.start):
            rows += seen.rows
            together.own += seen.own
            for text in seen.texts:
                self.comparison.add_text(text.key, text.path, text.words, np.frombuffer(text.runs, dtype=np.uint64))
            _merge(together.findings, seen.findings)
            _merge(together.files, seen.files)
            _merge(together.kinds, seen.kinds)
            _merge(together.sources, seen.sources)
            together.problems += seen.problems
            self.fresh.update(seen.fresh)
            self.used |= seen.used
            self.progress("pages", len(rows), total)
        if together.problems:
            raise ProblemsFound(_one_each(together.problems))
        rows.sort(key=lambda row: row.index)
        return together, rows

    def _place(self, seen: Seen) -> None:
        """What was found on pages, with the pages; words of another kind only where pages of that kind show them."""
        self.findings += [on_pages(finding, tally.pages, tally.count) for finding, tally in seen.findings.items()]
        for key, finding in self.wording:
            tally = seen.kinds.get(key)
            if tally is not None:
                self.findings.append(on_pages(finding, tally.pages, tally.count))

    def _records(self, seen: Seen) -> None:
        """The rules about data files and about which files are of use."""
        site = self.site
        self.findings += claims.stale_source(site, self.day)
        self.findings += claims.undated_source(site)
        self.findings += claims.stale_payer(site, self.day)
        self.findings += claims.unused_source(site, seen.sources)
        self.findings += article_of_service(site)
        self.findings += files.unused_entry(site)
        self.findings += files.unused_plan_type(site)
        self.findings += files.unused_text(site.content.names, self._shown(seen))

    def _shown(self, seen: Seen) -> set[str]:
        """The files that pages show, drafts as well."""
        shown = set(seen.files)
        if self.plan.drafts:
            rest = [name for name in self.site.content.names if name not in shown]
            cells = {(cell.payer, cell.service, cell.reason) for cell in self._drafts()}
            kinds = {slug: f"@{service.kind}" for slug, service in self.site.matrix.services.items()}
            classes = {slug: f"@{reason.reason_class}" for slug, reason in self.site.matrix.reasons.items()}
            for name in rest:
                written_for = self.site.content.cells.get(name)
                if written_for is not None and any(
                    written_for[0] in ("any", payer)
                    and written_for[1] in ("any", service, kinds[service])
                    and written_for[2] in ("any", reason, classes[reason])
                    for payer, service, reason in cells
                ):
                    shown.add(name)
        return shown

    def _drafts(self) -> list[Cell]:
        return [cell for cell in expand(self.site, self.day, []) if cell.draft]

    # ------------------------------------------------------------ the site as a whole

    def _links(self, rows: Sequence[Row]) -> None:
        """Every link leads somewhere, every page is reached, and none lies too deep."""
        index = {address_digest(row.url): row.index for row in rows}
        files_ = [*hashed(self.site.layouts.assets).values(), *_OTHER_FILES]
        offer = self.site.settings.offer.url.removeprefix(self.site.settings.url)  # a service of its own
        known = frozenset(index) | {address_digest(file) for file in (*files_, offer)}
        strays: dict[bytes, Tally] = {}
        first: dict[bytes, int] = {}
        graph: list[list[int]] = []
        for row in rows:
            targets = []
            for link in split_digests(row.links):
                target = index.get(link)
                if target is not None:
                    targets.append(target)
                elif link not in known:
                    strays.setdefault(link, Tally()).add(row.url)
                    first.setdefault(link, row.index)
            graph.append(targets)
        self._strays(strays, first)
        self._parts(rows, index)
        home = next(row.index for row in rows if row.url == "/")
        depths = search.click_depths(home, graph)
        indexed = [row.index for row in rows if row.indexed]
        limit = self.examiner.words.checks.limits.depth
        for code, pages, message in (
            ("S11", search.unreached(depths, indexed), "no link leads here from the home page"),
            ("S12", search.too_deep(depths, indexed, limit), f"more than {limit} clicks from the home page"),
        ):
            self.findings += self._on_origins(code, pages, message, rows)

    def _strays(self, strays: Mapping[bytes, Tally], first: Mapping[bytes, int]) -> None:
        drafts = set()
        if strays and self.plan.drafts:
            pattern = self.site.settings.urls.combination
            drafts = {address(pattern, payer=c.payer, service=c.service, reason=c.reason) for c in self._drafts()}
        for link in search.broken(strays, frozenset()):
            to, mark = self.examiner.link_of(first[link], link)
            if to in drafts:
                finding = Finding(mark, "D03", files.link_to_draft(to), "publish it, or remove the link")
            else:
                finding = Finding(mark, "S08", f"a link to {to}, where there is no page", "mend it")
            self.findings.append(on_pages(finding, strays[link].pages, strays[link].count))

    def _parts(self, rows: Sequence[Row], index: Mapping[bytes, int]) -> None:
        """Links to a part of another page lead to one that is there."""
        wanted: dict[str, Tally] = {}
        first: dict[str, int] = {}
        for row in rows:
            for part in row.parts:
                wanted.setdefault(part, Tally()).add(row.url)
                first.setdefault(part, row.index)
        for part, tally in sorted(wanted.items()):
            url, _, name = part.partition("#")
            target = index.get(address_digest(url))
            if target is not None and address_digest(name) not in set(split_digests(rows[target].ids)):
                page = self.plan.page(self.plan[first[part]])
                finding = Finding(self.examiner.cause(page, part), "S09", f"no part of {url} has the id '{name}'")
                self.findings.append(on_pages(finding, tally.pages, tally.count))

    def _texts(self, rows: Sequence[Row], own: Sequence[Own]) -> None:
        """Titles, descriptions and the text itself set pages apart."""
        for name in ("title", "description"):
            pages = ((row.index, getattr(row, name)) for row in rows if row.indexed)
            for same in search.doubles(pages):
                message = f"{len(same):,} pages have the {name} '{getattr(rows[same[0]], name)}'"
                mark = self._written(rows[same[1]], name)
                finding = Finding(mark, "S04", message, "name what sets each page apart")
                self.findings.append(on_pages(finding, [rows[page].url for page in same], len(same)))
        limits = self.examiner.words.checks.limits
        if not any(self.options.wants(code) for code in ("O01", "O02", "O03")):
            return
        for page, _, keys in own:
            self.comparison.add_page(page, keys)
        measured = sorted(page for page, wanted, _ in own if wanted)
        likeness = list(self.comparison.likeness(measured, limits.nearest / 100))
        self.findings += originality.too_few_words(likeness, lambda page: rows[page].url, limits)
        self.findings += originality.too_much_alike(likeness, lambda page: rows[page].url, limits)

    def _written(self, row: Row, name: str) -> Mark:
        key = "search_title" if name == "title" else "description"
        return self.examiner.written_in(self.plan.page(self.plan[row.index]), f"{name}s", key)

    def _on_origins(self, code: str, pages: Iterable[int], message: str, rows: Sequence[Row]) -> Iterator[Finding]:
        """A finding for each place in data or content that these pages come from."""
        by_kind: dict[str, list[int]] = {}
        for page in pages:
            record = self.plan[page]
            by_kind.setdefault(record.path or record.kind, []).append(page)
        for group in by_kind.values():
            mark = self.plan.origin(self.plan[group[0]])
            yield on_pages(Finding(mark, code, message), [rows[page].url for page in group], len(group))

    # ------------------------------------------------------------ what is told

    def _settle(self, report: Report, shown: Mapping[str, Tally]) -> None:
        """Leave out what was not asked for and what files allow; add the pages that show a file to what is in it."""
        used: Counter[tuple[str, str]] = Counter()
        kept: dict[Finding, None] = {}
        for finding in self.findings:
            path = finding.mark.path
            if not self.options.wants(finding.code):
                continue
            if finding.code in self.allow.get(path, ()):
                used[path, finding.code] += 1
                continue
            if not finding.count and path in shown:
                finding = on_pages(finding, shown[path].pages, shown[path].count)
            kept[finding] = None
        run = [code for code in RULES if self.options.wants(code) and code != external.CODE]
        if self.options.wants("D04"):
            kept.update(dict.fromkeys(files.idle_allowance(self.allow, used, run)))
        report.findings = sorted(kept)
        report.allowed = [
            Allowed(path, code, reason, used[path, code])
            for path, codes in sorted(self.allow.items())
            for code, reason in sorted(codes.items())
            if self.options.wants(code)
        ]


_Key = TypeVar("_Key")


def _merge(into: dict[_Key, Tally], more: Mapping[_Key, Tally]) -> None:
    for key, tally in more.items():
        if key in into:
            into[key].merge(tally)
        else:
            into[key] = tally


def _one_each(problems: Sequence[Problem]) -> Iterator[Problem]:
    """One problem for each cause, as of a build."""
    known: set[tuple[Mark, str]] = set()
    for problem in sorted(problems):
        if (problem.mark, problem.message) not in known:
            known.add((problem.mark, problem.message))
            yield problem


def _seal(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8, key=key).digest()


def _unsealed(key: bytes, stored: bytes | None) -> Examined | None:
    if stored is None or _seal(key, stored[8:]) != stored[:8]:
        return None
    return Examined.decode(stored[8:])
