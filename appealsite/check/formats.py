"""Findings as text for people, as JSON for programs, and as annotations for GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from appealsite.check.finding import Finding, Severity
from appealsite.check.rules import GROUPS, severity_of, table
from appealsite.check.run import Report
from appealsite.check.sources import Dependence
from appealsite.problems import Problem, counted

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def as_text(report: Report) -> Iterator[str]:
    """Findings by file, each with its line, then what files allow, then a table of what was found."""
    for path, group in groupby(report.findings, key=lambda finding: finding.mark.path):
        yield f"{path}:"
        for finding in group:
            yield from ("  " + line for line in _told(finding).split("\n"))
        yield ""
    if report.allowed:
        yield "allowed by the files themselves:"
        for one in report.allowed:
            yield f"  {one.path}: {one.code}, {counted(one.count, 'time')}: {one.reason}"
        yield ""
    yield from _table(report.findings)
    yield f"checked {counted(report.pages, 'page')} and {counted(report.files, 'text')}: {_summary(report)}"


def _told(finding: Finding) -> str:
    severity = severity_of(finding.code)
    message = f"{severity} {finding.code}: {finding.message}"
    hint = finding.hint
    if finding.count:
        shown = ", ".join(finding.pages)
        more = f" and {finding.count - len(finding.pages):,} more" if finding.count > len(finding.pages) else ""
        where = f"on {shown}{more}"
        hint = f"{hint}\n    {where}" if hint else where
    return str(Problem(finding.mark, message, hint))


def _table(findings: Iterable[Finding]) -> Iterator[str]:
    counts = Counter((finding.code[0], severity_of(finding.code)) for finding in findings)
    if not counts:
        return
    yield f"  {'':12}" + "".join(f"{severity + 's':>10}" for severity in SEVERITIES)
    for letter, group in GROUPS.items():
        if any(counts[letter, severity] for severity in SEVERITIES):
            yield f"  {group:12}" + "".join(f"{counts[letter, severity]:>10,}" for severity in SEVERITIES)
    yield ""


def _summary(report: Report) -> str:
    parts = []
    for severity in SEVERITIES:
        count = report.count(severity)
        if count:
            parts.append(counted(count, severity))
    return ", ".join(parts) if parts else "nothing to mend"


def as_json(report: Report) -> str:
    """Everything found, for programs."""
    data = {
        "pages": report.pages,
        "texts": report.files,
        "findings": [
            {
                "file": finding.mark.path,
                "line": finding.mark.line,
                "column": finding.mark.column,
                "code": finding.code,
                "severity": severity_of(finding.code),
                "message": finding.message,
                "hint": finding.hint,
                "pages": list(finding.pages),
                "count": finding.count,
            }
            for finding in report.findings
        ],
        "allowed": [
            {"file": one.path, "code": one.code, "reason": one.reason, "count": one.count} for one in report.allowed
        ],
    }
    return json.dumps(data, indent=2)


def as_github(report: Report) -> Iterator[str]:
    """Workflow commands: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions."""
    for finding in report.findings:
        kind = {"error": "error", "warning": "warning", "note": "notice"}[severity_of(finding.code)]
        mark = finding.mark
        place = f"file={_property(mark.path)},line={max(1, mark.line)}"
        if mark.column:
            place += f",col={mark.column},endColumn={mark.column + mark.length}"
        said = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
        if finding.count:
            said += f" ({counted(finding.count, 'page')})"
        yield f"::{kind} {place},title={finding.code}::{_message(said)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def sources_as_text(sources: Iterable[Dependence]) -> Iterator[str]:
    """What a person has still to open, with what depends on it."""
    count = 0
    for one in sources:
        count += 1
        yield f"{one.slug} ({one.how}, {one.checked.isoformat()}): {one.title}"
        yield f"    {one.url}"
        if one.pages:
            more = f" and {one.pages - len(one.first):,} more" if one.pages > len(one.first) else ""
            yield f"    on {', '.join(one.first)}{more}"
        if one.records:
            yield f"    for {', '.join(one.records)}"
    yield (
        f"{counted(count, 'source')} to open; then set 'how: live' and 'checked' in data/sources.yaml"
        if count
        else ("every source was opened live")
    )


def rules_as_text() -> Iterator[str]:
    """All rules, one a line."""
    for one in table():
        yield f"{one.code}  {one.severity:8} {one.reason}"
