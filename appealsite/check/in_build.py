"""The rules that every build runs: errors to be seen in what people wrote, without making a page."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.check.blocks import source_findings
from appealsite.check.data_text import data_findings
from appealsite.check.finding import Finding
from appealsite.check.fit import article_of_service
from appealsite.check.rules import RULES
from appealsite.check.words import words_of
from appealsite.check.written import Written
from appealsite.problems import Problem
from appealsite.read.content import Block
from appealsite.read.site import Site


class Rules:
    """The rules, ready for the files of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._words = words_of(site)

    def of_file(self, block: Block, text: str) -> Iterator[Problem]:
        """What a Markdown file must not say; it may allow a rule, with its reason."""
        for finding in source_findings(Written.of(block, text), self._words):
            if finding.code not in block.front.allow:
                yield _problem(finding)

    def of_data(self) -> Iterator[Problem]:
        """What the data files must not say."""
        for finding in (*data_findings(self._site, self._words), *article_of_service(self._site)):
            if RULES[finding.code].in_build:
                yield _problem(finding)


def _problem(finding: Finding) -> Problem:
    return Problem(finding.mark, f"{finding.message} ({finding.code})", finding.hint)
