"""A planned page as the bytes of its HTML file: a pure function of the page, the templates and the assets."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple, get_origin, get_type_hints

from appealsite.memo import Memo
from appealsite.plan.page import OF_ONE_PAGE, Page, Section, SiteView
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.read.layouts import Layouts
from appealsite.render.assets import hashed
from appealsite.render.context import PAGE, RenderedSection, ShownSection
from appealsite.render.inline import code_of
from appealsite.render.markdown import MarkdownCompiler
from appealsite.render.templates import Render, Templates
from appealsite.render.timings import Timings
from appealsite.values import list_together

KEPT = 1024  # finished blocks; pages that are made together have most of them in common

_TYPES = get_type_hints(Page)

Block = tuple[ShownSection, tuple[str, ...]]  # as it is shown, and its id and those of its headings


class Renderer:
    """Holds what all pages share: templates, stylesheet, asset addresses, compiled Markdown, and finished blocks.

    A block is rendered once for all pages that agree on its text and on the fields of the page that its layout reads.
    """

    def __init__(
        self,
        layouts: Layouts,
        templates: Templates,
        site: SiteView,
        markdown: MarkdownCompiler,
        generator: str = "",
        timings: Timings | None = None,
    ) -> None:
        self._templates = templates
        self.markdown = markdown
        self._generator = generator
        self._timings = timings
        self._site = site
        self._code = {name: code.encode() for name, code in code_of(layouts).items()}
        self._assets: Mapping[str, str] = MappingProxyType(hashed(layouts.assets))  # no layout can change it
        templates.share({"site": site, "assets": self._assets, **self._code})
        self._page = templates.renderer(PAGE)
        self._ids = templates.ids(PAGE)
        self._layouts: dict[str, _Layout] = {}
        self._finished = Memo[tuple[object, ...], tuple[Block, object]](KEPT)
        self._everywhere = Memo[int, tuple[Section, Block]](KEPT)  # those whose layout reads nothing of the page

    def digest(self) -> bytes:
        """The digest of all that pages share: whatever is not in a page's own fingerprint and may change its bytes."""
        shared = (
            self._generator, self.markdown.name, sorted(self._templates.sources.items()),
            repr(self._site), sorted(self._code.items()), sorted(self._assets.items()),
        )  # fmt: skip
        return hashlib.blake2b(repr(shared).encode(), digest_size=16).digest()

    def render(self, page: Page, origin: Callable[[], Mark], problems: list[Problem]) -> bytes:
        """The page's HTML as UTF-8; what is wrong is added to ``problems`` and the bytes are then not for use.

        ``origin`` says where the page comes from, for a message about no place in particular.
        """
        return self._render(page, None, origin, problems)

    def render_all(
        self, pages: Sequence[Page], origins: Sequence[Callable[[], Mark]], problems: list[Problem]
    ) -> list[bytes]:
        """The HTML of pages, in their order. The first block of all of them is made before the second, and so on: each
        has code and data of its own, which stay in the processor's caches meanwhile."""
        with _listed_together(pages):
            made = self._blocks_or_none(pages)
            return [
                self._render(page, blocks, origin, problems)
                for page, blocks, origin in zip(pages, made, origins, strict=True)
            ]

    def _render(
        self, page: Page, blocks: Sequence[Block] | None, origin: Callable[[], Mark], problems: list[Problem]
    ) -> bytes:
        started = self._timings.start() if self._timings else 0.0
        try:
            if blocks is None:
                (blocks,) = self._blocks([page])
            sections = []
            ids = [*self._ids]
            for shown, of_block in blocks:
                sections.append(shown)
                ids += of_block
            if len(set(ids)) < len(ids):
                self._tell_doubles(page, problems)
            data = self._page({"page": page, "sections": sections, "structured": page.structured.encode()})
        except ProblemsFound as found:
            problems += found.problems
            data = b""
        except Exception as error:  # noqa: BLE001 - whatever a template does wrong is its writer's to mend
            problems.append(self._templates.problem_from(error, page.url, origin()))
            data = b""
        if self._timings:
            self._timings.add("page", page.url, started)
        return data

    def _tell_doubles(self, page: Page, problems: list[Problem]) -> None:
        """Add a problem for each heading whose id something else on the page has."""
        owners = dict.fromkeys(self._ids, f"layouts/{PAGE}")
        owners |= {section.name: section.path for section in page.sections}
        for section in page.sections:
            owners |= dict.fromkeys(self._layouts[section.layout].ids, f"layouts/{section.layout}")
        for section in page.sections:
            headings = (one for filled in section.body for one in self.markdown.headings(filled.chunk))
            for identifier, line in headings:
                if identifier in owners:
                    message = f"two parts of a page have the id '{identifier}'"
                    other = owners[identifier] or "the outline"
                    hint = f"on {page.url}; the other is in {other}; word one of them differently"
                    problems.append(Problem(Mark(section.path, line), message, hint))
                owners.setdefault(identifier, section.path)

    def _blocks_or_none(self, pages: Sequence[Page]) -> Sequence[list[Block] | None]:
        """The blocks of each page; none where they are to be made page by page, as one fails or for their times."""
        if self._timings is None:
            own = [section for page in pages for section in page.sections if not section.shared]
            with contextlib.suppress(Exception):  # the same again, for the page that fails alone
                self.markdown.compile_all(filled.chunk for section in own for filled in section.body)
                return self._blocks(pages)
        return [None] * len(pages)

    def _blocks(self, pages: Sequence[Page]) -> list[list[Block]]:
        get = self._everywhere.get
        made: list[list[Block]] = [[] for _ in pages]
        for column in zip_longest(*[page.sections for page in pages]):
            for page, section, blocks in zip(pages, column, made, strict=True):
                if section is not None:
                    blocks.append((get(id(section)) or (section, self._block(section, page)))[1])
        return made

    def _block(self, section: Section, page: Page) -> Block:
        layout = self._layouts.get(section.layout)
        if layout is None:
            layout = self._layouts[section.layout] = self._layout(section.layout)
        shares = layout.shares
        if shares is None or not section.shared:
            return self._make(section, page, layout)
        if shares.everywhere:
            return self._everywhere.put(id(section), (section, self._make(section, page, layout)))[1]
        lists = shares.lists(page)
        key = (id(section), shares.texts(page), *map(id, lists))
        finished = self._finished.get(key)
        if finished is None:  # the lists are kept with the key, so that an identity stays theirs
            finished = self._finished.put(key, (self._make(section, page, layout), (section, lists)))
        return finished[0]

    def _layout(self, name: str) -> _Layout:
        reads = self._templates.reads(name)
        shares = None if reads is None or reads & OF_ONE_PAGE else _Shares.of(sorted(reads))
        return _Layout(self._templates.renderer(name), shares, self._templates.ids(name))

    def _make(self, section: Section, page: Page, layout: _Layout) -> Block:
        started = self._timings.start() if self._timings else 0.0
        html, ids = b"", [section.name, *layout.ids]
        if section.body:
            texts = [(self.markdown.compile(filled.chunk), filled.values) for filled in section.body]
            ids += [name for compiled, _ in texts for name in compiled.ids]
            html = b"\n".join([compiled.fill(values) for compiled, values in texts])
        if self._timings:
            started = self._timings.add("text", section.path or section.name, started)
        rendered = RenderedSection(section.name, section.title, html)
        shown = layout.render({"section": rendered, "page": page})
        if self._timings:
            self._timings.add("layout", section.layout, started)
        return ShownSection(section.name, shown), tuple(ids)


