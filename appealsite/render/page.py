"""A planned page as the bytes of its HTML file: a pure function of the page, the templates and the assets."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from appealsite.plan.page import Page, SiteView
from appealsite.problems import Mark, Problem
from appealsite.read.layouts import Layouts
from appealsite.render.assets import compact_css, hashed
from appealsite.render.markdown import MarkdownCompiler
from appealsite.render.templates import PAGE, RenderedSection, Templates

STYLE = "style.css"


class Renderer:
    """Holds what all pages share: templates, stylesheet, asset addresses, compiled Markdown."""

    def __init__(self, layouts: Layouts, templates: Templates, site: SiteView) -> None:
        self._templates = templates
        self._template = templates.get(PAGE)
        self._markdown = MarkdownCompiler()
        self._site = site
        self._css = Markup(compact_css(layouts.templates.get(STYLE, "")))
        self._assets: Mapping[str, str] = hashed(layouts.assets)

    def render(self, page: Page, problems: list[Problem]) -> bytes:
        """The page's HTML as UTF-8; what is wrong is added to ``problems`` and the bytes are then not for use."""
        try:
            return self._template.render(
                page=page,
                site=self._site,
                sections=self._sections(page, problems),
                css=self._css,
                structured=_json(page.structured),
                assets=self._assets,
            ).encode()
        except Exception as error:  # noqa: BLE001 - whatever a template does wrong is its writer's to mend
            problems.append(self._templates.problem_from(error, page.url))
            return b""

    def _sections(self, page: Page, problems: list[Problem]) -> tuple[RenderedSection, ...]:
        rendered = []
        ids: dict[str, str] = {section.name: section.path for section in page.sections}
        for section in page.sections:
            for filled in section.body:
                for identifier in self._markdown.compile(filled.chunk).ids:
                    if identifier in ids:
                        message = f"two headings on {page.url} have the id '{identifier}'"
                        hint = f"the other is in {ids[identifier] or 'the outline'}; word one of them differently"
                        problems.append(Problem(Mark(section.path), message, hint))
                    ids.setdefault(identifier, section.path)
            html = Markup("\n".join(map(self._markdown.fill, section.body)))
            rendered.append(RenderedSection(section.name, section.title, section.layout, html, section.path))
        return tuple(rendered)


def _json(data: object) -> Markup:
    """JSON that can stand inside a script element: no ``<`` can end it early."""
    return Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))
