"""Structured data for search engines: the page, what it is about, its place in the site and its publisher.

Sources are left out: the list on the page has them, and their copy here would weigh as much again.

Every value stands on the page as well. Google's documentation of breadcrumbs asks for two or more list items, each with
its position, name and address (https://developers.google.com/search/docs/appearance/structured-data/breadcrumb).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from appealsite.memo import Memo
from appealsite.plan.page import Link, ReviewView
from appealsite.plan.record import Record
from appealsite.read.models import Kind
from appealsite.read.site import Site

KEPT = 8192

# schema.org's type for what was denied (https://schema.org/MedicalEntity); a stay is a service, not a place.
_TYPES: dict[Kind, str] = {
    "drug": "Drug",
    "therapy": "MedicalTherapy",
    "procedure": "MedicalProcedure",
    "device": "MedicalDevice",
    "test": "MedicalTest",
    "facility": "Service",
}


class Structured:
    """Describes one page after another as JSON; what pages share is encoded once.

    Each value passes through the encoder and then stands in JSON made of such pieces; no ``<`` in it can end the script
    element it stands in.
    """

    def __init__(self, site: Site) -> None:
        settings = site.settings
        self._url = settings.url
        organization, website = f"{settings.url}/#organization", f"{settings.url}/#website"
        self._graph = ",".join(
            (
                _encoded(
                    {"@type": "Organization", "@id": organization, "name": settings.name, "url": f"{settings.url}/"}
                ),
                _encoded(
                    {
                        "@type": "WebSite",
                        "@id": website,
                        "url": f"{settings.url}/",
                        "name": settings.name,
                        "inLanguage": settings.language,
                        "publisher": {"@id": organization},
                    }
                ),
            )
        )
        common = {"inLanguage": settings.language, "isPartOf": {"@id": website}, "publisher": {"@id": organization}}
        self._common = _encoded(common)[1:-1]
        self._ways = Memo[tuple[int, int], tuple[Link, str]](KEPT)
        matrix = site.matrix
        self._payers = {
            slug: _encoded({"@type": "Organization", "name": payer.name}) for slug, payer in matrix.payers.items()
        }
        self._services = {
            slug: _encoded({"@type": _TYPES[service.kind], "name": service.name})
            for slug, service in matrix.services.items()
        }
        self._reasons = {slug: _encoded({"@type": "Thing", "name": one.name}) for slug, one in matrix.reasons.items()}

    def of(self, record: Record, heading: str, breadcrumbs: Sequence[Link]) -> tuple[str, str]:
        """The data of one page as two pieces of text; what ``dated`` says of its dates goes between them."""
        kind = "MedicalWebPage" if record.service else "WebPage"
        url = _text(self._url + record.url)
        page = f'{{"@type":"{kind}","@id":{url},"url":{url},"name":{_text(heading)},{self._common}'
        entries = self._payers.get(record.payer), self._services.get(record.service), self._reasons.get(record.reason)
        about = ",".join(filter(None, entries))
        if about:
            page += f',"about":[{about}]'
        end = "}"
        if len(breadcrumbs) > 1:
            trail = f'{url[:-1]}#breadcrumbs"'
            page += f',"breadcrumb":{{"@id":{trail}}}'
            items = f"{self._way(breadcrumbs[:-1])},{_item(len(breadcrumbs), breadcrumbs[-1].text, url)}"
            end = f'}},{{"@type":"BreadcrumbList","@id":{trail},"itemListElement":[{items}]}}'
        return f'{{"@context":"https://schema.org","@graph":[{self._graph},{page}', end + "]}"

    def _way(self, links: Sequence[Link]) -> str:
        """The way to the page above; pages that share its last link share all of it."""
        last = links[-1]
        key = (len(links), id(last))
        known = self._ways.get(key)
        if known is None:  # the link is kept with the key, so that its identity stays its own
            items = ",".join(_item(at, link.text, _text(self._url + link.url)) for at, link in enumerate(links, 1))
            known = self._ways.put(key, (last, items))
        return known[1]


def _item(position: int, name: str, url: str) -> str:
    """A step of the way to a page; ``url`` is in JSON already."""
    return f'{{"@type":"ListItem","position":{position},"name":{_text(name)},"item":{url}}}'


def dated(published: str, modified: str) -> str:
    """What is said of a page's ISO dates between the two pieces; nothing where it shows none."""
    return f',"datePublished":"{published}","dateModified":"{modified}"' if published else ""


def reviewed_by(reviews: Sequence[ReviewView]) -> str:
    """What is said of those who reviewed a page, beside its dates; nothing where nobody has."""
    if not reviews:
        return ""
    people = ",".join(f'{{"@type":"Person","name":{_text(one.name)}}}' for one in reviews)
    return f',"lastReviewed":"{max(one.date for one in reviews)}","reviewedBy":[{people}]'


def _text(value: str) -> str:
    return json.encoder.encode_basestring(value).replace("<", "\\u003c")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _encoded(value: object) -> str:
    return _encode(value).replace("<", "\\u003c")
