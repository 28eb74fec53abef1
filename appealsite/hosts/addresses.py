"""Addresses as hosts write them, and those that only stand for one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

from appealsite.problems import Problem
from appealsite.read.site import SETTINGS, Site

# Reserved, so that nobody's site is there: https://www.rfc-editor.org/rfc/rfc2606 and rfc6761
_EXAMPLE_DOMAINS = ("example.com", "example.org", "example.net")
_EXAMPLE_ENDINGS = ("example", "test", "invalid", "localhost")


def encoded(url: str) -> str:
    """An address with everything percent-encoded that a line of words could not hold."""
    return quote(unquote(url), safe="/-._~:,+@!()")


def example_addresses(site: Site, host: str) -> Iterator[Problem]:
    """A problem for each address in data/site.yaml that a named host must not publish."""
    settings = site.settings
    said = [(("url",), settings.url), (("contact",), settings.contact), (("offer", "url"), settings.offer.url)]
    for where, address in said:
        if is_example(address):
            message = f"'{address}' is an example, and {host} would publish it"
            yield Problem(site.mark(SETTINGS, where), message, "write the real address, or build with --host plain")


def is_example(address: str) -> bool:
    """Whether an address belongs to nobody: a reserved domain."""
    scheme, _, rest = address.partition(":")
    domain = rest.rpartition("@")[2].partition("?")[0] if scheme == "mailto" else urlsplit(address).hostname or ""
    domain = domain.lower().rstrip(".")
    reserved = any(domain == name or domain.endswith("." + name) for name in _EXAMPLE_DOMAINS)
    return reserved or domain.rpartition(".")[2] in _EXAMPLE_ENDINGS
