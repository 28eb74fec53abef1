"""The first pass: every Markdown file under the rules about text, unless an earlier check saw the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from appealsite.check.blocks import Examined
from appealsite.check.claims import dated_ahead
from appealsite.check.examiner import Examiner
from appealsite.check.finding import Finding
from appealsite.check.remembered import Remembered, key_of
from appealsite.check.seen import Notes
from appealsite.problems import Problem, ProblemsFound
from appealsite.workers import Start, spread

_CHUNK = 64
_WORTH_IT = 40  # files below which another process costs more than it brings


@dataclass
class Texts:
    """What the files say on a day, one by one. ``wording`` are findings that count only where pages for services of a
    kind show a piece of a file: file, line of the piece, kind; ``allow`` are the rules each file may break, with the
    reasons."""

    day: date
    findings: list[Finding] = field(default_factory=list)
    wording: list[tuple[tuple[str, int, str], Finding]] = field(default_factory=list)
    allow: dict[str, Mapping[str, str]] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)

    def add(self, name: str, examined: Examined) -> None:
        """Add what was said of a file."""
        self.findings += examined.findings
        for what, day, mark in examined.days:
            self.findings += dated_ahead(what, day, mark, self.day)
        self.wording += [((name, line, kind), finding) for line, kind, finding in examined.wording]
        if examined.allow:
            self.allow[name] = examined.allow
        noted = Notes.of(examined)
        if noted is not None:
            self.notes[name] = noted


def examine_texts(
    examiner: Examiner,
    memory: Remembered,
    inputs: Mapping[str, bytes],
    base: bytes,
    day: date,
    jobs: int,
    start: Start,
    progress: Callable[[str, int, int], None],
) -> Texts:
    """All files; ``base`` stands for everything beside their own words that decides what is said of them.

    ProblemsFound where a build would stop at one of them.
    """
    texts = Texts(day)
    keys = {name: key_of(b"text", base, name.encode(), inputs.get(name, b"")) for name in examiner.site.content.names}
    new = []
    for name, key in keys.items():
        stored = memory.get(key)
        if stored is None:
            new.append(name)
        else:
            texts.add(name, Examined.decode(stored))
    chunks = [new[at : at + _CHUNK] for at in range(0, len(new), _CHUNK)]
    done = 0
    problems: list[Problem] = []
    jobs = jobs if len(new) >= _WORTH_IT else 1
    for results, told in spread(examiner, Examiner.files, chunks, jobs, start, examiner.afresh()):
        problems += told
        for name, encoded in results:
            memory.put(keys[name], encoded)
            texts.add(name, Examined.decode(encoded))
        done += len(results)
        progress("texts", done, len(new))
    if problems:
        raise ProblemsFound(problems)
    return texts
