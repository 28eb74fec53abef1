"""How long do pictures for link previews take, and how large are they? ``python benchmarks/pictures.py`` draws many.

The same site is built without pictures, with one for each page from nothing, again after its layouts changed (every
page is made anew, no picture is), again after ``site/`` was lost (pictures come from the store), and again unchanged.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # so that it runs as a file, installed or not

from benchmarks.measure import Cost, measure
from benchmarks.workload import MOST_PAGES, PROJECT, generate

BUILD_DATE = {"SOURCE_DATE_EPOCH": "1795219200"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", default=10_000, show_default=True, type=click.IntRange(1, MOST_PAGES))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Where to work.")
def main(pages: int, folder: Path | None) -> None:
    """Measure the pictures of a site with this many combination pages, hubs not counted."""
    with tempfile.TemporaryDirectory(prefix="appealsite-pictures-", dir=folder) as work:
        root = Path(work) / "project"
        generate(root, pages, "composed")
        click.echo(f"| {'build':<40} | wall s | CPU s | others |\n|{'-' * 42}|-------:|------:|-------:|")
        _say("no pictures, from nothing", _build(root))
        shutil.rmtree(root / ".cache")
        shutil.rmtree(root / "site")
        settings = root / "data/site.yaml"
        text = settings.read_text("utf-8").replace("share_images: none", "share_images: page")
        settings.write_text(text, "utf-8")
        _say("a picture for each page, from nothing", _build(root))
        times = _times(root)
        layout = root / "layouts/page.html"
        layout.write_text(layout.read_text("utf-8") + "<!-- edited -->\n", "utf-8")
        _say("after an edit of the layout", _build(root))
        shutil.rmtree(root / "site")
        _say("after the loss of site/", _build(root))
        _say("unchanged", _build(root))
        assert _times(root) == times, "a picture was drawn twice"
        sizes = sorted(path.stat().st_size for path in (root / "site/share").rglob("*.png"))
        total, median = sum(sizes) / 1e6, statistics.median(sizes) / 1e3
        click.echo(
            f"\n{len(sizes):,} pictures, {total:,.0f} MB; median {median:.1f} KB, largest {sizes[-1] / 1e3:.1f} KB"
        )


def _build(root: Path) -> Cost:
    command = [sys.executable, str(PROJECT / "build.py"), "--root", str(root), "--quiet"]
    return measure(command, root, BUILD_DATE)


def _times(root: Path) -> dict[str, int]:
    """When each picture was put into the store."""
    store = root / ".cache/kept/pictures"
    return {path.relative_to(store).as_posix(): path.stat().st_mtime_ns for path in store.rglob("*.png")}


def _say(name: str, cost: Cost) -> None:
    click.echo(f"| {name:<40} | {cost.wall:6.2f} | {cost.cpu:5.2f} | {cost.others:6.2f} |")


if __name__ == "__main__":
    main()
