"""The dates that follow from a denial letter, by the rules of one kind of plan.

``layouts/assets/visit.js`` computes the same from ``rules_json``, and a test holds the two together. A *safe* day is
counted from the earliest date known and lies on a working day; the *last* day is what the law allows. Only where the
law says so does a last day on a weekend or federal holiday move on: 45 CFR 147.136(d)(2)(i) and
29 CFR 2590.715-2719(d)(2)(i).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from appealsite.read.layouts import Layouts
from appealsite.read.models import Period, PlanType, Source
from appealsite.read.site import Site
from appealsite.values import value

DAY = timedelta(days=1)

# 5 U.S.C. 6103(a): month and day; or month, weekday (Monday is 0) and which one, -1 for the month's last.
HOLIDAYS: tuple[tuple[int, ...], ...] = (
    (1, 1), (1, 0, 3), (2, 0, 3), (5, 0, -1), (6, 19), (7, 4), (9, 0, 1), (10, 0, 2), (11, 11), (11, 3, 4), (12, 25),
)  # fmt: skip
BEFORE_OR_AFTER = ("before_care", "after_care", "part_b_drug")


@value
class Case:
    """What a visitor knows: the date on the letter, the day it came, and how things stand.

    ``final``: the letter is the plan's last no. ``care_ends`` is the last day of approved care, ``filed`` the day on
    which the plan gets the appeal.
    """

    letter: date | None = None
    received: date | None = None
    final: bool = False
    urgent: bool = False
    ongoing: bool = False
    care_ends: date | None = None
    filed: date | None = None


@value
class Window:
    """The last days to ask for something: ``safe`` by the most careful count, ``last`` by the law."""

    safe: date
    last: date


@value
class Dates:
    """What follows for one kind of plan; None where the rule or a date it needs is not known.

    ``answers`` names each situation with a clock, and the day by which the plan must answer where ``filed`` is known.
    """

    file: Window | None
    file_urgent: Window | None
    keep: Window | None
    extend: date | None
    answers: tuple[tuple[str, date | None], ...]
    outside: Window | None


def dates_of(plan: PlanType, case: Case) -> Dates:
    """All dates for a visitor with this kind of plan."""
    review = plan.outside_review
    first = not case.final
    extension = plan.decision.extension_asked_before
    return Dates(
        file=_window(case, plan.file_within, plan.file_from, plan.presumed_receipt) if first else None,
        file_urgent=_window(case, plan.file_urgent_within, "receipt", None) if first and case.urgent else None,
        keep=_window(case, plan.keep_within, "notice-date", None) if case.ongoing else None,
        extend=case.care_ends - days_of(extension) * DAY if case.ongoing and case.care_ends and extension else None,
        answers=_answers(plan, case) if first else (),
        outside=_window(
            case, review.within, review.within_counts, plan.presumed_receipt, review.missing_day, review.to_working_day
        )
        if review and case.final
        else None,
    )


def _answers(plan: PlanType, case: Case) -> tuple[tuple[str, date | None], ...]:
    situations = ["urgent"] if case.urgent else [*BEFORE_OR_AFTER]
    if case.ongoing and case.urgent:
        situations.append("extension")
    found = []
    for situation in situations:
        period = getattr(plan.decision, situation)
        if period:
            found.append((situation, add(case.filed, period) if case.filed else None))
    return tuple(found)


def _window(
    case: Case,
    period: Period | None,
    counts: str | None,
    presumed: Period | None,
    missing_day: str = "day-before",
    to_working_day: bool = False,
) -> Window | None:
    """The days of one time limit; None without a limit, or without the date that it counts from."""
    if period is None or (counts == "notice-date" and case.letter is None):
        return None
    known = [day for day in (case.letter, case.received) if day]
    if not known:
        return None
    start = known[0]
    if counts == "receipt":
        start = case.received or (add(start, presumed) if presumed else start)
    last = add(start, period, missing_day)
    if to_working_day:
        last = working_day(last, DAY)
    safe = min(working_day(add(min(known), period), -DAY), last)
    return Window(safe, last)


def add(start: date, period: Period, missing_day: str = "day-before") -> date:
    """The day a period ends that begins on ``start``; the next day is day 1. Hours count as days begun."""
    number = period.number
    if period.unit == "business day":
        day = start
        for _ in range(number):
            day = working_day(day + DAY, DAY)
        return day
    if period.unit in ("month", "year"):
        months = start.year * 12 + start.month - 1 + number * (12 if period.unit == "year" else 1)
        first = date(months // 12, months % 12 + 1, 1)
        after = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        day = first + (start.day - 1) * DAY
        if day < after:
            return day
        return after if missing_day == "day-after" else after - DAY
    return start + days_of(period) * DAY


def days_of(period: Period) -> int:
    """The days that a period of hours, days or weeks touches."""
    match period.unit:
        case "hour":
            return -(-period.number // 24)
        case "week":
            return period.number * 7
    return period.number


def working_day(day: date, step: timedelta) -> date:
    """The day itself, or the nearest in that direction that is neither on a weekend nor a federal holiday."""
    while day.weekday() > 4 or day in holidays(day.year):
        day += step
    return day


@cache
def holidays(year: int) -> frozenset[date]:
    """The days on which federal holidays are kept in a year: Friday for a Saturday, Monday for a Sunday (6103(b))."""
    found = set()
    for of in (year, year + 1):  # New Year's Day may be kept on 31 December
        for rule in HOLIDAYS:
            day = date(of, rule[0], rule[1]) if len(rule) == 2 else _nth(of, *rule)
            day += {5: -DAY, 6: DAY}.get(day.weekday(), 0 * DAY)
            if day.year == year:
                found.add(day)
    return frozenset(found)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    if which > 0:
        first = date(year, month, 1)
        return first + ((weekday - first.weekday()) % 7 + 7 * (which - 1)) * DAY
    last = date(year, month + 1, 1) - DAY
    return last - ((last.weekday() - weekday) % 7) * DAY


# ---------------------------------------------------------------- the same rules for the page


def with_rules(layouts: Layouts, site: Site) -> Layouts:
    """The layouts with the file of rules that the calculator fetches, as an asset like any other."""
    return replace(layouts, assets={**layouts.assets, "rules.json": rules_json(site.plan_types, site.sources)})


def rules_json(plan_types: Mapping[str, PlanType], sources: Mapping[str, Source]) -> bytes:
    """The rules of all kinds of plan as the calculator on the pages reads them."""
    plans = {slug: _plan(plan) for slug, plan in sorted(plan_types.items())}
    cited = {
        slug
        for plan in plans.values()
        for part in ("file", "urgent", "decision", "ongoing", "outside")
        if plan[part]
        for slug in plan[part]["sources"]
    }
    data = {
        "plans": plans,
        "sources": {slug: [sources[slug].title, sources[slug].url] for slug in sorted(cited)},
        "holidays": HOLIDAYS,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _plan(plan: PlanType) -> dict[str, Any]:
    review, decision = plan.outside_review, plan.decision
    clocks = ("urgent", "extension", "extension_asked_before", *BEFORE_OR_AFTER)
    return {
        "name": plan.name,
        "levels": plan.levels,
        "urgent": plan.urgent_note and {"text": plan.urgent_note, "sources": plan.urgent_sources or plan.sources},
        "file": {
            "within": _pair(plan.file_within),
            "from": plan.file_from,
            "urgent": _pair(plan.file_urgent_within),
            "presumed": _pair(plan.presumed_receipt),
            "keep": _pair(plan.keep_within),
            "note": plan.file_note,
            "sources": plan.file_sources or plan.sources,
        },
        "decision": {
            **{clock: _pair(period) for clock in clocks if (period := getattr(decision, clock))},
            "by": plan.decided_by,
            "sources": decision.sources or plan.sources,
        },
        "ongoing": plan.ongoing
        and {"text": plan.ongoing, "sources": plan.ongoing_sources or decision.sources or plan.sources},
        "outside": review
        and {
            "name": review.name,
            "automatic": review.automatic,
            "within": _pair(review.within),
            "note": review.within_note,
            "from": review.within_counts,
            "event": review.within_from,
            "missing": review.missing_day,
            "roll": review.to_working_day,
            "scope": review.scope,
            "sources": review.sources,
        },
    }


def _pair(period: Period | None) -> list[object] | None:
    return [period.number, period.unit] if period else None
