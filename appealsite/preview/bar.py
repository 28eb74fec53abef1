"""What the bar on a previewed page tells: where its blocks come from, what is wrong, and how a search would list it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from appealsite.check.finding import Finding
from appealsite.check.last import Last, last
from appealsite.preview.studio import Studio
from appealsite.problems import Problem


def bar(studio: Studio, url: str) -> dict[str, Any]:
    """The bar's content for the page at an address, as plain values."""
    wrong = studio.problems_of_all()
    record = None if wrong else studio.record(url)
    told: dict[str, Any] = {"version": studio.version, "url": url, "page": None, "elsewhere": []}
    if record is None or studio.site is None:
        return told
    explanation = studio.explain(record)
    page = explanation.page
    studio.forget_told()
    known = last(studio.root)
    files = [block.path for block in explanation.blocks if block.path]
    told["page"] = {
        "kind": page.kind,
        "draft": page.draft,
        "indexed": page.indexed,
        "origin": str(explanation.origin),
        "title": page.title,
        "description": page.description,
        "address": studio.site.settings.url + page.url,
        "blocks": [asdict(block) for block in explanation.blocks],
        "findings": [] if known is None else [_finding(one, known) for one in known.of_page(page.url, files)],
    }
    told["checked"] = known.day if known else ""
    told["elsewhere"] = [_plain(problem) for problem in studio.problems_elsewhere()[:20]]
    return told


def every_problem(studio: Studio) -> list[dict[str, str]]:
    """All that is known to be wrong, after a look at every file."""
    studio.notice()
    return [_plain(problem) for problem in (*studio.problems_of_all(), *studio.problems_elsewhere())]


def _finding(finding: Finding, known: Last) -> dict[str, str]:
    return {
        "place": str(finding.mark),
        "code": finding.code,
        "severity": known.severities[finding.code],
        "message": finding.message,
        "hint": finding.hint,
    }


def _plain(problem: Problem) -> dict[str, str]:
    return {"place": str(problem.mark), "message": problem.message, "hint": problem.hint}
