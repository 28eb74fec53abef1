"""Netlify: ``_headers`` and ``_redirects`` in the published folder, and its limits.

https://docs.netlify.com/manage/routing/headers/ and https://docs.netlify.com/manage/routing/redirects/overview/.
Netlify serves ``404.html`` for every address it does not know, so what is gone needs no rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from appealsite.hosts.header_rules import FILE, REDIRECTS, header_rules, written_redirects, written_rules
from appealsite.hosts.host import Built, Host

MOST_FILES_IN_FOLDER = 54_000  # https://docs.netlify.com/site-deploys/overview/#files-per-directory-limit
MOST_REDIRECTS = 10_000  # from here on deploys may fail: https://docs.netlify.com/manage/routing/redirects/overview/


def _files(built: Built) -> dict[str, bytes]:
    files = {FILE: written_rules(header_rules(built.headers))}
    if built.redirects.moved:
        files[REDIRECTS] = written_redirects(built.redirects.moved)
    return files


def _limits(built: Built, files: Mapping[str, bytes]) -> Iterator[str]:
    folders = Counter(name.rpartition("/")[0] for name in (*built.sizes, *files))
    for folder, count in sorted(folders.items()):
        if count > MOST_FILES_IN_FOLDER:
            yield f"/{folder} holds {count:,} files; Netlify takes {MOST_FILES_IN_FOLDER:,} in one folder"
    rules = len(built.redirects.moved)
    if rules >= MOST_REDIRECTS:
        yield f"there are {rules:,} redirects; Netlify advises fewer than {MOST_REDIRECTS:,}"


NETLIFY = Host("netlify", sends_headers=True, serves="itself", files=_files, limits=_limits)
