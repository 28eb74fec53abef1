"""What a rule found: where, how bad, on which pages, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from appealsite.problems import Mark

Severity = Literal["error", "warning", "note"]  # a note never fails a check: no reader meets what it is about
SHOWN = 3  # addresses named in a finding


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One cause, told once: ``pages`` are the first addresses where it shows, ``count`` is how many there are."""

    mark: Mark
    code: str
    message: str
    hint: str = ""
    pages: tuple[str, ...] = ()
    count: int = 0


def on_pages(finding: Finding, pages: Iterable[str], count: int) -> Finding:
    """The finding with the pages that show it."""
    return Finding(finding.mark, finding.code, finding.message, finding.hint, tuple(pages)[:SHOWN], count)
