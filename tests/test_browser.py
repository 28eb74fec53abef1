"""What a visitor can do on the pages, in a real browser, and that nobody is kept out."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from appealsite.render.assets import compact_js
from tests.browser import address, needs_browser, opened
from tests.real_site import FIVE, ROOT, built_site

pytestmark = needs_browser

COMBINATION = "/help/cigna/cimt/step-therapy/"
LETTERS = "/letters/clinical/marketplace/"
KINDS = {
    "home": "/",
    "combination": COMBINATION,
    "payer": "/help/cigna/",
    "pair": "/help/cigna/cimt/",
    "service": "/services/cimt/",
    "reason": "/reasons/step-therapy/",
    "index": "/help/",
    "guide": "/guides/claim-file/",
    "letters": LETTERS,
    "words": "/words-on-my-letter/",
    "missing": "/help/cigna/cmit/step-therapy/",
}
ALL = "APPEALSITE_ALL_TESTS" in os.environ


def expect(locator: Any) -> Any:
    """Playwright's own, which waits; imported late, as a newcomer may lack it."""
    from playwright.sync_api import expect as waiting

    return waiting(locator)


def until(page: Any, expression: str) -> None:
    """Wait for something that no element shows; the policy of our pages forbids Playwright's own way."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


AXE = ROOT / "tests/node/node_modules/axe-core/axe.min.js"
DAY = "2026-11-10"


# ---------------------------------------------------------------- kind of plan, and dates


def test_without_scripts_every_plan_stands_in_order_and_nothing_waits_for_an_answer() -> None:
    with opened(COMBINATION, java_script_enabled=False) as page:
        plans = page.locator(".picker label").all_inner_texts()
        assert len(plans) == 4
        assert page.locator("#rights tbody:visible").count() == 3
        assert page.locator("input:visible:not([name=gather]), button:visible").count() == 0  # boxes tick by themselves
        links = page.locator("#rights th a:visible")
        assert links.count() == 3
        links.first.click()
        assert "First appeal" in page.inner_text("main")


def test_choosing_a_plan_shows_its_rights_and_hides_the_rest() -> None:
    with opened(COMBINATION) as page:
        assert page.locator("#rights tbody:visible").count() == 3
        page.check("[name=plan][value=marketplace]")
        page.wait_for_selector("#rights [data-plan=employer_insured]", state="hidden")
        assert page.locator("#rights tbody:visible").count() == 1
        page.check("[name=plan][value='']")
        page.wait_for_selector("#rights [data-plan=employer_insured]")
        assert page.locator("#rights tbody:visible").count() == 3


def test_the_date_on_the_letter_gives_the_days_with_rule_and_source() -> None:
    with opened(COMBINATION) as page:
        page.fill(".today [name=letter]", DAY)
        page.get_by_text("Act by Friday, May 7, 2027").first.wait_for()  # the plan is not known yet: the earliest
        page.check("[name=plan][value=marketplace]")
        page.fill("[name=received]", "2026-11-14")
        page.get_by_text("Thursday, May 13, 2027").wait_for()
        result = page.inner_text(".result")
        assert "Friday, May 7, 2027" in result
        assert "180 days from the day you receive the letter" in result
        assert "30 days at most" in result
        assert "4 months from receipt" in result
        assert page.locator(".result a.cite[href*='ecfr.gov']").count() >= 3
        page.check("[name=urgent]")
        page.locator(".result").get_by_text("72 hours at most").wait_for()
        page.check("[name=final]")
        page.locator(".result").get_by_text("Wednesday, March 10, 2027").wait_for()  # safe: four months from the letter
        assert page.locator("[data-safe][role=status]").count() == 2
        assert page.evaluate("localStorage.length") == 0


def test_a_day_that_has_passed_hides_none_that_is_to_come() -> None:
    with opened("/help/humana/aba/prior-auth-missing/") as page:
        page.clock.set_fixed_time("2026-11-21T12:00:00Z")
        page.fill(".today [name=letter]", "2026-11-02")
        page.get_by_text("Act by Thursday, December 31, 2026").first.wait_for()
        page.check("[name=ongoing]")
        told = "One day has passed, so act today. The next is Thursday, December 31, 2026"
        page.get_by_text(told).first.wait_for()  # of the plans that it may be
        result = page.inner_text(".result")
        assert "Earliest safe day\nThursday, December 31, 2026. No plan" in result
        assert "ask to keep it by\nThursday, November 12, 2026. This day has passed." in result
        page.check("[name=plan][value=medicaid_managed]")
        page.locator(".result a.cite", has_text="42 CFR 438.420").first.wait_for()
        page.get_by_text(told).first.wait_for()
        page.fill(".today [name=letter]", "2026-01-02")
        page.get_by_text("The safe day has passed, so act today. It was Tuesday, March 3, 2026").first.wait_for()


def test_the_last_day_has_not_passed_while_it_lasts_where_the_visitor_is() -> None:
    with opened(COMBINATION, timezone_id="America/Los_Angeles") as page:
        page.clock.set_fixed_time("2027-05-07T21:00:00-07:00")
        page.fill(".today [name=letter]", DAY)
        page.get_by_text("Act by Friday, May 7, 2027").first.wait_for()
        assert "passed" not in page.inner_text(".result")
        page.clock.set_fixed_time("2027-05-08T00:01:00-07:00")
        page.fill(".today [name=letter]", "2026-11-09")
        page.fill(".today [name=letter]", DAY)
        page.get_by_text("The safe day has passed, so act today. It was Friday, May 7, 2027").first.wait_for()


def test_a_letter_from_the_future_gets_no_day_and_a_word_about_its_year() -> None:
    with opened(COMBINATION) as page:
        page.clock.set_fixed_time("2026-11-21T12:00:00Z")
        page.check("[name=plan][value=marketplace]")
        page.fill(".today [name=letter]", "2027-11-10")
        told = "The date on your letter is in the future. Check the year."
        expect(page.locator("[data-safe]")).to_have_text([told, told])
        expect(page.locator(".result")).to_be_empty()  # no day to save either
        expect(page.locator("[name=letter][aria-invalid=true]")).to_have_count(2)
        page.fill("#plan-type [name=letter]", DAY)
        page.get_by_text("Act by Friday, May 7, 2027").first.wait_for()
        expect(page.locator("[aria-invalid=true]")).to_have_count(0)
        page.fill("[name=received]", "2027-01-02")
        page.get_by_text("The day you got the letter is in the future. Check the year.").first.wait_for()
        expect(page.locator(".result")).to_be_empty()
        page.fill("[name=received]", "2026-11-14")
        page.check("[name=ongoing]")
        page.fill("[name=ends]", "2027-01-29")  # care may end, and an appeal arrive, on a day to come
        page.fill("[name=filed]", "2026-12-01")
        page.locator(".result").get_by_text("Thursday, December 31, 2026").wait_for()
        page.locator(".result").get_by_text("Thursday, January 28, 2027").wait_for()


@pytest.mark.parametrize(
    ("zone", "now", "newest", "future"),
    [
        ("Pacific/Kiritimati", "2026-11-10T00:30:00+14:00", "2026-11-10", "2026-11-11"),  # where the day begins first
        ("America/Los_Angeles", "2026-11-09T20:00:00-08:00", "2026-11-10", "2026-11-11"),  # it is the 10th in New York
        ("America/Los_Angeles", "2026-11-10T00:30:00-08:00", "2026-11-10", "2026-11-11"),
        ("Pacific/Guam", "2026-11-10T23:30:00+10:00", "2026-11-11", "2026-11-12"),
    ],
)
def test_a_letter_of_today_is_none_of_the_future_wherever_that_day_is(
    zone: str, now: str, newest: str, future: str
) -> None:
    with opened(COMBINATION, timezone_id=zone) as page:
        page.clock.set_fixed_time(now)
        page.fill(".today [name=letter]", newest)
        page.locator(".today .deadline").wait_for()
        page.fill(".today [name=letter]", future)
        page.locator(".today").get_by_text("is in the future").wait_for()


def test_a_date_that_the_browser_puts_back_gives_its_days_again() -> None:
    with opened(COMBINATION) as page:
        page.fill(".today [name=letter]", DAY)
        page.get_by_text("Act by Friday, May 7, 2027").first.wait_for()
        page.goto(address() + "/")
        page.go_back()
        page.get_by_text("Act by Friday, May 7, 2027").first.wait_for()


def test_care_that_is_about_to_end_comes_before_the_ordinary_appeal() -> None:
    first = "Is a Medicare plan ending your hospital, nursing home or home care? Call the number on your notice today."
    with opened("/help/humana/home-health/level-of-care/") as page:
        page.clock.set_fixed_time("2026-11-22T12:00:00Z")
        page.fill(".today [name=letter]", "2026-11-20")
        page.check("[name=ongoing]")
        page.get_by_text(first).first.wait_for()  # the plan is not known yet, and may be such a one
        page.check("[name=plan][value=medicare_advantage]")
        page.get_by_text("For any other appeal: act by Friday, January 22, 2027").first.wait_for()
        assert page.inner_text(".today [data-safe]").startswith(first)
        page.check("[name=plan][value=medicaid_managed]")
        page.get_by_text("Act by Monday, November 30, 2026").first.wait_for()
        assert page.get_by_text(first).count() == 0
    with opened(COMBINATION) as page:
        page.clock.set_fixed_time("2026-11-22T12:00:00Z")
        page.fill(".today [name=letter]", "2026-11-20")
        page.check("[name=ongoing]")
        page.fill("[name=ends]", "2026-11-25")  # and a request late on the 24th may come too late
        page.get_by_text("Act by Monday, November 23, 2026").first.wait_for()
        page.check("[name=plan][value=employer_insured]")
        page.locator(".result").get_by_text("24 hours before the approved care ends.").wait_for()
        page.get_by_text("Act by Monday, November 23, 2026").first.wait_for()
        assert page.get_by_text(first).count() == 0


def test_who_cannot_wait_is_told_to_call_today_before_a_day_that_lies_weeks_ahead() -> None:
    first = "Since waiting could harm you, call the number on your letter or card today and ask for a fast answer."
    with opened("/help/humana/home-health/level-of-care/") as page:
        page.clock.set_fixed_time("2026-11-22T12:00:00Z")
        page.fill(".today [name=letter]", "2026-11-20")
        page.check("[name=urgent]")
        page.check("[name=plan][value=medicare_advantage]")
        page.get_by_text("At the latest: act by Friday, January 22, 2027").first.wait_for()
        assert page.inner_text(".today [data-safe]").startswith(first)
        page.check("[name=ongoing]")  # both are said, and the number on the notice first
        page.get_by_text("For any other appeal: act by Friday, January 22, 2027").first.wait_for()
        said = page.inner_text(".today [data-safe]")
        assert 0 < said.index("Call the number on your notice today.") < said.index(first)
        page.uncheck("[name=ongoing]")
        page.uncheck("[name=urgent]")
        page.get_by_text("Act by Friday, January 22, 2027").first.wait_for()
        assert page.get_by_text(first).count() == 0
    with opened("/help/humana/aba/prior-auth-missing/") as page:
        page.clock.set_fixed_time("2026-11-22T12:00:00Z")
        page.fill(".today [name=letter]", "2026-11-20")
        page.check("[name=urgent]")
        page.check("[name=plan][value=tricare]")
        page.get_by_text("Act by Monday, November 23, 2026").first.wait_for()  # the rule's own day to ask, in writing
        assert page.get_by_text(first).count() == 0


def test_a_second_appeal_and_what_is_said_of_urgent_ones_are_told() -> None:
    with opened("/help/aetna/adalimumab/non-formulary/") as page:
        page.fill(".today [name=letter]", DAY)
        page.check("[name=final]")
        first = "First see if your letter asks for a second appeal to the plan."
        page.get_by_text(first).first.wait_for()  # the plan is not known yet, and may be one with two
        page.check("[name=plan][value=employer_insured]")
        page.locator(".result dt", has_text="A second appeal inside the plan").wait_for()
        assert page.inner_text(".today [data-safe]").startswith(first)
        page.check("[name=plan][value=fehb]")
        page.locator(".result dt", has_text="A second appeal inside the plan").wait_for(state="detached")
        assert page.get_by_text(first).count() == 0
        page.check("[name=urgent]")
        page.locator(".result").get_by_text("We know of no set time").wait_for()
        page.uncheck("[name=final]")
        page.locator(".result").get_by_text("Section 3 of your brochure").wait_for()
        assert "We know of no set time" not in page.inner_text(".result")


def test_where_some_denials_give_more_time_the_day_is_that_of_the_shortest_and_the_words_say_all() -> None:
    with opened("/help/humana/aba/prior-auth-missing/") as page:
        page.fill(".today [name=letter]", DAY)
        page.check("[name=final]")
        page.get_by_text("Act by Friday, January 8, 2027").first.wait_for()  # the plan is not known yet
        page.check("[name=plan][value=tricare]")
        page.locator(".result dt", has_text="Safe day to ask for second review").wait_for()
        assert "Friday, January 8, 2027. Counted for the shortest time. You have 90 days" in page.inner_text(".result")
        page.fill("[name=received]", DAY)
        page.fill(".today [name=letter]", "")  # the rule counts from the date on the letter
        page.locator(".result dt", has_text="If the answer is no: second review").wait_for()
        assert "90 days" in page.inner_text(".result")


def test_the_dates_can_be_saved_to_a_calendar() -> None:
    with opened(COMBINATION) as page:
        page.check("[name=plan][value=marketplace]")
        page.fill("#plan-type [name=letter]", DAY)
        with page.expect_download() as download:
            page.click("text=Save these dates to your calendar")
        assert download.value.suggested_filename == "appeal-dates.ics"
        text = Path(download.value.path()).read_bytes().decode()
        assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
        assert "DTSTART;VALUE=DATE:20270507\r\n" in text
        assert text.count("BEGIN:VEVENT") == 2
        assert "BEGIN:VALARM" in text


def test_everything_can_be_done_with_the_keyboard() -> None:
    with opened(COMBINATION) as page:
        page.locator("[name=plan]").first.focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_selector("#rights [data-plan=employer_self_funded]", state="hidden")
        page.focus("#words [data-do=edit]")
        page.keyboard.press("Enter")
        expect(page.locator("#words blockquote")).to_be_focused()


# ---------------------------------------------------------------- worksheet and letters


def test_the_request_is_copied_as_plain_text() -> None:
    with opened(COMBINATION, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.click("#words [data-do=copy]")
        page.get_by_text("Copied.").wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        assert text.startswith("[Date]\n\nTo the appeals unit of Cigna:\n\nI am [name]")
        assert "- my whole claim file;\n- the rule or guideline" in text.replace("\r", "")
        assert "This letter does not replace my appeal." in text


def test_words_written_into_a_letter_are_copied_however_the_browser_puts_them() -> None:
    with opened(COMBINATION, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.click("#words [data-do=edit]")
        page.locator("#words blockquote[contenteditable=true]").first.wait_for()
        page.evaluate(
            """() => {
              const last = [...document.querySelectorAll("#words blockquote li")].at(-1);
              const range = document.createRange();
              range.selectNodeContents(last);
              range.collapse(false);
              getSelection().removeAllRanges();
              getSelection().addRange(range);
            }"""
        )
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.keyboard.type("My own demand")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("and its second line")
        page.evaluate(
            """document.querySelector("#words blockquote").insertAdjacentHTML(
                 "beforeend", "<div>Words of <b>mine</b></div><div>and more</div>")"""
        )
        page.click("#words [data-do=copy]")
        page.get_by_text("Copied.").wait_for()
        text = page.evaluate("navigator.clipboard.readText()").replace("\r", "")
        assert "\n\nMy own demand\nand its second line\n\n" in text
        assert text.endswith("\n\nWords of mine\n\nand more")


def test_the_blanks_of_a_letter_are_marked_until_they_are_filled_and_typing_takes_their_place() -> None:
    marked = "[...CSS.highlights.get('blank')].map(String)"
    chosen = "getSelection().toString()"
    with opened(LETTERS, permissions=["clipboard-read", "clipboard-write"]) as page:
        assert page.evaluate("CSS.highlights.size") == 0
        page.focus("#letter-first [data-do=edit]")
        page.keyboard.press("Enter")
        page.get_by_text("Write over the words in brackets.").wait_for()
        assert page.evaluate(chosen) == "[Date]"
        first = page.evaluate(marked)
        assert first[:3] == ["[Date]", "[plan]", "[name]"]
        assert len(first) == page.locator("#letter-first blockquote").inner_text().count("[")
        page.keyboard.type("21 November 2026")
        until(page, f"{marked}[0] === '[plan]'")
        page.focus("#letter-first [data-do=edit]")  # leads to the next that is left
        page.keyboard.press("Enter")
        until(page, f"{chosen} === '[plan]'")
        page.keyboard.type("Acme Health")
        page.locator("#letter-first p", has_text="I am [name]").click(position={"x": 60, "y": 10})
        until(page, f"{chosen} === '[name]'")
        page.keyboard.type("Jane Roe")
        until(page, f"{marked}.length === {len(first) - 3}")
        page.click("#letter-first [data-do=copy]")
        page.get_by_text("Copied.").wait_for()
        text = page.evaluate("navigator.clipboard.readText()").replace("\r", "")
        assert text.startswith(
            "21 November 2026\n\nTo the appeals unit of Acme Health:\n\nI am Jane Roe, member ID [number]"
        )
        assert page.locator("blockquote *:not(p, a, ul, li)").count() == 0  # nothing but words got into the letter


def test_letters_name_the_rule_of_their_plan() -> None:
    for path, first, outside in (
        (LETTERS, "I appeal under 45 CFR 147.136", "I ask under 45 CFR 147.136"),
        ("/letters/clinical/employer-self-funded/", "29 CFR 2590.715-2719", "I ask under 29 CFR 2590.715-2719"),
    ):
        with opened(path) as page:
            assert first in page.inner_text("#letter-first")
            assert "72 hours" in page.inner_text("#letter-urgent")
            assert outside in page.inner_text("#letter-outside")
            page.click("#letter-first [data-do=edit]")
            page.wait_for_selector("#letter-first blockquote[contenteditable=true]")
            assert page.locator("meta[name=robots][content=noindex]").count() == 1


def test_the_worksheet_is_filled_in_and_stored_only_when_asked() -> None:
    with opened(COMBINATION) as page:
        page.click("[data-do=worksheet]")
        field = page.locator("main textarea").first
        field.fill("Page 3 of the notes")
        assert "Where in your records" in (field.get_attribute("aria-label") or "")
        page.check("[name=gather] >> nth=0")
        assert page.evaluate("localStorage.length") == 0
        page.check("[data-do=keep]")
        until(page, "localStorage.length === 1")
        page.goto(address() + "/")
        page.goto(address() + COMBINATION)  # what was kept is there by itself, and nothing writes over it
        expect(page.locator("main textarea").first).to_have_value("Page 3 of the notes")
        expect(page.locator("[name=gather]").first).to_be_checked()
        page.check("[name=gather] >> nth=1")
        until(page, "JSON.parse(localStorage[location.pathname]).ticks[1]")
        page.goto(address() + "/")
        page.go_back()
        expect(page.locator("main textarea").first).to_have_value("Page 3 of the notes")
        expect(page.locator("[name=gather]").nth(1)).to_be_checked()
        assert "Page 3" in page.evaluate("localStorage[location.pathname]")
        page.uncheck("[data-do=keep]")
        until(page, "localStorage.length === 0")


def test_on_a_phone_the_worksheet_is_a_card_for_each_row_with_room_to_write() -> None:
    with opened(COMBINATION) as page:
        page.click("[data-do=worksheet]")
        field = page.locator("main textarea").first
        expect(field).to_be_focused()
        box = field.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert 250 < box["width"] < 360 - box["x"]
        assert (
            page.evaluate("(([one]) => one.scrollWidth - one.clientWidth)(document.querySelectorAll('.table-scroll'))")
            == 0
        )
        labels = page.locator(".worksheet tr:nth-child(2) td").evaluate_all(
            "(cells) => cells.map((cell) => getComputedStyle(cell, '::before').content)"
        )
        assert labels == ['"What the plan may ask"', '"What to show"', '"Where in your records"']
        page.emulate_media(media="print")
        expect(page.locator(".worksheet thead")).to_be_visible()
    with opened(COMBINATION, 1280) as page:
        expect(page.locator(".worksheet thead")).to_be_visible()


def test_a_table_that_goes_on_beside_the_screen_has_a_shade_there_until_its_end() -> None:
    from io import BytesIO

    from PIL import Image

    def corner(page: Any) -> Any:
        """The colour in the upper right corner of the table."""
        picture = Image.open(BytesIO(page.locator(".table-scroll").first.screenshot())).convert("RGB")
        return picture.getpixel((picture.width - 1, 1))

    with opened("/guides/outside-review/") as page:
        shade = corner(page)
        page.locator(".table-scroll").first.evaluate("(one) => (one.scrollLeft = 9999)")
        ground = corner(page)
        assert sum(ground) - sum(shade) > 200
    with opened("/guides/outside-review/", 1280) as page:
        assert corner(page) == ground


@pytest.mark.parametrize(
    "name", ["guides/rights/employer-insured", "guides/free-help", "help/aetna/ivf/age-or-criteria"]
)
def test_on_a_phone_a_table_of_three_columns_fits(name: str) -> None:
    with opened(f"/{name}/") as page:
        table = page.locator(".table-scroll:not(:has(.worksheet))").first
        expect(table.locator("th")).to_have_count(3)
        assert table.evaluate("(one) => one.scrollWidth - one.clientWidth") == 0


def test_on_a_phone_the_time_to_ask_is_seen_at_once_and_the_plan_stays_beside_what_is_scrolled_to() -> None:
    with opened("/guides/outside-review/") as page:
        table = page.locator(".table-scroll").first
        time = table.get_by_role("columnheader", name="Your time to ask")
        plan = table.get_by_role("columnheader", name="Plan")
        box, before = time.bounding_box(), plan.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 360
        table.evaluate("(one) => (one.scrollLeft = 9999)")
        assert plan.bounding_box() == before


def test_what_a_button_did_stands_below_the_buttons_and_these_apart_from_the_ticks() -> None:
    with opened(COMBINATION) as page:
        page.click("[data-do=worksheet]")
        page.get_by_text("You can write in the worksheet now.").wait_for()
        tops = [
            page.locator(f"#checklist {part}").last.bounding_box()
            for part in (".ticks label", "[data-do=worksheet]", "[data-do=print]", "[role=status]")
        ]
        for above, below in pairwise(tops):
            assert above
            assert below
            assert above["y"] + above["height"] + 6 < below["y"]


def test_where_the_browser_keeps_nothing_the_box_says_so_and_all_else_works() -> None:
    with opened(COMBINATION) as page:
        page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})")
        page.reload()
        page.click("[data-do=worksheet]")
        expect(page.locator("main textarea").first).to_be_focused()
        page.locator("[data-do=keep]").click()
        page.get_by_text("This browser does not let the page keep anything.").wait_for()
        assert not page.is_checked("[data-do=keep]")


# ---------------------------------------------------------------- finding the page


def test_the_finder_narrows_as_one_types_and_offers_only_what_exists() -> None:
    with opened("/") as page:
        page.focus("[data-axis='1']")
        page.locator(".finder .choices label").first.wait_for()
        page.fill("[data-axis='1']", "constraint mov")
        expect(page.locator(".choices").nth(1).locator("label")).to_have_count(1)
        page.check(".choices >> nth=1 >> [type=radio]")
        page.fill("[data-axis='0']", "cig")
        page.locator("[name=axis0]").first.check()
        page.fill("[data-axis='2']", "visits reached")
        expect(page.locator(".choices").nth(2).locator("label")).to_have_count(1)
        page.locator("[name=axis2]").first.check()
        page.click("[data-found] a")
        assert page.url == address() + "/help/cigna/cimt/quantity-limits/"
    with opened("/") as page:
        page.focus("[data-axis='1']")
        page.locator(".finder .choices label").first.wait_for()
        page.fill("[data-axis='1']", "tmj")
        expect(page.locator(".choices").nth(1).locator("label")).to_have_count(1)
        page.locator("[name=axis1]").first.check()
        reasons = {path.name for path in (built_site() / "help").glob("*/tmj-treatment/*/")}
        expect(page.locator(".choices").nth(2).locator("label")).to_have_count(len(reasons))


def test_the_finder_knows_brands_and_other_names() -> None:
    with opened("/") as page:
        page.focus("[data-axis='0']")
        page.locator(".finder .choices label").first.wait_for()
        for axis, typed, name in ((0, "UHC", "UnitedHealthcare"), (1, "humira", "Adalimumab")):
            page.fill(f"[data-axis='{axis}']", typed)
            expect(page.locator(".choices").nth(axis).locator("label")).to_have_text([name])


def test_a_name_that_no_page_has_leads_on_to_all_denials_and_to_the_kinds_of_plan() -> None:
    with opened("/") as page:
        page.fill("[data-axis='0']", "kaiser")
        place = page.locator(".finder .choices").nth(0)
        expect(place).to_contain_text("No page has this name. Try fewer letters.")
        expect(page.locator("[data-found]")).to_have_text(
            "No page has this name. Choose a health plan, a treatment, a reason."
        )
        for link in place.locator("a").all():
            assert page.request.get(address() + (link.get_attribute("href") or "")).ok
        page.fill("[data-axis='0']", "cigna")
        expect(place.locator("label")).to_have_text(["Cigna"])
        expect(place.locator("a")).to_have_count(0)
        expect(page.locator("[data-found]")).to_have_text("Choose a health plan, a treatment, a reason.")
        page.fill("[data-axis='0']", "kaiser")
        place.get_by_role("link", name="all denials").click()
        expect(page.locator("h1")).to_have_text("Find the page for your denial")
        page.go_back()
        page.fill("[data-axis='0']", "kaiser")
        place.get_by_role("link", name="Find your plan type").click()
        expect(page.locator("h1")).to_have_text("How do you find your plan type?")


def test_without_scripts_the_home_page_leads_on_by_lists() -> None:
    with opened("/", java_script_enabled=False) as page:
        assert page.locator(".finder:visible").count() == 0
        page.click(".groups a >> nth=0")
        page.wait_for_url("**/help/*/")
        expect(page.locator("h1")).to_have_count(1)


def test_words_on_the_letter_lead_to_their_reason() -> None:
    with opened("/words-on-my-letter/") as page:
        page.fill("[data-words]", "refill too")
        expect(page.locator("[data-phrases]:visible")).to_have_count(1)
        assert page.inner_text("[data-found]") == "1 reason fits."
        page.fill("[data-words]", "119")
        page.get_by_text("A maximum in your contract has been reached.").first.wait_for()
        page.locator("[data-phrases]:visible h2 a[href='/reasons/quantity-limits/']").click()
        assert page.url.endswith("/reasons/quantity-limits/")
    with opened("/words-on-my-letter/") as page:
        for typed in ("CO-50", "pr 50", "50"):  # who pays is no part of the code, and 150 is another
            page.fill("[data-words]", typed)
            page.locator("[data-phrases]:visible", has_text="CARC 50").first.wait_for()
            expect(page.locator("[data-phrases]:visible")).to_have_count(page.locator("dt:text-is('CARC 50')").count())
        page.fill("[data-words]", "27")
        expect(page.locator("[data-phrases]:visible")).to_have_count(0)
        assert page.inner_text("[data-found]").startswith("No reason here has these words.")


def test_an_address_that_does_not_exist_suggests_those_near_it() -> None:
    with opened("/help/cignna/cmit/step-theraphy/") as page:
        page.wait_for_selector("#near li a")
        assert page.get_attribute("#near li a >> nth=0", "href") == COMBINATION
    with opened("/help/molina/cimt/step-therapy/") as page:  # each part is right, and there is no such page
        page.wait_for_selector("#near li a")
        assert "/cimt/" in (page.get_attribute("#near li a >> nth=0", "href") or "")


def test_where_the_list_of_pages_cannot_be_loaded_the_visitor_is_told() -> None:
    with opened("/") as page:
        page.route("**/finder.json", lambda route: route.fulfill(status=404))
        page.fill("[data-axis='0']", "cig")
        page.get_by_text("The list could not be loaded. Use the lists of pages below.").wait_for()
        page.unroute("**/finder.json")
        page.fill("[data-axis='0']", "cign")
        expect(page.locator(".choices").nth(0).locator("label")).to_have_text(["Cigna"])
    with opened("/help/cigna%/cimt/step-therapy/") as page:  # no escape, and no address of ours
        page.wait_for_selector("#near li a")


def test_the_finders_file_grows_with_the_axes_and_not_with_the_pages() -> None:
    from types import SimpleNamespace

    from appealsite.plan.finder import finder_json

    def size(payers: int, services: int, reasons: int) -> int:
        entry = SimpleNamespace(
            name="A name", full_name="A full name", short="", abbr=None, also=(), in_sentence="a", phrases=()
        )
        axes = [
            {f"{axis}{n:03}": entry for n in range(count)} for axis, count in zip("psr", (payers, services, reasons))
        ]
        found = {(payer, service): sorted(axes[2]) for payer in axes[0] for service in axes[1]}
        site: Any = SimpleNamespace(
            matrix=SimpleNamespace(payers=axes[0], services=axes[1], reasons=axes[2]),
            settings=SimpleNamespace(urls=SimpleNamespace(combination="/{payer}/{service}/{reason}/")),
        )
        return len(finder_json(site, found))

    assert size(40, 100, 25) < 15_000  # 100,000 pages
    assert size(80, 200, 50) < 2.2 * size(40, 100, 25)


# ---------------------------------------------------------------- for everybody, on every screen


@pytest.mark.skipif(not AXE.is_file() and not ALL, reason="needs `npm install --prefix tests/node`")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_barrier(kind: str, width: int, scheme: Any) -> None:
    with opened(KINDS[kind], width, color_scheme=scheme, bypass_csp=True) as page:
        if kind == "combination":
            page.check("[name=plan][value=marketplace]")
            page.fill(".today [name=letter]", DAY)
            page.locator(".result dl").wait_for()
            page.click("[data-do=worksheet]")
            page.locator("main textarea").first.wait_for()
        if kind == "home":
            page.focus("[data-axis='1']")
            page.locator(".finder .choices label").first.wait_for()
        page.add_script_tag(path=AXE)
        found = page.evaluate(
            "axe.run({runOnly: ['wcag2a','wcag2aa','wcag2aaa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        )
        shown = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]]
        assert shown == []
        assert len(found["passes"]) > 15


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_at_320_pixels_or_with_large_text_and_targets_are_large(kind: str) -> None:
    with opened(KINDS[kind], 320) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        small = page.evaluate(  # links in running text are exempt, and axe looks at the space around the others
            """[...document.querySelectorAll('button, input, summary, label:has(input), nav a')].filter((one) => {
              const box = one.getBoundingClientRect();
              return box.width && !one.closest('.skip') && (box.height < 24 || box.width < 24);
            }).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert small == []
    with opened(KINDS[kind], 640) as page:
        page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_dark_mode_is_dark_and_forced_colours_keep_the_fields() -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with opened(COMBINATION, color_scheme=scheme) as page:
            colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            grounds[scheme] = sum(map(int, re.findall(r"\d+", colour)[:3]))
    assert grounds["light"] > 700
    assert grounds["dark"] < 150
    with opened(COMBINATION, forced_colors="active") as page:
        assert page.evaluate("getComputedStyle(document.querySelector('.picker')).borderTopStyle") == "solid"


