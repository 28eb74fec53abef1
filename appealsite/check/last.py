"""What the last whole check found, kept so that a preview and ``explain`` can show it beside each page."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from appealsite.check.finding import Finding, Severity
from appealsite.check.rules import severity_of
from appealsite.kept import Kept
from appealsite.problems import Mark
from appealsite.values import value

_FOLDER = Path(".cache") / "kept" / "check"
_FILE = "last.json"
_KEY = b"3"  # of the form in which it is kept


@value
class Last:
    """The last check: its day, what it found and how bad each code is, and of each page that was measured the words and
    share of its own. Whoever shows it needs none of the rules."""

    day: str
    findings: tuple[Finding, ...]
    severities: Mapping[str, Severity]
    measures: Mapping[str, tuple[int, float]]

    def of_page(self, url: str, files: Collection[str]) -> tuple[Finding, ...]:
        """The findings of a page: those in a file it shows, and those that name its address."""
        known = frozenset(files)
        return tuple(
            one
            for one in self.findings
            if url in one.pages or (one.mark.path in known and (not one.pages or one.count > len(one.pages)))
        )

    def by_file(self) -> dict[str, int]:
        """How many findings each file has."""
        counted: dict[str, int] = {}
        for one in self.findings:
            counted[one.mark.path] = counted.get(one.mark.path, 0) + 1
        return counted


def keep(root: Path, findings: Sequence[Finding], measures: Mapping[str, tuple[int, float]], day: date) -> None:
    """Keep what a check of everything found."""
    rows = [
        [one.mark.path, one.mark.line, one.mark.column, one.code, one.message, one.hint, one.pages, one.count]
        for one in findings
    ]
    severities = {one.code: severity_of(one.code) for one in findings}
    data = {"day": day.isoformat(), "findings": rows, "severities": severities, "measures": measures}
    Kept(root / _FOLDER).put(_FILE, _KEY, json.dumps(data, ensure_ascii=False).encode())


def last(root: Path) -> Last | None:
    """What the last check found; None where there was none."""
    data = Kept(root / _FOLDER).get(_FILE, _KEY)
    if data is None:
        return None
    kept = json.loads(data)
    findings = [
        Finding(Mark(path, line, column), code, message, hint, tuple(pages), count)
        for path, line, column, code, message, hint, pages, count in kept["findings"]
    ]
    measures = {url: (words, own) for url, (words, own) in kept["measures"].items()}
    return Last(kept["day"], tuple(findings), kept["severities"], measures)
