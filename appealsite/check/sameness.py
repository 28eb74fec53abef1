"""Runs of five words, and on how many pages each stands: exact at any size, in time that grows with the text alone.

A run is a number made from five words in a row. Text that pages share is counted once with the first and the last page
that shows it; a run is a page's own when the first and the last page of all texts that hold it are the same one. The
runs are sorted in parts by their value, so memory stays bounded however many there are.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

import numpy as np
from numpy.typing import NDArray

from appealsite.values import value

LENGTH = 5  # words of a run
IN_MEMORY = 12_000_000  # runs; more are kept in a temporary file
PART = 8_000_000  # runs sorted at a time
_CANDIDATES = 3  # pages compared in full with a page, to find the nearest
_SAMPLED = 64  # runs of a page that vote for them
_NO_PAGE = 2**32 - 1  # the first page of a text that no page shows, which then counts for nothing

Runs = NDArray[np.uint64]
_POWERS = np.array([pow(0x9E3779B97F4A7C15, power, 1 << 64) for power in range(1, LENGTH + 1)], dtype=np.uint64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


class Tokens:
    """Numbers for words, the same in every process and on every machine."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def runs(self, words: Sequence[str]) -> Runs:
        """The runs of a text, in order."""
        if len(words) < LENGTH:
            return np.empty(0, dtype=np.uint64)
        known = self._known
        numbers = np.array([known.get(word) or self._add(word) for word in words], dtype=np.uint64)
        count = len(words) - LENGTH + 1
        total = np.zeros(count, dtype=np.uint64)
        for at in range(LENGTH):
            total += numbers[at : at + count] * _POWERS[at]  # wraps around, as it should
        mixed: Runs = (total ^ (total >> np.uint64(31))) * _MIX
        return mixed

    def _add(self, word: str) -> int:
        number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little") or 1
        self._known[word] = number
        return number


@dataclass(slots=True)
class Text:
    """A text as pages show it, names masked: its file, how long it is, and the first and last page that show it."""

    path: str
    words: int
    length: int  # in runs
    first: int
    last: int
    offset: int  # of its runs in the store


@value
class Likeness:
    """How a page compares: words and share (0 to 1) of its own, the nearest other page and how much of it stands there
    too, and the files of what stands elsewhere too, the longest first."""

    page: int
    words: int
    own: float
    nearest: int
    contained: float
    files: tuple[tuple[str, int], ...]


@dataclass
class _Store:
    """Runs of all texts one after another, in memory or, where they are too many, in a temporary file."""

    pieces: list[Runs] = field(default_factory=list)
    length: int = 0
    spilled: int = 0
    file: IO[bytes] | None = None

    def add(self, runs: Runs) -> int:
        at = self.length
        self.pieces.append(runs)
        self.length += len(runs)
        if self.length - self.spilled > IN_MEMORY:
            self._spill()
        return at

    def whole(self) -> Runs:
        """All runs; those in a file are read as they are needed."""
        if self.file is None:
            return np.concatenate(self.pieces) if self.pieces else np.empty(0, dtype=np.uint64)
        self._spill()
        return np.memmap(self.file, dtype=np.uint64, mode="r", shape=(self.length,))

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    def _spill(self) -> None:
        if self.file is None:
            self.file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the comparison
        for piece in self.pieces:
            piece.tofile(self.file)
        self.file.flush()
        self.pieces.clear()
        self.spilled = self.length


