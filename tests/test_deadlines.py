"""The dates of the calculator: right by hand-worked examples, and the same in Python and in the script of the pages."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from appealsite.plan.deadlines import Case, Dates, Window, add, dates_of, holidays, rules_json, working_day
from appealsite.read.models import Decision, Period, PlanType
from appealsite.read.site import Site
from appealsite.read.validate import adapter
from tests.browser import needs_browser
from tests.real_site import ROOT, built_site
from tests.small_site import read_whole

CASES = 10_000
DAY = timedelta(days=1)


@cache
def site() -> Site:
    return read_whole(ROOT)


@cache
def plan_types() -> dict[str, PlanType]:
    """Our kinds of plan, and one with the units of time that none of ours has yet."""
    ours = site().plan_types
    rare: dict[str, Any] = {
        "slug": "rare",
        "file_within": period("1 year"),
        "presumed_receipt": period("2 weeks"),
        "keep_within": period("36 hours"),
        "decision": Decision(before_care=period("1 month"), after_care=period("10 business days")),
    }
    return {**ours, "rare": replace(ours["original_medicare"], **rare)}


def dates(plan: str, **known: Any) -> Dates:
    return dates_of(site().plan_types[plan], Case(**known))


def period(text: str) -> Period:
    made: Period = adapter(Period).validate_python(text)
    return made


# ---------------------------------------------------------------- worked by hand


def test_180_days_count_from_receipt_and_the_safe_day_from_the_letter_on_a_working_day() -> None:
    found = dates("marketplace", letter=date(2026, 11, 10), received=date(2026, 11, 14))
    assert found.file == Window(safe=date(2027, 5, 7), last=date(2027, 5, 13))  # 9 May 2027 is a Sunday


def test_medicare_plans_count_65_days_from_the_date_on_the_notice_whenever_it_came() -> None:
    found = dates("medicare_advantage", letter=date(2026, 1, 5), received=date(2026, 1, 20))
    assert found.file is not None
    assert found.file.last == date(2026, 3, 11)
    assert dates("medicare_advantage", received=date(2026, 1, 20)).file is None


def test_original_medicare_presumes_receipt_after_five_days() -> None:
    found = dates("original_medicare", letter=date(2026, 1, 5))
    assert found.file == Window(safe=date(2026, 5, 5), last=date(2026, 5, 10))


def test_four_months_without_such_a_day_end_on_the_first_of_the_fifth() -> None:
    """29 CFR 2590.715-2719(d)(2)(i): received 30 October, filed by 1 March."""
    found = dates("employer_self_funded", letter=date(2026, 10, 30), received=date(2026, 10, 30), final=True)
    assert found.outside == Window(safe=date(2027, 2, 26), last=date(2027, 3, 1))
    leap = dates("employer_self_funded", letter=date(2027, 10, 29), final=True)
    assert leap.outside is not None
    assert leap.outside.last == date(2028, 2, 29)


def test_a_last_day_of_outside_review_on_a_weekend_or_holiday_moves_on_and_others_do_not() -> None:
    found = dates("marketplace", letter=date(2026, 3, 4), final=True)  # 4 July 2026 is a Saturday, kept on the 3rd
    assert found.outside == Window(safe=date(2026, 7, 2), last=date(2026, 7, 6))
    assert dates("fehb", letter=date(2026, 5, 29)).file == Window(safe=date(2026, 11, 27), last=date(2026, 11, 29))


def test_six_months_without_such_a_day_end_with_the_month() -> None:
    found = dates("fehb", letter=date(2026, 8, 31)).file
    assert found is not None
    assert found.last == date(2027, 2, 28)


def test_urgent_cases_show_the_plans_clock_and_no_window_of_72_hours() -> None:
    found = dates("marketplace", letter=date(2026, 11, 10), urgent=True, filed=date(2026, 11, 12))
    assert found.answers == (("urgent", date(2026, 11, 15)),)
    assert found.file == dates("marketplace", letter=date(2026, 11, 10)).file
    assert found.file_urgent is None


def test_tricare_has_three_days_to_ask_for_a_fast_review() -> None:
    found = dates("tricare", letter=date(2026, 11, 10), received=date(2026, 11, 13), urgent=True)
    assert found.file_urgent is not None
    assert found.file_urgent.last == date(2026, 11, 16)


def test_tricare_counts_the_shortest_time_to_ask_for_a_second_review() -> None:
    found = dates("tricare", letter=date(2026, 11, 10), final=True)
    assert found.outside == Window(safe=date(2027, 1, 8), last=date(2027, 1, 9))


def test_care_under_way_has_a_day_to_ask_by() -> None:
    kept = dates("medicaid_managed", letter=date(2026, 11, 10), ongoing=True).keep
    assert kept == Window(safe=date(2026, 11, 20), last=date(2026, 11, 20))
    assert dates("marketplace", ongoing=True, care_ends=date(2026, 12, 1)).extend == date(2026, 11, 30)
    assert dates("medicaid_managed", letter=date(2026, 11, 10)).keep is None
    final = dates("medicaid_managed", letter=date(2026, 11, 10), ongoing=True, final=True)
    assert final.keep == kept  # until the hearing decides
    assert final.outside is not None


def test_plans_without_a_set_time_get_no_date() -> None:
    for slug in ("short_term", "medicaid_ffs", "va"):
        assert dates(slug, letter=date(2026, 11, 10)).file is None


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),  # as opm.gov lists them
        (2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
    ],
)
def test_federal_holidays_are_those_of_the_calendar(year: int, days: str) -> None:
    assert holidays(year) == {date.fromisoformat(f"{year}-{day}") for day in days.split()}


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-11-24", "3 business days", "2026-11-30"),  # past Thanksgiving and a weekend
        ("2026-11-24", "2 weeks", "2026-12-08"),
        ("2026-11-24", "72 hours", "2026-11-27"),
        ("2026-11-24", "73 hours", "2026-11-28"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2026-12-31", "2 months", "2027-02-28"),
        ("2026-11-24", "13 months", "2027-12-24"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
    ],
)
def test_every_unit_of_time_is_counted_as_the_law_counts_it(start: str, length: str, end: str) -> None:
    assert add(date.fromisoformat(start), period(length)) == date.fromisoformat(end)


# ---------------------------------------------------------------- for every case


def cases() -> list[tuple[str, Case]]:
    """Cases at random, a third of them around the ends of months and leap days."""
    dice = random.Random(7)
    edges = [
        date(year, month, 1) + off * DAY
        for year in (2023, 2024, 2027, 2028)
        for month in (1, 2, 3, 5, 7, 9, 11, 12)
        for off in (-2, -1, 0, 1)
    ]
    plans = sorted(plan_types())

    def day() -> date:
        return dice.choice(edges) if dice.random() < 0.33 else date(2000, 1, 1) + dice.randrange(25_000) * DAY

    def maybe(start: date, spread: int) -> date | None:
        return start + dice.randrange(-3, spread) * DAY if dice.random() < 0.6 else None

    found = []
    for number in range(CASES):
        start = day()
        letter = start if dice.random() < 0.85 else None
        final, urgent, ongoing = (dice.random() < 0.4 for _ in range(3))
        known = Case(letter, maybe(start, 30), final, urgent, ongoing, maybe(start, 60), maybe(start, 200))
        found.append((plans[number % len(plans)], known))
    return found


def test_the_safe_day_is_a_working_day_and_never_after_the_last() -> None:
    for slug, case in cases()[:3000]:
        found = dates_of(plan_types()[slug], case)
        for window in (found.file, found.outside, found.keep):
            if window:
                assert window.safe <= window.last
                assert window.safe in (working_day(window.safe, -DAY), window.last)


def plain(found: Dates) -> dict[str, Any]:
    """The dates as the script gives them: days since 1970."""

    def number(day: date) -> int:
        return (day - date(1970, 1, 1)).days

    def window(value: Window | None) -> list[int] | None:
        return [number(value.safe), number(value.last)] if value else None

    return {
        "file": window(found.file),
        "file_urgent": window(found.file_urgent),
        "keep": window(found.keep),
        "extend": number(found.extend) if found.extend else None,
        "answers": [[name, number(day) if day else None] for name, day in found.answers],
        "outside": window(found.outside),
    }


SCRIPT = """
import { readFileSync } from "node:fs";
globalThis.document = { documentElement: { dataset: {} } };
globalThis.fetch = () => new Promise(() => {});
const { datesOf, dayOf, calendar } = await import(process.argv[2]);
const rules = JSON.parse(readFileSync(process.argv[3]));
const found = JSON.parse(readFileSync(process.argv[4])).map(([plan, given]) => {
  const days = ["letter", "received", "care_ends", "filed"].map((name) => [name, dayOf(given[name])]);
  const { care_ends: ends, ...rest } = Object.fromEntries(days);
  return datesOf(rules.plans[plan], { ...given, ...rest, ends }, rules.holidays);
});
const events = [["2026-12-31", "Appeal, by post; \\\\ now", `Erklärung ${"ü".repeat(90)}`]];
events.push(["2028-02-29", "Leap", "x"]);
console.log(JSON.stringify({ found, file: calendar(events, "20261121T120000Z") }));
"""


@cache
def scripted() -> dict[str, Any]:
    """What the page's script makes of the same cases, run by Node."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "layouts/assets/visit.js", folder / "visit.mjs")
        (folder / "run.mjs").write_text(SCRIPT, "utf-8")
        (folder / "rules.json").write_bytes(rules_json(plan_types(), site().sources))
        given = [[slug, asdict(case)] for slug, case in cases()]
        (folder / "cases.json").write_text(json.dumps(given, default=str), "utf-8")
        command = ["node", "run.mjs", "./visit.mjs", "rules.json", "cases.json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said


@needs_browser
def test_the_script_of_the_pages_agrees_with_python_on_ten_thousand_cases() -> None:
    found = scripted()["found"]
    assert len(found) == CASES
    dated = 0
    for (slug, case), theirs in zip(cases(), found, strict=True):
        ours = plain(dates_of(plan_types()[slug], case))
        assert theirs == ours, (slug, case)
        dated += bool(ours["file"] or ours["outside"])
    assert dated > CASES / 2


@needs_browser
def test_the_calendar_file_keeps_to_rfc_5545() -> None:
    text = scripted()["file"]
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:Appeal\\, by post\\; \\\\ now" in whole
    assert f"DESCRIPTION:Erklärung {'ü' * 90}" in whole
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101" in whole
    assert "DTSTART;VALUE=DATE:20280229\r\nDTEND;VALUE=DATE:20280301" in whole
    assert whole.count("DTSTAMP:20261121T120000Z") == whole.count("BEGIN:VEVENT") == 2
    assert whole.count("TRIGGER:-P3D") == whole.count("BEGIN:VALARM") / 3 == 2
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == 2


# ---------------------------------------------------------------- the data


def test_the_pages_read_the_very_numbers_of_plan_types() -> None:
    (file,) = (built_site() / "assets").glob("rules.*.json")
    rules = json.loads(file.read_bytes())
    written = yaml.load((ROOT / "data/plan_types.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert rules["plans"].keys() == written.keys()
    for slug, plan in written.items():
        within = rules["plans"][slug]["file"]["within"]
        assert (within is None) == ("file_within" not in plan)
        if within:
            assert str(period(plan["file_within"])) == str(Period(number=within[0], unit=within[1]))
        decision = plan.get("decision", {}).get("sources", plan["sources"])
        cited = {
            "file": plan.get("file_sources", plan["sources"]),
            "decision": decision,
            "ongoing": plan.get("ongoing_sources", decision) if "ongoing" in plan else (),
            "outside": plan.get("outside_review", {"sources": ()})["sources"],
        }
        for part, sources in cited.items():
            assert (rules["plans"][slug][part] or {"sources": []})["sources"] == [*sources]
            assert all(source in rules["sources"] for source in sources)
