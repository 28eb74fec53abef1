"""Files for search engines: sitemap.xml (https://www.sitemaps.org/protocol.html) and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def sitemap(entries: Iterable[tuple[str, str]]) -> bytes:
    """The sitemap of absolute addresses with the ISO dates of their last change (or '' where none is known)."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for url, changed in entries:
        modified = f"<lastmod>{changed}</lastmod>" if changed else ""
        lines.append(f"<url><loc>{escape(url)}</loc>{modified}</url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


def robots(site_url: str) -> bytes:
    """Everything may be crawled; the sitemap is named."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site_url}/sitemap.xml\n".encode()
