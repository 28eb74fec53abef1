"""The preview in a real browser: it reloads, tells what is wrong, and its bar and map work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser import browser, needs_browser
from tests.previewed import Preview, previewed
from tests.small_site import ROOT, call

URL = "/help/cigna/cimt/step-therapy/"
pytestmark = needs_browser


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    context = browser().new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / "ours" / folder)
    return tmp_path / "ours"


@pytest.fixture
def preview(root: Path) -> Iterator[Preview]:
    with previewed(root) as running:
        running.wait_for("/", "DenialHelp")
        yield running


def test_an_edit_is_shown_and_a_mistake_comes_and_goes_without_a_touch(
    root: Path, preview: Preview, browser_page: Page
) -> None:
    browser_page.goto(preview.address + URL)
    text = root / "content/emergency.md"
    first = text.read_text("utf-8")
    for number in range(5):  # one shortly after another: none may be lost
        text.write_text(f"{first}\nEdit {number}.\n", "utf-8")
        expect(browser_page.get_by_text(f"Edit {number}.")).to_be_visible()
    text.write_text(f"{first}\nSee {{{{ payr.name }}}}.\n", "utf-8")
    expect(browser_page.get_by_role("heading", name="unknown name 'payr'")).to_be_visible()
    expect(browser_page.locator("article mark")).to_have_text("{{ payr.name }}")
    expect(browser_page.locator(".place")).to_contain_text("content/emergency.md:")
    text.write_text(first, "utf-8")
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("CIMT denied")


def test_an_edit_before_the_server_knows_of_a_page_is_not_lost(
    root: Path, preview: Preview, browser_page: Page
) -> None:
    late: list[str | bytes] = []

    def without_info(connection: WebSocketRoute) -> None:
        """Hold back what makes livereload's server send news to a page."""
        server = connection.connect_to_server()
        connection.on_message(lambda said: late.append(said) if '"info"' in str(said) else server.send(said))

    with browser_page.context.new_page() as page:
        page.route_web_socket("**/livereload", without_info)
        with page.expect_response("**/_preview/version"):
            page.goto(preview.address + URL)
        text = root / "content/emergency.md"
        text.write_text(f"{text.read_text('utf-8')}\nEdited in between.\n", "utf-8")
        expect(page.get_by_text("Edited in between.")).to_be_visible()
        assert late


def test_the_bar_shows_blocks_findings_and_the_search_result(preview: Preview, root: Path, browser_page: Page) -> None:
    call("--root", root, "check")
    browser_page.goto(preview.address + URL)
    bar = browser_page.locator("#preview-bar")
    expect(bar.locator("summary").first).to_contain_text("Preview")
    bar.locator("summary").first.click()
    expect(bar.get_by_text("content/angle/cigna/cimt/step-therapy.md:").first).to_be_visible()
    expect(bar.locator(".result .title")).to_contain_text("Cigna CIMT denial: step therapy")
    expect(bar.get_by_role("heading", name="Findings")).to_be_visible()
    bar.locator("summary").first.click()


def test_on_a_phone_the_words_of_the_bar_and_the_way_to_the_map_stand_apart(
    preview: Preview, browser_page: Page
) -> None:
    with browser_page.context.new_page() as page:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(preview.address + URL)
        way = page.locator("#preview-bar .map")
        expect(way).to_have_css("position", "absolute")  # the bar's style has come
        words = [word.bounding_box() for word in page.locator("#preview-bar summary").first.locator("> *").all()]
        button = way.bounding_box()
        assert button
        assert len(words) == 3
        for word in words:
            assert word
            assert word["height"] < 30  # no word is broken
            assert word["x"] + word["width"] < button["x"] or word["y"] > button["y"] + button["height"]
        page.evaluate("scrollTo(0, 1e6)")
        foot = page.locator(".footer").bounding_box()
        bar = page.locator("#preview-bar .frame").bounding_box()
        assert foot
        assert bar
        assert foot["y"] + foot["height"] <= bar["y"]


def test_a_draft_has_a_banner_from_one_command(preview: Preview, root: Path, browser_page: Page) -> None:
    done = call("--root", root, "add", "combination", "--payer", "cigna", "--service", "tmj-treatment", "--reason",
                "quantity-limits")  # fmt: skip
    assert done.status == 0
    browser_page.goto(preview.address + "/help/cigna/tmj-treatment/quantity-limits/")
    expect(browser_page.get_by_text("Draft: not published")).to_be_visible()
    expect(browser_page.get_by_role("heading", name="What should you gather?")).to_be_visible()


def test_the_map_shows_states_files_and_the_yaml_to_add(preview: Preview, browser_page: Page) -> None:
    browser_page.goto(preview.address + "/_preview/#by=reason&which=quantity-limits&view=grid")
    expect(browser_page.locator("#shown button.written")).not_to_have_count(0)
    browser_page.locator("[data-cell='cigna/cimt/quantity-limits']").click()
    expect(browser_page.locator("aside")).to_contain_text("content/angle/cigna/cimt/quantity-limits.md")
    browser_page.locator("[data-cell='cigna/tmj-treatment/quantity-limits']").click()
    expect(browser_page.locator("aside pre").first).to_have_text(
        "  - {payer: cigna, service: tmj-treatment, reason: quantity-limits}"
    )
    browser_page.locator("#view").select_option("list")
    expect(browser_page.locator("#shown.list tbody tr")).not_to_have_count(0)
    browser_page.locator("#filter").fill("cigna tmj")
    expect(browser_page.locator("#shown.list tbody tr")).to_have_count(1)
    browser_page.locator("#filter").fill("")
    browser_page.locator("#by").select_option("payer")
    expect(browser_page.locator("#totals")).to_contain_text("cells shown")
    browser_page.locator("#view").select_option("grid")
    expect(browser_page.locator("#shown tbody tr")).not_to_have_count(0)
