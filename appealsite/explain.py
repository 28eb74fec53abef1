"""``build.py explain``: a page block by block, or the pages that use a file, as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from appealsite.check.last import last
from appealsite.make import Maker, Order
from appealsite.plan.explain import Explained, Origin, explained, pages_using
from appealsite.plan.planner import make_plan, make_plan_by_address
from appealsite.problems import Mark, Problem, ProblemsFound, counted, suggest
from appealsite.read.files import is_absent
from appealsite.read.inputs import digests
from appealsite.read.layouts import read_layouts
from appealsite.read.site import Site, read_site

SHOWN = 20  # pages of a file that are listed
OFFERED = "`python build.py serve` lists the pages at /_preview/"
_HOST = re.compile(r"^(?:[a-z]+:)?//[^/]*")


def explain_page(root: Path, target: str, day: date) -> Iterator[str]:
    """The lines about a page. ProblemsFound where the project has mistakes, or no page has the address."""
    path = _HOST.sub("", target).partition("?")[0].partition("#")[0]
    url = "/" + path.lstrip("/")
    maker = Maker(Order(root, day, True, "auto", False, None, digests(root)))
    plan = make_plan_by_address(maker.site, day, maker.problems)
    record = plan.find(url) or plan.find(url + "/") or plan.find(url.removesuffix("index.html"))
    if record is None and not path.startswith("/") and not is_absent(root / path):
        raise ProblemsFound([Problem(Mark(path), "only pages and files of content/ can be explained", OFFERED)])
    if record is None:
        hint = suggest(url, [one.url for one in maker.plan]) or OFFERED
        raise ProblemsFound([Problem(Mark(url), "no page has this address", hint)])
    found = explained(maker.site, plan, record)
    fingerprint = maker.fingerprint(found.page).hex()
    if maker.problems:
        raise ProblemsFound(maker.problems)
    return _page_lines(root, found, fingerprint)


def _page_lines(root: Path, explanation: Explained, fingerprint: str) -> Iterator[str]:
    page = explanation.page
    state = "a draft" if page.draft else "published" if page.indexed else "published, kept out of search engines"
    yield f"{page.url}: {page.heading}"
    yield f"  {page.kind} page, {state}; from {explanation.origin}; site/{page.file}"
    yield f"  title: {page.title}"
    yield f"  description: {page.description}"
    yield f"  fingerprint: {fingerprint}"
    for block in explanation.blocks:
        yield ""
        yield from _block_lines(block)
    yield ""
    yield f"sources, {len(page.sources)}:" if page.sources else "sources: none"
    for source in page.sources:
        yield f"  {source.slug}: {source.title} (checked {source.checked}; {source.how})"
    known = last(root)
    if known is None:
        yield "findings: not checked yet; run python build.py check"
        return
    found = known.of_page(page.url, [block.path for block in explanation.blocks if block.path])
    yield f"findings of the check of {known.day}: {len(found) or 'none'}"
    for one in found:
        yield f"  {one.mark}: {known.severities[one.code]} {one.code}: {one.message}"


def _block_lines(block: Origin) -> Iterator[str]:
    place = f"{block.path}:{block.line}" if block.path else f"layouts/{block.layout}"
    words = f", {counted(block.words, 'word')}" if block.words else ""
    yield f"{block.name}: {place if block.shown else 'not on this page'}"
    yield f"  {block.why}{words}" + (f"; laid out by layouts/{block.layout}" if block.path else "")
    for beaten in block.beaten:
        yield f"  won over {beaten.path}: {beaten.why}"
    for name, value in block.used:
        yield f"  used {name} = {value}"
    if block.sources:
        yield f"  cites {', '.join(block.sources)}"


def explain_file(root: Path, target: str, day: date) -> Iterator[str]:
    """The lines about a file of content/: the pages that use it."""
    problems: list[Problem] = []
    site = read_site(root, read_layouts(root, problems), problems)
    if problems or site is None:
        raise ProblemsFound(problems)
    if target not in site.content.cells:
        hint = suggest(target, site.content.names) or "give its path from the project's folder"
        raise ProblemsFound([Problem(Mark(target), "there is no such file", hint)])
    return iter(_file_lines(site, target, day, problems))


def _file_lines(site: Site, target: str, day: date, problems: list[Problem]) -> list[str]:
    plan = make_plan(site, day, problems, drafts=True)
    urls = [f"{one.url}{' (draft)' if one.draft else ''}" for one in pages_using(site, plan, target)]
    if problems:
        raise ProblemsFound(problems)
    in_menu = target in (site.content.pages[path] for path in site.settings.menu)
    everywhere = "; its name stands in the menu of every page" if in_menu else ""
    lines = [f"{target}: shown on {counted(len(urls), 'page')}{everywhere}"]
    if not urls:
        lines.append("  more specific files win everywhere, or no page has the block; explain a page to see which")
    lines += [f"  {url}" for url in urls[:SHOWN]]
    if len(urls) > SHOWN:
        lines.append(f"  ... and {len(urls) - SHOWN:,} more")
    return lines
