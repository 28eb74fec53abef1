"""What the finished HTML of one page says about itself: read once, remembered by the page's fingerprint."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from appealsite.check.rules import rule
from appealsite.check.writing import empty_element, skipped_level
from appealsite.plan.page import Page
from appealsite.problems import suggest
from appealsite.values import value

_SEAL = 8
_PREVIEW = re.compile(r"https?://(?:localhost|127\.0\.0\.1)\b")
ADDRESS = 8  # bytes that stand for an address


@value
class Told:
    """Something wrong on a page: the rule, the words in question, the message, what to do about it."""

    code: str
    said: str
    message: str
    hint: str = ""


@value
class PageFacts:
    """``links`` are the digests of the addresses of this site it links to, ``parts`` the places on other pages that it
    links to, ``ids`` the digests of the places that others may link to."""

    told: tuple[Told, ...]
    links: bytes
    parts: tuple[str, ...]
    ids: bytes

    def encode(self, key: bytes) -> bytes:
        """As it is remembered, sealed with its key."""
        told = [[one.code, one.said, one.message, one.hint] for one in self.told]
        head = json.dumps([told, self.parts, len(self.links)], ensure_ascii=False).encode()
        data = len(head).to_bytes(4, "little") + head + self.links + self.ids
        return hashlib.blake2b(data, digest_size=_SEAL, key=key).digest() + data

    @classmethod
    def decode(cls, key: bytes, stored: bytes) -> PageFacts | None:
        """What was remembered; None where it is damaged."""
        seal, data = stored[:_SEAL], stored[_SEAL:]
        if hashlib.blake2b(data, digest_size=_SEAL, key=key).digest() != seal:
            return None
        size = int.from_bytes(data[:4], "little")
        told, parts, links = json.loads(data[4 : 4 + size])
        at = 4 + size
        return cls(tuple(Told(*one) for one in told), data[at : at + links], tuple(parts), data[at + links :])


def address_digest(address: str) -> bytes:
    """What stands for an address where thousands of them are kept."""
    return hashlib.blake2b(address.encode(), digest_size=ADDRESS).digest()


def split_digests(joined: bytes) -> Iterator[bytes]:
    """The digests of addresses one after another."""
    return (joined[at : at + ADDRESS] for at in range(0, len(joined), ADDRESS))


def read_page(html: bytes, page: Page, site_url: str) -> PageFacts:
    """The facts of a page from its HTML."""
    tree = LexborHTMLParser(html)
    told: list[Told] = []
    links, parts = _links(tree, page, site_url)
    ids = [node.attributes.get("id") or "" for node in tree.css("[id]")]
    told += _fragments(tree, page, frozenset(ids))
    told += _to_a_preview(tree)
    told += _headings(tree)
    told += [Told("T02", "", empty_element(node.tag or "")) for node in _empties(tree)]
    told += _identity(tree, page)
    told += _structured(tree, page)
    told += _images(tree)
    return PageFacts(
        tuple(dict.fromkeys(told)),
        b"".join(map(address_digest, links)),
        parts,
        b"".join(map(address_digest, sorted(set(ids)))),
    )


def internal(href: str, page_url: str, site_url: str) -> str | None:
    """The root-relative address a link leads to within the site, without its fragment; None for any other."""
    address = href.partition("#")[0].partition("?")[0]
    if address.startswith(f"{site_url}/"):
        return address[len(site_url) :]
    if address.startswith("/") and not address.startswith("//"):
        return address
    if not address or ":" in address.partition("/")[0] or address.startswith("//"):
        return None
    return page_url.rpartition("/")[0] + "/" + address


def parts_of(html: bytes) -> list[str]:
    """The ids that links may lead to."""
    return [node.attributes.get("id") or "" for node in LexborHTMLParser(html).css("[id]")]


def addresses(html: bytes, page: Page, site_url: str) -> dict[str, str]:
    """The addresses of this site that a page links to, other than its own, each as the page first writes it."""
    return _links(LexborHTMLParser(html), page, site_url)[0]


def _links(tree: LexborHTMLParser, page: Page, site_url: str) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    parts: dict[str, None] = {}
    for node in tree.css("a[href], link[rel=icon], img[src]"):
        href = node.attributes.get("href") or node.attributes.get("src") or ""
        address = internal(href, page.url, site_url)
        if address is not None and address != page.url:
            found.setdefault(address, href)
            if "#" in href:
                parts[f"{address}#{href.partition('#')[2]}"] = None
    return found, tuple(parts)


@rule(
    "S09",
    "error",
    "page",
    "A link to a part of a page that is not there drops the reader at the top, or nowhere.",
    "Mend the part after '#': it is the id of a heading, made from its words, or the name of a block.",
)
def _fragments(tree: LexborHTMLParser, page: Page, ids: frozenset[str]) -> Iterator[Told]:
    for node in tree.css('a[href*="#"]'):
        href = node.attributes.get("href") or ""
        address, _, part = href.partition("#")
        if part and address in ("", page.url) and part not in ids:
            yield Told("S09", href, f"no part of the page has the id '{part}'", nearest_part(part, sorted(ids)))


def nearest_part(part: str, ids: Iterable[str]) -> str:
    """What to write instead of an id that a page lacks."""
    return suggest(part, ids) or "the id of a heading is made from its words"


def _to_a_preview(tree: LexborHTMLParser) -> Iterator[Told]:
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        if _PREVIEW.match(href):
            yield Told(
                "S08", href, f"a link to {href}: a preview, which no reader reaches; begin it with its third slash"
            )


def _headings(tree: LexborHTMLParser) -> Iterator[Told]:
    levels = []
    for node in tree.css("h1, h2, h3, h4, h5, h6"):
        if "contents" in _classes(node.parent):
            continue  # a list of contents beside the text is not part of its outline
        levels.append((int((node.tag or "h1")[1]), node.text().strip()))
    yield from _one_h1([text for level, text in levels if level == 1])
    for said, message in skipped_level(levels):
        yield Told("T03", said, message)


@rule("S05", "error", "page", "A page asks one question: it has one h1.", "Keep one h1 in layouts/page.html.")
def _one_h1(headings: list[str]) -> Iterator[Told]:
    if len(headings) != 1:
        yield Told("S05", "", f"{len(headings)} headings of the first level")


def _empties(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """The elements without text or picture; not the cells of a worksheet, which are for the reader to fill."""
    for node in tree.css("h1, h2, h3, h4, h5, h6, p, li, ul, ol, table, section, blockquote, th, a, dt, dd"):
        if not node.text().strip() and node.css_first("img, input, svg") is None:
            yield node


@rule(
    "S06",
    "error",
    "page",
    "Search engines follow one address for each page: canonical, own address and sitemap agree.",
    "In the head's layout, canonical is page.canonical, and what is not indexed says noindex.",
)
def _identity(tree: LexborHTMLParser, page: Page) -> Iterator[Told]:
    canonicals = [node.attributes.get("href") or "" for node in tree.css("link[rel=canonical]")]
    wanted = [[page.canonical]] if page.indexed else [[page.canonical], []]
    if canonicals not in wanted:
        yield Told("S06", "", "the canonical address is not the page's own")
    noindex = any("noindex" in (node.attributes.get("content") or "") for node in tree.css("meta[name=robots]"))
    if noindex == page.indexed:
        message = (
            "says noindex but stands in the sitemap" if noindex else "is not in the sitemap but does not say noindex"
        )
        yield Told("S06", "", f"the page {message}")
    yield from _head(tree, page)


@rule(
    "S01",
    "error",
    "page",
    "The title and description that search results show are those of the page.",
    "In the head's layout, <title> is page.title and the description is page.description.",
)
def _head(tree: LexborHTMLParser, page: Page) -> Iterator[Told]:
    titles = [node.text().strip() for node in tree.css("head > title")]
    if titles != [page.title.strip()] or not page.title.strip():
        yield Told("S01", "", "the page has no title of its own" if not titles else "the title is not the page's")
    descriptions = [(node.attributes.get("content") or "").strip() for node in tree.css("meta[name=description]")]
    if descriptions != [page.description.strip()] or not page.description.strip():
        yield Told("S01", "", "the page has no description of its own")


@rule(
    "S07",
    "error",
    "page",
    "Structured data says what the page says, in full; search engines act on it.",
    "It is made in appealsite/plan/structured.py from the page's own values; the layout must print it unchanged.",
)
def _structured(tree: LexborHTMLParser, page: Page) -> Iterator[Told]:
    scripts = tree.css('script[type="application/ld+json"]')
    try:
        graph: list[dict[str, Any]] = [node for script in scripts for node in _nodes(json.loads(script.text()))]
    except ValueError:
        yield Told("S07", "", "the structured data is not JSON")
        return
    pages = [node for node in graph if str(node.get("@type", "")).endswith("WebPage")]
    if not pages:
        yield Told("S07", "", "the structured data does not describe the page")
        return
    heading = tree.css_first("h1")
    shown = {"url": page.canonical, "name": heading.text().strip() if heading else ""}
    for key, said in shown.items():
        if pages[0].get(key) != said:
            yield Told("S07", "", f"the structured data's '{key}' is not what the page shows")
    crumbs = [
        item.get("name") for node in graph if node.get("@type") == "BreadcrumbList" for item in node["itemListElement"]
    ]
    visible = {node.text().strip() for node in tree.css("a, h1, [aria-current]")}
    if not visible.issuperset(crumbs):
        yield Told("S07", "", "the structured data's breadcrumbs are not those the page shows")


def _nodes(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list):
        return [node for item in data for node in _nodes(item)]
    graph = data.get("@graph", [data]) if isinstance(data, dict) else []
    return [node for node in graph if isinstance(node, dict)]


@rule(
    "S10",
    "error",
    "page",
    "An image without size makes the page jump; one without text is nothing to those who cannot see it.",
    'Give it width and height, and alt; alt="" for one that only decorates.',
)
def _images(tree: LexborHTMLParser) -> Iterator[Told]:
    for node in tree.css("img"):
        lacking = [name for name in ("alt", "width", "height") if name not in node.attributes]
        if lacking:
            source = node.attributes.get("src") or ""
            yield Told("S10", source, f"the image {source} has no {' and no '.join(lacking)}")


def _classes(node: LexborNode | None) -> list[str]:
    return (node.attributes.get("class") or "").split() if node is not None else []
