"""The security policy: strict, the same few hashes everywhere, true to every page, and in force in a real browser."""

from __future__ import annotations

import base64
import hashlib
import http.server
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from appealsite.hosts.headers import policy, security_headers
from appealsite.make import Maker, Order
from appealsite.problems import Problem
from appealsite.read.inputs import digests
from appealsite.render.inline import inline_code
from tests.hosted_site import hosted
from tests.real_site import ROOT, built_site, pages
from tests.small_site import call

CHROMIUM = shutil.which("chromium")
in_chromium = pytest.mark.skipif(
    CHROMIUM is None and "APPEALSITE_ALL_TESTS" not in os.environ, reason="needs `apt-get install chromium`"
)
KINDS = (
    "/",
    "/help/cigna/cimt/step-therapy/",
    "/help/cigna/",
    "/guides/claim-file/",
    "/help/",
    "/letters/clinical/marketplace/",
    "/words-on-my-letter/",
    "/404.html",
)
EVIL = "<script>document.documentElement.dataset.owned = 1</script>"


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def directives(text: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in text.split(";"))}


def policy_of(page: HTMLParser) -> str:
    (meta,) = page.css("meta[http-equiv=Content-Security-Policy]")
    return meta.attributes["content"] or ""


def code_of(page: HTMLParser) -> dict[str, set[str]]:
    """The hashes of all inline code of a page that browsers run."""
    scripts = [node for node in page.css("script") if (node.attributes.get("type") or "") != "application/ld+json"]
    return {  # what a script imports comes from the site itself
        "style-src": {sha256(node.text()) for node in page.css("style")},
        "script-src": {
            *(sha256(node.text()) for node in scripts),
            *("'self'" for node in scripts if "import(" in node.text()),
        }
        or {"'none'"},
    }


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_policy_names_exactly_the_code_of_the_page(name: str) -> None:
    page = pages()[name]
    said = directives(policy_of(page))
    assert {kind: set(said[kind]) for kind in ("style-src", "script-src")} == code_of(page)
    assert not page.css("[style]")
    assert not [attribute for node in page.css("*") for attribute in node.attributes if attribute.startswith("on")]
    before = (page.html or "").partition("<meta http-equiv")[0]
    assert "<script" not in before
    assert "<style" not in before


def test_the_policy_is_strict_and_one_for_all_pages() -> None:
    (text,) = {policy_of(page) for page in pages().values()}
    assert "unsafe" not in text
    assert "http" not in text
    assert "*" not in text
    said = directives(text)
    for name in ("default-src", "base-uri", "form-action"):
        assert said[name] == ["'none'"]
    assert "frame-ancestors" not in said  # browsers ignore it in a meta element
    assert len(said["style-src"]) == 1
    assert said["connect-src"] == ["'self'"]
    assert [source for source in said["script-src"] if not source.startswith("'sha256-")] == ["'self'"]


def test_nothing_is_loaded_from_elsewhere_and_no_address_is_told_to_anyone() -> None:
    for name, page in pages().items():
        loaded = [node.attributes.get("src") or "" for node in page.css("[src]")]
        loaded += [
            node.attributes.get("href") or ""
            for node in page.css("link[href]")
            if node.attributes.get("rel") not in ("canonical",)
        ]
        assert all(re.match(r"/[^/]", address) for address in loaded), name
        assert page.css("meta[name=referrer][content=no-referrer]"), name


