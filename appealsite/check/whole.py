"""The rules about the site as a whole: which files are of use, where links lead, and what sets pages apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from appealsite.check import claims, files, originality, search
from appealsite.check.data_text import data_findings
from appealsite.check.examiner import Examiner
from appealsite.check.finding import Finding, on_pages
from appealsite.check.fit import article_of_service
from appealsite.check.page_facts import address_digest, nearest_part, split_digests
from appealsite.check.sameness import Comparison
from appealsite.check.seen import Own, Row, Seen, Tally
from appealsite.others import shared_names
from appealsite.plan.blocks import Place
from appealsite.plan.cells import ANGLE, Cell, expand
from appealsite.plan.urls import address
from appealsite.problems import Mark, suggest


class Whole:
    """A site whose pages have all been seen."""

    def __init__(self, examiner: Examiner, day: date, rows: Sequence[Row]) -> None:
        self.examiner = examiner
        self.site = examiner.site
        self.plan = examiner.plan
        self.day = day
        self.rows = rows
        self.findings: list[Finding] = []
        self.measures: dict[str, tuple[int, float]] = {}  # by address: words and share of its own
        self.only_in_drafts: frozenset[str] = frozenset()  # the files that drafts show and no page

    def records(self, seen: Seen) -> None:
        """The rules about data files and about which files are of use."""
        site = self.site
        self.findings += data_findings(site, self.examiner.words)
        self.findings += claims.stale_source(site, self.day)
        self.findings += claims.undated_source(site)
        self.findings += claims.stale_payer(site, self.day)
        self.findings += claims.unused_source(site, seen.sources)
        self.findings += article_of_service(site)
        self.findings += files.unused_entry(site)
        self.findings += files.unused_plan_type(site)
        self.findings += files.text_lacking(site)
        self.findings += files.example_address(site)
        shown = self._shown(seen)
        self.only_in_drafts = frozenset(shown.difference(seen.files))
        self.findings += files.unused_text(site, shown)

    def _shown(self, seen: Seen) -> set[str]:
        """The files that pages show, drafts as well."""
        shown = set(seen.files)
        if self.plan.drafts:
            matrix, cells = self.site.matrix, self.site.content.cells
            places = [
                Place(
                    cell.payer,
                    cell.service,
                    f"@{matrix.services[cell.service].kind}",
                    cell.reason,
                    f"@{matrix.reasons[cell.reason].reason_class}",
                )
                for cell in self._drafts()
            ]
            for name in self.site.content.names:
                cell = cells.get(name)
                if name not in shown and cell is not None and any(place.matches(cell) for place in places):
                    shown.add(name)
        return shown

    def _drafts(self) -> list[Cell]:
        return [cell for cell in expand(self.site, self.day, []) if cell.draft]

    def links(self) -> None:
        """Every link leads somewhere, every page is reached, and none lies too deep."""
        rows = self.rows
        index = {address_digest(row.url): row.index for row in rows}
        names = shared_names(self.examiner.maker, sum(row.indexed for row in rows))
        offer = self.site.settings.offer.url.removeprefix(self.site.settings.url)  # a service of its own
        known = frozenset(index) | {address_digest(file) for file in (offer, *(f"/{name}" for name in names))}
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
        self._parts(index)
        home = next(row.index for row in rows if row.url == "/")
        depths = search.click_depths(home, graph)
        indexed = [row.index for row in rows if row.indexed]
        limit = self.examiner.words.checks.limits.depth
        for code, pages, message in (
            ("S11", search.unreached(depths, indexed), "no link leads here from the home page"),
            ("S12", search.too_deep(depths, indexed, limit), f"more than {limit} clicks from the home page"),
        ):
            self.findings += self._on_origins(code, pages, message)

    def _strays(self, strays: Mapping[bytes, Tally], first: Mapping[bytes, int]) -> None:
        drafts = set()
        if strays and self.plan.drafts:
            pattern = self.site.settings.urls.combination
            drafts = {address(pattern, payer=c.payer, service=c.service, reason=c.reason) for c in self._drafts()}
        found: dict[Finding, Tally] = {}
        for link, tally in strays.items():
            to, written, mark = self.examiner.link_of(first[link], link)
            if to in drafts:
                finding = Finding(mark, "D03", files.link_to_draft(to), "publish it, or remove the link")
            elif written.startswith(("/", self.site.settings.url)):
                finding = Finding(mark, "S08", search.leads_nowhere(to), self._near(to))
            else:
                cited = written in self.site.sources
                begins = "an address of this site begins with /, any other with https://"
                hint = "for a source write [title][id]" if cited else begins
                finding = Finding(mark, "S08", search.leads_nowhere(f"'{written}'"), hint)
            found.setdefault(finding, Tally()).merge(tally)
        for finding, tally in found.items():
            self.findings.append(on_pages(finding, tally.pages, tally.count))

    def _near(self, to: str) -> str:
        """What to write instead of an address: the nearest of those in the same folder."""
        to = to.lower().removesuffix("/index.html").rstrip("/")
        folder = to.rpartition("/")[0]
        beside = (row.url for row in self.rows if row.url[:-1].rpartition("/")[0] == folder)
        return suggest(f"{to}/", beside) or "mend it"

    def _parts(self, index: Mapping[bytes, int]) -> None:
        """Links to a part of another page lead to one that is there."""
        rows = self.rows
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
                hint = nearest_part(name, self.examiner.parts_of(target))
                mark = self.examiner.link_in(page, part)
                finding = Finding(mark, "S09", f"no part of {url} has the id '{name}'", hint)
                self.findings.append(on_pages(finding, tally.pages, tally.count))

    def texts(self) -> None:
        """Titles and descriptions set pages apart."""
        rows = self.rows
        for name in ("title", "description"):
            pages = ((row.index, getattr(row, name)) for row in rows if row.indexed)
            for same in search.doubles(pages):
                message = f"{len(same):,} pages have the {name} '{getattr(rows[same[0]], name)}'"
                mark = self._written(rows[same[1]], name)
                finding = Finding(mark, "S04", message, "name what sets each page apart")
                self.findings.append(on_pages(finding, [rows[page].url for page in same], len(same)))

    def originality(self, own: Sequence[Own], comparison: Comparison) -> None:
        """The text itself sets pages apart."""
        limits = self.examiner.words.checks.limits
        for page, _, keys in own:
            comparison.add_page(page, keys)
        measured = sorted(page for page, wanted, _ in own if wanted)
        likeness = list(comparison.likeness(measured, limits.nearest / 100))
        self.measures = {self._url(one.page): (one.words, round(one.own, 4)) for one in likeness}
        self.findings += originality.too_few_words(likeness, self._url, self._own_place, limits)
        self.findings += originality.too_much_alike(likeness, self._url, self._own_place, limits)

    def _url(self, page: int) -> str:
        return self.rows[page].url

    def _own_place(self, page: int) -> Mark:
        """Where the text of a combination page alone stands: its angle, or the combination where it has none."""
        record = self.plan[page]
        angle = self.site.content.blocks.get(ANGLE, {}).get((record.payer, record.service, record.reason))
        return Mark(angle, 1) if angle else self.plan.origin(record)

    def _written(self, row: Row, name: str) -> Mark:
        key = "search_title" if name == "title" else "description"
        return self.examiner.written_in(self.plan.page(self.plan[row.index]), f"{name}s", key)

    def _on_origins(self, code: str, pages: Iterable[int], message: str) -> Iterator[Finding]:
        """A finding for each place in data or content that these pages come from."""
        by_kind: dict[str, list[int]] = {}
        for page in pages:
            record = self.plan[page]
            by_kind.setdefault(record.path or record.kind, []).append(page)
        for group in by_kind.values():
            mark = self.plan.origin(self.plan[group[0]])
            yield on_pages(Finding(mark, code, message), [self.rows[page].url for page in group], len(group))
