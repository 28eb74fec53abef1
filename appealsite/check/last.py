"""What the last whole check found, kept so that a preview and ``explain`` can show it beside each page."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from appealsite.check.finding import Finding
from appealsite.check.rules import RULES
from appealsite.kept import Kept
from appealsite.problems import Mark

_FOLDER = Path(".cache") / "kept" / "check"
_FILE = "last.json"
_KEY = b"2"  # of the form in which it is kept


@dataclass(frozen=True)
class Last:
    """The last check: its day, what it found, and of each page that was measured the words and share of its own."""

    day: str
    findings: tuple[Finding, ...]
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
    data = json.dumps({"day": day.isoformat(), "findings": rows, "measures": measures}, ensure_ascii=False)
    Kept(root / _FOLDER).put(_FILE, _KEY, data.encode())


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
    return Last(kept["day"], tuple(findings), {url: (words, own) for url, (words, own) in kept["measures"].items()})


def severity_of(finding: Finding) -> str:
    """How bad a finding is; a rule that is no more counts as a note."""
    rule = RULES.get(finding.code)
    return rule.severity if rule else "note"
