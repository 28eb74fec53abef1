"""The table of appeal rights: each field of a kind of plan as the words that a visitor reads."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from appealsite.plan.page import Fact, PlanRow
from appealsite.plan.rights import earliest_deadline, plan_row, plan_rows
from appealsite.plan.sources import SourceList
from appealsite.read.models import Decision, Kind, OutsideReview, Payer, Period, PlanType, Sale
from appealsite.read.site import Site
from appealsite.read.validate import adapter
from tests.small_site import ROOT, read_whole


@cache
def site() -> Site:
    return read_whole(ROOT)


def period(text: str) -> Period:
    made: Period = adapter(Period).validate_python(text)
    return made


def plan(**fields: Any) -> PlanType:
    """A kind of plan of which nothing is known but these fields, even if no file could say so."""
    bare: dict[str, Any] = {
        "levels": None,
        "outside_review": None,
        "file_within": None,
        "file_from": None,
        "decision": Decision(),
    }
    bare |= {"file_note": None, "ongoing": None, "claim_file": None, "covers": ()}
    return changed(site().plan_types["marketplace"], **(bare | fields))


def changed(kind: PlanType, **fields: Any) -> PlanType:
    """A kind of plan with other fields, which nobody checks."""
    made = copy(kind)
    vars(made).update(fields)
    return made


def row(**fields: Any) -> PlanRow:
    return plan_row(plan(**fields), SourceList(site().sources))


def review(**fields: Any) -> OutsideReview:
    known = {
        "name": "external review",
        "by": "an outside group",
        "scope": "all denials",
        "sources": ("cfr-45-147-136",),
    }
    made: OutsideReview = adapter(OutsideReview).validate_python(known | fields)
    return made


def test_nothing_is_said_where_nothing_is_known() -> None:
    bare = row()
    assert (bare.deadline, bare.deadline_note, bare.levels, bare.ongoing, bare.claim_file) == ("", "", "", "", "")
    assert (bare.answers, bare.outside, bare.note, bare.until) == ((), (), "", "")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ("receipt", "180 days from the day you receive the denial"),
        ("notice-date", "180 days from the date on the notice"),
    ],
)
def test_the_time_to_appeal_names_what_it_counts_from(counts: str, words: str) -> None:
    found = row(file_within=period("180 days"), file_from=counts, file_note="Ask.", ongoing="Care.", claim_file="File.")
    assert (found.deadline, found.deadline_note, found.ongoing, found.claim_file) == (words, "Ask.", "Care.", "File.")


@pytest.mark.parametrize(
    ("clocks", "words"),
    [
        ({"exception": "3 days"}, "3 days at most, once your prescriber's statement is there"),
        (
            {"exception": "3 days", "exception_urgent": "1 day"},
            "3 days at most, or 1 day if urgent, once your prescriber's statement is there",
        ),
    ],
)
def test_the_clock_of_an_exception_starts_with_the_prescribers_statement(clocks: dict[str, str], words: str) -> None:
    assert row(decision=adapter(Decision).validate_python(clocks)).answers == (Fact("Exception for a drug", words),)


def test_each_clock_of_the_plan_is_named_and_two_levels_have_their_own() -> None:
    clocks = {"urgent": "72 hours", "before_care": "30 days", "after_care": "60 days", "part_b_drug": "7 days"}
    decision = adapter(Decision).validate_python(
        clocks | {"before_care_two_levels": "15 days", "after_care_two_levels": "30 days"}
    )
    assert row(decision=decision).answers == (
        Fact("Urgent", "72 hours at most"),
        Fact("Care you have not had yet", "30 days at most; 15 days for each level if the plan has two"),
        Fact("Care you already had", "60 days at most; 30 days for each level if the plan has two"),
        Fact("Medicare Part B drug", "7 days at most"),
    )


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (0, "no appeal inside the plan; you go straight to the outside step"),
        (1, "one appeal inside the plan"),
        (2, "at most 2 required appeals inside the plan"),
    ],
)
def test_the_number_of_appeals_inside_the_plan(levels: int, words: str) -> None:
    assert row(levels=levels).levels == words


def test_the_outside_step_with_all_that_is_known_of_it() -> None:
    known = {"within": "4 months", "within_from": "receipt of the last denial", "cost": "free"}
    times = {"decided_standard": "45 days", "decided_urgent": "72 hours"}
    assert row(outside_review=review(**known, **times)).outside == (
        Fact("What it is", "external review, decided by an outside group"),
        Fact("Time to ask", "4 months from receipt of the last denial"),
        Fact("Which denials", "all denials"),
        Fact("Decided within", "standard 45 days, urgent 72 hours"),
        Fact("Cost", "free"),
    )


@pytest.mark.parametrize(
    ("known", "facts"),
    [
        ({}, ()),
        ({"within": "60 days"}, (Fact("Time to ask", "60 days"),)),
        ({"within": "60 days", "within_note": "90 days, or 60."}, (Fact("Time to ask", "90 days, or 60."),)),
        ({"automatic": True}, (Fact("How it starts", "the plan must send your case on by itself"),)),
    ],
)
def test_how_the_outside_step_starts(known: dict[str, Any], facts: tuple[Fact, ...]) -> None:
    assert row(outside_review=review(**known)).outside[1:-1] == facts


# ---------------------------------------------------------------- the kinds of plan that a payer sells


def sold(*kinds: tuple[str, PlanType], **sale: Any) -> tuple[Payer, Site]:
    """A payer that sells these kinds of plan, and a site that knows no others."""
    known = {slug: changed(one, slug=slug, name=slug.upper()) for slug, one in kinds}
    sells = tuple(adapter(Sale).validate_python({"plan_type": slug} | sale) for slug in known)
    payer = replace(site().matrix.payers["aetna"], sells=sells)
    return payer, replace(site(), plan_types=known)


def dated(time: str, **fields: Any) -> PlanType:
    return plan(file_within=period(time), file_from="receipt", **fields)


def test_a_payers_rows_are_the_plans_that_can_pay_for_a_kind_of_service_in_its_order() -> None:
    payer, known = sold(("z", plan()), ("drugs", plan(covers=("drug",))), ("a", plan()))

    def names(kind: Kind | None) -> list[str]:
        return [row.name for row in plan_rows(payer, kind, known, SourceList(known.sources))]

    assert names("drug") == ["Z", "DRUGS", "A"]
    assert names("therapy") == ["Z", "A"]
    assert names(None) == ["Z", "DRUGS", "A"]


def test_what_a_payer_says_of_its_own_plans_stands_in_the_row() -> None:
    payer, known = sold(("ends", plan()), until="2026-12-31", note="In Ohio.", sources=["cfr-45-147-136"])
    (found,) = plan_rows(payer, None, known, SourceList(known.sources))
    assert (found.until, found.note) == ("31 December 2026", "In Ohio.")
    assert "cfr-45-147-136" in [source.slug for source in found.sources]


def test_the_earliest_deadline_is_the_shortest_whatever_its_unit_among_plans_that_can_pay() -> None:
    payer, known = sold(
        ("half", dated("6 months")), ("two", dated("2 months")), ("few", dated("60 days")), ("unknown", plan())
    )
    assert earliest_deadline(payer, None, known) == "60 days"
    payer, known = sold(("drugs", dated("30 days", covers=("drug",))), ("all", dated("65 days")))
    assert earliest_deadline(payer, "drug", known) == "30 days"
    assert earliest_deadline(payer, "therapy", known) == "65 days"
    payer, known = sold(("unknown", plan()))
    assert earliest_deadline(payer, None, known) == ""
