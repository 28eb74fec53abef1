"""What ``site/`` holds now, for the commands that compare it with what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from appealsite.build import CACHE, build_date, record_file, settings_of, shared_by_pages
from appealsite.hosts.known import HOSTS
from appealsite.last_build import LastBuild, LastBuilds
from appealsite.make import Maker, Order
from appealsite.plan.cells import expand
from appealsite.plan.changes import Changes, compare
from appealsite.plan.history import entry_of
from appealsite.plan.redirects import Redirects
from appealsite.plan.waves import Wave, coming
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.manifest import read_identity
from appealsite.read.inputs import digests
from appealsite.read.published import PUBLISHED, Recorded, recorded
from appealsite.values import value


@value
class Survey:
    """The next deploy: what it changes, where the addresses it retires lead, and what is to come after it."""

    changes: Changes
    redirects: Redirects
    waves: tuple[Wave, ...]


def survey(root: Path, target: Path) -> Survey:
    """Compare what people have written with what was published. A built site that is current makes it fast."""
    today, inputs = build_date(), digests(root)
    maker = Maker(order(root, inputs))
    last = last_build(root, target)
    current = {settings_of(today, drafts=False, host=host) for host in (None, *HOSTS)}
    if last and last.inputs == inputs and last.settings in current:
        pages = pages_of(last)
    else:
        pages = _listed(entry_of(maker.plan.page(record)) for record in maker.plan)
        if maker.problems:
            raise ProblemsFound(maker.problems)
    changes = compare(pages, shared_by_pages(inputs, maker.plan.site_view), maker.site.published)
    return Survey(changes, maker.plan.redirects, coming(maker.site, expand(maker.site, today, []), today))


def order(root: Path, inputs: Mapping[str, bytes]) -> Order:
    """What a maker is told that plans the published site and renders nothing."""
    return Order(root, build_date(), drafts=False, parser="python", timings=False, cache=None, inputs=inputs)


def last_build(root: Path, target: Path) -> LastBuild | None:
    """The record of the build that stands in the target; None where there is none."""
    last = LastBuilds(record_file(root, target)).read() if (root / CACHE).is_dir() else None
    return last if last and last.target == str(target) and last.build == read_identity(target) else None


def current_build(root: Path, target: Path) -> LastBuild:
    """The build that stands in the target, made from what people have written; raises ProblemsFound without one.

    The file of what is published may be another: it says nothing that a page is made from but its dates.
    """
    last = last_build(root, target)
    name = target.name
    if last is None:
        raise ProblemsFound(
            [Problem(Mark(name), "is not built yet", "run `python build.py` first, and deploy the site")]
        )
    known, now = ({**inputs, PUBLISHED: b""} for inputs in (last.inputs, digests(root)))
    if known != now:
        (first, *_) = sorted(file for file in {*known, *now} if known.get(file) != now.get(file))
        message = f"was built before {first} changed"
        raise ProblemsFound([Problem(Mark(name), message, "run `python build.py` first, and deploy the site")])
    return last


def pages_of(last: LastBuild) -> list[Recorded]:
    """The pages of a build as they are to be recorded."""
    return _listed(page.entry for page in last.pages.values())


def _listed(entries: Iterable[str]) -> list[Recorded]:
    return [recorded(entry.partition("\n")[0]) for entry in entries if entry]
