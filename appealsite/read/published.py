"""``data/published.txt``: what is online, one line for each address, as ``build.py record`` wrote it after a deploy.

A line is the address, the day it was first published, the day its content last changed, and digests of its content,
divided by tabs. The file is committed, so it is read as strictly as what people write: a merge may have left it in two
minds. ``lenient`` reads such a file as far as it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from appealsite.problems import Mark, Problem, ProblemsFound, cannot_be_read
from appealsite.read.files import is_absent, mark_in, read_text, with_plain_ends
from appealsite.values import value

PUBLISHED = "data/published.txt"
SEGMENTS = ("text", "title", "description", "links", "structured data")
RETIRED = "retired"  # stands for the digests of an address that is redirected or gone
MAX_BYTES = 256 * 1024 * 1024

_FIRST = "# What is online: address, first published, last changed, content. Written by `python build.py record`."
_SECOND = "# layouts "
_DATE = r"\d{4}-\d\d-\d\d"
_DIGESTS = "-".join([r"[0-9a-f]{8}"] * len(SEGMENTS))
_LINE = rf"(/[!-~]*)\t({_DATE}\t{_DATE}\t(?:{_DIGESTS}(?:\tnoindex)?|{RETIRED}))"
_ONE = re.compile(_LINE)
_ALL = re.compile(rf"^{_LINE}$", re.MULTILINE)
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
_HINT = "run `python build.py record`: it mends this file and says what is lost"


class Recorded(NamedTuple):
    """An address that is or was online: its dates as ISO text, the digests of its content, and whether search engines
    may list it. ``digests`` is ``retired`` for an address that answers no more."""

    url: str
    published: str
    modified: str
    digests: str
    indexed: bool = True

    def line(self) -> str:
        """The line of the file, without its end."""
        parts = (self.url, self.published, self.modified, self.digests)
        return "\t".join(parts if self.indexed else (*parts, "noindex"))


def recorded(line: str) -> Recorded:
    """A sound line of the file as a value."""
    url, published, modified, digests, *rest = line.split("\t")
    return Recorded(url, published, modified, digests, not rest)


@value
class Published:
    """What the file says. ``layouts`` is the digest of all that pages share, as it was when this was recorded.

    ``lines`` holds the rest of each line by its address: values are made for those that are asked for.
    """

    layouts: str = ""
    lines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, url: str) -> Recorded | None:
        """What is recorded of an address, or None."""
        rest = self.lines.get(url)
        return recorded(f"{url}\t{rest}") if rest is not None else None

    def mark(self, url: str) -> Mark:
        """The line of an address, for messages."""
        number = next(number for number, known in enumerate(self.lines) if known == url) + 3
        return Mark(PUBLISHED, number, 1, len(url), f"{url}\t{self.lines[url]}")

    def encode(self) -> bytes:
        """The whole file."""
        lines = [_FIRST, _SECOND + self.layouts, *(f"{url}\t{rest}" for url, rest in self.lines.items()), ""]
        return "\n".join(lines).encode()


def published(layouts: str, entries: Iterable[Recorded]) -> Published:
    """What a file with these entries says."""
    ordered = sorted(entry.line() for entry in entries)
    pairs = (line.partition("\t") for line in ordered)
    return Published(layouts, MappingProxyType({url: rest for url, _, rest in pairs}))


def read_published(root: Path, problems: list[Problem], expected: bytes | None = None) -> Published:
    """The file of a project; without one nothing is published yet. Damage is told in ``problems``.

    With the digest ``expected`` it must be there, and as it was.
    """
    path = root / PUBLISHED
    if expected is None and is_absent(path):
        return Published()
    text = read_text(path, PUBLISHED, problems, MAX_BYTES, expected, conflicts=True)
    if text is None:
        return Published()
    first, _, rest = text.partition("\n")
    second, _, body = rest.partition("\n")
    found = _ALL.findall(body)
    lines = dict(found)
    sound = first == _FIRST and second.startswith(_SECOND) and (body.endswith("\n") or not body)
    if not sound or len(lines) != body.count("\n") or not _is_sorted(lines) or not _are_dates(lines.values()):
        problems.append(_damage(text.split("\n")))
    return Published(second.removeprefix(_SECOND), MappingProxyType(lines))


def lenient(root: Path) -> tuple[str, dict[str, list[Recorded]], list[Problem]]:
    """A damaged file as far as it can be read: the digest of layouts, all entries of each address, and what is lost.

    Markers of a merge conflict are no loss: both sides are kept. Raises ProblemsFound where it cannot be read at all.
    """
    layouts = ""
    entries: dict[str, list[Recorded]] = {}
    lost = []
    try:
        data = (root / PUBLISHED).read_bytes()
    except OSError as error:
        raise ProblemsFound([cannot_be_read(PUBLISHED, error)]) from None
    lines = with_plain_ends(data.decode("utf-8-sig", "replace")).split("\n")
    for number, line in enumerate(lines):
        if _has_form(line):
            entry = recorded(line)
            entries.setdefault(entry.url, []).append(entry._replace(modified=max(entry.published, entry.modified)))
        elif line.startswith(_SECOND):
            layouts = line.removeprefix(_SECOND)
        elif line and line != _FIRST and not _CONFLICT.match(line):
            lost.append(
                Problem(mark_in(PUBLISHED, lines, number, 0, len(line)), "this line cannot be read and is lost")
            )
    return layouts, entries, lost


def _has_form(line: str) -> bool:
    """Whether a line is sound but for the order of its dates, which can be mended."""
    found = _ONE.fullmatch(line)
    return found is not None and _are_dates(("\t".join(sorted(found[2].split("\t")[:2])),))


def _is_sound(line: str) -> bool:
    found = _ONE.fullmatch(line)
    return found is not None and _are_dates((found[2],))


def _is_sorted(lines: Mapping[str, str]) -> bool:
    return all(before < after for before, after in zip(lines, islice(lines, 1, None), strict=False))


def _are_dates(rests: Iterable[str]) -> bool:
    """Whether all dates exist; each is looked at once."""
    pairs = {rest[:21] for rest in rests}
    try:
        return all(date.fromisoformat(pair[:10]) <= date.fromisoformat(pair[11:]) for pair in pairs)
    except ValueError:
        return False


def _damage(lines: list[str]) -> Problem:
    """What is wrong with the file, at the first line where something is."""
    faults: list[tuple[int, str]] = []
    before = ""
    for number, line in enumerate(lines):
        fault = _fault(number, line, before, last=number == len(lines) - 1)
        if fault:
            faults.append((number, fault))
        elif number > 1:
            before = line.partition("\t")[0]
    if not faults:
        return Problem(Mark(PUBLISHED), "is cut off", _HINT)
    number, fault = faults[0]
    more = {1: "", 2: "; so is another line"}.get(len(faults), f"; so are {len(faults) - 1:,} more lines")
    mark = mark_in(PUBLISHED, lines, number, 0, len(lines[number]))
    return Problem(mark, f"this line is damaged: {fault}{more}", _HINT)


def _fault(number: int, line: str, before: str, *, last: bool) -> str:
    """What is wrong with one line; empty where nothing is."""
    if last:
        return "it is cut off" if line else ""
    if _CONFLICT.match(line):
        return "a merge left both of its sides"
    if number == 0:
        return "" if line == _FIRST else "the file does not begin like this"
    if number == 1:
        return "" if line.startswith(_SECOND) else "the digest of the layouts is expected"
    if not _is_sound(line):
        return "an address, two dates and digests are expected"
    url = line.partition("\t")[0]
    return "" if before < url else f"'{url}' stands twice, or not in order"
