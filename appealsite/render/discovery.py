"""Files for search engines and feed readers: sitemaps, robots.txt, the feed of new and changed pages, the key file.

Sitemaps follow https://www.sitemaps.org/protocol.html, the feed RFC 4287. All dates come from the published state, so
that the same content gives the same bytes on any day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from html import escape
from itertools import accumulate

from appealsite.plan.taken import SITEMAPS, key_file
from appealsite.read.models import Settings
from appealsite.read.published import recorded

MOST_URLS = 50_000  # in one sitemap, by the protocol
MOST_BYTES = 50 * 1024 * 1024  # of one sitemap, uncompressed, by the protocol
IN_FEED = 50

SITEMAP, ROBOTS, FEED = "sitemap.xml", "robots.txt", "feed.xml"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
Dated = tuple[str, str]  # a page's address and the day on which it last changed
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def discovery(settings: Settings, entries: Iterable[str]) -> dict[str, bytes]:
    """All these files by name, from what was remembered of each page (``plan.history.entry_of``)."""
    listed = [entry for entry in sorted(entries) if "\tnoindex\n" not in entry]
    rows = [entry.split("\t", 3) for entry in listed]
    pages = [(url, modified) for url, _, modified, _ in rows]
    files = sitemaps(settings.url, pages)
    files[ROBOTS] = _robots(settings.url)
    newest = nlargest(IN_FEED, range(len(pages)), key=lambda at: pages[at][1])
    files[FEED] = feed(settings, [listed[at] for at in newest])
    if settings.indexnow_key:
        files[key_file(settings.indexnow_key)] = settings.indexnow_key.encode()
    return files


def discovery_names(settings: Settings, indexed: int) -> list[str]:
    """The names of these files, where search engines may index so many pages."""
    names = [SITEMAP, ROBOTS, FEED, *map(_sitemap_name, range(1, -(-indexed // MOST_URLS) + 1))]
    return [*names, key_file(settings.indexnow_key)] if settings.indexnow_key else names


def _sitemap_name(number: int) -> str:
    return f"{SITEMAPS}/pages-{number}.xml"


def sitemaps(
    site_url: str, pages: Sequence[Dated], most_urls: int = MOST_URLS, most_bytes: int = MOST_BYTES
) -> dict[str, bytes]:
    """The index at ``sitemap.xml``, an address that never changes, and as many sitemaps as the pages need."""
    files = {}
    listed = []
    for number, (body, modified) in enumerate(_sitemaps(site_url, pages, most_urls, most_bytes), 1):
        name = _sitemap_name(number)
        files[name] = body
        listed.append(f"<sitemap><loc>{escape(site_url)}/{name}</loc><lastmod>{modified}</lastmod></sitemap>")
    files[SITEMAP] = _document("sitemapindex", listed)
    return files


def _sitemaps(site_url: str, pages: Sequence[Dated], most_urls: int, most_bytes: int) -> Iterator[tuple[bytes, str]]:
    """Each sitemap with the day its newest page changed."""
    start = escape(site_url)
    room = most_bytes - len(_document("urlset", ()))
    while pages:
        addresses = escape("\n".join([url for url, _ in pages[:most_urls]])).split("\n")
        lines = [
            f"<url><loc>{start}{address}</loc><lastmod>{modified}</lastmod></url>"
            for (_, modified), address in zip(pages, addresses)
        ]
        fit = _that_fit(lines, room)
        yield _document("urlset", lines[:fit]), max([modified for _, modified in pages[:fit]])
        pages = pages[fit:]


def _that_fit(lines: Sequence[str], room: int) -> int:
    """How many of these lines, of ASCII and each with its end, have room in so many bytes; one at least."""
    if sum(map(len, lines)) + len(lines) <= room:
        return len(lines)
    return max(1, bisect_right(list(accumulate(len(line) + 1 for line in lines)), room))


def _document(root: str, lines: Sequence[str]) -> bytes:
    return (_XML + "\n".join([f'<{root} xmlns="{_SITEMAPS}">', *lines, f"</{root}>", ""])).encode()


def feed(settings: Settings, entries: Iterable[str]) -> bytes:
    """The Atom feed of pages, from what was remembered of each; the one that changed last is the first."""
    url = escape(settings.url)
    newest = [(recorded(line), heading) for line, _, heading in (entry.partition("\n") for entry in entries)]
    lines = [
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{settings.language}">',
        f"<title>{escape(settings.name)}</title>",
        f"<id>{url}/</id>",
        f'<link href="{url}/"/>',
        f'<link rel="self" type="application/atom+xml" href="{url}/{FEED}"/>',
        f"<updated>{_instant(newest[0][0].modified if newest else '1970-01-01')}</updated>",
        f"<author><name>{escape(settings.name)}</name></author>",
    ]
    for page, heading in newest:
        address = url + escape(page.url)
        lines.append(
            f"<entry><title>{escape(heading)}</title><id>{address}</id>"
            f'<link href="{address}"/><published>{_instant(page.published)}</published>'
            f"<updated>{_instant(page.modified)}</updated></entry>"
        )
    return (_XML + "\n".join([*lines, "</feed>", ""])).encode()


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _robots(site_url: str) -> bytes:
    """Everything may be crawled; the sitemap is named."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site_url}/{SITEMAP}\n".encode()