def test_a_host_that_sends_headers_gets_the_policy_there_and_not_in_the_page(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", host="netlify", share_images="none")
    assert call("--root", root).status == 0
    sent = re.search(r"Content-Security-Policy: (.*)", (root / "site/_headers").read_text("utf-8"))
    assert sent is not None
    said = directives(sent[1])
    assert said["frame-ancestors"] == ["'none'"]
    for path in (root / "site").rglob("*.html"):
        page = HTMLParser(path.read_text("utf-8"))
        assert not page.css("meta[http-equiv=Content-Security-Policy]")
        if "http-equiv" not in path.read_text("utf-8"):
            assert set(said["style-src"]) == code_of(page)["style-src"]


def test_inline_code_that_differs_from_page_to_page_is_told_with_its_place() -> None:
    def told(template: str) -> list[str]:
        problems: list[Problem] = []
        inline_code({"page.html": template}, {"css": "a"}, problems)
        return [f"{problem.mark}: {problem.message}" for problem in problems]

    assert told("<style>{{ css }}</style>\n<script>start()</script>") == []
    assert told("<script src='/assets/a.js'></script><script type='application/ld+json'>{{ any }}</script>") == []
    assert told("<p>\n <script>start({{ page.url }})</script>") == [
        "layouts/page.html:2:2: this script may differ from page to page"
    ]
    assert told("<style>{% if page.draft %}a{% endif %}</style>")
    assert told('<p style="color: red">') == ["layouts/page.html:1:4: the attribute 'style' holds inline code"]
    assert told('<button onclick="go()">')
    assert told("{# <p style='x'> #}<p data-style='x'>") == []
    assert told("<style>a{}{# not in the page #}</style>") == [
        "layouts/page.html:1:1: take the template's comment out of this style"
    ]


def test_what_another_server_would_send_is_told_as_browsers_would_not_load_it() -> None:
    def told(template: str) -> list[str]:
        problems: list[Problem] = []
        inline_code({"page.html": template}, {}, problems)
        return [f"{problem.mark}: {problem.message}" for problem in problems]

    assert told('<p>\n<script async src="https://cdn.example/a.js"></script>') == [
        "layouts/page.html:2:20: the security policy lets pages load nothing from another server"
    ]
    assert told("<link href=//cdn.example/a.css rel=stylesheet>")
    assert told("<link rel='stylesheet' media='print' href='http://cdn.example/a.css'>")
    assert told("<img alt='' src='HTTPS://cdn.example/a.png'>")
    assert told("<script src='/assets/a.js'></script><img src='{{ assets[\"a.png\"] }}'>") == []
    assert told("<link rel='canonical' href='https://www.example.com/'><a href='https://other.example/'>") == []
    assert told("<img alt='a src=https://a.example' src='/a.png'>") == []


def test_every_script_of_a_template_has_its_hash_in_the_policy() -> None:
    found = inline_code({"a.html": "<script>one()</script>", "b.html": "<script>two()\n</script>"}, {}, [])
    assert set(directives(policy(found))["script-src"]) == {sha256("one()"), sha256("two()\n")}


# ---------------------------------------------------------------- in a browser


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder with given headers and remembers what was asked for."""

    folder: Path
    headers: tuple[tuple[str, str], ...]
    asked: list[str]


class Handler(http.server.SimpleHTTPRequestHandler):
    server: Server

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(arguments[2].folder))

    def end_headers(self) -> None:
        for name, value in self.server.headers:
            self.send_header(name, value)
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.server.asked.append(f"{getattr(code, 'value', code)} {self.path}")

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def served(folder: Path, headers: tuple[tuple[str, str], ...]) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.folder, server.headers, server.asked = folder, headers, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def opened(server: Server, path: str, folder: Path) -> tuple[HTMLParser, str]:
    """The page as Chromium sees it once it is loaded, and what Chromium had to say on its console."""
    command = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr"),
        *("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", f"--user-data-dir={folder}", "--dump-dom"),
        f"http://127.0.0.1:{server.server_address[1]}{path}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return HTMLParser(done.stdout), console


@lru_cache(maxsize=1)
def sent_headers() -> tuple[tuple[str, str], ...]:
    """The headers of every address, for our own site, as a host sends them."""
    order = Order(
        ROOT, date(2026, 11, 21), drafts=False, parser="python", timings=False, cache=None, inputs=digests(ROOT)
    )
    return security_headers("https://www.example.com", policy(Maker(order).inline))


@in_chromium
@pytest.mark.parametrize("sent", ["header", "meta"])
def test_chromium_finds_no_violation_and_asks_nobody_else(sent: str, tmp_path: Path) -> None:
    headers = sent_headers() if sent == "header" else ()
    with served(built_site(), headers) as server:
        for path in KINDS:
            page, console = opened(server, path, tmp_path / "profile")
            assert console == "", path
            assert page.css_first("h1") is not None
            assert page.css_first("script[type='application/ld+json']") is not None
    assert "200 /" in server.asked
    assert not [line for line in server.asked if not line.startswith(("200 ", "304 "))]


@in_chromium
def test_chromium_tells_when_code_does_not_match_its_hash(tmp_path: Path) -> None:
    """The control: without it, a browser that says nothing would prove nothing."""
    site = tmp_path / "site"
    site.mkdir()
    text = (built_site() / "404.html").read_text("utf-8")
    (site / "404.html").write_text(text.replace("<style>", "<style>.x{color:red}", 1), "utf-8")
    with served(site, ()) as server:
        _, console = opened(server, "/404.html", tmp_path / "profile")
    assert "Content Security Policy" in console


def injected(root: Path) -> None:
    """Scripts where people write: data, settings, front matter, Markdown, and in a link."""
    matrix = root / "data/matrix.yaml"
    text = matrix.read_text("utf-8")
    changed = re.sub(r"(?m)^    name: ?.*$", f'    name: "N {EVIL}"', text, count=1)
    assert changed != text
    matrix.write_text(changed, "utf-8")
    for path in (root / "content").rglob("*.md"):
        old = path.read_text("utf-8")
        new = re.sub(r"(?m)^title: .*$", f"title: 'T {EVIL}'", old, count=1)
        path.write_text(f"{new}\n\n{EVIL}\n\nInline {EVIL} too.\n", "utf-8")


@in_chromium
def test_a_script_that_somebody_writes_into_the_data_or_text_is_shown_and_not_run(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project")
    injected(root)
    done = call("--root", root)
    assert done.err == ""
    shown = 0
    for path in sorted((root / "site").rglob("*.html")):
        page = HTMLParser(path.read_text("utf-8"))
        assert all(node.attributes.get("type") == "application/ld+json" for node in page.css("script")), path
        assert page.body is not None
        shown += page.body.text().count(EVIL)
    assert shown > 20
    with served(root / "site", ()) as server:
        for url in ("/help/acme/walker/step-therapy/", "/guides/kinds-of-plan/"):
            page, console = opened(server, url, tmp_path / "profile")
            assert console == ""
            html = page.css_first("html")
            assert html is not None
            assert "data-owned" not in html.attributes
            assert page.body is not None
            assert EVIL in page.body.text()
