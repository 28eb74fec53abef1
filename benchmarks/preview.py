"""How long a preview lets a marketer wait: from the command to the first page, and from an edit to the changed page.

Measured in Chromium, up to the frame after the one in which the page was painted, with our preview and, where asked
for, ``hugo server`` on the same content. ``python -m benchmarks.preview --pages 10000 --hugo``
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.contestants import Missing, hugo_binary
from benchmarks.hugo_site import HugoSite
from benchmarks.report import machine
from benchmarks.words import MARKER
from benchmarks.workload import PROJECT, STYLES, Workload, generate

LONGEST = 120.0  # seconds waited for a page
PAUSE = 0.3  # seconds between edits
TELL = """
addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(() =>
  painted((document.documentElement.outerHTML.match(/bench-mark-[0-9]+/g) ?? []).join(" ")))));
"""

Writer = Callable[[str], None]  # puts a mark into the project


@dataclass
class Waits:
    """Seconds: from the command to the first page, and of each kind of edit."""

    name: str
    first: float
    edits: dict[str, list[float]] = field(default_factory=dict)

    def row(self, kind: str) -> str:
        """A line of the table: median, 95th percentile and longest, in milliseconds."""
        ordered = sorted(self.edits[kind])
        ninety_fifth = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
        values = (statistics.median(ordered), ninety_fifth, ordered[-1])
        return f"| {self.name}: {kind} | {' | '.join(f'{value * 1000:,.0f}' for value in values)} |"


class Window:
    """A browser's window that says what it has painted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._painted: list[tuple[float, str]] = []
        page.expose_function("painted", lambda marks: self._painted.append((time.perf_counter(), str(marks))))
        page.add_init_script(TELL)

    def open(self, url: str) -> float:
        """Open an address; the moment at which it was painted."""
        self._painted.clear()
        end = time.perf_counter() + LONGEST
        while time.perf_counter() < end:
            try:
                self._page.goto(url, wait_until="commit")
                return self.painted("")
            except Error:
                time.sleep(0.02)
        raise TimeoutError(url)

    def painted(self, mark: str) -> float:
        """The moment at which a page with this mark was painted."""
        end = time.perf_counter() + LONGEST
        while time.perf_counter() < end:
            for moment, marks in self._painted:
                if mark in marks.split(" ") or not mark:
                    self._painted.clear()
                    return moment
            self._page.wait_for_timeout(2)
        raise TimeoutError(mark)


def waits(name: str, command: Sequence[str], port: int, url: str, kinds: dict[str, Writer], edits: int, page: Page,
          folder: Path) -> Waits:  # fmt: skip
    """Start a preview, look at one page, and edit."""
    window = Window(page)
    address = f"http://127.0.0.1:{port}{url}"
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for(address)
        measured = Waits(name, window.open(address) - started)
        time.sleep(3)
        number = 0
        for kind, write in kinds.items():
            for _ in range(edits):
                number += 1
                mark = f"bench-mark-{number}"
                before = time.perf_counter()
                write(mark)
                measured.edits.setdefault(kind, []).append(window.painted(mark) - before)
                time.sleep(PAUSE)
        return measured
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    end = time.perf_counter() + LONGEST
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(address, timeout=LONGEST):  # noqa: S310 - on this machine
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(address)


