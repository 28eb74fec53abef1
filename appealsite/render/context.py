"""What a template may read: the names it is given, and the types behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from markupsafe import Markup

from appealsite.plan.page import Page, SiteView

PAGE = "page.html"


class Ready(Markup):
    """HTML that many pages show, with its bytes, so that no page has to encode it again."""

    data: bytes

    __slots__ = ("data",)

    def __new__(cls, text: str) -> Self:
        """Keep the text and its UTF-8 form."""
        made = super().__new__(cls, text)
        made.data = text.encode()
        return made


@dataclass(frozen=True, slots=True)
class RenderedSection:
    """A block as its layout sees it."""

    name: str
    title: str
    html: Markup


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A finished block as ``page.html`` puts it in its place."""

    name: str
    shown: Ready


SHARED: dict[str, Any] = {"site": SiteView, "assets": dict[str, str]}
OF_PAGE: dict[str, Any] = {
    **SHARED,
    "page": Page,
    "sections": tuple[ShownSection, ...],
    "css": Markup,
    "boot": Markup,
    "structured": Markup,
}
OF_BLOCK: dict[str, Any] = {**SHARED, "page": Page, "section": RenderedSection}
ITEM = "item"  # what a template reads, beside SHARED, that the filter ``each`` uses for the items of a list
