"""What is known of a page before it is made, and what that makes it about."""

from __future__ import annotations

from appealsite.plan.blocks import Place
from appealsite.read.content import Cell
from appealsite.read.models import Matrix
from appealsite.values import value

NOT_FOUND = "/404"
HUBS = ("payer", "payer_service", "service", "reason", "index")  # the kinds of page that list others


@value
class Record:
    """What is known of a page before it is made. ``path`` names a free-standing page below ``content/pages``;
    ``plan`` and ``reason_kind`` are those of a page of letters; ``part`` counts the parts of a hub from 1."""

    kind: str
    url: str
    payer: str = ""
    service: str = ""
    reason: str = ""
    path: str = ""
    plan: str = ""
    reason_kind: str = ""
    part: int = 1
    draft: bool = False
    indexed: bool = True


def slugs_of_page(record: Record) -> tuple[str, str, str]:
    """The payer, service and reason that a page is about, as block files name them; empty where it has none."""
    if record.plan:  # no payer or reason has such a slug
        return f"plan {record.plan}", "", f"class {record.reason_kind}"
    return record.payer, record.service, record.reason


def place_of(matrix: Matrix, record: Record) -> Place:
    """What a page is about, with the groups that block files may name."""
    payer, service, reason = slugs_of_page(record)
    reason_class = record.reason_kind or (matrix.reasons[reason].reason_class if reason else "")
    return Place(
        payer=payer,
        service=service,
        service_group=f"@{matrix.services[service].kind}" if service else "",
        reason=reason,
        reason_group=f"@{reason_class}" if reason_class else "",
    )


def slugs_of(cell: Cell, matrix: Matrix) -> tuple[set[str], set[str], set[str]]:
    """The payers, services and reasons of the combinations that a file written for ``cell`` may give text to."""
    payer, service, reason = cell

    def about(payer: str = "", service: str = "", reason: str = "") -> Place:
        return place_of(matrix, Record("combination", "", payer, service, reason))

    return (
        {slug for slug in matrix.payers if about(payer=slug).matches((payer, "any", "any"))},
        {slug for slug in matrix.services if about(service=slug).matches(("any", service, "any"))},
        {slug for slug in matrix.reasons if about(reason=slug).matches(("any", "any", reason))},
    )
