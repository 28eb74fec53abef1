"""One check as the command line asks for it, and the part of it that every build runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appealsite.build import CACHE, Progress, build_date
from appealsite.check import external as outside
from appealsite.check.rules import RULES
from appealsite.check.run import Options, Report, check


def unknown(codes: Sequence[str]) -> str:
    """The first of these codes that no rule begins with; empty when all do."""
    return next((code for code in codes if not code or not any(rule.startswith(code) for rule in RULES)), "")


def run(
    root: Path,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    jobs: int,
    progress: Progress,
    *,
    external: bool,
) -> Report:
    """Check the project at ``root``; with ``external``, its links to other sites too."""
    options = Options(select, ignore, jobs, external=external)
    report = check(root, root / CACHE, build_date(), options, progress)
    if external and options.wants(outside.CODE):
        report.findings = sorted([*report.findings, *outside.findings(report.addresses, progress)])
    return report
