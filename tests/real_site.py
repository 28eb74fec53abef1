"""The project's own site, built once for each test process through the real command line."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

import yaml
from selectolax.lexbor import LexborHTMLParser as HTMLParser

ROOT = Path(__file__).resolve().parent.parent
FIVE = {
    "help/cigna/cimt/step-therapy": "CIMT denied by Cigna for failing step therapy?",
    "help/cigna/cimt/duplicate-therapy": "CIMT denied by Cigna as duplicate or overlapping therapy?",
    "help/cigna/cimt/quantity-limits": "CIMT denied by Cigna due to quantity or visit limits?",
    "help/cigna/tmj-treatment/step-therapy": "TMJ treatment denied by Cigna for failing step therapy?",
    "help/cigna/regenerative-injection/step-therapy": (
        "Regenerative injection denied by Cigna for failing step therapy?"
    ),
}


@lru_cache(maxsize=1)
def built_site() -> Path:
    """The folder of the built site."""
    folder = Path(tempfile.mkdtemp(prefix="appealsite-real-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    site = folder / "site"
    run_build(site)
    return site


def run_build(site: Path, root: Path = ROOT, options: tuple[str, ...] = (), **environment: str) -> None:
    """Build the project at ``root`` into ``site`` with the real command."""
    command = [sys.executable, str(ROOT / "build.py"), "--root", str(root), "--output", str(site), "--quiet", *options]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795219200", **environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@lru_cache(maxsize=1)
def pages() -> dict[str, HTMLParser]:
    """Every built page by its file name."""
    site = built_site()
    return {
        path.relative_to(site).as_posix(): HTMLParser(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))
    }


def combinations() -> dict[str, HTMLParser]:
    """Every combination page by its address without the outer slashes."""
    found = {}
    for name, page in pages().items():
        address = name.removesuffix("/index.html")
        if re.fullmatch(r"help(/[a-z0-9-]+){3}", address):
            found[address] = page
    return found


def visible_text(page: HTMLParser, without: str = "") -> str:
    """All text a reader sees, on one line, but for the elements that match ``without``."""
    body = page.body
    assert body is not None
    copy = HTMLParser(body.html or "")
    for node in copy.css(f"script, style{', ' if without else ''}{without}"):
        node.decompose()
    assert copy.body is not None
    return re.sub(r"\s+", " ", copy.body.text(separator=" "))


def source_ids(page: HTMLParser) -> set[str]:
    """The ids of the sources a page lists."""
    sources = yaml.load((ROOT / "data/sources.yaml").read_text("utf-8"), yaml.BaseLoader)
    listed = {node.attributes.get("href") for node in page.css("#sources li > a")}
    return {slug for slug, source in sources.items() if source["url"] in listed}
