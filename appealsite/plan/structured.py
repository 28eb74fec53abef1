"""Structured data for search engines: the page, its place in the site and its publisher, as the page shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from appealsite.plan.page import Link
from appealsite.read.models import Settings


class Structured:
    """schema.org data of one page after another as JSON (https://schema.org/WebPage, /BreadcrumbList, /Organization).

    Each value passes through the encoder and then stands in JSON made of such pieces, so that what pages share is
    encoded once; no ``<`` in it can end the script element it stands in.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url
        organization = f"{settings.url}/#organization"
        publisher = {"@type": "Organization", "@id": organization, "name": settings.name, "url": f"{settings.url}/"}
        self._publisher = _encoded(publisher)
        self._common = _encoded({"inLanguage": settings.language, "publisher": {"@id": organization}})[1:-1]

    def of(self, canonical: str, heading: str, description: str, checked: str, breadcrumbs: Sequence[Link]) -> str:
        """The data of a page; ``checked`` is an ISO date or empty, ``breadcrumbs`` end with the page itself."""
        url = _encoded(canonical)
        page = f'{{"@type":"WebPage","@id":{url},"url":{url},"name":{_encoded(heading)},{self._common}'
        page += f',"description":{_encoded(description)}'
        if checked:
            page += f',"dateModified":{_encoded(checked)}'
        trail = ""
        if len(breadcrumbs) > 1:
            identity = _encoded(f"{canonical}#breadcrumbs")
            items = ",".join([self._item(position, link) for position, link in enumerate(breadcrumbs, 1)])
            page += f',"breadcrumb":{{"@id":{identity}}}'
            trail = f',{{"@type":"BreadcrumbList","@id":{identity},"itemListElement":[{items}]}}'
        return f'{{"@context":"https://schema.org","@graph":[{self._publisher},{page}}}{trail}]}}'

    def _item(self, position: int, link: Link) -> str:
        return (
            f'{{"@type":"ListItem","position":{position},'
            f'"name":{_encoded(link.text)},"item":{_encoded(self._url + link.url)}}}'
        )


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _encoded(value: object) -> str:
    return _encode(value).replace("<", "\\u003c")
