"""A small site that was built, deployed and recorded, for tests of what comes after."""

from __future__ import annotations

import re
from pathlib import Path

from tests.small_site import Outcome, call, copy_small

RECORDED_ON = "2026-11-21"  # the day of tests.small_site.TODAY
LATER = {"SOURCE_DATE_EPOCH": "1796083200"}
LATER_DAY = "2026-12-01"
STATE = "data/published.txt"


def published_site(folder: Path) -> Path:
    """The small site in a new folder, built and recorded."""
    root = copy_small(folder / "small")
    assert call("--root", root).status == 0
    assert call("--root", root, "record").status == 0
    return root


def build_later(root: Path) -> Outcome:
    """Build ten days after the site was recorded."""
    done = call("--root", root, **LATER)
    assert (done.status, done.err) == (0, "")
    return done


def last_changed(root: Path) -> dict[str, str]:
    """The address and ``lastmod`` of every page in the built sitemaps."""
    found: dict[str, str] = {}
    for path in sorted((root / "site/sitemaps").iterdir()):
        pairs = re.findall(r"<url><loc>https://[^/]*(.*?)</loc><lastmod>(.*?)</lastmod>", path.read_text("utf-8"))
        found.update(pairs)
    return found


def changed_later(root: Path) -> set[str]:
    """Build later; the addresses whose ``lastmod`` then is not the day on which they were recorded."""
    build_later(root)
    dates = last_changed(root)
    assert dates
    assert set(dates.values()) <= {RECORDED_ON, LATER_DAY}
    return {url for url, day in dates.items() if day == LATER_DAY}


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that stands in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def state(root: Path) -> dict[str, list[str]]:
    """The columns after the address of each line of the published state."""
    lines = (root / STATE).read_text("utf-8").splitlines()[2:]
    return {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
