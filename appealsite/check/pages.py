"""The second pass: every page once, in chunks; a chunk is not made again when no edit since may touch its pages."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from appealsite.check.examiner import Examiner
from appealsite.check.remembered import Remembered, key_of
from appealsite.check.sameness import Comparison
from appealsite.check.seen import OwnText, Row, Seen
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.workers import Start, spread

_CHUNK = 128  # pages; the same whatever the number of processes, so that what is remembered fits
_MOST_EDITS = 64  # files; beyond, all pages are looked at
_WORTH_IT = 3  # chunks below which another process costs more than it brings


@dataclass
class Pages:
    """What all pages say: ``rows`` in the order of the plan, and everything else counted together."""

    seen: Seen = field(default_factory=Seen)
    rows: list[Row] = field(default_factory=list)


class PagesPass:
    """One pass over all pages. ``base`` stands for all that decides what is seen beside the files that pages show: the
    data, the layouts, which files and which pages there are."""

    def __init__(
        self,
        examiner: Examiner,
        memory: Remembered,
        inputs: Mapping[str, bytes],
        base: bytes,
        comparison: Comparison,
        progress: Callable[[str, int, int], None],
    ) -> None:
        self._examiner = examiner
        self._memory = memory
        self._inputs = inputs
        self._base = base
        self._comparison = comparison
        self._progress = progress
        self._pages = Pages()

    def run(self, jobs: int, start: Start) -> Pages:
        """All pages; ProblemsFound where one of them cannot be made."""
        total = len(self._examiner.plan)
        touched = self._touched(total)
        new = []
        for at in range(0, total, _CHUNK):
            chunk = range(at, min(at + _CHUNK, total))
            seen = self._remembered(chunk) if touched.isdisjoint(chunk) else None
            if seen is None:
                new.append(chunk)
            else:
                self._take(seen, total)
        for seen in spread(
            self._examiner, Examiner.pages, new, jobs if len(new) >= _WORTH_IT else 1, start, self._examiner.afresh()
        ):
            self._remember(seen)
            self._take(seen, total)
        if self._pages.seen.problems:
            raise ProblemsFound(_one_each(self._pages.seen.problems))
        self._pages.rows.sort(key=lambda row: row.index)
        return self._pages

    def _take(self, seen: Seen, total: int) -> None:
        self._pages.rows += seen.rows
        self._pages.seen.merge(seen)
        self._memory.adopt(seen.fresh, seen.used)
        self._progress("pages", len(self._pages.rows), total)

    def _remember(self, seen: Seen) -> None:
        """Keep what was seen, and the texts of its pages by themselves: many pages share them."""
        for text in seen.texts:
            if not self._comparison.knows(text.key):
                self._memory.put(self._text_key(text.key), pickle.dumps(text))
                self._add(text)
        seen.texts.clear()
        if seen.rows and not seen.problems:
            whole = replace(seen, fresh={})  # what is fresh is kept by itself
            self._memory.put(self._chunk_key(seen.rows[0].index), pickle.dumps(whole))

    def _remembered(self, chunk: range) -> Seen | None:
        stored = self._memory.get(self._chunk_key(chunk.start))
        if stored is None:
            return None
        seen: Seen = pickle.loads(stored)  # noqa: S301 - sealed, and written by us
        return seen if all(map(self._know, seen.keys())) else None

    def _touched(self, total: int) -> frozenset[int]:
        """The pages that edits of texts since the last check may touch; which texts there are is part of ``base``."""
        content = self._examiner.site.content
        now = {name: self._inputs.get(name, b"") for name in content.names}
        key = key_of(b"inputs", self._base)
        stored = self._memory.get(key)
        self._memory.put(key, pickle.dumps(now))
        if stored is None:
            return frozenset(range(total))
        before: dict[str, bytes] = pickle.loads(stored)  # noqa: S301 - as above
        edited = [name for name, digest in now.items() if before.get(name) != digest]
        if len(edited) > _MOST_EDITS:
            return frozenset(range(total))
        return frozenset(self._examiner.plan.affected_by([(name, content.cells.get(name)) for name in edited]))

    def _know(self, key: bytes) -> bool:
        """Whether a text is there to be compared, from this check or an earlier one."""
        if not self._comparison.knows(key):
            stored = self._memory.get(self._text_key(key))
            if stored is None:
                return False
            self._add(pickle.loads(stored))  # noqa: S301 - as above
        else:
            self._memory.adopt({}, (self._text_key(key),))
        return True

    def _add(self, text: OwnText) -> None:
        runs = np.frombuffer(text.runs, dtype=np.uint64)
        self._comparison.add_text(text.key, text.path, text.words, runs)

    def _chunk_key(self, start: int) -> bytes:
        return key_of(b"pages", self._base, start.to_bytes(8, "little"))

    def _text_key(self, key: bytes) -> bytes:
        return key_of(b"own", self._base, key)


def _one_each(problems: Sequence[Problem]) -> Iterator[Problem]:
    """One problem for each cause, as of a build."""
    known: set[tuple[Mark, str]] = set()
    for problem in sorted(problems):
        if (problem.mark, problem.message) not in known:
            known.add((problem.mark, problem.message))
            yield problem
