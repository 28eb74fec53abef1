"""One build from end to end: read, plan, render, publish. Nothing is published unless all of it is right."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from appealsite.plan.planner import Plan, make_plan
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.output import Output, check_target
from appealsite.read.layouts import Layouts, read_layouts
from appealsite.read.site import Site, read_site
from appealsite.render.assets import hashed
from appealsite.render.discovery import robots, sitemap
from appealsite.render.page import Renderer
from appealsite.render.templates import Templates

Progress = Callable[[str, int, int], None]  # phase, how much is done, how much there is


def no_progress(_phase: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Summary:
    """What a build made and how long it took."""

    pages: int
    combinations: int
    drafts: int
    files: int
    bytes: int
    seconds: float
    target: Path


@dataclass(frozen=True)
class Loaded:
    """A site read and planned, with its templates: all that is needed to render any page."""

    site: Site
    plan: Plan
    renderer: Renderer


def build_date() -> date:
    """The build's date: SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) or today, UTC."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(given), UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "write the seconds since 1970, such as 1795219200"
        raise ProblemsFound([Problem(Mark("SOURCE_DATE_EPOCH"), f"'{given}' is not a time", hint)]) from None


def load(root: Path, today: date, drafts: bool = False) -> Loaded:
    """Read and plan; ProblemsFound carries what is wrong in any file."""
    problems: list[Problem] = []
    layouts: Layouts = read_layouts(root, problems)
    templates = Templates(layouts.templates, problems)
    site = read_site(root, layouts, problems)
    if problems or site is None:
        raise ProblemsFound(problems)
    plan = make_plan(site, today, problems, drafts)
    if problems:
        raise ProblemsFound(problems)
    return Loaded(site, plan, Renderer(layouts, templates, plan.site_view))


def build(root: Path, target: Path, progress: Progress = no_progress, drafts: bool = False) -> Summary:
    """Build the site into ``target``. ``progress`` is told how far it is."""
    started = time.perf_counter()
    check_target(root, target)
    progress("reading", 0, 0)
    loaded = load(root, build_date(), drafts)
    problems: list[Problem] = []
    records = loaded.plan.records
    size = 0
    entries: list[tuple[str, str]] = []
    with Output(root, target) as output:
        for number, record in enumerate(records):
            page = loaded.plan.page(record)
            data = loaded.renderer.render(page, problems)
            size += len(data)
            if page.indexed:
                entries.append((page.canonical, page.checked))
            output.write(page.file, data)
            progress("rendering", number + 1, len(records))
        assets = loaded.site.layouts.assets
        for name, url in hashed(assets).items():
            output.write(url.lstrip("/"), assets[name])
        output.write("sitemap.xml", sitemap(entries))
        output.write("robots.txt", robots(loaded.site.settings.url))
        problems += loaded.plan.problems
        if problems:
            raise ProblemsFound(problems)
        progress("publishing", 0, 0)
        output.commit()
    return Summary(
        pages=len(records),
        combinations=sum(record.kind == "combination" for record in records),
        drafts=loaded.plan.drafts,
        files=len(records) + len(assets) + 2,
        bytes=size,
        seconds=time.perf_counter() - started,
        target=target,
    )
