"""The whole of a large site, looked at in a process of its own while pages are shown: what a build would stop at."""

from __future__ import annotations

import multiprocessing
import os
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from appealsite.plan.planner import make_plan
from appealsite.problems import Problem
from appealsite.read.layouts import read_layouts
from appealsite.read.site import read_site


class Examination:
    """One look at a site, with ``texts`` at all of them. It can be ended at any time; a newer one takes its place."""

    def __init__(self, root: Path, day: date, *, texts: bool) -> None:
        self.texts = texts
        context = multiprocessing.get_context("spawn")
        self.answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_examine, args=(root, day, texts, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def result(self) -> tuple[Problem, ...] | None:
        """What was found, once the answer can be read; None where the process ended without one."""
        try:
            found: tuple[Problem, ...] = self.answer.recv()
        except (EOFError, OSError):
            return None
        return found

    def end(self) -> None:
        """Stop looking."""
        self._process.kill()
        self._process.join()
        self.answer.close()


def _examine(root: Path, day: date, texts: bool, answer: Connection) -> None:
    os.nice(10)  # whoever looks at a page goes first
    answer.send(problems_of(root, day, texts=texts))
    answer.close()


def problems_of(root: Path, day: date, *, texts: bool) -> tuple[Problem, ...]:
    """Everything that is wrong in data, layouts and the plan as a whole; with ``texts``, in every text as well."""
    problems: list[Problem] = []
    site = read_site(root, read_layouts(root, problems), problems)
    if site is not None:
        make_plan(site, day, problems, drafts=True)
        for name in site.content.names if texts else ():
            site.content.block(name)
    return tuple(sorted(set(problems)))
