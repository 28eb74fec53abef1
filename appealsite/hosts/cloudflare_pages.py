"""Cloudflare Pages: ``_headers`` and ``_redirects`` in the published folder, and its limits.

https://developers.cloudflare.com/pages/configuration/headers/, .../redirects/ and .../serving-pages/. Pages serves
``404.html`` for every address it does not know, and redirects know no status 410, so what is gone needs no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from appealsite.hosts.header_rules import FILE, REDIRECTS, header_rules, written_redirects, written_rules
from appealsite.hosts.host import Built, Host, megabytes

MOST_FILES = 20_000  # on the free plan: https://developers.cloudflare.com/pages/platform/limits/#files
MOST_BYTES_IN_FILE = 25 * 1024 * 1024  # https://developers.cloudflare.com/pages/platform/limits/#file-size
MOST_REDIRECTS = 2_000  # static ones; ours are: https://developers.cloudflare.com/pages/configuration/redirects/
MOST_IN_REDIRECT = 1_000  # characters, there as well
MOST_REDIRECT_BYTES = (
    100_000  # not documented; seen: https://wppoland.com/en/cloudflare-redirects-100kb-cap-silent-tail-truncation/
)
MOST_HEADER_RULES = 100  # https://developers.cloudflare.com/pages/configuration/headers/
MOST_IN_HEADER_LINE = 2_000  # characters, there as well


def _files(built: Built) -> dict[str, bytes]:
    rules = header_rules(built.headers)
    if not (urlsplit(built.url).hostname or "").endswith(".pages.dev"):  # the site's second address is not the site
        rules.append(("https://:project.pages.dev/*", (("X-Robots-Tag", "noindex"),)))
    files = {FILE: written_rules(rules)}
    if built.redirects.moved:
        files[REDIRECTS] = written_redirects(built.redirects.moved)
    return files


def _limits(built: Built, files: Mapping[str, bytes]) -> Iterator[str]:
    served = len(built.sizes)
    if served > MOST_FILES:
        yield f"the site has {served:,} files; Cloudflare Pages takes {MOST_FILES:,} on its free plan"
    for name, size in sorted(built.sizes.items()):
        if size > MOST_BYTES_IN_FILE:
            yield f"{name} has {megabytes(size)}; Cloudflare Pages takes {megabytes(MOST_BYTES_IN_FILE)} in a file"
    moved = len(built.redirects.moved)
    if moved > MOST_REDIRECTS:
        yield f"there are {moved:,} redirects; Cloudflare Pages takes {MOST_REDIRECTS:,}"
    written = files.get(REDIRECTS, b"")
    if len(written) > MOST_REDIRECT_BYTES:
        yield f"{REDIRECTS} has {len(written):,} bytes; Cloudflare Pages reads {MOST_REDIRECT_BYTES:,}"
    for line in written.decode().splitlines():
        if len(line) > MOST_IN_REDIRECT:
            said = f"the redirect of {line[:60]}... has {len(line):,} characters"
            yield f"{said}; Cloudflare Pages takes {MOST_IN_REDIRECT:,}"
    lines = files[FILE].decode().splitlines()
    rules = sum(bool(line) and not line.startswith(" ") for line in lines)
    if rules > MOST_HEADER_RULES:
        yield f"there are {rules:,} header rules; Cloudflare Pages takes {MOST_HEADER_RULES:,}"
    for line in lines:
        if len(line) > MOST_IN_HEADER_LINE:
            name = line.strip().partition(":")[0]
            yield f"the header {name} has {len(line):,} characters; Cloudflare Pages takes {MOST_IN_HEADER_LINE:,}"


CLOUDFLARE_PAGES = Host("cloudflare-pages", sends_headers=True, serves="itself", files=_files, limits=_limits)
