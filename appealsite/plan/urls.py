"""Addresses of pages, the files that serve them, and the promise that no two pages share one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from appealsite.problems import Mark, Problem


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


def part_of(url: str, number: int) -> str:
    """The address of a later part of the hub at ``url``; the first part is the hub itself."""
    if number == 1:
        return url
    return f"{url}page-{number}/" if url.endswith("/") else f"{url}-page-{number}"


class Addressed(Protocol):
    """Anything with a root-relative address."""

    @property
    def url(self) -> str:
        """The address."""
        ...


P = TypeVar("P", bound=Addressed)


def check_distinct(pages: Iterable[P], mark: Callable[[P], Mark], problems: list[Problem]) -> None:
    """Add a problem for each page whose file another page already has, whatever the case or Unicode form.

    ``mark`` says where a page comes from; it is asked only for pages that collide.
    """
    taken: dict[str, P] = {}
    for page in pages:
        name = file_of(page.url)
        if not name.isascii():
            name = unicodedata.normalize("NFC", name)
        first = taken.setdefault(name.casefold(), page)
        if first is not page:
            hint = f"the other is {first.url} from {mark(first)}; rename one, or change its pattern in data/site.yaml"
            problems.append(Problem(mark(page), f"two pages have the address {page.url}", hint))
