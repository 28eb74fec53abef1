"""What a person sees of a run: progress on a terminal, plain lines in a pipe, problems always."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from appealsite.build import Progress, no_progress
from appealsite.problems import Problem, counted

if TYPE_CHECKING:
    from appealsite.add.adding import Added
    from appealsite.build import Summary
    from appealsite.deploy.announce import Batch
    from appealsite.deploy.record import Outcome
    from appealsite.deploy.sent import Difference
    from appealsite.render.timings import Timings


_SHOWN = 50  # files of a kind


class Reporter:
    """Prints to standard output what went well and to standard error what did not."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    @contextlib.contextmanager
    def progress(self) -> Iterator[Progress]:
        """A function to call with a phase, a count and a total; drawn as a bar on a terminal only."""
        if self._quiet or sys.stdout is None or not sys.stdout.isatty():
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
        """What a build made, what it reused, and where the time went."""
        seconds = f"{summary.seconds:.2f} s"
        if summary.reason == "nothing changed":
            self.say(f"nothing changed: {counted(summary.pages, 'page')} stand in {_short(summary.target)} ({seconds})")
            return
        drafts = f", {counted(summary.drafts, 'draft')} left out" if summary.drafts else ""
        combinations = counted(summary.combinations, "combination")
        self.say(f"built {counted(summary.pages, 'page')} ({combinations}{drafts}) in {seconds}")
        made = f"rendered {counted(summary.made, 'page')}, {summary.bytes / 1024:,.0f} KB"
        pace = summary.made / summary.phases["rendering"] if summary.phases.get("rendering") else 0
        if summary.made >= 1000:
            made += f", {pace:,.0f} a second"
        reused = summary.pages - summary.made
        self.say(f"{made}; {reused:,} reused" if not summary.reason else f"{made}; a full build, as {summary.reason}")
        changed = counted(summary.changed, "file")
        self.say(f"into {_short(summary.target)}: {changed} changed, {summary.removed:,} removed")
        if summary.timings:
            self._timings(summary.timings)

    def _timings(self, timings: Timings) -> None:
        for kind, heading in (("layout", "layouts"), ("text", "texts"), ("page", "pages")):
            self.say(f"slowest {heading} (seconds in all, times, name)")
            for name, seconds, count in timings.slowest(kind):
                self.say(f"  {seconds:8.4f} {count:8,}  {name}")

    def deploy(self, change: Difference, total: int, dry_run: bool) -> None:
        """What a deploy sends, or would send; a line for each file, unless there are very many."""
        for sign, names in (("+", change.new), ("~", change.changed), ("-", change.removed)):
            for name in names[:_SHOWN]:
                self.say(f"{sign} {name}")
            if len(names) > _SHOWN:
                self.say(f"{sign} ... and {len(names) - _SHOWN:,} more")
        said = f"{len(change.new):,} new, {len(change.changed):,} changed, {len(change.removed):,} removed"
        self.say(f"{said} of {counted(total, 'file')}{' would be sent' if dry_run else ''}")

    def recorded(self, outcome: Outcome) -> None:
        """What was written to data/published.txt."""
        from appealsite.read.published import PUBLISHED  # not for a build that finds nothing changed

        if outcome.mended:
            for problem in outcome.lost:
                click.echo(str(problem), err=True)
            chosen = f", chosen between two versions of {outcome.chosen:,}" if outcome.chosen else ""
            kept = f"{counted(outcome.pages, 'address', 'addresses')}{chosen}"
            self.say(f"mended {PUBLISHED}: kept {kept}, lost {counted(len(outcome.lost), 'line')}")
            self.say("nothing new is recorded: build and deploy, then record again")
            return
        changes = outcome.changes
        if not changes:
            self.say(f"nothing to record: {PUBLISHED} already says what is built")
            return
        counts = f"{len(changes.added):,} new, {len(changes.changed):,} changed, {len(changes.retired):,} retired"
        self.say(f"recorded {counted(outcome.pages, 'page')} in {PUBLISHED}: {counts}")
        self.say("commit it: it is what the next build and the next deploy compare with")

    def added(self, added: Added) -> None:
        """What was added, what was there already, and what to do next."""
        for name in added.there:
            self.say(f"there already: {name}")
        for name in added.entries[:_SHOWN]:
            self.say(f"added to data/matrix.yaml: {name}")
        if len(added.entries) > _SHOWN:
            self.say(f"... and {counted(len(added.entries) - _SHOWN, 'more entry', 'more entries')}")
        for name in added.files[:_SHOWN]:
            self.say(f"write: {name}")
        if len(added.files) > _SHOWN:
            self.say(f"... and {counted(len(added.files) - _SHOWN, 'more file')}")
        for name in added.lacking[:_SHOWN]:
            self.say(f"still to write, as others have it: {name}")
        if len(added.lacking) > _SHOWN:
            self.say(f"... and {counted(len(added.lacking) - _SHOWN, 'more text')}")
        if not added.entries and not added.files:
            self.say("nothing was changed")
        elif added.files:
            self.say(f"look at it: python build.py serve, then {added.urls[0]}")

    def to_announce(self, batches: Sequence[Batch], endpoint: str, dry_run: bool) -> None:
        """What is, or with a dry run would be, sent to search engines."""
        count = sum(len(batch.urls) for batch in batches)
        if not count:
            self.say("nothing to announce: no address that search engines may list has changed")
        for batch in batches:
            verb = "would send" if dry_run else "sending"
            self.say(f"{verb} {counted(len(batch.urls), 'address', 'addresses')} of {batch.host} to {endpoint}")
            if dry_run:
                for url in batch.urls:
                    self.say(f"  {url}")

    def problems(self, problems: Sequence[Problem], outcome: str) -> None:
        """Every problem with its place, then how many there are and what comes of it."""
        for problem in problems:
            click.echo(str(problem), err=True)
        click.echo(f"\n{counted(len(problems), 'problem')}; {outcome}", err=True)


def as_json_text(summary: Summary) -> str:
    """The summary for machines, times in seconds."""
    data = {name: value for name, value in vars(summary).items() if name != "timings"}
    if summary.timings:
        data["slowest"] = {kind: summary.timings.slowest(kind) for kind in ("layout", "text", "page")}
    return json.dumps(data, indent=2)


def _short(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except FileNotFoundError:  # we were started in a folder that is gone, such as one of the old site
        return path
    return path if relative.startswith("..") else relative
