"""The files ``_headers`` and ``_redirects``, which Netlify and Cloudflare Pages read in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from appealsite.hosts.addresses import encoded
from appealsite.hosts.headers import FOREVER, Header
from appealsite.plan.urls import FOREVER_FOLDERS

FILE = "_headers"
REDIRECTS = "_redirects"
Rule = tuple[str, tuple[Header, ...]]


def header_rules(headers: tuple[Header, ...]) -> list[Rule]:
    """Our headers for every address, and a long time for hashed files; for pages both hosts ask at every visit.

    No two rules that match one address set the same header, as hosts differ in what they do then.
    """
    return [("/*", headers), *((f"/{folder}/*", (("Cache-Control", FOREVER),)) for folder in FOREVER_FOLDERS)]


def written_rules(rules: Sequence[Rule]) -> bytes:
    """The rules as the hosts read them: the address, then its headers, each on a line of its own."""
    blocks = ["\n".join([path, *(f"  {name}: {value}" for name, value in headers)]) for path, headers in rules]
    return ("\n\n".join(blocks) + "\n").encode()


def written_redirects(moved: Iterable[tuple[str, str]]) -> bytes:
    """``_redirects`` as both hosts read it: the old address, the new one and the status on a line."""
    return "".join(f"{encoded(old)} {encoded(new)} 301\n" for old, new in moved).encode()
