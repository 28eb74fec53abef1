"""What a person sees of a run: progress on a terminal, plain lines in a pipe, problems always."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from appealsite.build import Progress, no_progress
from appealsite.problems import Problem

if TYPE_CHECKING:
    from appealsite.build import Summary


class Reporter:
    """Prints to standard output what went well and to standard error what did not."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    @contextlib.contextmanager
    def progress(self) -> Iterator[Progress]:
        """A function to call with a phase, a count and a total; drawn as a bar on a terminal only."""
        if self._quiet or not sys.stdout.isatty():
            yield no_progress
            return
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        with Bar(TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), transient=True) as bar:
            task = bar.add_task("reading", total=None)

            def show(phase: str, done: int, total: int) -> None:
                bar.update(task, description=phase, completed=done, total=total or None)

            yield show

    def say(self, line: str) -> None:
        """A line about what happens; silent with --quiet."""
        if not self._quiet:
            click.echo(line)

    def summary(self, summary: Summary) -> None:
        """What a build made, and how to look at it."""
        drafts = f", {summary.drafts} drafts left out" if summary.drafts else ""
        size = f"{summary.bytes / 1024:,.0f} KB"
        self.say(
            f"built {summary.pages:,} pages ({summary.combinations:,} combinations{drafts}), {size}, "
            f"in {summary.seconds:.2f} s"
        )
        self.say(f"into {_short(str(summary.target))}")

    def problems(self, problems: Sequence[Problem]) -> None:
        """Every problem with its place, then how many there are."""
        for problem in problems:
            click.echo(str(problem), err=True)
        count = len(problems)
        click.echo(f"\n{count} problem{'' if count == 1 else 's'}; nothing was published", err=True)


def _short(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
