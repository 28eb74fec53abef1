"""Addresses as hosts write them, and those that none of them must publish."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote

from appealsite.problems import Problem
from appealsite.read.examples import examples_in
from appealsite.read.site import Site


def encoded(url: str) -> str:
    """An address with everything percent-encoded that a line of words could not hold."""
    return quote(unquote(url), safe="/-._~:,+@!()")


def example_addresses(site: Site, host: str) -> Iterator[Problem]:
    """A problem for each address in data/site.yaml that a named host must not publish."""
    for mark, address in examples_in(site):
        message = f"'{address}' is an example, and {host} would publish it"
        yield Problem(mark, message, "write the real address, or build with --host plain")
