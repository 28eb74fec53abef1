"""The table of appeal rights: the rules of each kind of plan that a payer sells, put into words."""

from __future__ import annotations

from appealsite.plan.page import Fact, PlanRow
from appealsite.plan.sources import SourceList
from appealsite.read.models import Kind, Payer, PlanType, Sale
from appealsite.read.site import Site
from appealsite.read.vocabulary import written

_FROM = {
    "receipt": "from the day you receive the denial",
    "notice-date": "from the date on the notice",
}
_SITUATIONS = (
    ("urgent", "Urgent"),
    ("before_care", "Care you have not had yet"),
    ("after_care", "Care you already had"),
    ("part_b_drug", "Medicare Part B drug"),
)


def plan_rows(payer: Payer, kind: Kind | None, site: Site, sources: SourceList) -> tuple[PlanRow, ...]:
    """A row for each kind of plan this payer sells that can pay for this kind of service, in the matrix's order."""
    return tuple(plan_row(site.plan_types[sale.plan_type], sources, sale) for sale in _sales(payer, kind, site))


def earliest_deadline(payer: Payer, kind: Kind | None, site: Site) -> str:
    """The shortest time to appeal among those plans, for readers who do not know theirs; or empty."""
    periods = [site.plan_types[sale.plan_type].file_within for sale in _sales(payer, kind, site)]
    known = [period for period in periods if period is not None]
    return str(min(known, key=lambda period: period.rough_hours())) if known else ""


def _sales(payer: Payer, kind: Kind | None, site: Site) -> list[Sale]:
    def pays(sale: Sale) -> bool:
        covers = site.plan_types[sale.plan_type].covers
        return kind is None or not covers or kind in covers

    return list(filter(pays, payer.sells))


def plan_address(slug: str) -> str:
    """A kind of plan as part of an address."""
    return slug.replace("_", "-")


def plan_row(plan: PlanType, sources: SourceList, sale: Sale | None = None) -> PlanRow:
    """The row of a kind of plan, with what is said of its ``sale`` where it is that of one payer."""
    review = plan.outside_review.sources if plan.outside_review else ()
    slugs = dict.fromkeys((*plan.sources, *review, *(sale.sources if sale else ())))
    return PlanRow(
        slug=plan.slug,
        address=plan_address(plan.slug),
        name=plan.name,
        recognise=plan.recognise,
        until=written(sale.until) if sale and sale.until else "",
        note=(sale.note if sale else None) or "",
        law=plan.law,
        deadline=f"{plan.file_within} {_FROM[plan.file_from]}" if plan.file_within and plan.file_from else "",
        deadline_note=plan.file_note or "",
        answers=_answers(plan),
        levels=_levels(plan),
        outside=_outside(plan),
        ongoing=plan.ongoing or "",
        claim_file=plan.claim_file or "",
        sources=tuple(map(sources.view, slugs)),
        help=tuple(map(sources.view, plan.help)),
    )


def _answers(plan: PlanType) -> tuple[Fact, ...]:
    facts = []
    for field, label in _SITUATIONS:
        period = getattr(plan.decision, field)
        if period is None:
            continue
        per_level = getattr(plan.decision, f"{field}_two_levels", None)
        text = f"{period} at most"
        if per_level is not None:
            text += f"; {per_level} for each level if the plan has two"
        facts.append(Fact(label, text))
    if plan.decision.exception:
        text = f"{plan.decision.exception} at most"
        if plan.decision.exception_urgent:
            text += f", or {plan.decision.exception_urgent} if urgent"
        facts.append(Fact("Exception for a drug", f"{text}, once your prescriber's statement is there"))
    return tuple(facts)


def _levels(plan: PlanType) -> str:
    match plan.levels:
        case None:
            return ""
        case 0:
            return "no appeal inside the plan; you go straight to the outside step"
        case 1:
            return "one appeal inside the plan"
        case number:
            return f"at most {number} required appeals inside the plan"


def _outside(plan: PlanType) -> tuple[Fact, ...]:
    review = plan.outside_review
    if review is None:
        return ()
    facts = [Fact("What it is", f"{review.name}, decided by {review.by}")]
    if review.automatic:
        facts.append(Fact("How it starts", "the plan must send your case on by itself"))
    elif review.within is not None:
        start = f" from {review.within_from}" if review.within_from else ""
        facts.append(Fact("Time to ask", review.within_note or f"{review.within}{start}"))
    facts.append(Fact("Which denials", review.scope))
    times = [
        f"{label} {period}"
        for label, period in (("standard", review.decided_standard), ("urgent", review.decided_urgent))
        if period is not None
    ]
    if times:
        facts.append(Fact("Decided within", ", ".join(times)))
    if review.cost:
        facts.append(Fact("Cost", review.cost))
    return tuple(facts)
