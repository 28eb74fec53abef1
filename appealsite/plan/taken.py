"""Which addresses belong to files of the site that are no pages, and when a folder would stand in a file's place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from appealsite.plan.finder import FINDER
from appealsite.plan.record import NOT_FOUND
from appealsite.plan.urls import FOREVER_FOLDERS
from appealsite.read.models import Settings, Urls

SITEMAPS = "sitemaps"  # the folder of the parts of the sitemap
OF_FILES = tuple(f"/{folder}/" for folder in FOREVER_FOLDERS)
_RESERVED = frozenset(
    {
        NOT_FOUND, "/404.html", "/favicon.ico", "/feed.xml", f"/{FINDER}", "/robots.txt", "/site.webmanifest",
        "/sitemap.xml",
    }
)  # fmt: skip
_SITEMAP = re.compile(rf"/{SITEMAPS}/pages-[1-9][0-9]*\.xml")
_FOLDER_LIKE_A_FILE = re.compile(r"\.[^/]*/")


def key_file(key: str) -> str:
    """The name of the file by which search engines know that an IndexNow key is ours."""
    return f"{key}.txt"


def reserved(settings: Settings) -> frozenset[str]:
    """The addresses, without a last slash, of files of the site that are no pages, but for those that are numbered."""
    return _RESERVED | {f"/{key_file(settings.indexnow_key)}"} if settings.indexnow_key else _RESERVED


def is_of_no_page(address: str, others: Collection[str]) -> bool:
    """Whether an address, without a last slash, is that of a file that is no page: one of ``others``, which are
    ``reserved``, or a part of the sitemap."""
    return address in others or _SITEMAP.fullmatch(address) is not None


def folders_of(file: str) -> Iterator[str]:
    """The folders that a file lies in, the outermost first."""
    at = file.find("/")
    while at >= 0:
        yield file[:at]
        at = file.find("/", at + 1)


def may_need_files_as_folders(urls: Urls) -> bool:
    """Whether a page may lie in a folder whose name has a dot, as those of files have; slugs have none."""
    return any(_FOLDER_LIKE_A_FILE.search(pattern) for _, pattern in urls)
