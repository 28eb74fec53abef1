"""The small site with real addresses, a mark and a font, built for a host; and servers to look at it with."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from appealsite.plan.redirects import Redirects
from tests.small_site import ROOT, Outcome, call, copy_small

WAIT = 60.0  # seconds until a server must answer
MOVED = Redirects(
    moved=(
        ("/help/acme/old-walker/", "/help/acme/walker/"),
        ("/reasons/fail-first", "/reasons/step-therapy"),
        ("/words & more/", "/help/"),
    ),
    gone=("/help/gone/",),
)


def hosted(folder: Path, **settings: str) -> Path:
    """The small site's sources with real addresses and these settings in ``folder``, which must not exist yet."""
    root = copy_small(folder)
    shutil.copytree(ROOT / "layouts/brand", root / "layouts/brand")
    (root / "layouts/assets/icon.svg").unlink()
    path = root / "data/site.yaml"
    text = path.read_text("utf-8").replace("small.example", "smallhelp.org").replace("share_images: none\n", "")
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    path.write_text(text + lines, "utf-8")
    return root


def build_hosted(root: Path, *options: str, redirects: Redirects = MOVED) -> Outcome:
    """Build with redirects."""
    with patch("appealsite.plan.planner.Redirects", lambda: redirects):
        return call("--root", root, *options)


@dataclass(frozen=True)
class Answer:
    """What a server said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def ask(port: int, path: str, **headers: str) -> Answer:
    """GET an address as it is written, following nothing."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=named)
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=WAIT) as said:
            return Answer(said.status, {name.lower(): value for name, value in said.headers.items()}, said.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, {name.lower(): value for name, value in error.headers.items()}, error.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def serving(command: Sequence[str], port: int, folder: Path, **environment: str) -> Iterator[int]:
    """Run a server until the end of the block; what it says is in ``folder``/server.log."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        try:
            end = time.monotonic() + WAIT
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert process.poll() is None and time.monotonic() < end, (folder / "server.log").read_text("utf-8")
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
