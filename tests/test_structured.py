"""Structured data say what the page shows, in the words of schema.org and with what Google's documentation requires."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from appealsite.plan.structured import _TYPES
from appealsite.read.models import KINDS
from appealsite.read.vocabulary import written
from tests.real_site import ROOT, built_site, pages, visible_text
from tests.small_site import call, copy_small

VOCABULARY = ROOT / "tests/node/node_modules/schema-dts/dist/schema.d.ts"  # made from schema.org's own definitions
ALL = sorted(path.relative_to(built_site()).as_posix() for path in built_site().rglob("*.html"))
SITE = "https://www.example.com"
needs_vocabulary = pytest.mark.skipif(
    not VOCABULARY.is_file() and "APPEALSITE_ALL_TESTS" not in os.environ,
    reason="needs `npm install --prefix tests/node`",
)


def graph(page: HTMLParser) -> list[dict[str, Any]]:
    (script,) = page.css("script[type='application/ld+json']")
    data = json.loads(script.text())
    assert data["@context"] == "https://schema.org"
    parts: list[dict[str, Any]] = data["@graph"]
    return parts


def part(page: HTMLParser, kind: str) -> dict[str, Any]:
    (found,) = [part for part in graph(page) if part["@type"].endswith(kind)]
    return found


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a type, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, tuple[str, frozenset[str]]]:
    """By type: the type above it and its own properties."""
    found = {}
    text = VOCABULARY.read_text("utf-8")
    for head, body in re.findall(r"^(?:export )?interface (\w+(?: extends [^{]*)?) \{\n(.*?)^\}", text, re.M | re.S):
        name, _, above = head.partition(" extends ")
        found[name] = (above.strip(), frozenset(re.findall(r'^    "(\w+)"\??:', body, re.M)))
    return found


def properties(kind: str) -> set[str]:
    """All properties that a type has or inherits."""
    found: set[str] = set()
    known = vocabulary()
    waiting = [f"{kind}Leaf" if f"{kind}Leaf" in known else f"{kind}Base"]
    assert waiting[0] in known, f"schema.org has no type {kind}"
    while waiting:
        above, own = known.get(waiting.pop(), ("", frozenset()))
        found |= own
        waiting += [name for name in re.split(r"[\s,]+", re.sub(r"<.*?>", "", above)) if name.endswith("Base")]
    return found


@needs_vocabulary
@pytest.mark.parametrize("name", ALL)
def test_every_type_and_property_is_one_of_schema_org(name: str) -> None:
    seen = 0
    for node in nodes(graph(pages()[name])):
        kind = node["@type"]
        unknown = {key for key in node if not key.startswith("@")} - properties(kind)
        assert unknown == set(), kind
        seen += 1
    assert seen >= 3


@needs_vocabulary
def test_the_vocabulary_is_read_right() -> None:
    assert {"breadcrumb", "datePublished", "citation", "name"} <= properties("MedicalWebPage")
    assert "citation" not in properties("Organization")
    assert all(properties(kind) for kind in _TYPES.values())


def test_every_kind_of_service_has_a_type() -> None:
    assert set(_TYPES) == set(KINDS)


@pytest.mark.parametrize("name", ALL)
def test_the_page_shows_every_value(name: str) -> None:
    page = pages()[name]
    text = visible_text(page)
    data = part(page, "WebPage")
    (heading,) = page.css("h1")
    assert data["name"] == heading.text().strip()
    if name != "404.html":
        (canonical,) = page.css("link[rel=canonical]")
        assert data["@id"] == data["url"] == canonical.attributes["href"]
    for about in data.get("about", []):
        assert about["name"] in text
    for key in ("datePublished", "dateModified"):
        assert key not in data or written(date.fromisoformat(data[key])) in text
    assert part(page, "Organization")["name"] in text
    assert part(page, "WebSite")["name"] in text


@pytest.mark.parametrize("name", ALL)
def test_breadcrumbs_have_what_google_requires(name: str) -> None:
    """Two or more items, each with its position from 1, its name and its address, as the page shows them."""
    page = pages()[name]
    shown = page.css(".breadcrumbs li")
    if not shown:
        assert not [one for one in graph(page) if one["@type"] == "BreadcrumbList"]
        return
    trail = part(page, "BreadcrumbList")
    assert part(page, "WebPage")["breadcrumb"] == {"@id": trail["@id"]}
    items = trail["itemListElement"]
    assert len(items) >= 2
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    assert [item["name"] for item in items] == [item.text().strip() for item in shown]
    for item, crumb in zip(items, shown, strict=True):
        link = crumb.css_first("a")
        own = part(page, "WebPage")["url"]
        assert item["item"] == (SITE + (link.attributes["href"] or "") if link else own)
        assert item["@type"] == "ListItem"


def test_pages_about_a_treatment_are_medical_and_others_are_not() -> None:
    kinds = {name: part(page, "WebPage")["@type"] for name, page in pages().items()}
    assert kinds["help/cigna/cimt/step-therapy/index.html"] == "MedicalWebPage"
    assert kinds["services/cimt/index.html"] == "MedicalWebPage"
    assert (
        kinds["help/cigna/index.html"] == kinds["reasons/step-therapy/index.html"] == kinds["index.html"] == "WebPage"
    )


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_invented(name: str) -> None:
    invented = {"reviewedBy", "author", "aggregateRating", "review", "lastReviewed", "mainEntity", "description"}
    for node in nodes(graph(pages()[name])):
        assert not invented & node.keys()
        assert node["@type"] not in ("FAQPage", "Question", "Review", "Person")


def test_what_people_write_cannot_end_the_script_or_break_the_json(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    path = root / "data/matrix.yaml"
    evil = 'name: "W</script><b>\\"\\\\ \'x\'"'
    path.write_text(path.read_text("utf-8").replace("name: Walker", evil), "utf-8")
    done = call("--root", root)
    assert (done.status, done.err) == (0, "")
    page = HTMLParser((root / "site/help/acme/walker/step-therapy/index.html").read_text("utf-8"))
    names = [one["name"] for one in part(page, "WebPage")["about"]]
    assert names == ["Acme", "W</script><b>\"\\ 'x'", "Step therapy"]
