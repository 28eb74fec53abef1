"""A planned page as the bytes of its HTML file: a pure function of the page, the templates and the assets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from markupsafe import Markup

from appealsite.memo import Memo
from appealsite.plan.page import Page, Section, SiteView
from appealsite.problems import Mark, Problem
from appealsite.read.layouts import Layouts
from appealsite.render.assets import compact_css, hashed
from appealsite.render.markdown import MarkdownCompiler
from appealsite.render.templates import PAGE, RenderedSection, Templates
from appealsite.render.timings import Timings

STYLE = "style.css"
KEPT = 8192

# What no two pages share; a block whose layout reads one of these is rendered anew for each page.
_OWN = frozenset(
    {"url", "canonical", "file", "title", "heading", "description", "breadcrumbs", "groups", "parts", "structured"}
)


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
        self._template = templates.get(PAGE)
        self.markdown = markdown
        self._generator = generator
        self._markdown_name = markdown.name
        self._timings = timings
        self._site = site
        self._css = Markup(compact_css(layouts.templates.get(STYLE, "")))
        self._assets: Mapping[str, str] = hashed(layouts.assets)
        self._finished = Memo[tuple[object, ...], tuple[RenderedSection, tuple[str, ...], object]](KEPT)

    def digest(self) -> bytes:
        """The digest of all that pages share: whatever is not in a page's own fingerprint and may change its bytes."""
        shared = (
            self._generator, self._markdown_name, sorted(self._templates.sources.items()),
            repr(self._site), str(self._css), sorted(self._assets.items()),
        )  # fmt: skip
        return hashlib.blake2b(repr(shared).encode(), digest_size=16).digest()

    def render(self, page: Page, origin: Callable[[], Mark], problems: list[Problem]) -> bytes:
        """The page's HTML as UTF-8; what is wrong is added to ``problems`` and the bytes are then not for use.

        ``origin`` says where the page comes from, for a message about no place in particular.
        """
        try:
            return self._template.render(
                page=page,
                site=self._site,
                sections=self._sections(page, problems),
                css=self._css,
                structured=Markup(page.structured),
                assets=self._assets,
            ).encode()
        except Exception as error:  # noqa: BLE001 - whatever a template does wrong is its writer's to mend
            problems.append(self._templates.problem_from(error, page.url, origin()))
            return b""

    def _sections(self, page: Page, problems: list[Problem]) -> tuple[RenderedSection, ...]:
        finished = []
        owners = {section.name: section.path for section in page.sections}
        for section in page.sections:
            rendered, ids = self._section(section, page)
            for identifier in ids:
                if identifier in owners:
                    message = f"two headings on {page.url} have the id '{identifier}'"
                    hint = f"the other is in {owners[identifier] or 'the outline'}; word one of them differently"
                    problems.append(Problem(Mark(section.path), message, hint))
                owners.setdefault(identifier, section.path)
            finished.append(rendered)
        return tuple(finished)

    def _section(self, section: Section, page: Page) -> tuple[RenderedSection, tuple[str, ...]]:
        reads = self._templates.reads(section.layout)
        if reads is None or reads & _OWN:
            return self._make(section, page)
        values = [getattr(page, name) for name in sorted(reads)]
        key = (id(section), *map(_identity, values))
        known = self._finished.get(key)
        if known is None:  # the values are kept with the key, so that an identity stays theirs
            known = self._finished.put(key, (*self._make(section, page), (section, values)))
        return known[0], known[1]

    def _make(self, section: Section, page: Page) -> tuple[RenderedSection, tuple[str, ...]]:
        started = self._timings.start() if self._timings else 0.0
        ids = tuple(name for filled in section.body for name in self.markdown.compile(filled.chunk).ids)
        html = Markup("\n".join(map(self.markdown.fill, section.body)))
        if self._timings:
            started = self._timings.add("text", section.path or section.name, started)
        bare = RenderedSection(section.name, section.title, section.layout, html, section.path)
        shown = self._templates.get(section.layout).render(
            section=bare, page=page, site=self._site, assets=self._assets
        )
        if self._timings:
            self._timings.add("layout", section.layout, started)
        return replace(bare, shown=Markup(shown)), ids


def _identity(value: object) -> object:
    """Text by what it says, anything else by what it is: the planner hands equal values out as the same object."""
    return value if isinstance(value, str | bool) else id(value)
