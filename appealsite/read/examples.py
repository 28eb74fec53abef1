"""Addresses that only stand for one: their domains are reserved, so that nobody's site is there."""

from __future__ import annotations

from urllib.parse import urlsplit

# https://www.rfc-editor.org/rfc/rfc2606 and rfc6761
_DOMAINS = ("example.com", "example.org", "example.net")
_ENDINGS = ("example", "test", "invalid", "localhost")


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
