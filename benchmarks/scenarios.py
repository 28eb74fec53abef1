"""What is measured, in which order: every contestant does one thing, then every contestant does the next."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compare import Different, compare
from benchmarks.contestants import Contestant, copy, hugo, ours, parsers
from benchmarks.measure import Cost
from benchmarks.words import EDITED, MARKER
from benchmarks.workload import Edit, Workload, generate

COLD, NOTHING, ONE, SHARED = "cold", "nothing changed", "one section edited", "shared block edited"
SCENARIOS = (COLD, NOTHING, ONE, SHARED)
COPY = "cp -r"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """One measured build. ``turn`` is 0 for the first round, whose memory is watched and whose time does not count."""

    style: str
    scenario: str
    contestant: str
    turn: int
    cost: Cost


@dataclass(frozen=True)
class Measured:
    """All that one workload gave, with the size of the finished site."""

    workload: Workload
    pages: int
    megabytes: float
    compared: int
    results: tuple[Result, ...]


def run(
    folder: Path, pages: int, style: str, turns: int, scenarios: Sequence[str], wanted: Sequence[str], say: Say
) -> Measured:
    """Generate a workload below ``folder``, check that the sites are equal, and measure every scenario."""
    say(f"{style}, {pages:,} pages: writing the project")
    workload = generate(folder / "project", pages, style)
    contestants = [ours(workload.root, folder, parser) for parser in parsers(wanted)]
    contestants.append(hugo(workload.root, folder))
    rounds = _Rounds(folder, workload, contestants, scenarios, say)
    for turn in range(turns + 1):
        say(f"{style}: round {turn} of {turns}" + (", memory and comparison" if turn == 0 else ""))
        rounds.run(turn)
    for contestant in contestants:
        shutil.rmtree(contestant.root, ignore_errors=True)
        contestant.forget()
    shutil.rmtree(workload.root)
    return Measured(workload, rounds.pages, rounds.megabytes, rounds.compared, tuple(rounds.results))


class _Rounds:
    """The rounds on one workload and what they gave so far."""

    def __init__(
        self,
        folder: Path,
        workload: Workload,
        contestants: Sequence[Contestant],
        scenarios: Sequence[str],
        say: Say,
    ) -> None:
        self._folder = folder
        self._workload = workload
        self._contestants = contestants
        self._scenarios = scenarios
        self._say = say
        self._stale: set[str] = set()  # contestants whose last build was of an edit that has been put back
        self.results: list[Result] = []
        self.pages = 0
        self.compared = 0
        self.megabytes = 0.0

    def run(self, turn: int) -> None:
        """Every scenario once for every contestant; the first always starts cold, since the others need its site."""
        if COLD not in self._scenarios:
            for contestant in self._contestants:
                contestant.forget()
                contestant.build()
            if turn == 0:
                self._check()
        for scenario in self._scenarios:
            for contestant in self._contestants:
                cost = self._measure(scenario, contestant, turn)
                self._note(scenario, contestant.name, turn, cost)
                if scenario == COLD and contestant is self._contestants[0]:
                    self._note(COLD, COPY, turn, copy(contestant, self._folder))
                if turn and self._scenarios[-1] == COLD:
                    contestant.forget()  # a hundred thousand pages should not lie in memory twice
            if scenario == COLD and turn == 0:
                self._check()

    def _measure(self, scenario: str, contestant: Contestant, turn: int) -> Cost:
        watched = turn == 0
        if scenario == COLD:
            contestant.forget()
        elif contestant.name in self._stale:
            contestant.build()  # off the clock: the site before an edit is the one of the unchanged project
        self._stale.discard(contestant.name)
        if scenario in (COLD, NOTHING):
            return contestant.build(memory=watched)
        edit = self._workload.one_edit if scenario == ONE else self._workload.shared_edit
        return self._edited(contestant, edit, watched)

    def _edited(self, contestant: Contestant, edit: Edit, watched: bool) -> Cost:
        """A build after one sentence changed; then everything is put back as it was."""
        contestant.change(edit)
        try:
            cost = contestant.build(memory=watched)
            if not contestant.shows(edit, EDITED):
                raise Different(f"{contestant.name} does not show the edit of {edit.file} on {edit.url}")
        finally:
            contestant.change(edit, EDITED, MARKER)
        if contestant.keeps_state:
            self._stale.add(contestant.name)
        return cost

    def _check(self) -> None:
        """Raise Different unless all contestants made the same site, ours byte for byte."""
        first, *others = self._contestants
        self.pages = sum(1 for _ in first.site.rglob("*.html"))
        self.megabytes = sum(path.stat().st_size for path in first.site.rglob("*") if path.is_file()) / 1024**2
        self.compared = compare(first.site, others[-1].site)
        self._say(f"  the same pages: {self.pages:,}; the same texts: {self.compared:,} read")
        for other in others[:-1]:
            names = [path.relative_to(first.site).as_posix() for path in first.site.rglob("*") if path.is_file()]
            _, differing, missing = filecmp.cmpfiles(first.site, other.site, names, shallow=False)
            if differing or missing:
                raise Different(f"{other.name} made other files than {first.name}: {(differing + missing)[:5]}")

    def _note(self, scenario: str, contestant: str, turn: int, cost: Cost) -> None:
        self.results.append(Result(self._workload.style, scenario, contestant, turn, cost))
        memory = f", {cost.memory:,.0f} MB" if cost.memory is not None else ""
        self._say(f"  {scenario}: {contestant} {cost.wall:.2f} s, {cost.cpu:.2f} s of processor{memory}")
