"""The same site for Hugo: its data in JSON, its Markdown in files, and the templates of ``benchmarks/hugo/``.

Everything our generator decides while it builds (which section a page shows, its neighbours, its sources, its words for
deadlines) is decided here in advance, so Hugo's time leaves out what ours includes. Its templates are written as its
manual advises: pages from a content adapter, each section and table made once for all pages that share it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appealsite.make import Maker, Order
from appealsite.plan.page import Filled, Link, Page, Section
from appealsite.read.inputs import digests
from appealsite.read.text import PLACEHOLDER, Chunk

BUILD_DATE = {"SOURCE_DATE_EPOCH": "1795219200"}  # 2026-11-21, so that every run makes the same pages
TEMPLATES = Path(__file__).resolve().parent / "hugo"
SAME_EVERYWHERE = ("plans", "site")  # placeholders with one value: written out, as a person would in Hugo
FILLED_BY_LAYOUT = ("neighbours", "pages", "sources", "offer")
LAYOUTS = {path.stem for path in (TEMPLATES / "layouts/_partials/sections").glob("*.html")}


@dataclass
class HugoSite:
    """A Hugo site for one of our projects. ``files_of`` says which of its files hold the text of one of ours."""

    root: Path
    folder: Path
    files_of: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sections: dict[str, str] = {}  # what a section says, as JSON -> its key
        self._uses: Counter[str] = Counter()
        self._files: dict[Chunk, str] = {}
        self._links: dict[str, dict[str, str]] = {}  # address and text of every link to another page, by key
        self._link_keys: dict[tuple[str, str], str] = {}
        self._fragments: dict[str, str] = {}  # pieces of structured data, as JSON -> their key
        self._trails: dict[str, list[dict[str, str]]] = {}  # the way from the home page to a hub, by its address

    def write(self) -> None:
        """Plan the project and write the whole site."""
        day = datetime.fromtimestamp(int(BUILD_DATE["SOURCE_DATE_EPOCH"]), UTC).date()
        order = Order(
            self.root, day, drafts=False, parser="python", timings=False, cache=None, inputs=digests(self.root)
        )
        plan = Maker(order).plan
        shutil.copytree(TEMPLATES, self.folder)
        layouts = self.root / "layouts"
        (self.folder / "assets").mkdir()
        styles = [path.read_text("utf-8") for path in sorted((layouts / "style").glob("*.css"))]
        (self.folder / "assets/style.css").write_text("\n".join(styles), "utf-8")
        shutil.copy(layouts / "brand/mark.svg", self.folder / "assets/icon.svg")
        (self.folder / "content/sections").mkdir()
        (self.folder / "data").mkdir()
        self._menu = {link.url for link in plan.site_view.menu} | {plan.site_view.index}
        plans: dict[str, Any] = {}
        sources: dict[str, Any] = {}
        with (self.folder / "data/pages.json").open("w", encoding="utf-8") as pages:
            separator = "["
            for page in map(plan.page, plan):
                if page.plans:
                    plans[page.payer] = {"rows": [asdict(row) for row in page.plans], "earliest": page.earliest}
                sources.update((source.slug, asdict(source)) for source in page.sources)
                entry = self._page(page)
                if entry is not None:
                    pages.write(separator + json.dumps(entry, ensure_ascii=False))
                    separator = ",\n"
            pages.write("]\n")
        shared = {
            "site": asdict(plan.site_view),
            "plans": plans,
            "sources": sources,
            "links": self._links,
            "trails": self._trails,
            "fragments": {key: text for text, key in self._fragments.items()},
            "sections": {
                key: {**json.loads(said), "shared": self._uses[key] > 1} for said, key in self._sections.items()
            },
        }
        (self.folder / "data/shared.json").write_text(json.dumps(shared, ensure_ascii=False), "utf-8")

    def _page(self, page: Page) -> dict[str, Any] | None:
        """The page's entry for the content adapter; None for a page that is a file of its own."""
        own = next((section for section in page.sections if _is_own(section, page)), None)
        params: dict[str, Any] = {
            "page_kind": page.kind,
            "meta_title": page.title,
            "indexed": page.indexed,
            "published": page.published,
            "modified": page.modified,
            **self._structured(page),
            "menu_url": page.url if page.url in self._menu else "",
            "outline": [self._section(section, page) for section in page.sections if _is_shown(section, page)],
            "groups": [
                {"title": group.title, "url": group.url, "links": [self._link(link) for link in group.links]}
                for group in page.groups
            ],
        }
        if page.parts:
            params["parts"] = [asdict(part) for part in page.parts]
        if page.ancestors:
            parent = page.ancestors[-1].url
            params |= {"parent": parent, "crumb": page.crumb, "depth": len(page.ancestors) + 1}
            self._trails.setdefault(parent, [asdict(link) for link in page.ancestors])
        entry: dict[str, Any] = {"title": page.heading, "description": page.description, "params": params}
        if own is None and page.kind not in ("home", "page"):
            if page.url.endswith("/"):
                return {"path": page.url.strip("/"), **entry}
            params["address"] = page.canonical
            return {"path": page.kind, "url": f"/{page.file}", **entry}
        name = "_index" if page.kind == "home" else page.url.strip("/")
        path = self.folder / f"content/{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _written_out(own.body) if own else ""
        path.write_text(f"{json.dumps(entry, ensure_ascii=False, indent=1)}\n\n{text}", "utf-8")
        if own:
            self.files_of[own.path] = [f"content/{name}.md"]
        return None

    def _structured(self, page: Page) -> dict[str, Any]:
        """What the page's structured data say beyond its heading, address and dates, as keys of pieces of JSON."""
        organization, website, node, *_ = json.loads(page.structured)["@graph"]
        params = {"structured_type": node["@type"], "dated": "dateModified" in node}
        params["graph"] = [self._fragment(organization), self._fragment(website)]
        params["about"] = [self._fragment(one) for one in node.get("about", ())]
        params["citation"] = self._fragment(node["citation"]) if "citation" in node else ""
        return params

    def _fragment(self, value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return self._fragments.setdefault(text, f"f{len(self._fragments)}")

    def _link(self, link: Link) -> str:
        key = self._link_keys.setdefault((link.url, link.text), f"l{len(self._links)}")
        self._links.setdefault(key, asdict(link))
        return key

    def _section(self, section: Section, page: Page) -> str:
        """The key of what a section says here; sections that say the same have the same key."""
        own = _is_own(section, page)
        layout = "own" if own else section.name if section.name in LAYOUTS else "block"
        said: dict[str, Any] = {"name": section.name, "layout": layout, "title": section.title}
        if own:
            said["own"] = True
        if not own:
            said["texts"] = [self._text(filled, section.path) for filled in section.body]
        match layout:
            case "answer":
                said["before_contents"] = page.kind == "combination"
            case "neighbours" | "pages":
                said["groups"] = True
            case "rights":
                said["payer"] = page.payer
            case "sources":
                said["cited"] = [source.slug for source in page.sources]
            case "about":
                dates = ("published", "published_text", "modified", "modified_text", "checked", "checked_text")
                said |= {name: getattr(page, name) for name in dates}
        text = json.dumps(said, ensure_ascii=False)
        key = self._sections.setdefault(text, f"s{len(self._sections)}")
        self._uses[key] += 1
        return key

    def _text(self, filled: Filled, path: str) -> dict[str, Any]:
        """A Markdown file and the names to put into its HTML."""
        names: list[str] = []
        for number, (placeholder, value) in enumerate(zip(filled.chunk.placeholders, filled.values, strict=True)):
            if placeholder.path[0] not in SAME_EVERYWHERE:
                names += [PLACEHOLDER.format(number), _escaped(value)]
        if filled.chunk not in self._files:
            files = self.files_of.setdefault(path, [])
            name = re.sub(r"[@/]+", "-", path.removeprefix("content/").removesuffix(".md")) + f"-{len(files)}"
            files.append(f"content/sections/{name}.md")
            text = _with_definitions(filled, constant_only=True)
            (self.folder / files[-1]).write_text(f"---\n---\n{text}", "utf-8")
            self._files[filled.chunk] = name
        return {"file": self._files[filled.chunk], "names": names}


def _is_own(section: Section, page: Page) -> bool:
    """Whether the section's text was written for this page alone, so that Hugo has it as the page's own content."""
    angle = f"content/angle/{page.payer}/{page.service}/{page.reason}.md"
    return section.path == angle or section.path.startswith("content/pages/")


def _is_shown(section: Section, page: Page) -> bool:
    """Whether our layouts show anything for this section."""
    match section.name:
        case "neighbours":
            return bool(page.groups)
        case "sources":
            return bool(page.sources)
        case _:
            return bool(section.body) or section.name in FILLED_BY_LAYOUT


def _written_out(body: tuple[Filled, ...]) -> str:
    return "\n".join(_with_definitions(filled, constant_only=False) for filled in body)


def _with_definitions(filled: Filled, *, constant_only: bool) -> str:
    """Markdown with the values of its placeholders and the addresses of what it cites."""
    text = filled.chunk.markdown
    for number, (placeholder, value) in enumerate(zip(filled.chunk.placeholders, filled.values, strict=True)):
        if not constant_only or placeholder.path[0] in SAME_EVERYWHERE:
            text = text.replace(PLACEHOLDER.format(number), value)
    definitions = [f"[{slug}]: <{address}>" for slug, address in filled.chunk.citations]
    return "\n".join([text, "", *definitions, ""])


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
