"""Sitemaps keep the protocol of sitemaps.org: its schema, its limits, and exactly the pages that may be indexed."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree

from appealsite.render.discovery import MOST_BYTES, MOST_URLS, Dated, sitemaps
from benchmarks.workload import generate
from tests.published_site import LATER, edit, published_site
from tests.real_site import ROOT, run_build
from tests.small_site import call

SCHEMA = ROOT / "tests/node/node_modules/sitemap/schema/sitemap.xsd"  # the protocol's own, of 2008-03-26
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NOINDEX = '<meta name="robots" content="noindex">'
URL = "https://small.example"
needs_schema = pytest.mark.skipif(
    not SCHEMA.is_file() and "APPEALSITE_ALL_TESTS" not in os.environ, reason="needs `npm install --prefix tests/node`"
)

# What https://www.sitemaps.org/protocol.html says of index files; the same types as in the schema of sitemaps.
INDEX_SCHEMA = b"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <xsd:element name="sitemapindex"><xsd:complexType><xsd:sequence>
    <xsd:element name="sitemap" minOccurs="1" maxOccurs="50000"><xsd:complexType><xsd:sequence>
      <xsd:element name="loc"><xsd:simpleType><xsd:restriction base="xsd:anyURI">
        <xsd:minLength value="12"/><xsd:maxLength value="2048"/><xsd:pattern value="https?://[^ ]+"/>
      </xsd:restriction></xsd:simpleType></xsd:element>
      <xsd:element name="lastmod" minOccurs="0" type="xsd:date"/>
    </xsd:sequence></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>"""


def page(number: int, url: str = "", modified: str = "2026-11-21") -> Dated:
    return url or f"/help/payer/service/reason-{number:06}/", modified


def read(files: dict[str, bytes]) -> tuple[list[str], dict[str, list[tuple[str, str]]]]:
    """The names of the sitemaps in the order of the index, and what each lists; the sizes and schemas are checked."""
    protocol = etree.XMLSchema(etree.parse(str(SCHEMA)))
    index_schema = etree.XMLSchema(etree.fromstring(INDEX_SCHEMA))
    index = etree.fromstring(files["sitemap.xml"])
    index_schema.assertValid(index)
    names, listed = [], {}
    for entry in index:
        name = entry.findtext(f"{SPACE}loc").removeprefix(URL + "/")
        body = files[name]
        assert len(body) <= MOST_BYTES
        tree = etree.fromstring(body)
        protocol.assertValid(tree)
        assert len(tree) <= MOST_URLS
        names.append(name)
        listed[name] = [(url.findtext(f"{SPACE}loc"), url.findtext(f"{SPACE}lastmod")) for url in tree]
        assert entry.findtext(f"{SPACE}lastmod") == max(day for _, day in listed[name])
    assert set(names) == files.keys() - {"sitemap.xml"}
    return names, listed


def all_of(listed: dict[str, list[tuple[str, str]]]) -> list[str]:
    return [url.removeprefix(URL) for rows in listed.values() for url, _ in rows]


@needs_schema
@pytest.mark.parametrize(("pages", "files"), [(1, 1), (50_000, 1), (50_001, 2), (120_000, 3)])
def test_the_sitemaps_are_as_many_as_the_protocol_asks_for(pages: int, files: int) -> None:
    rows = [page(number) for number in range(pages)]
    names, listed = read(sitemaps(URL, rows))
    assert names == [f"sitemaps/pages-{number}.xml" for number in range(1, files + 1)]
    assert all_of(listed) == [url for url, _ in rows]


@needs_schema
def test_a_sitemap_is_cut_before_it_is_too_large() -> None:
    long = "x" * 1900
    rows = [page(0, f"/{long}/{number}/") for number in range(30_000)]
    names, listed = read(sitemaps(URL, rows))
    assert len(names) == 2
    assert all_of(listed) == [url for url, _ in rows]


def test_no_sitemap_is_a_byte_larger_than_allowed() -> None:
    rows = [page(number) for number in range(100)]
    whole = len(sitemaps(URL, rows)["sitemaps/pages-1.xml"])
    assert len(sitemaps(URL, rows, most_bytes=whole)) == 2
    fewer = sitemaps(URL, rows, most_bytes=whole - 1)
    assert len(fewer) == 3
    assert all(len(body) < whole for body in fewer.values())


def test_addresses_are_absolute_and_escaped() -> None:
    body = sitemaps("https://small.example", [page(0, "/a&b<c'd/")])["sitemaps/pages-1.xml"]
    assert b"<loc>https://small.example/a&amp;b&lt;c&#x27;d/</loc>" in body


def built(root: Path) -> dict[str, bytes]:
    names = ["sitemap.xml", *(f"sitemaps/{path.name}" for path in (root / "site/sitemaps").iterdir())]
    return {name: (root / "site" / name).read_bytes() for name in names}


def indexable(site: Path) -> list[str]:
    """The addresses of the pages without a robots tag."""
    pages = [path for path in site.rglob("*.html") if NOINDEX not in path.read_text("utf-8")]
    names = [path.relative_to(site).as_posix() for path in pages]
    return sorted("/" + name.removesuffix("index.html").removesuffix(".html") for name in names)


@needs_schema
def test_a_built_site_lists_exactly_the_pages_that_may_be_indexed(tmp_path: Path) -> None:
    root = published_site(tmp_path)
    _, listed = read(built(root))
    assert sorted(all_of(listed)) == indexable(root / "site")
    assert f"Sitemap: {URL}/sitemap.xml\n" in (root / "site/robots.txt").read_text("utf-8")
    edit(root / "data/matrix.yaml", "service: [on, walker]", "service: [on, walker]\n    index: false")
    assert call("--root", root, **LATER).status == 0
    fewer = all_of(read(built(root))[1])
    assert "/help/acme/walker/step-therapy/" not in fewer
    assert sorted(fewer) == indexable(root / "site")


@pytest.mark.skipif("DEEP" not in os.environ, reason="builds 120,000 pages; DEEP=1 runs it")
def test_a_site_of_120_000_pages_has_three_sitemaps_and_an_index(tmp_path: Path) -> None:
    root = tmp_path / "large"
    generate(root, 120_000, "composed")
    run_build(root / "site", root)
    files = {name: body.replace(b"https://www.example.com", URL.encode()) for name, body in built(root).items()}
    names, listed = read(files)
    expected = indexable(root / "site")
    assert sorted(all_of(listed)) == expected
    assert len(expected) >= 120_000
    assert len(names) == 3


def test_the_sitemap_says_nothing_of_the_day_of_the_build(tmp_path: Path) -> None:
    root = published_site(tmp_path)
    before = built(root)
    assert call("--root", root, **LATER).status == 0
    assert built(root) == before


def dates(body: bytes) -> Sequence[str]:
    return re.findall(r"<lastmod>(.*?)</lastmod>", body.decode())


def test_the_index_names_the_newest_day_of_each_sitemap() -> None:
    rows = [page(0, "/a/", "2026-01-01"), page(0, "/b/", "2026-03-03"), page(0, "/c/", "2026-02-02")]
    files = sitemaps(URL, rows, most_urls=2)
    assert dates(files["sitemap.xml"]) == ["2026-03-03", "2026-02-02"]
