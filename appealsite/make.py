"""Making pages: the work that a worker process does, chunk by chunk, with everything it needs loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from appealsite.aside import meanwhile
from appealsite.cache import Shelf
from appealsite.generator import generator_identity
from appealsite.hosts.addresses import example_addresses
from appealsite.hosts.headers import policy
from appealsite.hosts.host import Host
from appealsite.hosts.known import HOSTS
from appealsite.kept import Kept
from appealsite.painter import Painter
from appealsite.plan.deadlines import with_rules
from appealsite.plan.fingerprint import Fingerprints
from appealsite.plan.history import entry_of
from appealsite.plan.page import Page, SiteView
from appealsite.plan.pictures import design_of
from appealsite.plan.planner import Plan, make_plan
from appealsite.plan.record import Record
from appealsite.problems import Problem, ProblemsFound, cannot_be_written
from appealsite.publish.output import Writer
from appealsite.publish.siblings import brotli_is_installed
from appealsite.read.layouts import Layouts, read_layouts
from appealsite.read.models import HostName
from appealsite.read.site import SETTINGS, Site, read_site
from appealsite.render.icons import with_icons
from appealsite.render.inline import code_of, inline_code
from appealsite.render.markdown import MarkdownCompiler
from appealsite.render.page import Renderer
from appealsite.render.parsers import Choice
from appealsite.render.templates import Templates
from appealsite.render.timings import Key, Timings
from appealsite.values import value

BATCH = 128  # pages that are made together: as many as a processor's caches hold


@value
class Order:
    """What a build is told to make; a plain value, so that a process that starts afresh can load the same."""

    root: Path
    day: date
    drafts: bool
    parser: Choice
    timings: bool
    cache: Path | None  # the file with compiled Markdown, None where nothing of earlier builds is to be read
    inputs: Mapping[str, bytes]  # digests of the files as the build began
    host: HostName | None = None  # None: the one that data/site.yaml names
    kept: Path | None = None  # the folder of files that are dear to make, None to make them anew
    sound: Mapping[str, bytes] = field(default_factory=dict)  # digests of files that a build found nothing wrong with
    settled: bool = False  # whether at most the words of files changed since a sound build, and so no page's address
    before: Mapping[str, bytes] = field(default_factory=dict)  # fingerprints of the files that stand in the site


@dataclass
class Done:
    """What came of a chunk: a row for each page, problems, and what is worth remembering."""

    rows: list[tuple[str, bytes, str, bool]] = field(default_factory=list)  # file, fingerprint, entry, changed
    made: int = 0
    size: int = 0
    problems: list[Problem] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)  # those that changed
    opened: set[str] = field(default_factory=set)
    fresh: dict[bytes, bytes] = field(default_factory=dict)
    used: set[bytes] = field(default_factory=set)
    seconds: dict[Key, float] = field(default_factory=dict)
    counts: dict[Key, int] = field(default_factory=dict)


class Maker:
    """A site read and planned, ready to make any of its pages."""

    def __init__(self, order: Order, *, apart: bool = False) -> None:
        """With ``apart``, another process checks the templates while the site is read and planned."""
        self.order = order
        self.problems: list[Problem] = []
        layouts = with_icons(read_layouts(order.root, self.problems, order.inputs), self.kept("icons"), self.problems)
        with meanwhile(partial(self._check_templates, layouts), apart=apart):
            site = read_site(order.root, layouts, self.problems, order.inputs, kept=self.kept("parsed"))
            if site is not None:
                layouts = with_rules(layouts, site)
                self._plan(replace(site, layouts=layouts))
        templates = Templates(layouts.templates, self.problems, self.kept("templates"))
        self.inline = inline_code(templates.sources, code_of(layouts), self.problems)
        if site is not None and self.problems:
            site.content.open_all()
        if site is None or self.problems:
            raise ProblemsFound(self.problems)
        self.timings = Timings() if order.timings else None
        generator = generator_identity()
        self._shelf = Shelf(order.cache) if order.cache else None
        if self._shelf:
            self._shelf.begin()
        self.templates = templates
        self.markdown = MarkdownCompiler(order.parser, self._shelf.get if self._shelf else None, generator)
        self.design = design_of(site)
        self.painter = Painter(self.design, self.kept("pictures"))
        self.renderer = Renderer(layouts, templates, self._site_view(), self.markdown, generator, self.timings)
        self._fingerprints = Fingerprints()
        self._shared = self.renderer.digest()

    def _plan(self, site: Site) -> None:
        """Take a site that was read, and plan its pages for its host."""
        order, self.site = self.order, site
        self.host: Host = HOSTS["plain" if order.drafts else order.host or site.settings.host]
        self.compresses = site.settings.precompress and not order.drafts
        self._check_host()
        self.plan: Plan = make_plan(site, order.day, self.problems, order.drafts, settled=order.settled)

    def kept(self, kind: str) -> Kept:
        """The store of one kind of files that are dear to make."""
        return Kept(self.order.kept / kind if self.order.kept else None, fresh=self.order.cache is None)

    def _check_templates(self, layouts: Layouts) -> None:
        """Find the templates sound, which is then kept; if they are not, whoever checks them next tells why."""
        Templates(layouts.templates, [], self.kept("templates"))

    def _check_host(self) -> None:
        """What the settings ask of the host must be in its power, and its name must not stand over examples."""
        if self.host.name != "plain":
            self.problems += example_addresses(self.site, self.host.name)
        if not self.compresses:
            return
        mark = self.site.mark(SETTINGS, ("precompress",))
        if self.host.serves == "itself":
            message = f"{self.host.name} compresses by itself and would serve these files to nobody"
            self.problems.append(Problem(mark, message, "remove this line"))
        elif not brotli_is_installed():
            self.problems.append(Problem(mark, "needs the extra 'compress'", "pip install -e '.[compress]'"))

    def _site_view(self) -> SiteView:
        """What pages show of the site, with what its host and its style add. A preview runs scripts to reload."""
        told = "" if self.host.sends_headers or self.order.drafts else policy(self.inline, in_meta=True)
        colours = self.design.colours
        return replace(self.plan.site_view, theme=colours.band, theme_dark=colours.band_dark, policy=told)

    def after_fork(self) -> None:
        """Open anew what two processes must not share."""
        if self._shelf:
            self._shelf.begin()

    def fingerprint(self, page: Page) -> bytes:
        """The digest of all that decides a page's bytes."""
        return self._fingerprints.of(page, self._shared)

    def make(self, indices: Sequence[int], writer: Writer) -> Done:
        """Make the pages at these places of the plan. A page whose fingerprint is the one before is left alone.

        Each step is done for a batch of pages before the next: it has data and code of its own, which stay in the
        processor's caches meanwhile. One page at a time costs half as much again.
        """
        done = Done()
        for at in range(0, len(indices), BATCH):
            if not self._make_batch([self.plan[index] for index in indices[at : at + BATCH]], done, writer):
                break
        return self.finish(done)

    def _make_batch(self, records: Sequence[Record], done: Done, writer: Writer) -> bool:
        """Make the pages of these records; False where nothing more can be written."""
        planned = self._planned(records, done)
        known = [(record, page, self.fingerprint(page)) for record, page in planned if not self._is_broken(page)]
        stale = [
            (record, page) for record, page, fingerprint in known if self.order.before.get(page.file) != fingerprint
        ]
        pages = [page for _, page in stale]
        origins = [partial(self.plan.origin, record) for record, _ in stale]
        changed: set[str] = set()
        for page, data in zip(pages, self.renderer.render_all(pages, origins, done.problems), strict=True):
            done.made += 1
            done.size += len(data)
            try:
                if writer.write(page.file, data):
                    changed.add(page.file)
                if page.image and self.site.settings.share_images == "page":
                    done.pictures.add(self.painter.write_for(page, writer))
            except ProblemsFound as found:
                done.problems += found.problems
            except OSError as error:
                done.problems.append(cannot_be_written(page.file, error))
                return False
        for _, page, fingerprint in known:
            done.rows.append((page.file, fingerprint, entry_of(page), page.file in changed))
        return True

    def _planned(self, records: Sequence[Record], done: Done) -> list[tuple[Record, Page]]:
        """The pages of these records. Where making them together fails, one by one, so that the culprit is told."""
        try:
            return list(zip(records, self.plan.pages(records), strict=True))
        except Exception:  # noqa: BLE001 - the same again, for the page that fails alone
            return [(record, page) for record in records for page in self._planned_alone(record, done)]

    def _planned_alone(self, record: Record, done: Done) -> Iterator[Page]:
        """The page of a record; where it fails, none, and a problem with the page's address."""
        try:
            yield self.plan.page(record)
        except Exception as error:  # noqa: BLE001 - one page's failure is told with its address, not as a crash
            message = f"{type(error).__name__}: {error}"
            done.problems.append(Problem(self.plan.origin(record), message, f"on {record.url}"))

    def _is_broken(self, page: Page) -> bool:
        """Whether a file that the page shows has been told of: what would follow from it is noise."""
        broken = self.site.content.broken
        return bool(broken) and any(section.path in broken for section in page.sections)

    def read(self, names: Sequence[str]) -> Done:
        """Read these Markdown files, which no page showed, so that what is wrong in them is known as well."""
        for at in range(0, len(names), BATCH):
            self.site.content.open_some(names[at : at + BATCH])
        return self.finish(Done())

    def finish(self, done: Done) -> Done:
        """Hand over what has been collected since the last chunk."""
        done.problems += self.problems
        self.problems.clear()
        done.opened, self.site.content.opened = self.site.content.opened, set()
        done.fresh, self.markdown.fresh = self.markdown.fresh, {}
        done.used, self.markdown.used = self.markdown.used, set()
        if self.timings:
            done.seconds, self.timings.seconds = self.timings.seconds, {}
            done.counts, self.timings.counts = self.timings.counts, {}
        return done