class Comparison:
    """Collects texts and the pages that show them, then says how alike the pages are."""

    def __init__(self) -> None:
        self._texts: list[Text] = []
        self._numbers: dict[bytes, int] = {}
        self._pages: dict[int, tuple[int, ...]] = {}
        self._store = _Store()

    def close(self) -> None:
        """Let go of the temporary file, if there is one."""
        self._store.close()

    def knows(self, key: bytes) -> bool:
        """Whether a text was added."""
        return key in self._numbers

    def add_text(self, key: bytes, path: str, words: int, runs: Runs) -> None:
        """Add a text under a key that stands for what it says."""
        if key not in self._numbers:
            self._numbers[key] = len(self._texts)
            self._texts.append(Text(path, words, len(runs), _NO_PAGE, 0, self._store.add(runs)))

    def add_page(self, page: int, keys: Iterable[bytes]) -> None:
        """Add a page with the texts it shows; pages may come in any order."""
        numbers = tuple(self._numbers[key] for key in keys)
        self._pages[page] = numbers
        for number in numbers:
            text = self._texts[number]
            text.first = min(text.first, page)
            text.last = max(text.last, page)

    def likeness(self, wanted: Sequence[int], alarm: float) -> Iterator[Likeness]:
        """How alike the wanted pages are to others; the nearest is looked for where more than ``alarm`` of a page
        stands elsewhere too."""
        runs = self._store.whole()
        own, rivals = self._owned(runs)
        sums = np.concatenate(([0], np.cumsum(own, dtype=np.int64)))
        same: dict[tuple[int, ...], list[int]] = {}
        for page, numbers in self._pages.items():
            same.setdefault(tuple(sorted(numbers)), []).append(page)
        for page in wanted:
            numbers = self._pages[page]
            texts = [self._texts[number] for number in numbers]
            total = sum(text.length for text in texts)
            kept = [int(sums[text.offset + text.length] - sums[text.offset]) for text in texts]
            share = sum(kept) / total if total else 1.0
            nearest, contained = -1, 0.0
            if 1 - share > alarm:
                twins = same[tuple(sorted(numbers))]
                if len(twins) > 1:
                    nearest, contained = twins[0] if twins[0] != page else twins[1], 1.0
                else:
                    nearest, contained = self._nearest(page, runs, rivals, alarm)
            alike = Counter[str]()
            for text, count in zip(texts, kept, strict=True):
                alike[text.path] += text.length - count
            files = tuple((path, count) for path, count in alike.most_common(3) if count)
            yield Likeness(page, sum(text.words for text in texts), share, nearest, contained, files)

    def _owned(self, runs: Runs) -> tuple[NDArray[np.bool_], tuple[NDArray[np.uint32], NDArray[np.uint32]]]:
        """For each run, whether one page alone has it, and the first and last page that have it."""
        count = len(runs)
        own = np.zeros(count, dtype=np.bool_)
        first, last = np.empty(count, dtype=np.uint32), np.empty(count, dtype=np.uint32)
        lengths = np.array([text.length for text in self._texts], dtype=np.int64)
        firsts = np.array([text.first for text in self._texts], dtype=np.uint32)
        lasts = np.array([text.last for text in self._texts], dtype=np.uint32)
        if not count:
            return own, (first, last)
        first[:], last[:] = np.repeat(firsts, lengths), np.repeat(lasts, lengths)
        parts = -(-count // PART)
        for part in range(parts):
            chosen = np.arange(count) if parts == 1 else np.flatnonzero(_in_part(runs, part, parts))
            if not len(chosen):
                continue
            values = runs[chosen]
            order = np.argsort(values, kind="stable")
            chosen, values = chosen[order], values[order]
            starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
            sizes = np.diff(np.append(starts, len(values)))
            lowest = np.repeat(np.minimum.reduceat(first[chosen], starts), sizes)
            highest = np.repeat(np.maximum.reduceat(last[chosen], starts), sizes)
            first[chosen], last[chosen] = lowest, highest
            own[chosen] = lowest == highest
        return own, (first, last)

    def _nearest(
        self, page: int, runs: Runs, rivals: tuple[NDArray[np.uint32], NDArray[np.uint32]], alarm: float
    ) -> tuple[int, float]:
        """A page that holds more than ``alarm`` of this one, or the most, among those that its shared runs point to;
        and how much it holds."""
        mine = self._pages[page]
        places = np.concatenate([self._places(number) for number in mine])
        sample = places[:: max(1, len(places) // _SAMPLED)]
        votes = Counter[int](rivals[0][sample].tolist())
        votes.update(rivals[1][sample].tolist())
        for number in mine:
            votes.update({self._texts[number].first: 8, self._texts[number].last: 8})
        del votes[page]
        best, most = -1, 0.0
        for other, _ in votes.most_common(_CANDIDATES):
            contained = self._contained(mine, self._pages[other], runs) / len(places) if other in self._pages else 0.0
            if contained > most:
                best, most = other, contained
            if most > alarm:
                break
        return best, most

    def _contained(self, mine: Sequence[int], theirs: Sequence[int], runs: Runs) -> int:
        """How many runs of one page stand on another; texts that both show need no comparison."""
        same = set(mine) & set(theirs)
        count = sum(self._texts[number].length for number in same)
        own = [self._places(number) for number in mine if number not in same]
        if own:
            others = np.concatenate([runs[self._places(number)] for number in theirs])
            count += int(np.isin(runs[np.concatenate(own)], others).sum())
        return count

    def _places(self, number: int) -> NDArray[np.int64]:
        text = self._texts[number]
        return np.arange(text.offset, text.offset + text.length, dtype=np.int64)


def _in_part(runs: Runs, part: int, parts: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (runs >> np.uint64(40)) % np.uint64(parts) == np.uint64(part)
    return found
