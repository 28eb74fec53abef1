"""What a template may read: the names it is given, and the types behind them. Bytes are HTML, ready for the page."""

from __future__ import annotations

from typing import Any, get_type_hints

from appealsite.plan.page import Page, SiteView
from appealsite.values import value

PAGE = "page.html"


@value
class RenderedSection:
    """A block as its layout sees it."""

    name: str
    title: str
    html: bytes


@value
class ShownSection:
    """A finished block as ``page.html`` puts it in its place."""

    name: str
    shown: bytes


SHARED: dict[str, Any] = {"site": SiteView, "assets": dict[str, str]}
OF_PAGE: dict[str, Any] = {
    **SHARED,
    "page": Page,
    "sections": tuple[ShownSection, ...],
    "css": bytes,
    "boot": bytes,
    "structured": bytes,
}
CODE = frozenset({"css", "boot"})  # what a style or a script is filled with, the same on every page
OF_BLOCK: dict[str, Any] = {**SHARED, "page": Page, "section": RenderedSection}
ITEM = "item"  # what a template reads, beside SHARED, that the filter ``each`` uses for the items of a list
ITEMS = "_all_items"  # what it is given instead, to be used on all of them at once
_TYPES = (OF_PAGE, get_type_hints(RenderedSection), get_type_hints(ShownSection))
HTML = frozenset(name for types in _TYPES for name, type_ in types.items() if type_ is bytes)