@pytest.mark.skipif(shutil.which("pdftotext") is None and not ALL, reason="needs `apt-get install poppler-utils`")
def test_a_page_printed_is_a_document_of_its_own(tmp_path: Path) -> None:
    with opened(COMBINATION, 1280) as page:
        page.evaluate(
            "document.querySelector('#outside-review').open = false"
        )  # what a visitor closed is printed as well
        page.pdf(path=tmp_path / "page.pdf", format="Letter")
    done = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True)
    text = re.sub(r"\s+", " ", done.stdout.replace("-\n", "-").replace("/\n", "/"))  # addresses break there
    for said in (
        FIVE["help/cigna/cimt/step-therapy"],
        "180 days from the day you receive the denial",
        "Employer plan, self-funded",
        "Marketplace or individual plan",
        "Where in your records",
        "someone who does not work for the plan decides",
        "Printed from https://www.example.com/help/cigna/cimt/step-therapy/",
        "ecfr.gov/current/title-45/section-147.136",
    ):
        assert said.lower() in text.lower(), said
    for unwanted in (
        "Advertisement",
        "On this page",
        "Copy the letter",
        "Skip to the main text",
        "Start a draft letter",
    ):
        assert unwanted not in text


# ---------------------------------------------------------------- weight


def test_nothing_blocks_the_first_paint_and_nothing_moves() -> None:
    with opened(COMBINATION) as page:
        asked = page.evaluate(
            "performance.getEntriesByType('resource').map((one) => [one.name, one.renderBlockingStatus])"
        )
        assert all(status == "non-blocking" for _, status in asked)
        assert not [name for name, _ in asked if name.endswith((".js", ".json", ".css"))], "tools wait for a touch"
        shift = page.evaluate(
            """new Promise((resolve) => {
              let sum = 0;
              new PerformanceObserver((list) => list.getEntries().forEach((one) => (sum += one.value)))
                .observe({type: 'layout-shift', buffered: true});
              setTimeout(() => resolve(sum), 500);
            })"""
        )
        assert shift == 0


