"""What stands on each page: a record becomes a Page with all that its template may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import cast

from appealsite.memo import Memo
from appealsite.plan.cells import Pair
from appealsite.plan.contents import Contents
from appealsite.plan.fill import Filler
from appealsite.plan.history import Dates, History
from appealsite.plan.links import Links
from appealsite.plan.page import (
    Fact,
    Link,
    LinkGroup,
    OfferView,
    Page,
    PhraseRow,
    PlanRow,
    ReviewView,
    Section,
    SiteView,
    SourceView,
)
from appealsite.plan.pictures import Picture, design_of, picture_of_page, picture_of_reason
from appealsite.plan.pictures import address as picture_address
from appealsite.plan.record import HUBS, Record
from appealsite.plan.rights import earliest_deadline, plan_row, plan_rows
from appealsite.plan.sections import Made, Sections
from appealsite.plan.sources import SourceList
from appealsite.plan.structured import Structured, dated, reviewed_by
from appealsite.plan.urls import address, file_of, part_of
from appealsite.problems import Problem
from appealsite.read.models import Kind, ReasonClass, ReasonKind
from appealsite.read.site import Site
from appealsite.read.text import Line
from appealsite.read.vocabulary import Context, written
from appealsite.values import value

RIGHTS = "rights"
PLAN_RULES = "plan-rules"  # the block with all rules of one kind of plan
CHECKLIST = "checklist"
SOURCES = "sources"  # the block that lists what the page cites
CONTENTS_AFTER = ("plan-type", "answer")  # the contents follow the first of these that a combination shows
ABOUT = "about"  # the block that shows the page's dates
LIST = "pages"  # the block that lists a hub's children; all that later parts of a hub show


@value
class Gathered:
    """What a page takes from its sections, and the lists that belong to them: see ``Page``."""

    sections: tuple[Section, ...]
    blocks: Sequence[str]  # their names
    contents: tuple[Link, ...]
    checked: date | None
    reviews: tuple[ReviewView, ...]
    rows: tuple[PlanRow, ...]
    earliest: str
    letters: str
    gather: tuple[str, ...]
    phrases: tuple[PhraseRow, ...]
    sources: tuple[SourceView, ...]
    cited: list[int]  # the checksums of what they say
    search_title: Line | None  # the first that a text brings, as is the description
    description: Line | None


@value
class Words:
    """What a page says beside its sections; ``trail`` is the way to it, ``structured`` what stands around its dates."""

    heading: str
    title: str
    description: str
    trail: tuple[Link, ...]
    groups: tuple[LinkGroup, ...]
    parts: tuple[Link, ...]
    structured: tuple[str, str]


_NEVER = Dates()


class Composer:
    """Composes pages and remembers what pages share.

    ``reasons`` are those that are shown of each payer and service.
    """

    def __init__(self, site: Site, reasons: Mapping[Pair, Sequence[str]], today: date, problems: list[Problem]) -> None:
        self._site = site
        self._filler = Filler(problems)
        self._source_list = SourceList(site.sources)
        self._sections = Sections(site, self._filler, self._source_list)
        self.links = Links(site, reasons, self._combination_headings)
        self.site_view = _site_view(site, self._menu(), self._source_list.common_status)
        self._phrases = lru_cache(maxsize=1)(self._phrase_rows)
        self._letters_start = lru_cache(maxsize=None)(self._start_of_letters)
        self._contents = Contents()
        self._history = History(site.published, today)
        self._structured = Structured(site)
        self._design = design_of(site).digest()
        self._rights_of = lru_cache(maxsize=None)(self._make_rights)
        self._shared_image = lru_cache(maxsize=None)(self._image_of_reason)
        self._trails = Memo[tuple[str, str], tuple[Link, ...]](4096)

    def page(self, record: Record) -> Page:
        """The page of a record, with all that its template may read."""
        return self.pages([record])[0]

    def pages(self, records: Sequence[Record]) -> list[Page]:
        """The pages of these records. Each step is done for all of them before the next: it has data and code of its
        own, which stay in the processor's caches meanwhile."""
        contexts = list(map(self._context, records))
        made = list(map(_shown, records, self._sections.of(records, contexts)))
        found = list(map(self._gather, records, made))
        headings = list(map(self._heading, records, contexts))
        titles = list(map(self._title, records, found, contexts))
        descriptions = list(map(self._described, records, found, contexts))
        trails = list(map(self._breadcrumbs, records, headings))
        groups = list(map(self._groups, records))
        structured = list(map(self._structured.of, records, headings, trails))
        words = list(map(Words, headings, titles, descriptions, trails, groups, map(self._parts, records), structured))
        digests = list(map(self._digests, records, found, words))
        return list(map(self._page, records, made, found, words, digests))

    def _digests(self, record: Record, found: Gathered, words: Words) -> str:
        """The digests of what a page says; none for one that is not recorded."""
        if record.draft or record.kind == "not_found" or record.part > 1:
            return ""
        return self._contents.of(
            words.heading,
            found.sections,
            found.cited,
            (found.rows, found.gather, found.phrases, found.reviews),
            found.earliest,
            words.title,
            words.description,
            words.groups,
            (*words.parts, *words.trail),
            "".join(words.structured),
        )

    def _page(self, record: Record, made: Sequence[Made], found: Gathered, words: Words, digests: str) -> Page:
        before, after = words.structured
        dates = self._history.of(record.url, digests) if digests else _NEVER
        shown = dated(dates.published, dates.modified) + reviewed_by(found.reviews) if ABOUT in found.blocks else ""
        checked, checked_text = _as_text(found.checked) if found.checked else ("", "")
        file = file_of(record.url)
        image, image_alt = self._image(record, file, words.heading)
        return Page(
            kind=record.kind,
            url=record.url,
            canonical=self._site.settings.url + record.url,
            file=file,
            title=words.title,
            heading=words.heading,
            description=words.description,
            indexed=self._is_indexed(record, made),
            draft=record.draft,
            payer=record.payer,
            service=record.service,
            reason=record.reason,
            sections=found.sections,
            ancestors=words.trail[:-1],
            crumb=words.trail[-1].text if words.trail else "",
            contents=found.contents,
            contents_after=_contents_after(found.blocks) if record.service and record.reason else "",
            groups=words.groups,
            parts=words.parts,
            plans=found.rows,
            earliest=found.earliest,
            letters=found.letters,
            gather=found.gather,
            phrases=found.phrases,
            sources=found.sources,
            checked=checked,
            checked_text=checked_text,
            reviews=found.reviews,
            published=dates.published,
            published_text=dates.published_text,
            modified=dates.modified,
            modified_text=dates.modified_text,
            digests=digests,
            image=image,
            image_alt=image_alt,
            structured=before + shown + after,
        )

    def _gather(self, record: Record, made: Sequence[Made]) -> Gathered:
        """What the page takes from its sections, and the lists that belong to them."""
        cites = 0
        contents: list[Link] = []
        blocks: list[str] = []
        checked = None
        reviewed: dict[str, date] = {}
        rows: tuple[PlanRow, ...] = ()
        earliest = ""
        search_title = description = None
        for one in made:
            blocks.append(one.section.name)
            cites |= one.cites
            if one.entry is not None:
                contents.append(one.entry)
            if one.checked is not None and (checked is None or one.checked > checked):
                checked = one.checked
            if one.reviewed and _is_for(one, record):
                reviewed.update(one.reviewed)
            search_title = search_title or one.search_title
            description = description or one.description
        if record.payer and RIGHTS in blocks:
            rows, earliest, of_rows = self._rights(record.payer, record.service)
            cites |= of_rows
        elif record.plan and PLAN_RULES in blocks:
            rows, of_rows = self._rules(record.plan)
            cites |= of_rows
        sources, cited, newest = self._source_list.of(cites)
        if newest is not None and (checked is None or newest > checked):
            checked = newest
        reason = self._site.matrix.reasons.get(record.reason)
        gather = reason.gather if reason and CHECKLIST in blocks else ()
        empty = {name for name, shown in ((SOURCES, sources), (CHECKLIST, gather)) if not shown}
        return Gathered(
            sections=tuple([one.section for one in made]),
            blocks=blocks,
            contents=tuple([link for link in contents if link.url[1:] not in empty] if empty else contents),
            checked=checked,
            reviews=tuple(self._reviews(reviewed)) if reviewed else (),
            rows=rows,
            earliest=earliest,
            letters=self._letters_start(reason.reason_class) if reason and rows else "",
            gather=gather,
            phrases=self._phrases() if record.kind == "words" else (),
            sources=sources,
            cited=cited,
            search_title=search_title,
            description=description,
        )

    def shared_pictures(self) -> Iterator[Picture]:
        """The pictures that pages share: where each reason has one, those and the site's."""
        if self._site.settings.share_images == "reason":
            yield from map(self._picture_of_reason, ("", *self.links.reasons_shown))

    def _menu(self) -> tuple[Link, ...]:
        links = []
        for path in self._site.settings.menu:
            record = Record("page", address(self._site.settings.urls.page, page=path), path=path)
            context = self._context(record)
            own = self._site.content.page(path).menu_title
            name = self._filler.line(own, context, record.url) if own else self._words("headings", record, context)
            links.append(Link(name, record.url))
        return tuple(links)

    def _start_of_letters(self, kind: str) -> str:
        """Where the addresses of letters for a class of reasons begin; empty where there are none."""
        pattern = self._site.settings.urls.letter
        start = address(pattern.partition("{plan}")[0], kind=kind)
        return start if self._site.settings.outline.letter and pattern.endswith("{plan}/") and "{" not in start else ""

    def _phrase_rows(self) -> tuple[PhraseRow, ...]:
        """Every reason with the words and codes that letters use for it."""
        url = self._site.settings.urls.reason
        shown = frozenset(self.links.reasons_shown)
        return tuple(
            PhraseRow(
                slug=slug,
                name=reason.name,
                url=address(url, reason=slug) if slug in shown else "",
                phrases=reason.phrases,
                codes=tuple(Fact(f"{code.set} {code.code}", code.means) for code in reason.codes),
            )
            for slug, reason in sorted(self._site.matrix.reasons.items(), key=lambda item: item[1].name)
            if reason.phrases or reason.codes
        )

    def _reviews(self, reviewed: Mapping[str, date]) -> Iterator[ReviewView]:
        """Who reviewed a page, and when. A person nobody knows is left out: the file that names one is told of."""
        for slug, day in sorted(reviewed.items()):
            person = self._site.people.get(slug)
            if person is not None:
                yield ReviewView(person.name, person.credentials, person.profile or "", day.isoformat(), written(day))

    def _rules(self, plan: str) -> tuple[tuple[PlanRow, ...], int]:
        """The row of a kind of plan, and the sources behind it as bits."""
        row = plan_row(self._site.plan_types[plan], self._source_list)
        return (row,), self._source_list.bits(source.slug for source in (*row.sources, *row.help))

    def _context(self, record: Record) -> Context:
        matrix = self._site.matrix
        return Context(
            site=self._site.settings,
            plans=self._site.plan_types,
            payer=matrix.payers.get(record.payer),
            service=matrix.services.get(record.service),
            reason=matrix.reasons.get(record.reason),
            plan=self._site.plan_types.get(record.plan),
            kind=self._reason_kind(record.reason_kind) if record.reason_kind else None,
        )

    def _reason_kind(self, slug: str) -> ReasonKind:
        return ReasonKind(slug=cast(ReasonClass, slug), words=getattr(self._site.settings.reason_kinds, slug))

    def _words(self, group: str, record: Record, context: Context) -> str:
        """The page's text from one of the pattern groups of data/site.yaml; a free-standing page brings its own."""
        if record.path:
            title = self._site.content.page(record.path).title
            return self._filler.line(title, context, record.url) if title else ""
        text = self._filler.line(self._site.patterns[group, record.kind], context, record.url)
        return text if record.part == 1 else f"{text} (part {record.part})"

    def _heading(self, record: Record, context: Context) -> str:
        if record.kind == "combination":
            return self.links.link(record.payer, record.service, record.reason).text
        return self._words("headings", record, context)

    def _combination_headings(self, payer: str, service: str, reasons: Sequence[str]) -> list[str]:
        site, matrix = self._site, self._site.matrix
        about = site.settings, site.plan_types, matrix.payers[payer], matrix.services[service]
        contexts = [Context(*about, matrix.reasons[reason]) for reason in reasons]
        return self._filler.lines(site.patterns["headings", "combination"], contexts)

    def _title(self, record: Record, found: Gathered, context: Context) -> str:
        own = found.search_title
        title = self._filler.line(own, context, record.url) if own else self._words("titles", record, context)
        name = self._site.settings.name
        return title if name in title else f"{title} | {name}"

    def _described(self, record: Record, found: Gathered, context: Context) -> str:
        """A free-standing page is described by its own text alone."""
        own = self._site.content.page(record.path).description if record.path else found.description
        if own:
            return self._filler.line(own, context, record.url)
        return self._words("descriptions", record, context)

    def _is_indexed(self, record: Record, made: Sequence[Made]) -> bool:
        """What a person decided; a hub with one child needs a text of its own as well."""
        if record.draft or not record.indexed:
            return False
        if record.kind not in HUBS or record.kind == "index":
            return True
        slugs = {slug for slug in (record.payer, record.service, record.reason) if slug}
        if any(one.cell and slugs <= set(one.cell) for one in made):
            return True
        return self.links.count(record.kind, record.payer, record.service, record.reason) > 1

    def _image(self, record: Record, file: str, heading: str) -> tuple[str, str]:
        """The address of the picture for previews of a page, and its text; the page of what is not found has none."""
        mode = self._site.settings.share_images
        if mode == "none" or record.kind == "not_found":
            return "", ""
        return self._image_of(picture_of_page(file, heading)) if mode == "page" else self._shared_image(record.reason)

    def _image_of_reason(self, slug: str) -> tuple[str, str]:
        return self._image_of(self._picture_of_reason(slug))

    def _image_of(self, picture: Picture) -> tuple[str, str]:
        return picture_address(picture, self._site.settings.url, self._design), picture.text

    def _picture_of_reason(self, slug: str) -> Picture:
        record = Record("reason", "", reason=slug) if slug else Record("home", "/")
        return picture_of_reason(slug, self._words("headings", record, self._context(record)))

    def _rights(self, payer: str, service: str) -> tuple[tuple[PlanRow, ...], str, int]:
        """The table of rights of a payer for a kind of service, its earliest deadline, and its sources as bits."""
        return self._rights_of(payer, self._site.matrix.services[service].kind if service else None)

    def _make_rights(self, payer: str, kind: Kind | None) -> tuple[tuple[PlanRow, ...], str, int]:
        entry = self._site.matrix.payers[payer]
        rows = plan_rows(entry, kind, self._site, self._source_list)
        slugs = [source.slug for row in rows for source in row.sources]
        return rows, earliest_deadline(entry, kind, self._site) if rows else "", self._source_list.bits(slugs)

    def _breadcrumbs(self, record: Record, heading: str) -> tuple[Link, ...]:
        """The way from the home page to this page, itself last; empty where there is none."""
        matrix, urls = self._site.matrix, self._site.settings.urls
        if record.kind in ("home", "not_found"):
            return ()
        if record.kind == "letter":
            heading = self._site.plan_types[record.plan].short
        if record.kind in ("page", "words", "letter"):
            return (Link("Home", "/"), Link(heading, record.url))
        pair = (record.payer, record.service)
        trail = self._trails.get(pair) or self._trails.put(pair, tuple(self._trail(*pair)))
        if record.reason:
            url = record.url if record.payer else address(urls.reason, reason=record.reason)
            trail = (*trail, Link(matrix.reasons[record.reason].name, url))
        if record.part > 1:
            trail = (*trail, Link(f"Part {record.part}", record.url))
        return trail

    def _trail(self, payer: str, service: str) -> Iterator[Link]:
        """The way to the hub of a payer, a service or both."""
        matrix, urls = self._site.matrix, self._site.settings.urls
        yield Link("Home", "/")
        yield Link("All denials", urls.index)
        if payer:
            yield Link(matrix.payers[payer].name, address(urls.payer, payer=payer))
        if service:
            url = self.links.pair_url(payer, service) if payer else address(urls.service, service=service)
            yield Link(matrix.services[service].name, url)

    def _groups(self, record: Record) -> tuple[LinkGroup, ...]:
        axes = (record.payer, record.service, record.reason)
        if record.kind == "combination":
            return self.links.neighbours(*axes)
        if record.kind in HUBS:
            return self.links.part(record.kind, record.part, *axes)
        return self.links.overview() if record.kind in ("home", "not_found") else ()

    def _parts(self, record: Record) -> tuple[Link, ...]:
        """Links to all parts of a hub that has more than one."""
        if record.kind not in HUBS:
            return ()
        number = self.links.parts(record.kind, record.payer, record.service, record.reason)
        if number == 1:
            return ()
        first = record.url if record.part == 1 else record.url[: -len(part_of("/", record.part)) + 1]
        return tuple(Link(str(part), part_of(first, part)) for part in range(1, number + 1))


@lru_cache(maxsize=1024)
def _as_text(day: date) -> tuple[str, str]:
    """A day as an ISO date and as readers see it."""
    return day.isoformat(), written(day)


def _shown(record: Record, made: list[Made]) -> list[Made]:
    """The sections that a page shows; of a later part of a hub, its list alone."""
    return made if record.part == 1 else [one for one in made if one.section.name == LIST]


def _contents_after(blocks: Sequence[str]) -> str:
    for name in CONTENTS_AFTER:
        if name in blocks:
            return name
    return ""


def _is_for(made: Made, record: Record) -> bool:
    """Whether a section's text is written for this page and shown on no other."""
    if made.cell is None:
        return record.kind == "page"
    axes = (record.payer, record.service, record.reason)
    return any(axes) and made.cell == tuple(axis or "any" for axis in axes)


def _site_view(site: Site, menu: tuple[Link, ...], source_status: str) -> SiteView:
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
        source_status=source_status,
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
