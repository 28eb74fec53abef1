"""GitHub Pages: plain files for one domain, without headers or redirects of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from appealsite.hosts.host import Built, Host, megabytes
from appealsite.hosts.redirect_pages import redirect_pages

MOST_BYTES = 1_000_000_000  # "may be no larger than 1 GB": https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits


def _files(built: Built) -> dict[str, bytes]:
    """Redirect pages; ``.nojekyll``, so that files are served as they are; ``CNAME`` for a domain of one's own.

    https://docs.github.com/en/pages/configuring-a-custom-domain-for-your-github-pages-site
    """
    files = {**redirect_pages(built), ".nojekyll": b""}
    domain = urlsplit(built.url).hostname or ""
    if not domain.endswith(".github.io"):
        files["CNAME"] = f"{domain}\n".encode()
    return files


def _limits(built: Built, files: Mapping[str, bytes]) -> Iterator[str]:
    total = sum(built.sizes.values()) + sum(map(len, files.values()))
    if total > MOST_BYTES:
        yield f"the site has {megabytes(total)}; GitHub Pages takes {megabytes(MOST_BYTES)}"


GITHUB_PAGES = Host("github-pages", sends_headers=False, serves="itself", files=_files, limits=_limits)
