"""Addresses of pages, the files that serve them, and the promise that no two pages share one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from appealsite.plan.record import Record
from appealsite.problems import Mark, Problem

FOREVER_FOLDERS = ("assets", "share")  # of files whose address changes with their content, so that visitors keep them

_PART = re.compile(r"(.*[^/])[/-]page-([1-9][0-9]{0,5})/?")


def address(pattern: str, **slugs: str) -> str:
    """The root-relative address from a pattern such as ``/help/{payer}/``."""
    for axis, slug in slugs.items():
        pattern = pattern.replace("{" + axis + "}", slug)
    return pattern


def file_of(url: str) -> str:
    """The file below ``site/`` that serves an address: ``/a/`` is ``a/index.html``, ``/a`` is ``a.html``."""
    path = url.lstrip("/")
    if not path or path.endswith("/"):
        return path + "index.html"
    return path if path.endswith(".html") else path + ".html"


def matches(pattern: str, url: str, slugs: Mapping[str, Collection[str]]) -> Iterator[dict[str, str]]:
    """The slugs with which a pattern gives an address; more than one way where slugs and pattern run together."""
    before, brace, rest = pattern.partition("{")
    if not url.startswith(before):
        return
    if not brace:
        if url == before:
            yield {}
        return
    axis, _, rest = rest.partition("}")
    left = url[len(before) :]
    for slug in slugs[axis]:
        if left.startswith(slug):
            for others in matches(rest, left[len(slug) :], slugs):
                if others.setdefault(axis, slug) == slug:
                    yield others


def without_part(url: str) -> tuple[str, int]:
    """The address of a hub and the number of its part that an address names; 1 where it names none."""
    found = _PART.fullmatch(url)
    return (found[1] + ("/" if url.endswith("/") else ""), int(found[2])) if found else (url, 1)


def part_of(url: str, number: int) -> str:
    """The address of a later part of the hub at ``url``; the first part is the hub itself."""
    if number == 1:
        return url
    return f"{url}page-{number}/" if url.endswith("/") else f"{url}-page-{number}"


def are_distinct(urls: Sequence[str]) -> bool:
    """Whether each address has a place of its own; see ``check_distinct``."""
    places = "\n".join(map(_place, urls))
    folded = places.lower().split("\n") if places.isascii() else map(_folded_place, urls)
    return len(set(folded)) == len(urls)


def check_distinct(pages: Iterable[Record], mark: Callable[[Record], Mark], problems: list[Problem]) -> None:
    """Add a problem for each page whose place another page already has, whatever the case or Unicode form, with a slash
    at its end or without.

    ``mark`` says where a page comes from; it is asked only for pages that collide.
    """
    taken: dict[str, Record] = {}
    for page in pages:
        first = taken.setdefault(_folded_place(page.url), page)
        if first is not page:
            hint = f"the other is {first.url} from {mark(first)}; rename one, or change its pattern in data/site.yaml"
            problems.append(Problem(mark(page), f"two pages have the address {page.url}", hint))


def _place(url: str) -> str:
    """An address without what hosts add to it or leave out: ``/a``, ``/a/``, ``/a.html`` and ``/a/index`` are one."""
    place = url.strip("/").removesuffix(".html")
    return "" if place == "index" else place.removesuffix("/index")


def _folded_place(url: str) -> str:
    place = _place(url)
    return place.lower() if place.isascii() else unicodedata.normalize("NFC", place).casefold()
