"""The plan of a site: which pages it has and where, as small records, and each page in full when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from appealsite.memo import Memo
from appealsite.plan.blocks import Place
from appealsite.plan.cells import Cell, expand
from appealsite.plan.fill import Filler
from appealsite.plan.links import Links
from appealsite.plan.page import Link, LinkGroup, OfferView, Page, PlanRow, SiteView, SourceView
from appealsite.plan.rights import earliest_deadline, plan_rows
from appealsite.plan.sections import Made, Sections
from appealsite.plan.sources import SourceList
from appealsite.plan.structured import describe
from appealsite.plan.urls import address, check_distinct, file_of, part_of
from appealsite.problems import Mark, Problem
from appealsite.read.content import Cell as ContentCell
from appealsite.read.models import Kind
from appealsite.read.site import MATRIX, SETTINGS, Site
from appealsite.read.vocabulary import Context, written

RIGHTS = "rights"
LIST = "pages"  # the block that lists a hub's children; all that later parts of a hub show
NOT_FOUND = "/404"
HUBS = ("payer", "payer_service", "service", "reason", "index")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a page before it is made. ``path`` names a free-standing page below ``content/pages``;
    ``part`` counts the parts of a hub from 1."""

    kind: str
    url: str
    payer: str = ""
    service: str = ""
    reason: str = ""
    path: str = ""
    part: int = 1
    draft: bool = False
    index: bool = True


