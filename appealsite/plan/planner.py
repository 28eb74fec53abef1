"""The plan of a site: which pages it has and where, as small records, and each page in full when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from appealsite.plan.blocks import Place, winner
from appealsite.plan.cells import Cell, expand
from appealsite.plan.fill import Filler
from appealsite.plan.links import Links
from appealsite.plan.page import DEFAULT_LAYOUT, Link, LinkGroup, OfferView, Page, PlanRow, Section, SiteView
from appealsite.plan.rights import earliest_deadline, plan_rows
from appealsite.plan.sources import collect, view
from appealsite.plan.structured import describe
from appealsite.plan.urls import address, check_distinct, file_of
from appealsite.problems import Mark, Problem
from appealsite.read.content import TEXT, Block
from appealsite.read.site import MATRIX, SETTINGS, Site
from appealsite.read.vocabulary import Context, written

RIGHTS = "rights"
NOT_FOUND = "/404"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a page before it is made. ``path`` names a free-standing page below ``content/pages``."""

    kind: str
    url: str
    payer: str = ""
    service: str = ""
    reason: str = ""
    path: str = ""
    draft: bool = False
    index: bool = True


class Plan:
    """All pages of a site in the order of their addresses; ``page`` makes one of them."""

    def __init__(self, site: Site, cells: tuple[Cell, ...], drafts: int, problems: list[Problem]) -> None:
        self._site = site
        self.drafts = drafts  # combinations that are drafts, shown here or not
        self.problems = problems
        self._filler = Filler(problems)
        self._links = Links(site, cells, self._combination_heading)
        self.site_view = _site_view(site, self._menu())
        self._rows = lru_cache(maxsize=None)(self._plan_rows)
        self.records = tuple(sorted(self._records(cells), key=lambda record: record.url))
        check_distinct(self.records, lambda record: self._mark(record, cells), problems)

    def pages(self) -> Iterator[Page]:
        """Every page in full, one at a time."""
        return map(self.page, self.records)

    def page(self, record: Record) -> Page:
        """The page of a record, with all that its template may read."""
        site = self._site
        context = self._context(record)
        blocks = list(self._blocks(record))
        sections = tuple(self._section(name, block, context, record.url) for name, block in blocks)
        sections = tuple(section for section in sections if section.body or section.layout != DEFAULT_LAYOUT)
        rows = self._rows(record.payer) if record.payer and any(name == RIGHTS for name, _ in blocks) else ()
        cited = [slug for section in sections for filled in section.body for slug, _ in filled.chunk.citations]
        cited += [source.slug for row in rows for source in (*row.sources, *row.help)]
        sources = collect(cited, site)
        checked = max(
            (
                *(source.checked for source in sources),
                *(block.front.checked for _, block in blocks if block and block.front.checked),
            ),
            default=None,
        )
        heading = self._words("headings", record, context)
        description = self._described(record, blocks, context)
        canonical = site.settings.url + record.url
        breadcrumbs = self._breadcrumbs(record, heading)
        return Page(
            kind=record.kind,
            url=record.url,
            canonical=canonical,
            file=file_of(record.url),
            title=self._title(record, blocks, context),
            heading=heading,
            description=description,
            indexed=self._is_indexed(record, blocks),
            draft=record.draft,
            payer=record.payer,
            service=record.service,
            reason=record.reason,
            sections=sections,
            breadcrumbs=breadcrumbs,
            groups=self._groups(record),
            plans=rows,
            earliest=earliest_deadline(site.matrix.payers[record.payer], site) if rows else "",
            sources=tuple(map(view, sources)),
            checked=checked.isoformat() if checked else "",
            checked_text=written(checked) if checked else "",
            structured=describe(
                site.settings, canonical, heading, description, checked.isoformat() if checked else "", breadcrumbs
            ),
        )

    # ------------------------------------------------------------ which pages

    def _menu(self) -> tuple[Link, ...]:
        links = []
        for path in self._site.settings.menu:
            record = self._page_record(path)
            name = self._site.content.pages[path].front.menu_title
            links.append(Link(name or self._words("headings", record, self._context(record)), record.url))
        return tuple(links)

    def _page_record(self, path: str) -> Record:
        index = self._site.content.pages[path].front.index
        return Record("page", self._site.settings.urls.page.replace("{page}", path), path=path, index=index)

    def _records(self, cells: tuple[Cell, ...]) -> Iterator[Record]:
        urls, links = self._site.settings.urls, self._links
        yield Record("home", "/")
        yield Record("not_found", NOT_FOUND, index=False)
        yield Record("index", urls.index)
        yield from map(self._page_record, self._site.content.pages)
        for payer in links.services_of:
            yield Record("payer", address(urls.payer, payer=payer), payer)
        for payer, service in links.reasons:
            yield Record("payer_service", links.pair_url(payer, service), payer, service)
        for service in links.payers_of:
            yield Record("service", address(urls.service, service=service), service=service)
        for reason in links.pairs_of:
            yield Record("reason", address(urls.reason, reason=reason), reason=reason)
        for cell in cells:
            url = address(urls.combination, payer=cell.payer, service=cell.service, reason=cell.reason)
            yield Record("combination", url, cell.payer, cell.service, cell.reason, "", cell.draft, cell.index)

    def _mark(self, record: Record, cells: tuple[Cell, ...]) -> Mark:
        """Where a page comes from, for messages."""
        site = self._site
        if record.path:
            return Mark(site.content.pages[record.path].path)
        match record.kind:
            case "combination":
                key = (record.payer, record.service, record.reason)
                entry = next(cell.entry for cell in cells if (cell.payer, cell.service, cell.reason) == key)
                return site.mark(MATRIX, ("combinations", entry))
            case "payer" | "payer_service":
                return site.documents[MATRIX].key_mark(("payers", record.payer))
            case "service" | "reason":
                return site.documents[MATRIX].key_mark((record.kind + "s", record.service or record.reason))
        return site.mark(SETTINGS, ("urls", "index")) if record.kind == "index" else Mark(SETTINGS)

    # ------------------------------------------------------------ what stands on a page

    def _context(self, record: Record) -> Context:
        matrix = self._site.matrix
        return Context(
            site=self._site.settings,
            plans=self._site.plan_types,
            payer=matrix.payers.get(record.payer),
            service=matrix.services.get(record.service),
            reason=matrix.reasons.get(record.reason),
        )

    def _place(self, record: Record) -> Place:
        matrix = self._site.matrix
        return Place(
            payer=record.payer,
            service=record.service,
            service_group=f"@{matrix.services[record.service].kind}" if record.service else "",
            reason=record.reason,
            reason_group=f"@{matrix.reasons[record.reason].reason_class}" if record.reason else "",
        )

    def _blocks(self, record: Record) -> Iterator[tuple[str, Block | None]]:
        """The blocks of a page in the order of its outline; None where only a layout fills the block."""
        site = self._site
        place = self._place(record)
        for name in getattr(site.settings.outline, record.kind):
            if record.path and name == TEXT:
                yield name, site.content.pages[record.path]
                continue
            found = winner(site.content.blocks.get(name, {}), place)
            if found is not None:
                yield name, found[1]
            elif layout_of(name) in site.layouts.templates:
                yield name, None

    def _section(self, name: str, block: Block | None, context: Context, url: str) -> Section:
        layout = layout_of(name)
        if layout not in self._site.layouts.templates:
            layout = DEFAULT_LAYOUT
        if block is None:
            return Section(name, "", layout, (), "")
        body = self._filler.body(block.body, context, url)
        title = self._filler.line(block.title, context, url) if block.title and name != TEXT else ""
        return Section(name, title, layout, body, block.path)

    def _words(self, group: str, record: Record, context: Context) -> str:
        """The page's text from one of the pattern groups of data/site.yaml; a free-standing page brings its own."""
        if record.path:
            title = self._site.content.pages[record.path].title
            assert title is not None
            return self._filler.line(title, context, record.url)
        return self._filler.line(self._site.patterns[group, record.kind], context, record.url)

    def _combination_heading(self, payer: str, service: str, reason: str) -> str:
        record = Record("combination", "", payer, service, reason)
        return self._words("headings", record, self._context(record))

    def _title(self, record: Record, blocks: list[tuple[str, Block | None]], context: Context) -> str:
        own = next((block.search_title for _, block in blocks if block and block.search_title), None)
        title = self._filler.line(own, context, record.url) if own else self._words("titles", record, context)
        name = self._site.settings.name
        return title if name in title else f"{title} | {name}"

    def _described(self, record: Record, blocks: list[tuple[str, Block | None]], context: Context) -> str:
        own = next((block.description for _, block in blocks if block and block.description), None)
        if own:
            return self._filler.line(own, context, record.url)
        return self._words("descriptions", record, context)

    def _is_indexed(self, record: Record, blocks: list[tuple[str, Block | None]]) -> bool:
        """What a person decided; a hub with one child needs a text of its own as well."""
        if record.draft or not record.index:
            return False
        if record.kind not in ("payer", "payer_service", "service", "reason"):
            return True
        slugs = {slug for slug in (record.payer, record.service, record.reason) if slug}
        place = self._place(record)
        for name, block in blocks:
            found = winner(self._site.content.blocks.get(name, {}), place) if block else None
            if found and slugs <= set(found[0]):
                return True
        return sum(len(group.links) for group in self._groups(record)) > 1

    def _plan_rows(self, payer: str) -> tuple[PlanRow, ...]:
        return plan_rows(self._site.matrix.payers[payer], self._site)

    def _breadcrumbs(self, record: Record, heading: str) -> tuple[Link, ...]:
        matrix, urls = self._site.matrix, self._site.settings.urls
        if record.kind in ("home", "not_found"):
            return ()
        trail = [Link("Home", "/")]
        if record.kind != "page":
            trail.append(Link("All denials", urls.index))
        if record.payer:
            trail.append(Link(matrix.payers[record.payer].name, address(urls.payer, payer=record.payer)))
        if record.service:
            name = matrix.services[record.service].name
            url = address(urls.service, service=record.service)
            trail.append(Link(name, self._links.pair_url(record.payer, record.service) if record.payer else url))
        if record.reason:
            trail.append(Link(matrix.reasons[record.reason].name, record.url))
        if record.kind == "page":
            trail.append(Link(heading, record.url))
        return tuple(trail)

    def _groups(self, record: Record) -> tuple[LinkGroup, ...]:
        links = self._links
        match record.kind:
            case "combination":
                return links.neighbours(record.payer, record.service, record.reason)
            case "payer":
                return links.of_payer(record.payer)
            case "payer_service":
                return links.of_pair(record.payer, record.service)
            case "service":
                return links.of_service(record.service)
            case "reason":
                return links.of_reason(record.reason)
            case "page":
                return ()
            case "index":
                return links.of_index()
        return links.of_hubs()


def layout_of(name: str) -> str:
    """The template that a block may have for itself."""
    return f"blocks/{name}.html"


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
