"""The deploy's last step: write down what is online now, or mend the file that says so."""

from __future__ import annotations

from pathlib import Path

from appealsite.build import CACHE, build_date
from appealsite.deploy.survey import current_build, pages_of
from appealsite.plan.changes import Changes, after_deploy, compare
from appealsite.plan.planner import make_plan
from appealsite.problems import Problem
from appealsite.publish.lock import alone
from appealsite.publish.whole import write_whole
from appealsite.read.layouts import read_layouts
from appealsite.read.published import PUBLISHED, Published, Recorded, lenient, published, read_published
from appealsite.read.site import read_site
from appealsite.values import value


@value
class Outcome:
    """What was recorded: the changes; or of a ``mended`` file, what is ``lost`` and how many addresses were ``chosen``
    between two versions."""

    pages: int
    changes: Changes | None = None
    lost: tuple[Problem, ...] = ()
    chosen: int = 0
    mended: bool = False


def record(root: Path, target: Path) -> Outcome:
    """Record the built site as published. A file that a merge or an accident has damaged is mended instead, as nobody
    can tell from it what the site now online was built with."""
    with alone(root / CACHE, lambda: None):
        damage: list[Problem] = []
        before = read_published(root, damage)
        if damage:
            return _mend(root)
        last = current_build(root, target)
        pages = pages_of(last)
        entries = after_deploy(pages, before, build_date().isoformat())
        now = published(last.shared, entries)
        if now != before:
            write_whole(root / PUBLISHED, now.encode(), PUBLISHED)
        return Outcome(len(pages), compare(pages, last.shared, before))


def _mend(root: Path) -> Outcome:
    """Put the file together again from all its sound lines.

    An address keeps its earliest first day. Of two lines that differ in content, the one that says what the page says
    now is kept with its day, else the later one.
    """
    layouts, entries, lost = lenient(root)
    torn = {url for url, rows in entries.items() if len({row.digests for row in rows}) > 1}
    now = _digests_now(root, torn) if torn else {}
    kept = [_one_of(rows, now.get(url, "")) for url, rows in entries.items()]
    write_whole(root / PUBLISHED, published(layouts, kept).encode(), PUBLISHED)
    return Outcome(len(kept), lost=tuple(lost), chosen=len(torn), mended=True)


def _one_of(rows: list[Recorded], now: str) -> Recorded:
    same = [row for row in rows if row.digests == now]
    kept = min(same, key=lambda row: row.modified) if same else max(rows, key=lambda row: row.modified)
    earliest = min(row.modified for row in rows if row.digests == kept.digests)
    return kept._replace(published=min(row.published for row in rows), modified=earliest)


def _digests_now(root: Path, urls: set[str]) -> dict[str, str]:
    """The digests that pages have now, by address; none while something that people wrote is wrong."""
    problems: list[Problem] = []
    site = read_site(root, read_layouts(root, problems), problems, recorded=Published())
    if site is None:
        return {}
    plan = make_plan(site, build_date(), problems)
    return {one.url: plan.page(one).digests for one in plan if one.url in urls}