class Plan(Sequence[Record]):
    """The records of all pages, in an order that depends on nothing but their names; ``page`` makes one of them."""

    def __init__(self, site: Site, cells: tuple[Cell, ...], drafts: int, problems: list[Problem]) -> None:
        self._site = site
        self._cells = cells
        self.combinations = len(cells)
        self.drafts = drafts  # combinations that are drafts, shown here or not
        self.problems = problems
        self._filler = Filler(problems)
        self._source_list = SourceList(site.sources)
        self._sections = Sections(site, self._filler)
        self._links = Links(site, cells, self._combination_heading)
        self.site_view = _site_view(site, self._menu())
        self._rows = lru_cache(maxsize=None)(self._plan_rows)
        self._contexts = Memo[tuple[str, str, str], Context](4096)
        self._sources = Memo[frozenset[str], tuple[tuple[SourceView, ...], date | None]](4096)
        self._others = tuple(sorted(self._other_records(), key=lambda record: record.url))
        check_distinct(self, self._mark, problems)

    def __len__(self) -> int:
        return len(self._others) + len(self._cells)

    def __getitem__(self, index: int) -> Record:  # type: ignore[override]  # slices are not needed
        if index < len(self._others):
            return self._others[index]
        return self._combination(self._cells[index - len(self._others)])

    def affected_by(self, files: Sequence[tuple[str, ContentCell | None]]) -> list[int]:
        """The pages that may show one of these Markdown files, each with the cell it is written for (None: a page)."""
        found = []
        paths = {name for name, cell in files if cell is None}
        cells = [cell for _, cell in files if cell is not None]
        for index, record in enumerate(self):
            hit = bool(record.path) and self._site.content.pages[record.path] in paths
            if not hit and cells:
                place = self._place(record)
                hit = any(place.matches(cell) for cell in cells)
            if hit:
                found.append(index)
        return found

    def page(self, record: Record) -> Page:
        """The page of a record, with all that its template may read."""
        site = self._site
        context = self._context(record)
        made = self._sections.of(record.kind, self._place(record), record.path, context, record.url)
        if record.part > 1:
            made = [one for one in made if one.section.name == LIST]
        kind = site.matrix.services[record.service].kind if record.service else None
        shows_rights = record.payer and any(one.section.name == RIGHTS for one in made)
        rows = self._rows(record.payer, kind) if shows_rights else ()
        cited = frozenset(slug for one in made for slug in one.cites).union(
            source.slug for row in rows for source in (*row.sources, *row.help)
        )
        sources, checked = self._sources.get(cited) or self._sources.put(cited, self._cited(cited))
        checked = max((day for day in (checked, *(one.checked for one in made)) if day), default=None)
        shown = checked.isoformat() if checked else ""
        heading = self._words("headings", record, context)
        description = self._described(record, made, context)
        canonical = site.settings.url + record.url
        breadcrumbs = self._breadcrumbs(record, heading)
        return Page(
            kind=record.kind,
            url=record.url,
            canonical=canonical,
            file=file_of(record.url),
            title=self._title(record, made, context),
            heading=heading,
            description=description,
            indexed=self._is_indexed(record, made),
            draft=record.draft,
            payer=record.payer,
            service=record.service,
            reason=record.reason,
            sections=tuple(one.section for one in made),
            breadcrumbs=breadcrumbs,
            groups=self._groups(record),
            parts=self._parts(record),
            plans=rows,
            earliest=earliest_deadline(site.matrix.payers[record.payer], kind, site) if rows else "",
            sources=sources,
            checked=shown,
            checked_text=written(checked) if checked else "",
            structured=describe(site.settings, canonical, heading, description, shown, breadcrumbs),
        )

    def origin(self, record: Record) -> Mark:
        """The place in the data or content that a page comes from, for messages about it."""
        return self._mark(record)

    # ------------------------------------------------------------ which pages

    def _combination(self, cell: Cell) -> Record:
        url = address(self._site.settings.urls.combination, payer=cell.payer, service=cell.service, reason=cell.reason)
        return Record("combination", url, cell.payer, cell.service, cell.reason, "", 1, cell.draft, cell.index)

    def _menu(self) -> tuple[Link, ...]:
        links = []
        for path in self._site.settings.menu:
            record = self._page_record(path)
            context = self._bare_context()
            own = self._site.content.block(self._site.content.pages[path]).menu_title
            name = self._filler.line(own, context, record.url) if own else self._words("headings", record, context)
            links.append(Link(name, record.url))
        return tuple(links)

    def _bare_context(self) -> Context:
        return Context(site=self._site.settings, plans=self._site.plan_types)

    def _page_record(self, path: str) -> Record:
        index = self._site.content.block(self._site.content.pages[path]).front.index
        return Record("page", self._site.settings.urls.page.replace("{page}", path), path=path, index=index)

    def _other_records(self) -> Iterator[Record]:
        urls, links = self._site.settings.urls, self._links
        yield Record("home", "/")
        yield Record("not_found", NOT_FOUND, index=False)
        yield from map(self._page_record, self._site.content.pages)
        hubs = [Record("index", urls.index)]
        hubs += [Record("payer", address(urls.payer, payer=payer), payer) for payer in links.services_of]
        hubs += [Record("payer_service", links.pair_url(*pair), *pair) for pair in links.reasons]
        hubs += [Record("service", address(urls.service, service=slug), service=slug) for slug in links.payers_of]
        hubs += [Record("reason", address(urls.reason, reason=slug), reason=slug) for slug in links.pairs_of]
        for hub in hubs:
            yield hub
            axes = (hub.payer, hub.service, hub.reason)
            for part in range(2, links.parts(hub.kind, *axes) + 1):
                yield Record(hub.kind, part_of(hub.url, part), *axes, part=part, index=False)

    def _mark(self, record: Record) -> Mark:
        """Where a page comes from, for messages."""
        site = self._site
        if record.path:
            return Mark(site.content.pages[record.path])
        match record.kind:
            case "combination":
                key = (record.payer, record.service, record.reason)
                entry = next(cell.entry for cell in self._cells if (cell.payer, cell.service, cell.reason) == key)
                return site.mark(MATRIX, ("combinations", entry))
            case "payer" | "payer_service":
                return site.documents[MATRIX].key_mark(("payers", record.payer))
            case "service" | "reason":
                return site.documents[MATRIX].key_mark((record.kind + "s", record.service or record.reason))
        return site.mark(SETTINGS, ("urls", "index")) if record.kind == "index" else Mark(SETTINGS)

    # ------------------------------------------------------------ what stands on a page

    def _context(self, record: Record) -> Context:
        key = (record.payer, record.service, record.reason)
        known = self._contexts.get(key)
        if known is not None:
            return known
        matrix = self._site.matrix
        context = Context(
            site=self._site.settings,
            plans=self._site.plan_types,
            payer=matrix.payers.get(record.payer),
            service=matrix.services.get(record.service),
            reason=matrix.reasons.get(record.reason),
        )
        return self._contexts.put(key, context)

    def _place(self, record: Record) -> Place:
        matrix = self._site.matrix
        return Place(
            payer=record.payer,
            service=record.service,
            service_group=f"@{matrix.services[record.service].kind}" if record.service else "",
            reason=record.reason,
            reason_group=f"@{matrix.reasons[record.reason].reason_class}" if record.reason else "",
        )

    def _cited(self, slugs: frozenset[str]) -> tuple[tuple[SourceView, ...], date | None]:
        return self._source_list.of(slugs), self._source_list.checked(slugs)

    def _words(self, group: str, record: Record, context: Context) -> str:
        """The page's text from one of the pattern groups of data/site.yaml; a free-standing page brings its own."""
        if record.path:
            title = self._site.content.block(self._site.content.pages[record.path]).title
            return self._filler.line(title, context, record.url) if title else ""
        text = self._filler.line(self._site.patterns[group, record.kind], context, record.url)
        return text if record.part == 1 else f"{text} (part {record.part})"

    def _combination_heading(self, payer: str, service: str, reason: str) -> str:
        record = Record("combination", "", payer, service, reason)
        return self._words("headings", record, self._context(record))

    def _title(self, record: Record, made: list[Made], context: Context) -> str:
        own = next((one.block.search_title for one in made if one.block and one.block.search_title), None)
        title = self._filler.line(own, context, record.url) if own else self._words("titles", record, context)
        name = self._site.settings.name
        return title if name in title else f"{title} | {name}"

    def _described(self, record: Record, made: list[Made], context: Context) -> str:
        if record.path:
            made = [one for one in made if one.section.path == self._site.content.pages[record.path]]
        own = next((one.block.description for one in made if one.block and one.block.description), None)
        if own:
            return self._filler.line(own, context, record.url)
        return self._words("descriptions", record, context)

    def _is_indexed(self, record: Record, made: list[Made]) -> bool:
        """What a person decided; a hub with one child needs a text of its own as well."""
        if record.draft or not record.index:
            return False
        if record.kind not in HUBS or record.kind == "index":
            return True
        slugs = {slug for slug in (record.payer, record.service, record.reason) if slug}
        if any(one.cell and slugs <= set(one.cell) for one in made):
            return True
        return self._links.count(record.kind, record.payer, record.service, record.reason) > 1

    def _plan_rows(self, payer: str, kind: Kind | None) -> tuple[PlanRow, ...]:
        return plan_rows(self._site.matrix.payers[payer], kind, self._site, self._source_list)

    def _breadcrumbs(self, record: Record, heading: str) -> tuple[Link, ...]:
        matrix, urls = self._site.matrix, self._site.settings.urls
        if record.kind in ("home", "not_found"):
            return ()
        trail = [Link("Home", "/")]
        if record.kind == "page":
            return (*trail, Link(heading, record.url))
        trail.append(Link("All denials", urls.index))
        if record.payer:
            trail.append(Link(matrix.payers[record.payer].name, address(urls.payer, payer=record.payer)))
        if record.service:
            name = matrix.services[record.service].name
            url = address(urls.service, service=record.service)
            trail.append(Link(name, self._links.pair_url(record.payer, record.service) if record.payer else url))
        if record.reason:
            url = record.url if record.payer else address(urls.reason, reason=record.reason)
            trail.append(Link(matrix.reasons[record.reason].name, url))
        if record.part > 1:
            trail.append(Link(f"Part {record.part}", record.url))
        return tuple(trail)

    def _groups(self, record: Record) -> tuple[LinkGroup, ...]:
        axes = (record.payer, record.service, record.reason)
        if record.kind == "combination":
            return self._links.neighbours(*axes)
        if record.kind in HUBS:
            return self._links.part(record.kind, record.part, *axes)
        return () if record.kind == "page" else self._links.overview()

    def _parts(self, record: Record) -> tuple[Link, ...]:
        """Links to all parts of a hub that has more than one."""
        if record.kind not in HUBS:
            return ()
        number = self._links.parts(record.kind, record.payer, record.service, record.reason)
        if number == 1:
            return ()
        first = record.url if record.part == 1 else record.url[: -len(part_of("/", record.part)) + 1]
        return tuple(Link(str(part), part_of(first, part)) for part in range(1, number + 1))


def make_plan(site: Site, today: date, problems: list[Problem], drafts: bool = False) -> Plan:
    """Plan a site as of ``today``; with ``drafts``, draft pages are planned too and marked."""
    cells = expand(site, today, problems)
    shown = tuple(cell for cell in cells if drafts or not cell.draft)
    return Plan(site, shown, sum(cell.draft for cell in cells), problems)


def _site_view(site: Site, menu: tuple[Link, ...]) -> SiteView:
    settings = site.settings
    offer = settings.offer
    return SiteView(
        name=settings.name,
        url=settings.url,
        language=settings.language,
        contact=settings.contact,
        home="/",
        index=settings.urls.index,
        menu=menu,
        offer=OfferView(
            title=offer.title,
            text=offer.text,
            list_price=offer.list_price,
            first_price=offer.first_price,
            code=offer.code,
            button=offer.button,
            url=offer.url,
        ),
    )
