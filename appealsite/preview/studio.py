"""What a preview knows: the project as it was last read, and any page of it, made when it is asked for.

A change is taken in as narrowly as it can be. A Markdown file is opened again, a data file parsed again, layouts
compiled again; the plan lists nothing, so that it is made anew in milliseconds however many pages there are.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from appealsite.generator import generator_identity
from appealsite.kept import Kept
from appealsite.painter import Painter
from appealsite.plan.deadlines import with_rules
from appealsite.plan.explain import Explained, explained, files_of
from appealsite.plan.finder import FINDER
from appealsite.plan.page import Page
from appealsite.plan.pictures import Design, design_of, picture_of_page
from appealsite.plan.planner import Plan, make_plan, make_plan_by_address
from appealsite.plan.record import NOT_FOUND, Record
from appealsite.preview.files import Change, Files
from appealsite.problems import Problem, ProblemsFound
from appealsite.read.layouts import MARK, Layouts, read_layouts
from appealsite.read.site import Reading, Site, read_site
from appealsite.render.assets import hashed
from appealsite.render.icons import ICO, MANIFEST, favicon, web_manifest, with_icons
from appealsite.render.inline import code_of, inline_code
from appealsite.render.markdown import MarkdownCompiler
from appealsite.render.page import Renderer
from appealsite.render.templates import Templates
from appealsite.values import value

SOME = 50  # changed texts that are opened at once; more, and the look at the whole site tells of them
SMALL = 2_000  # combinations and texts up to which the whole site is looked at after each change


@value
class Shown:
    """What came of a request for a page: its bytes, or what is wrong with it."""

    data: bytes = b""
    found: bool = True
    problems: tuple[Problem, ...] = ()


class Studio:
    """The state of a preview. Every method leaves it fit for the next, whatever people wrote."""

    def __init__(self, root: Path, day: Callable[[], date]) -> None:
        self.root = root
        self._day_now = day
        self._start = secrets.token_hex(4)
        self._number = 0
        self._files = Files(root)
        self._kept = root / ".cache" / "kept"
        self._reading = Reading()
        self._markdown = MarkdownCompiler("auto", None, generator_identity())
        self._of_layouts: list[Problem] = []
        self._of_data: list[Problem] = []
        self._of_plan: list[Problem] = []  # on a large site told later, by whoever looks at the whole of it
        self._of_menu: tuple[Problem, ...] = ()  # and what else of the plan every page shows
        self._of_files: dict[str, tuple[Problem, ...]] = {}
        self._told: list[Problem] = []
        self._layouts: Layouts | None = None
        self._templates: Templates | None = None
        self._renderer: Renderer | None = None
        self._rendered_with: object = None
        self._site: Site | None = None
        self._plan: Plan | None = None
        self._design: Design | None = None
        self.has_unseen_texts = True  # of a large site, until somebody has looked at all of them
        self._day = day()
        self._read_layouts()
        self._read_site()

    # ------------------------------------------------------------ what has changed

    @property
    def version(self) -> str:
        """Names the state of the project: a page that was made of another is stale."""
        return f"{self._start}-{self._number}"

    @property
    def is_small(self) -> bool:
        """Whether the whole site is looked at with every change."""
        return self._size() <= SMALL

    def notice(self, names: Iterable[str] | None = None) -> bool:
        """Take in what has changed about these files, or any; whether something has."""
        change = self._files.look_everywhere() if names is None else self._files.look(names)
        if not change and self._day == self._day_now():
            return False
        self._take(change)
        return True

    def learn(self, version: str, problems: Sequence[Problem], *, texts: bool) -> bool:
        """Take in what somebody found wrong who looked at the whole site as of ``version``; whether that is news."""
        if version != self.version:
            return False
        self.has_unseen_texts &= not texts
        files: dict[str, list[Problem]] = {}
        plan: list[Problem] = []
        for problem in problems:
            path = problem.mark.path
            (files.setdefault(path, []) if path.endswith(".md") else plan).append(problem)
        news = plan != self._of_plan or any(name not in self._of_files for name in files)
        if not news:
            return False
        self._number += 1
        self._of_plan = plan
        self._of_files.update({name: tuple(told) for name, told in files.items()})
        return True

    def _take(self, change: Change) -> None:
        self._number += 1
        self._day = self._day_now()
        names = change.edited | change.new_or_gone
        if any(name.startswith("layouts/") for name in names):
            self._read_layouts()
        content = self._site.content if self._site else self._reading.known_content
        for name in names:
            self._of_files.pop(name, None)
            if content is not None:
                content.forget(name)
        if any(name.startswith("content/") for name in change.new_or_gone):
            self._reading.forget_files()
        self._read_site()
        self._open_some(names)

    def _open_some(self, names: Iterable[str]) -> None:
        """Open texts that have just changed, so that their mistakes are told whichever page is on view."""
        content = self._reading.known_content
        for name in islice(names, SOME):
            if content is not None and name in content.cells and name not in self._of_files:
                content.block(name)
                self._drain(name)

    def _read_layouts(self) -> None:
        problems: list[Problem] = []
        layouts = with_icons(read_layouts(self.root, problems), Kept(self._kept / "icons"), problems)
        templates = Templates(layouts.templates, problems)
        inline_code(templates.sources, code_of(layouts), problems)
        self._layouts, self._templates, self._renderer = layouts, templates, None
        self._of_layouts = problems

    def _read_site(self) -> None:
        assert self._layouts is not None
        self._of_data, self._of_plan, self._of_menu = [], [], ()
        self._reading.problems.clear()
        self._plan = None
        before = self._reading.known_content
        kept = Kept(self._kept / "parsed")
        site = read_site(self.root, self._layouts, self._of_data, reading=self._reading, kept=kept)
        if self._reading.known_content is not before:  # which file gives a text, or what texts may name, is another
            self._of_files.clear()
            self.has_unseen_texts = True
        self._site = None
        if site is None or self._of_data:
            self._open_all()
            return
        self._layouts = with_rules(self._layouts, site)
        self._site = replace(site, layouts=self._layouts)
        self._design = design_of(self._site)
        self._plan_again()
        if self._size() > SMALL:
            return
        make_plan(self._site, self._day, self._of_plan, drafts=True)
        self._drain()
        self._open_all()

    def _open_all(self) -> None:
        """Open the texts that nobody has looked at yet, where there are not too many."""
        content = self._reading.known_content
        if content is None or len(content.names) > SMALL:
            return
        for name in content.names:
            if name not in self._of_files and name in content.cells:
                content.block(name)
                self._drain(name)

    def _plan_again(self) -> None:
        """A plan that has told nothing yet."""
        assert self._site is not None
        self._told = []
        self._plan = make_plan_by_address(self._site, self._day, self._told)
        self._of_menu = tuple(self._told)
        self._told.clear()
        self._drain()

    def _drain(self, name: str | None = None) -> None:
        """Keep what files told when they were opened; a file that was looked at and is sound is noted as well."""
        found: dict[str, list[Problem]] = {name: []} if name else {}
        for problem in self._reading.problems:
            found.setdefault(problem.mark.path, []).append(problem)
        self._reading.problems.clear()
        for path, problems in found.items():
            self._of_files[path] = tuple(problems)

    def _size(self) -> int:
        if self._plan is None or self._site is None:
            return 0
        return len(self._site.content.names) + sum(map(len, self._plan.cells_by_slugs.reasons.values()))

    # ------------------------------------------------------------ what is wrong

    def problems_of_all(self) -> tuple[Problem, ...]:
        """What stops every page: data, layouts, and the plan as a whole; or folders that nobody can look into."""
        if self._files.closed:  # what seems to be missing may be there
            return self._files.closed
        return tuple(sorted({*self._of_layouts, *self._of_data, *self._of_plan, *self._of_menu}))

    def problems_elsewhere(self) -> tuple[Problem, ...]:
        """What is known to be wrong in Markdown files."""
        return tuple(sorted({one for told in self._of_files.values() for one in told}))

    # ------------------------------------------------------------ pages

    def show(self, url: str) -> Shown:
        """The page at an address, with the files that it is made from as they are at this moment."""
        self._look_again(url)
        wrong = self.problems_of_all()
        if wrong:
            return Shown(problems=wrong)
        record = self.record(url)
        return self._make(record or Record("not_found", NOT_FOUND, indexed=False), found=record is not None)

    def record(self, url: str) -> Record | None:
        """The record of an address, where the project can be planned."""
        return self._plan.find(url) if self._plan is not None else None

    def explain(self, record: Record) -> Explained:
        """Where each block of a page comes from."""
        assert self._plan is not None
        assert self._site is not None
        return explained(self._site, self._plan, record)

    def page(self, record: Record) -> Page:
        """The planned page of a record."""
        assert self._plan is not None
        return self._plan.page(record)

    def forget_told(self) -> None:
        """Nobody was shown the pages that were just planned: what they told is told again when somebody is.

        What is wrong with the files that were opened for them is known from now on.
        """
        if self._told:
            self._plan_again()
        self._drain()

    @property
    def site(self) -> Site | None:
        """The project, where it could be read."""
        return self._site

    @property
    def plan(self) -> Plan | None:
        """The plan, where there is one."""
        return self._plan

    @property
    def day(self) -> date:
        """The day as of which pages are made."""
        return self._day

    def _look_again(self, url: str) -> None:
        """A request may come before the news of a change: look at what decides about this page."""
        if len(self._files) <= SMALL:
            self.notice()
            return
        names = list(self._files.shared)
        record = self.record(url)
        if record is not None and self._site is not None:
            names += files_of(self._site, record)
        self.notice(names)

    def _make(self, record: Record, *, found: bool) -> Shown:
        assert self._plan is not None
        assert self._site is not None
        files = files_of(self._site, record)
        data = b""
        try:
            page = self._plan.page(record)
            if not self._wrong(files) and not self._told:
                data = self._ready().render(page, partial(self._plan.origin, record), self._told)
        except ProblemsFound as problems:
            self._told += problems.problems
        except Exception as error:  # noqa: BLE001 - told with the page's address, as a build does
            message = f"{type(error).__name__}: {error}"
            self._told.append(Problem(self._plan.origin(record), message, f"on {record.url}"))
        told = tuple(self._told)
        wrong = {*self._wrong(files), *told, *self._reading.problems}
        if wrong:
            self._told.clear()
            self._drain()
            self._plan_again()  # which tells again what it told
            return Shown(found=found, problems=tuple(sorted({*wrong, *self._wrong(files)})))
        return Shown(data, found)

    def _wrong(self, files: Iterable[str]) -> tuple[Problem, ...]:
        return tuple(problem for name in files for problem in self._of_files.get(name, ()))

    def _ready(self) -> Renderer:
        """The renderer for what all pages show of the site now."""
        assert self._plan is not None
        assert self._design is not None
        assert self._layouts is not None
        colours = self._design.colours
        view = replace(self._plan.site_view, theme=colours.band, theme_dark=colours.band_dark, policy="")
        shown = (view, hashed(self._layouts.assets))
        if self._renderer is None or self._rendered_with != shown:
            if self._renderer is not None:  # what all pages show is written into the templates
                self._templates = Templates(self._layouts.templates, [])
            assert self._templates is not None
            self._renderer = Renderer(self._layouts, self._templates, view, self._markdown)
            self._rendered_with = shown
        return self._renderer

    # ------------------------------------------------------------ other files

    def file(self, name: str) -> bytes | None:
        """A file of the site that is no page; None where there is none."""
        if self._layouts is None:
            return None
        for asset, url in hashed(self._layouts.assets).items():
            if url == f"/{name}":
                return self._layouts.assets[asset]
        if self._site is None or self._plan is None or self._design is None:
            return None
        if name == FINDER:
            return self._plan.finder()
        mark = self._layouts.brand.get(MARK)
        if name == ICO and mark is not None:
            return favicon(mark, Kept(self._kept / "icons"))
        if name == MANIFEST and mark is not None:
            settings = self._site.settings
            return web_manifest(settings.name, settings.language, self._design.colours, hashed(self._layouts.assets))
        return self._picture(name) if name.startswith("share/") else None

    def _picture(self, name: str) -> bytes | None:
        assert self._plan is not None
        assert self._site is not None
        assert self._design is not None
        painter = Painter(self._design, Kept(self._kept / "pictures"))
        picture = next((one for one in self._plan.shared_pictures() if one.file == name), None)
        if picture is None and self._site.settings.share_images == "page":
            page = name.removeprefix("share/").removesuffix(".png").removesuffix("index")
            record = self.record(f"/{page}")
            picture = picture_of_page(self.page(record).file, self.page(record).heading) if record else None
        self.forget_told()
        try:
            return painter.png(picture) if picture else None
        except ProblemsFound:
            return None
