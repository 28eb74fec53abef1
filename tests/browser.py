"""The project's own site in a real browser: Debian's Chromium, driven by Playwright, served on this machine."""

from __future__ import annotations

import atexit
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.real_site import built_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
NOW = "2026-11-21T12:00:00Z"  # whenever the tests are run; a page's own clock may be set to another time
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


def _is_missing() -> bool:
    try:
        import playwright  # noqa: F401
    except ImportError:
        return True
    return CHROMIUM is None or shutil.which("node") is None


needs_browser = pytest.mark.skipif(
    _is_missing() and "APPEALSITE_ALL_TESTS" not in os.environ,
    reason="needs `apt-get install chromium nodejs` and the extra 'test'",
)


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is missing is answered with the page for it, as every host does."""
        body = (built_site() / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def address() -> str:
    """Where the site is served."""
    handler = functools.partial(_Handler, directory=str(built_site()))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    atexit.register(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"


@cache
def browser() -> Browser:
    """One browser for all tests of a process."""
    from playwright.sync_api import sync_playwright

    manager = sync_playwright().start()
    found = manager.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    atexit.register(manager.stop)
    atexit.register(found.close)
    return found


@contextmanager
def opened(path: str, width: int = 360, **options: Any) -> Iterator[Page]:
    """A page of the site at the time NOW; whatever the browser complains of fails the test, as does a request to
    anywhere else."""
    context = browser().new_context(viewport={"width": width, "height": 800}, **options)
    context.clock.set_fixed_time(NOW)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    ours = (address(), "blob:", "data:")
    page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
    try:
        page.goto(address() + path)
        yield page
    finally:
        context.close()
    assert [text for text in complaints if "404" not in text] == []
