"""The rules that every build runs: errors to be seen in what people wrote, without making a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appealsite.check.blocks import source_findings
from appealsite.check.data_text import data_findings
from appealsite.check.finding import Finding
from appealsite.check.fit import article_of_service
from appealsite.check.rules import RULES
from appealsite.check.words import words_of
from appealsite.check.written import Written
from appealsite.problems import Problem
from appealsite.read.site import Site


class Rules:
    """The rules, ready for the files of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._words = words_of(site)

    def of_files(self, names: Sequence[str]) -> Iterator[Problem]:
        """What these Markdown files must not say; a file may allow a rule, with its reason."""
        for name in names:
            found = list(source_findings(Written(name, self._site.content.text(name)), self._words))
            if found:
                allowed = self._site.content.block(name).front.allow
                yield from (_problem(finding) for finding in found if finding.code not in allowed)

    def of_data(self) -> Iterator[Problem]:
        """What the data files must not say."""
        for finding in (*data_findings(self._site, self._words), *article_of_service(self._site)):
            if RULES[finding.code].in_build:
                yield _problem(finding)


def _problem(finding: Finding) -> Problem:
    return Problem(finding.mark, f"{finding.message} ({finding.code})", finding.hint)
