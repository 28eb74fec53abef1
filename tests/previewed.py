"""A running ``build.py serve`` for tests, and the one element that it adds to a page."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.small_site import ROOT, TODAY

WAIT = 20.0
SCRIPT = re.compile(rb'<script src="/_preview/static/page\.js" data-version="[0-9a-f]+-\d+" async></script>')


class Preview:
    """A preview in a process of its own."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, str(ROOT / "build.py"), "--root", str(root), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "SOURCE_DATE_EPOCH": TODAY, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, url: str, host: str = "") -> tuple[int, bytes]:
        """The status and the body of an answer; 0 where there is none."""
        request = urllib.request.Request(self.address + url, headers={"Host": host} if host else {})
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, b""

    def page(self, url: str) -> str:
        """The page as a browser gets it, or '' when there is none."""
        return self.get(url)[1].decode("utf-8")

    def wait_for(self, url: str, words: str) -> str:
        """The page once it shows ``words``; fails when it does not."""
        end = time.monotonic() + WAIT
        page = ""
        while time.monotonic() < end:
            page = self.page(url)
            if words in page:
                return page
            assert self.process.poll() is None, self.process.communicate()[0]
            time.sleep(0.05)
        raise AssertionError(f"{url} does not show {words!r}: {page[:500]}")

    def end(self) -> str:
        """Terminate it as a service manager would; what it printed."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=WAIT)[0]


@contextlib.contextmanager
def previewed(root: Path) -> Iterator[Preview]:
    """A preview of a project, ended in any case."""
    preview = Preview(root)
    try:
        yield preview
    finally:
        if preview.process.poll() is None:
            preview.process.kill()
            preview.process.communicate()


def without_script(page: bytes) -> bytes:
    """A previewed page without what the preview adds; fails where it added something else, or nothing."""
    plain, count = SCRIPT.subn(b"", page)
    assert count == 1
    return plain
