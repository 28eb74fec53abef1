"""What a check costs: ``python -m benchmarks.check`` measures it beside a cold build of the same pages."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import click

from benchmarks.hugo_site import BUILD_DATE
from benchmarks.measure import Cost, measure
from benchmarks.words import EDITED, MARKER
from benchmarks.workload import MOST_PAGES, PROJECT, STYLES, Edit, generate

COLD_LIMIT, AGAIN_LIMIT = 8.0, 1.0  # in cold builds of the same pages
MEMORY_LIMIT = 1024.0  # megabytes
BUILD, COLD, NOTHING, ONE, SHARED = (
    "cold build",
    "first check",
    "nothing changed",
    "one section edited",
    "shared block edited",
)
LIMITS = {COLD: COLD_LIMIT, NOTHING: AGAIN_LIMIT, ONE: AGAIN_LIMIT}


class Project:
    """A generated project that is built and checked."""

    def __init__(self, root: Path, pages: int, style: str) -> None:
        self.workload = generate(root, pages, style)
        self._python = [sys.executable, str(PROJECT / "build.py"), "--root", str(root)]

    def build(self) -> Cost:
        """A build that uses nothing of earlier ones."""
        return self._run(["--clean", "--quiet"])

    def check(self, *, memory: bool = False) -> Cost:
        """A check of everything, whose findings are not what is measured."""
        return self._run(["check", "--sources"], memory=memory)

    def forget(self) -> None:
        """Remove what earlier checks remember."""
        (self.workload.root / ".cache/check.sqlite").unlink(missing_ok=True)

    def change(self, edit: Edit, old: str = MARKER, new: str = EDITED) -> None:
        """Replace one sentence."""
        path = self.workload.root / edit.file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    def _run(self, options: Sequence[str], *, memory: bool = False) -> Cost:
        return measure([*self._python, *options], self.workload.root, BUILD_DATE, memory=memory)


def run(project: Project, runs: int) -> dict[str, list[Cost]]:
    """The costs of every scenario; the first of each is watched for memory, and its time does not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in (BUILD, COLD, NOTHING, ONE, SHARED)}
    for turn in range(runs + 1):
        memory = turn == 0
        costs[BUILD].append(project.build())
        project.forget()
        costs[COLD].append(project.check(memory=memory))
        costs[NOTHING].append(project.check(memory=memory))
        for name, edit in ((ONE, project.workload.one_edit), (SHARED, project.workload.shared_edit)):
            project.change(edit)
            costs[name].append(project.check(memory=memory))
            project.change(edit, EDITED, MARKER)
            project.check()  # off the clock: back to what is remembered of the unchanged project
    return costs


@click.command()
@click.option("--pages", default=10_000, show_default=True, type=click.IntRange(1, MOST_PAGES))
@click.option("--style", default="composed", show_default=True, type=click.Choice(STYLES))
@click.option("--runs", default=3, show_default=True, type=click.IntRange(1, 100))
def main(pages: int, style: str, runs: int) -> None:
    """Measure checks beside a cold build; exit status 1 when one is beyond its limit."""
    with tempfile.TemporaryDirectory() as folder:
        costs = run(Project(Path(folder) / "project", pages, style), runs)
    unit = median(cost.wall for cost in costs[BUILD][1:])
    work = median(cost.cpu for cost in costs[BUILD][1:])
    beyond = False
    click.echo(f"{pages:,} {style} pages; medians of {runs} runs; a cold build is {unit:.2f} s")
    click.echo(f"{'':22}{'seconds':>9}{'processor':>11}{'builds':>8}{'in work':>9}{'limit':>7}{'MB':>7}")
    for name, found in costs.items():
        wall = median(cost.wall for cost in found[1:])
        cpu = median(cost.cpu for cost in found[1:])
        peak = found[0].memory or 0.0
        limit = LIMITS.get(name)
        shown = f"{limit:.0f}" if limit else ""
        click.echo(f"{name:22}{wall:9.2f}{cpu:11.2f}{wall / unit:8.2f}{cpu / work:9.2f}{shown:>7}{peak:7.0f}")
        beyond = beyond or peak > MEMORY_LIMIT or (limit is not None and wall / unit > limit)
    if beyond:
        sys.exit(1)


if __name__ == "__main__":
    main()