def _replacing(path: Path, old: str, new: str) -> Writer:
    """A function that writes the file with ``old`` replaced by ``new``, which holds a mark as ``{}``."""
    first = path.read_text("utf-8")
    assert old in first, (path, old)
    return lambda mark: _write(path, first.replace(old, new.replace("{}", mark), 1))


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def our_kinds(load: Workload) -> dict[str, Writer]:
    """The five kinds of edit that the preview promises to show soon."""
    root = load.root
    payer = load.one_edit.url.strip("/").split("/")[1]
    matrix = (root / "data/matrix.yaml").read_text("utf-8")
    entry = re.search(rf"^  {re.escape(payer)}:\n    name: (.*)\n", matrix, re.MULTILINE)
    assert entry
    return {
        "text of one page": _replacing(root / load.one_edit.file, MARKER, MARKER + " {}"),
        "shared block": _replacing(root / load.shared_edit.file, MARKER, MARKER + " {}"),
        "layout": _replacing(root / "layouts/page.html", "<h1>", '<h1 class="{}">'),
        "stylesheet": _replacing(root / "layouts/style/1-values.css", ":root {", ".{} { color: red }\n:root {"),
        "matrix entry": _replacing(root / "data/matrix.yaml", entry[0], entry[0].rstrip("\n") + " {}\n"),
    }


def hugo_kinds(load: Workload, equal: HugoSite, root: Path) -> dict[str, Writer]:
    """The edits that mean the same in Hugo's project."""
    found = {}
    for kind, edit in (("text of one page", load.one_edit), ("shared block", load.shared_edit)):
        paths = [root / file for file in equal.files_of[edit.file] if MARKER in (root / file).read_text("utf-8")]
        writers = [_replacing(path, MARKER, MARKER + " {}") for path in paths]
        found[kind] = _all_of(writers)
    found["layout"] = _replacing(root / "layouts/all.html", "<h1>", '<h1 class="{}">')
    return found


def _all_of(writers: Sequence[Writer]) -> Writer:
    def write(mark: str) -> None:
        for one in writers:
            one(mark)

    return write


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@click.command()
@click.option("--pages", default=10_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--style", default="unique", show_default=True, type=click.Choice(STYLES))
@click.option("--edits", default=20, show_default=True, type=click.IntRange(1, 1000), help="Of each kind.")
@click.option("--hugo", "with_hugo", is_flag=True, help="Measure hugo server as well.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write every measurement.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=None)
def main(pages: int, style: str, edits: int, with_hugo: bool, json_path: Path | None, folder: Path | None) -> None:
    """Measure the preview of a generated site in Chromium."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1795219200")
    results = []
    with tempfile.TemporaryDirectory(prefix="appealsite-preview-", dir=folder) as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        load = generate(Path(work) / "ours", pages, style)
        jobs: list[Callable[[], Waits]] = []

        def ours() -> Waits:
            port = _free_port()
            command = [
                sys.executable,
                str(PROJECT / "build.py"),
                "--root",
                str(load.root),
                "serve",
                "--port",
                str(port),
            ]
            return waits("ours", command, port, load.one_edit.url, our_kinds(load), edits, browser.new_page(), PROJECT)

        jobs.append(ours)
        if with_hugo:
            try:
                binary = hugo_binary()
            except Missing as error:
                raise click.ClickException(str(error)) from error
            root = Path(work) / "hugo"
            equal = HugoSite(load.root, root)
            equal.write()
            hugo_edits = hugo_kinds(load, equal, root)

            def hugo() -> Waits:
                port = _free_port()
                command = [binary, "server", "--port", str(port), "--bind", "127.0.0.1"]
                return waits(
                    "hugo server", command, port, load.one_edit.url, hugo_edits, edits, browser.new_page(), root
                )

            jobs.append(hugo)
        results = [job() for job in jobs]
        browser.close()
    if with_hugo:
        click.echo(", ".join(f"{name}: {value}" for name, value in machine().items()))
    click.echo(f"{pages:,} {style} pages")
    for one in results:
        click.echo(f"{one.name}: first page painted {one.first:.2f} s after the command")
    click.echo("\n| milliseconds from edit to painted | median | 95th percentile | longest |\n|---|---:|---:|---:|")
    for one in results:
        for kind in one.edits:
            click.echo(one.row(kind))
    if json_path:
        rows: list[dict[str, Any]] = [vars(one) for one in results]
        json_path.write_text(json.dumps(rows, indent=1), "utf-8")


if __name__ == "__main__":
    main()
