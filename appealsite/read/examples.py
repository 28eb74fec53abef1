"""Addresses that only stand for one: their domains are reserved, so that nobody's site is there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from appealsite.problems import Mark
from appealsite.read.site import SETTINGS, Site

# https://www.rfc-editor.org/rfc/rfc2606 and rfc6761
_DOMAINS = ("example.com", "example.org", "example.net")
_ENDINGS = ("example", "test", "invalid", "localhost")


def examples_in(site: Site) -> Iterator[tuple[Mark, str]]:
    """The addresses of data/site.yaml that are examples, each with its place."""
    settings = site.settings
    said = [(("url",), settings.url), (("contact",), settings.contact), (("offer", "url"), settings.offer.url)]
    for where, address in said:
        if is_example(address):
            yield site.mark(SETTINGS, where), address


def is_example(address: str) -> bool:
    """Whether an address belongs to nobody: a reserved domain."""
    scheme, _, rest = address.partition(":")
    if scheme == "mailto":
        return is_reserved(rest.rpartition("@")[2].partition("?")[0])
    return is_reserved(urlsplit(address).hostname or "")


def is_reserved(domain: str) -> bool:
    """Whether a domain is one of those that are kept for examples, or below one."""
    domain = domain.lower().rstrip(".")
    return domain.rpartition(".")[2] in _ENDINGS or any(f".{domain}".endswith(f".{name}") for name in _DOMAINS)
