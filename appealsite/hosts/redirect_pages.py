"""Pages that lead to where a page has moved, for hosts that know no redirects."""

from __future__ import annotations

from html import escape
from urllib.parse import unquote

from appealsite.hosts.addresses import encoded
from appealsite.hosts.host import Built
from appealsite.plan.urls import file_of

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<meta http-equiv="refresh" content="0; url={path}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="canonical" href="{absolute}">
</head>
<body>
<p>This page has moved: <a href="{path}">go to the new page</a>.</p>
</body>
</html>
"""


def file_that_moved(old: str) -> str:
    """The file that stands at an address that moved; servers look for it by the address without escapes."""
    return file_of(unquote(old))


def redirect_pages(built: Built) -> dict[str, bytes]:
    """A page for each address that moved. A refresh after no time counts as a permanent redirect:
    https://developers.google.com/search/docs/crawling-indexing/301-redirects
    """
    pages = {}
    for old, new in built.redirects.moved:
        text = _PAGE.format(path=escape(encoded(new)), absolute=escape(built.url + encoded(new)))
        pages[file_that_moved(old)] = text.encode()
    return pages
