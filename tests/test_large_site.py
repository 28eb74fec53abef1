"""A site of thousands of pages: every page within three clicks, no list without bound, and the benchmark in step."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from appealsite.plan.links import PART
from benchmarks.in_step import differences
from benchmarks.workload import generate
from tests.real_site import run_build

PAGES = 4000


def test_every_page_is_within_three_clicks_and_every_list_is_bounded(tmp_path: Path) -> None:
    generate(tmp_path / "large", PAGES, "composed")
    site = tmp_path / "site"
    run_build(site, tmp_path / "large")
    clicks = {"/": 0}
    waiting = deque(["/"])
    parts = 0
    while waiting:
        url = waiting.popleft()
        page = LexborHTMLParser((site / url.lstrip("/") / "index.html").read_text("utf-8"))
        lists = 3 if url in ("/", "/404") else 1  # the overview has one of payers, one of services, one of reasons
        assert len(page.css(".groups li")) <= PART * lists, url
        parts += bool(page.css(".parts a"))
        for link in page.css("a[href^='/']"):
            target = (link.attributes["href"] or "").partition("#")[0]
            if target not in clicks:
                clicks[target] = clicks[url] + 1
                waiting.append(target)
    built = {"/" + path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("index.html")}
    assert set(clicks) == built
    assert max(clicks.values()) <= 3
    assert sum(url.startswith("/help/") and url.count("/") == 5 for url in built) >= PAGES
    assert parts > 3, "some hub is long enough to have parts"


def test_the_benchmark_gives_its_peer_the_words_of_our_layouts() -> None:
    assert differences() == []