@contextlib.contextmanager
def _listed_together(pages: Sequence[Page]) -> Iterator[None]:
    """Have the links of one kind that nothing was made of yet, and that hardly two pages list, shown all at once."""
    kinds = [link for page in pages for link in page.contents], [link for page in pages for link in page.ancestors]
    new = [list_together([link for link in links if not hasattr(link, "_made")]) for links in kinds]
    try:
        yield
    finally:
        for links in new:
            links.clear()


class _Shares(NamedTuple):
    """What a block's layout reads of a page: text, which is compared, and lists, of which the planner hands equal ones
    out as the same object."""

    everywhere: bool  # nothing of either
    texts: Callable[[Page], object]
    lists: Callable[[Page], tuple[object, ...]]

    @classmethod
    def of(cls, names: list[str]) -> _Shares:
        """For the fields of these names."""
        lists = [name for name in names if get_origin(_TYPES[name]) is tuple]
        texts = [name for name in names if name not in lists]
        listed = attrgetter(*lists) if lists else None
        return cls(
            not names,
            attrgetter(*texts) if texts else lambda _: (),
            (lambda _: ()) if listed is None else listed if len(lists) > 1 else lambda page: (listed(page),),
        )


class _Layout(NamedTuple):
    """The layout of a block: what of the page decides what it makes, None where no two pages would agree on that, and
    the ids that it gives to elements."""

    render: Render
    shares: _Shares | None
    ids: tuple[str, ...]
