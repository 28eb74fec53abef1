"""Pages that lead to where a page has moved, for hosts that know no redirects."""

from __future__ import annotations

from html import escape

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


def redirect_pages(built: Built) -> dict[str, bytes]:
    """A page for each address that moved. A refresh after no time counts as a permanent redirect:
    https://developers.google.com/search/docs/crawling-indexing/301-redirects
    """
    return {
        file_of(old): _PAGE.format(path=escape(encoded(new)), absolute=escape(built.url + encoded(new))).encode()
        for old, new in built.redirects.moved
    }
