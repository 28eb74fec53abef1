"""The plan of a site: which pages it has and where, as small records; each page in full when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial

from appealsite.plan.cells import Cell, Grid, Pair, expand, reasons_of
from appealsite.plan.composer import Composer
from appealsite.plan.finder import finder_json
from appealsite.plan.page import Page, SiteView
from appealsite.plan.pictures import Picture
from appealsite.plan.record import HUBS, NOT_FOUND, Record, place_of, slugs_of
from appealsite.plan.redirects import Redirects, resolve
from appealsite.plan.rights import plan_address
from appealsite.plan.taken import OF_FILES, folders_of, is_of_no_page, may_need_files_as_folders, reserved
from appealsite.plan.urls import address, are_distinct, check_distinct, file_of, matches, part_of, without_part
from appealsite.problems import Mark, Problem
from appealsite.read.content import Cell as ContentCell
from appealsite.read.site import MATRIX, SETTINGS, Site
from appealsite.read.vocabulary import AXES


class Plan(Sequence[Record]):
    """The records of all pages, in an order that depends on nothing but their names; ``page`` makes one of them.

    ``reasons`` are those that are shown of each payer and service. Without ``cells`` nothing is listed, and a
    combination is found by its address only, drafts included.
    """

    def __init__(
        self,
        site: Site,
        cells: tuple[Cell, ...],
        reasons: Mapping[Pair, Sequence[str]],
        today: date,
        problems: list[Problem],
    ) -> None:
        self._site = site
        self._cells = cells
        self._today = today
        self.combinations = len(cells)
        self.drafts = 0  # combinations that are drafts, shown here or not
        self.problems = problems
        self._composer = Composer(site, reasons, today, problems)
        self._links = self._composer.links
        self.redirects = Redirects()

    @property
    def site_view(self) -> SiteView:
        """What every page shows of the site itself."""
        return self._composer.site_view

    def page(self, record: Record) -> Page:
        """The page of a record, with all that its template may read."""
        return self._composer.page(record)

    def pages(self, records: Sequence[Record]) -> list[Page]:
        """The pages of records, in their order; made together, they take less time."""
        return self._composer.pages(records)

    def shared_pictures(self) -> Iterator[Picture]:
        """The pictures that pages share."""
        return self._composer.shared_pictures()

    def check_addresses(self) -> None:
        """See that each page has an address of its own."""
        urls = [one.url for one in self._others]
        combination_url = self._links.combination_url
        urls += [combination_url(cell.payer, cell.service, cell.reason) for cell in self._cells]
        if not are_distinct(urls):
            check_distinct(self, self.origin, self.problems)
        others = reserved(self._site.settings)
        self._refuse(self[at] for at, url in enumerate(urls) if url.startswith(OF_FILES) or url.rstrip("/") in others)
        if may_need_files_as_folders(self._site.settings.urls):
            self._refuse_below_files(urls, others)

    def redirect(self, cells: Sequence[Cell]) -> None:
        """See where the addresses lead that were published once. Among ``cells`` are the combinations held back."""
        live = (one.url for one in self if not one.draft and one.kind != "not_found")
        self.redirects = resolve(self._site, live, self.problems, partial(self._held_back, cells))

    def _refuse(self, taken: Iterable[Record]) -> None:
        """Tell of each page whose address belongs to other files, and of each pattern that makes such addresses."""
        told = {"not_found"}  # whose address is its own
        for record in taken:
            url = record.url
            message = f"{url} is the address of another file of the site"
            if url.startswith(OF_FILES):
                message = f"{url} lies in '{url.split('/')[1]}/', whose files visitors keep for a year"
            if record.path:
                self.problems.append(Problem(self.origin(record), message, "give the file another name"))
            elif record.kind not in told:
                told.add(record.kind)
                mark = self._site.mark(SETTINGS, ("urls", record.kind))
                self.problems.append(Problem(mark, message, "begin these addresses with another word"))

    def _refuse_below_files(self, urls: Sequence[str], others: Collection[str]) -> None:
        """Tell of each pattern whose pages would lie below a file; ``others`` are the addresses of those of no page."""
        files = set(map(file_of, urls))
        told = set()
        for at, url in enumerate(urls):
            if url.rstrip("/") in others:
                continue  # this is told as such
            for folder in folders_of(file_of(url)):
                name = f"/{folder}"
                if (folder in files or is_of_no_page(name, others)) and self[at].kind not in told:
                    told.add(self[at].kind)
                    mark = self._site.mark(SETTINGS, ("urls", self[at].kind))
                    message = f"{url} would lie below {name}, which is a file of the site"
                    self.problems.append(Problem(mark, message, "begin these addresses with another word"))

    def _held_back(self, cells: Sequence[Cell]) -> dict[str, Mark]:
        """The addresses that the pages of drafts would have, each with the line of its combination."""
        url = self._links.combination_url
        return {
            url(cell.payer, cell.service, cell.reason): self._site.mark(MATRIX, ("combinations", cell.entry))
            for cell in cells
            if cell.draft
        }

    def __len__(self) -> int:
        return len(self._others) + len(self._cells)

    def __getitem__(self, index: int) -> Record:  # type: ignore[override]  # slices are not needed
        if index < len(self._others):
            return self._others[index]
        return self._combination(self._cells[index - len(self._others)])

    def find(self, url: str) -> Record | None:
        """The record of an address; None where no page has it."""
        if url == "/":
            return Record("home", "/")
        if url == NOT_FOUND:
            return Record("not_found", NOT_FOUND, indexed=False)
        urls = self._site.settings.urls
        for path in self._site.content.pages:
            if url == address(urls.page, page=path):
                return self._page_record(path)
        first, part = without_part(url)
        return (
            self._find_combination(url)
            or self._find_hub(url, 1)
            or (self._find_hub(first, part) if part_of(first, part) == url else None)
            or next((record for record in self._tool_records() if record.url == url), None)
        )

    def _find_combination(self, url: str) -> Record | None:
        for slugs in matches(self._site.settings.urls.combination, url, self._slugs):
            cell = self.cells_by_slugs.cell(slugs["payer"], slugs["service"], slugs["reason"])
            if cell is not None:
                return self._combination(cell)
        return None

    def _find_hub(self, url: str, part: int) -> Record | None:
        links = self._links
        known = {"payer": links.services_of, "service": links.payers_of, "reason": links.reasons_shown}
        for kind in HUBS:
            for slugs in matches(getattr(self._site.settings.urls, kind), url, self._slugs):
                axes = (slugs.get("payer", ""), slugs.get("service", ""), slugs.get("reason", ""))
                shown = (
                    (axes[0], axes[1]) in links.reasons
                    if kind == "payer_service"
                    else all(slug in known[axis] for axis, slug in slugs.items())
                )
                if shown and part <= links.parts(kind, *axes):
                    return Record(kind, part_of(url, part), *axes, part=part, indexed=part == 1)
        return None

    @cached_property
    def cells_by_slugs(self) -> Grid:
        """The cells by their slugs, drafts included."""
        return Grid(self._site, self._today)

    @cached_property
    def _slugs(self) -> dict[str, tuple[str, ...]]:
        return {axis: tuple(getattr(self._site.matrix, axis + "s")) for axis in AXES}

    def affected_by(self, files: Sequence[tuple[str, ContentCell | None]]) -> list[int]:
        """The pages that may show one of these Markdown files, each with the cell it is written for (None: a page)."""
        found = []
        paths = {name for name, cell in files if cell is None}
        cells = [cell for _, cell in files if cell is not None]
        for index, record in enumerate(self._others):
            hit = bool(record.path) and self._site.content.pages[record.path] in paths
            if not hit and cells:
                place = place_of(self._site.matrix, record)
                hit = any(place.matches(cell) for cell in cells)
            if hit:
                found.append(index)
        slugs = [slugs_of(cell, self._site.matrix) for cell in cells]
        start = len(self._others)
        for payers, services, reasons in slugs:
            found += [
                index
                for index, one in enumerate(self._cells, start)
                if one.payer in payers and one.service in services and one.reason in reasons
            ]
        return sorted(set(found))

    def _combination(self, cell: Cell) -> Record:
        return Record(
            "combination",
            self._links.combination_url(cell.payer, cell.service, cell.reason),
            cell.payer,
            cell.service,
            cell.reason,
            draft=cell.draft,
            indexed=cell.indexed,
        )

    @cached_property
    def _others(self) -> tuple[Record, ...]:
        return tuple(sorted(self._other_records(), key=lambda record: record.url))

    def _other_records(self) -> Iterator[Record]:
        urls, links = self._site.settings.urls, self._links
        yield Record("home", "/")
        yield Record("not_found", NOT_FOUND, indexed=False)
        yield from map(self._page_record, self._site.content.pages)
        yield from self._tool_records()
        hubs = [Record("index", urls.index)]
        hubs += [Record("payer", address(urls.payer, payer=payer), payer) for payer in links.services_of]
        hubs += [Record("payer_service", links.pair_url(*pair), *pair) for pair in links.reasons]
        hubs += [Record("service", address(urls.service, service=slug), service=slug) for slug in links.payers_of]
        hubs += [Record("reason", address(urls.reason, reason=slug), reason=slug) for slug in links.reasons_shown]
        for hub in hubs:
            yield hub
            axes = (hub.payer, hub.service, hub.reason)
            for part in range(2, links.parts(hub.kind, *axes) + 1):
                yield Record(hub.kind, part_of(hub.url, part), *axes, part=part, indexed=False)

    def _page_record(self, path: str) -> Record:
        indexed = self._site.content.page(path).front.index
        return Record("page", address(self._site.settings.urls.page, page=path), path=path, indexed=indexed)

    def _tool_records(self) -> Iterator[Record]:
        """The words of letters, and the letters to write, where data/site.yaml gives them an outline."""
        outline = self._site.settings.outline
        if outline.words:
            yield Record("words", self._site.settings.urls.words)
        if outline.letter:
            yield from self._letter_records()

    def _letter_records(self) -> Iterator[Record]:
        """A page of letters for each class of reasons and kind of plan that meet on some combination. Those of one kind
        of plan differ in little but a name and a rule, so search engines are told to skip them."""
        matrix = self._site.matrix
        met = {
            (matrix.reasons[reason].reason_class, payer)
            for (payer, _), reasons in self._links.reasons.items()
            for reason in reasons
        }
        pairs = {(kind, sale.plan_type) for kind, payer in met for sale in matrix.payers[payer].sells}
        for kind, plan in pairs:
            url = address(self._site.settings.urls.letter, kind=kind, plan=plan_address(plan))
            yield Record("letter", url, plan=plan, reason_kind=kind, indexed=False)

    def finder(self) -> bytes:
        """What the finder reads; see ``plan.finder``."""
        return finder_json(self._site, self._links.reasons)

    def origin(self, record: Record) -> Mark:
        """The place in the data or content that a page comes from, for messages about it."""
        site = self._site
        if record.path:
            return Mark(site.content.pages[record.path])
        match record.kind:
            case "combination":
                cell = self.cells_by_slugs.cell(record.payer, record.service, record.reason)
                assert cell is not None
                return site.mark(MATRIX, ("combinations", cell.entry))
            case "payer" | "payer_service":
                return site.documents[MATRIX].key_mark(("payers", record.payer))
            case "service" | "reason":
                return site.documents[MATRIX].key_mark((record.kind + "s", record.service or record.reason))
        return site.mark(SETTINGS, ("urls", "index")) if record.kind == "index" else Mark(SETTINGS)


def make_plan(site: Site, today: date, problems: list[Problem], drafts: bool = False, *, settled: bool = False) -> Plan:
    """Plan a site as of ``today``; with ``drafts``, draft pages are planned too and marked.

    The addresses are ``settled`` where a build found those of the same pages sound.
    """
    cells = expand(site, today, problems)
    shown = tuple(cell for cell in cells if drafts or not cell.draft)
    plan = Plan(site, shown, reasons_of(shown), today, problems)
    plan.drafts = sum(cell.draft for cell in cells)
    if not settled:
        plan.check_addresses()
    plan.redirect(cells)
    return plan


def make_plan_by_address(site: Site, today: date, problems: list[Problem]) -> Plan:
    """A plan that lists nothing and finds each page by its address, drafts included, in no time whatever the size.

    What only a list shows, two pages with one address for example, it does not see.
    """
    grid = Grid(site, today)
    plan = Plan(site, (), grid.reasons, today, problems)
    plan.cells_by_slugs = grid
    return plan
