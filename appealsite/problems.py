"""What is wrong in something a person wrote: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_WIDTH = 120  # characters of a line that a message shows
MOST = 3  # words that a hint offers


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file: path relative to the project, line and column from 1, and how many characters."""

    path: str
    line: int = 0
    column: int = 0
    length: int = 1
    excerpt: str = ""

    def __str__(self) -> str:
        place = [self.path]
        if self.line:
            place.append(str(self.line))
            if self.column:
                place.append(str(self.column))
        return ":".join(place)

    def window(self) -> tuple[str, int, int]:
        """The line it stands in, a long one cut to what is around, with its column there, from 0, and its length."""
        line, column = self.excerpt.replace("\t", " "), self.column - 1
        start = max(0, column - _WIDTH * 2 // 3) if len(line) > _WIDTH else 0
        start = min(start, max(0, len(line) - _WIDTH))
        shown = line[start : start + _WIDTH]
        if start + _WIDTH < len(line):
            shown += "..."
        if start:
            shown, column = "..." + shown, column - start + 3
        return shown, column, max(1, min(self.length, len(shown) - column))


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong at one place. ``hint`` says what to do about it and may be empty."""

    mark: Mark
    message: str
    hint: str = ""

    def __str__(self) -> str:
        lines = [f"{self.mark}: {self.message}"]
        if self.mark.excerpt:
            number = str(self.mark.line)
            shown, column, length = self.mark.window()
            lines.append(f"    {number} | {shown}".rstrip())
            lines.append(f"    {' ' * len(number)} | {' ' * column}{'^' * length}")
        if self.hint:
            lines.append(f"    {self.hint}")
        return "\n".join(lines)


class ProblemsFound(Exception):
    """Raised at the end of a stage that met problems; carries all of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ProblemsFound], tuple[tuple[Problem, ...]]]:
        """The same in another process."""
        return ProblemsFound, (self.problems,)


def cannot_be_read(name: str, error: OSError) -> Problem:
    """The problem of a file or folder that is missing, or that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return Problem(Mark(name), "is missing", "put it back under this name")
    return Problem(Mark(name), f"cannot be read: {error.strerror or error}")


def changed_meanwhile(name: str) -> Problem:
    """The problem of a file that was edited while it was wanted as it was."""
    return Problem(Mark(name), "changed while the site was being built", "build again")


def cannot_be_written(name: str, error: OSError) -> Problem:
    """The problem of a file or folder that the system does not let us write."""
    return Problem(Mark(name), f"cannot be written: {error.strerror or error}")


def counted(number: int, word: str, words: str = "") -> str:
    """A number with what it counts, in the singular for one; ``words`` is the plural where it is not the word and s."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint naming the known word nearest to ``word``, or those that are equally near; an empty string when none is.

    The word in another case comes first, then one with the same letters in another order, then a longer one that begins
    with it, then what looks like it.
    """
    words = list(dict.fromkeys(known))
    folded = word.casefold()
    near = (
        [one for one in words if one.casefold() == folded]
        or [one for one in words if sorted(one) == sorted(word)]
        or [one for one in words if len(word) > 2 and one.startswith(word)]
        or _equally_alike(word, words)
    )
    return f"did you mean {' or '.join(map(repr, near[:MOST]))}?" if near else ""


def likeness(one: str, other: str) -> float:
    """How much alike two words are, from 0 to 1."""
    from difflib import SequenceMatcher  # a build without mistakes needs none of it

    return SequenceMatcher(None, one, other).ratio()


def look_alikes(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The known words that look like ``word``, the nearest first."""
    from difflib import get_close_matches

    return get_close_matches(word, list(known), n=most, cutoff=0.6)


def _equally_alike(word: str, known: Iterable[str]) -> list[str]:
    near = look_alikes(word, known, MOST)
    ratios = [likeness(one, word) for one in near]
    return [one for one, ratio in zip(near, ratios, strict=True) if ratio == ratios[0]]
