"""The table of rules: each a function with a code, a severity, a reason and a fix; nothing else knows them all.

What a rule reads decides when it runs:

- ``data``: the data files; in every build.
- ``source``: lines of text as people wrote them; in every build.
- ``text``: the text of a block as a reader sees it; once for each block, remembered by content.
- ``plan``: planned pages, one after another.
- ``page``: the finished HTML of a page, remembered by the page's fingerprint.
- ``site``: what all pages say together.
- ``outside``: other people's web servers, only when asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from appealsite.check.finding import Severity
from appealsite.values import value

Reads = Literal["data", "source", "text", "plan", "page", "site", "outside"]
GROUPS = {"C": "Claims", "F": "Fit", "O": "Originality", "T": "Text", "S": "Search", "D": "Files"}


@value
class Rule:
    """A rule as people meet it. ``reason`` says in one line why it exists, ``fix`` what to do."""

    code: str
    severity: Severity
    reads: Reads
    reason: str
    fix: str

    @property
    def group(self) -> str:
        """The part of the table it belongs to."""
        return GROUPS[self.code[0]]

    def explained(self) -> str:
        """All there is to say about it."""
        where = "python build.py and python build.py check" if self.in_build else "python build.py check"
        if self.reads == "outside":
            where = "python build.py check --external"
        return f"{self.code} ({self.group}, {self.severity})\n\n{self.reason}\n\n{self.fix}\n\nRun by {where}."

    @property
    def in_build(self) -> bool:
        """Whether a build stops for it: errors seen in what people wrote, without making a page."""
        return self.severity == "error" and self.reads in ("data", "source")


RULES: dict[str, Rule] = {}
BUILD = "build"  # in the place of a code: what ends a build ends a check too
F = TypeVar("F", bound=Callable[..., Any])


def rule(code: str, severity: Severity, reads: Reads, reason: str, fix: str) -> Callable[[F], F]:
    """Enter the function that looks for it into the table."""
    assert code not in RULES, f"{code} is taken"
    RULES[code] = Rule(code, severity, reads, reason, fix)
    return lambda function: function


def severity_of(code: str) -> Severity:
    """How bad a finding with this code is."""
    return "error" if code == BUILD else RULES[code].severity


def table() -> list[Rule]:
    """All rules, in the order of their codes' groups."""
    order = list(GROUPS)
    return sorted(RULES.values(), key=lambda one: (order.index(one.code[0]), one.code))
