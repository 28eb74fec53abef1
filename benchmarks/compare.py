"""Do two finished sites hold the same pages, and does each say the same?

Compared are the addresses; on each page the words a reader sees, in order and with white space folded, where its links
lead, its title and description, its canonical address and its structured data; and the sitemap.

``python -m benchmarks.compare OURS THEIRS`` compares two folders.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click

ALL_UP_TO = 2_000
SHOWN_DIFFERENCES = 5
CONTEXT_WORDS = 8

_NOT_SEEN = re.compile(r"<(script|style|head)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_META = re.compile(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"')
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
_STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_ENTRY = re.compile(r"<url>\s*<loc>(.*?)</loc>\s*(?:<lastmod>(.*?)</lastmod>)?")


class Different(Exception):
    """The two sites are not equal; the message names the first differences."""


@dataclass(frozen=True)
class Said:
    """What one page says. Tags count as white space, so the words are the same whatever the mark-up around them."""

    words: tuple[str, ...]
    links: tuple[str, ...]
    head: tuple[tuple[str, str], ...]
    structured: Any


def compare(ours: Path, theirs: Path, seed: str = "1") -> int:
    """Raise Different unless the sites are equal; returns how many pages were read (all, or a random sample)."""
    our_pages, their_pages = _pages(ours), _pages(theirs)
    differences = [f"only ours: {page}" for page in sorted(our_pages - their_pages)[:SHOWN_DIFFERENCES]]
    differences += [f"only theirs: {page}" for page in sorted(their_pages - our_pages)[:SHOWN_DIFFERENCES]]
    names = sorted(our_pages & their_pages)
    if len(names) > ALL_UP_TO:
        names = sorted(random.Random(seed).sample(names, ALL_UP_TO))  # noqa: S311 - a sample, no secret
    for name in names:
        if len(differences) >= SHOWN_DIFFERENCES:
            break
        differences += [f"{name}: {difference}" for difference in _between(_said(ours / name), _said(theirs / name))]
    if _sitemap(ours) != _sitemap(theirs):
        differences.append(f"sitemap.xml: {sorted(_sitemap(ours) ^ _sitemap(theirs))[:SHOWN_DIFFERENCES]}")
    if differences:
        counts = f"{len(our_pages):,} pages of ours, {len(their_pages):,} of theirs"
        raise Different("\n".join([f"The two sites differ ({counts}).", *differences]))
    return len(names)


def _pages(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def _said(path: Path) -> Said:
    html = path.read_text("utf-8")
    head, _, body = html.partition("</head>")
    metas = {name: unescape(content) for name, content in _META.findall(head)}
    shown = {name: content for name, content in metas.items() if name.startswith("og:") or name in _NAMED}
    canonical, title, structured = (pattern.search(head) for pattern in (_CANONICAL, _TITLE, _STRUCTURED))
    shown["canonical"] = unescape(canonical[1]) if canonical else ""
    shown["title"] = unescape(title[1]) if title else ""
    return Said(
        words=tuple(unescape(_TAG.sub(" ", _NOT_SEEN.sub(" ", body))).split()),
        links=tuple(unquote(unescape(link)) for link in _LINK.findall(body)),
        head=tuple(sorted(shown.items())),
        structured=json.loads(structured[1]) if structured else None,
    )


_NAMED = ("description", "robots")


def _between(ours: Said, theirs: Said) -> Iterator[str]:
    """What differs between two versions of a page, one line for each kind of thing."""
    for field in ("words", "links", "head"):
        pairs = zip_longest(getattr(ours, field), getattr(theirs, field))
        at = next((number for number, (our, their) in enumerate(pairs) if our != their), None)
        if at is not None:
            span = slice(max(0, at - CONTEXT_WORDS), at + CONTEXT_WORDS) if field == "words" else slice(at, at + 1)
            yield f"{field}: ours {getattr(ours, field)[span]}, theirs {getattr(theirs, field)[span]}"
    if ours.structured != theirs.structured:
        yield f"structured data: ours {ours.structured}, theirs {theirs.structured}"


def _sitemap(site: Path) -> set[tuple[str, str]]:
    """Every address with its date; ours stand in the sitemaps that sitemap.xml names."""
    files = sorted(site.glob("sitemaps/*.xml")) or [site / "sitemap.xml"]
    return {entry for path in files for entry in _ENTRY.findall(path.read_text("utf-8"))}


@click.command()
@click.argument("ours", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("theirs", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(ours: Path, theirs: Path) -> None:
    """Compare the finished sites in the folders OURS and THEIRS."""
    try:
        click.echo(f"the same: {compare(ours, theirs):,} pages read")
    except Different as found:
        click.echo(str(found), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
