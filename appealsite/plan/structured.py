"""Structured data for search engines: the page, its place in the site and its publisher, as the page shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from appealsite.plan.page import Link
from appealsite.read.models import Settings

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def describe(
    settings: Settings, canonical: str, heading: str, description: str, checked: str, breadcrumbs: Sequence[Link]
) -> str:
    """schema.org data of one page as JSON (https://schema.org/WebPage, /BreadcrumbList, /Organization).

    Made from plain values by the encoder, never by pasting; no ``<`` in it can end the script element it stands in.
    """
    organization = f"{settings.url}/#organization"
    page: dict[str, Any] = {
        "@type": "WebPage",
        "@id": canonical,
        "url": canonical,
        "name": heading,
        "description": description,
        "inLanguage": settings.language,
        "publisher": {"@id": organization},
    }
    if checked:
        page["dateModified"] = checked
    graph: list[dict[str, Any]] = [
        {"@type": "Organization", "@id": organization, "name": settings.name, "url": f"{settings.url}/"},
        page,
    ]
    if len(breadcrumbs) > 1:
        page["breadcrumb"] = {"@id": f"{canonical}#breadcrumbs"}
        graph.append(
            {
                "@type": "BreadcrumbList",
                "@id": f"{canonical}#breadcrumbs",
                "itemListElement": [
                    {"@type": "ListItem", "position": position, "name": link.text, "item": settings.url + link.url}
                    for position, link in enumerate(breadcrumbs, 1)
                ],
            }
        )
    return _encode({"@context": "https://schema.org", "@graph": graph}).replace("<", "\\u003c")
