"""Addresses as hosts write them, and those that none of them must publish."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote

from appealsite.problems import Problem
from appealsite.read.examples import is_example
from appealsite.read.site import SETTINGS, Site


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