def test_the_script_that_runs_first_is_small() -> None:
    assert len(compact_js((ROOT / "layouts/boot.js").read_text("utf-8"))) < 700


def test_the_two_minutes(tmp_path: Path) -> None:
    """From a denial letter in hand: own page, own date, a letter to send. Reading is what is slow, so count steps."""
    started = time.monotonic()
    steps = 0
    with opened("/", permissions=["clipboard-read", "clipboard-write"]) as page:
        for axis, typed in enumerate(("cigna", "cimt", "step")):
            page.fill(f"[data-axis='{axis}']", typed)
            page.locator(f"[name=axis{axis}]").first.check()
            steps += 2
        page.click("[data-found] a")
        page.fill(".today [name=letter]", DAY)
        page.check("[name=plan][value=employer_self_funded]")
        page.get_by_text("Act by Friday, May 7, 2027").first.wait_for()
        page.click("#words [data-do=copy]")
        page.get_by_text("Copied.").wait_for()
        steps += 4
    assert steps <= 10
    assert time.monotonic() - started < 30
    assert json.loads((built_site() / "finder.json").read_bytes())["axes"]


@pytest.mark.parametrize("name", FIVE)
def test_a_page_of_two_thousand_words_fits_the_first_round_trip(name: str) -> None:
    """HTML, styles and first script, compressed: 10 packets of 1,460 bytes. Longer texts are cut to 2,000 words."""
    page = HTMLParser((built_site() / name / "index.html").read_text("utf-8"))

    def words() -> int:
        main = HTMLParser(page.css_first("main").html)  # type: ignore[union-attr, arg-type]
        for listed in main.css("#sources"):
            listed.decompose()
        assert main.body is not None
        return len(main.body.text(separator=" ").split())

    assert words() > 2500
    for block in ("angle", "requirements", "urgent", "next-steps", "outside-review", "free-help", "words", "plan-type"):
        for text in page.css(f"#{block} > p, #{block} > ul > li, #{block} > ol > li, #{block} tr"):
            if words() > 2000:
                text.decompose()
    assert 1850 < words() <= 2000
    assert len(gzip.compress((page.html or "").encode(), 9)) <= 14_600
    assert len(gzip.compress((built_site() / name / "index.html").read_bytes(), 9)) <= 18_000, (
        "the whole, with up to 4,000"
    )
