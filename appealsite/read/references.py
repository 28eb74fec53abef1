"""Ids that one data file takes from another, or from another part of itself, exist there and stand once in a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from appealsite.problems import Problem, suggest
from appealsite.read.document import Document, Where
from appealsite.read.models import Combination, Matrix, PlanType
from appealsite.read.vocabulary import AXES
from appealsite.values import fields_of

SOURCES_OF_PLANS = [name for name in fields_of(PlanType) if name == "help" or name.endswith("sources")]
SHOWN_CHOICES = 12  # a message that names more of them would be no help
_FILES = {"source": "data/sources.yaml", "kind of plan": "data/plan_types.yaml"}  # else it stands in the matrix


def instead_of(word: str, known: Collection[str], what: str) -> str:
    """A hint for an unknown word: what may be meant, or where to make it known."""
    few = f"known here: {', '.join(known)}" if len(known) <= SHOWN_CHOICES else ""
    return suggest(word, known) or few or f"add it to {_FILES.get(what, 'data/matrix.yaml')} first"


class References:
    """Knows the ids of sources and kinds of plan (None where their file could not be read) and checks their users."""

    def __init__(
        self, sources: Collection[str] | None, plan_types: Collection[str] | None, problems: list[Problem]
    ) -> None:
        self._sources = sources
        self._plan_types = plan_types
        self._problems = problems

    def check_plan_types(self, plan_types: Mapping[str, PlanType], document: Document | None) -> None:
        """The sources of each kind of plan."""
        if document is None:
            return
        for key, plan in plan_types.items():
            for field in SOURCES_OF_PLANS:
                self._check_sources(document, (key, field), getattr(plan, field))
            self._check_sources(document, (key, "decision", "sources"), plan.decision.sources)
            if plan.outside_review:
                self._check_sources(document, (key, "outside_review", "sources"), plan.outside_review.sources)

    def check_matrix(self, matrix: Matrix | None, document: Document | None) -> None:
        """Sources and kinds of plan named by payers, services and reasons, and the slugs in the combinations."""
        if matrix is None or document is None:
            return
        for key, payer in matrix.payers.items():
            here: Where = ("payers", key)
            self._check_sources(document, (*here, "sources"), payer.sources)
            self._check(
                document, (*here, "policy_library", "source"), payer.policy_library.source, self._sources, "source"
            )
            for index, reviewer in enumerate(payer.reviewers):
                if reviewer.source:
                    place = (*here, "reviewers", index, "source")
                    self._check(document, place, reviewer.source, self._sources, "source")
            sold: list[Where] = []
            for index, sale in enumerate(payer.sells):
                sold.append((*here, "sells", index, "plan_type"))
                self._check(document, sold[-1], sale.plan_type, self._plan_types, "kind of plan")
                self._check_sources(document, (*here, "sells", index, "sources"), sale.sources)
            self._check_twice(document, sold, [sale.plan_type for sale in payer.sells])
        for axis in ("services", "reasons"):
            for key, entry in getattr(matrix, axis).items():
                self._check_sources(document, (axis, key, "sources"), entry.sources)
        for number, combination in enumerate(matrix.combinations):
            self._check_combination(document, ("combinations", number), combination, matrix)

    def _check_combination(self, document: Document, where: Where, combination: Combination, matrix: Matrix) -> None:
        for axis in AXES:
            known = ["all", *getattr(matrix, axis + "s")]
            lists: list[tuple[Where, Sequence[str]]] = [((*where, axis), getattr(combination, axis))]
            for number, left_out in enumerate(combination.exclude):
                lists.append(((*where, "except", number, axis), getattr(left_out, axis) or ()))
            for start, slugs in lists:
                places: list[Where] = [(*start, at) for at in range(len(slugs))]
                for place, slug in zip(places, slugs, strict=True):
                    self._check(document, place, slug, known, axis)
                self._check_twice(document, places, slugs)

    def _check_sources(self, document: Document, where: Where, slugs: Sequence[str]) -> None:
        for at, slug in enumerate(slugs):
            self._check(document, (*where, at), slug, self._sources, "source")

    def _check(self, document: Document, where: Where, given: str, known: Collection[str] | None, what: str) -> None:
        if known is not None and given not in known:
            hint = instead_of(given, known, what)
            self._problems.append(Problem(document.mark(where), f"unknown {what} '{given}'", hint))

    def _check_twice(self, document: Document, places: Sequence[Where], given: Sequence[str]) -> None:
        seen: set[str] = set()
        for place, slug in zip(places, given, strict=True):
            if slug in seen:
                message = f"'{slug}' stands twice in this list"
                self._problems.append(Problem(document.mark(place), message, "remove one of them"))
            seen.add(slug)
