"""Headers that protect visitors, and how long files may be kept."""

from __future__ import annotations

from typing import Protocol

from appealsite.plan.urls import FOREVER_FOLDERS

Header = tuple[str, str]

FOREVER = "public, max-age=31536000, immutable"  # the address changes with the content
SHORT = "public, max-age=300, must-revalidate"  # a mended page reaches everybody within five minutes


class CodeSources(Protocol):
    """Where a page's code comes from, as source expressions."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Of styles."""
        ...

    @property
    def scripts(self) -> tuple[str, ...]:
        """Of scripts."""
        ...


_NOT_IN_META = ("frame-ancestors",)  # https://www.w3.org/TR/CSP3/#meta-element: ignored there


def policy(code: CodeSources, in_meta: bool = False) -> str:
    """The Content-Security-Policy (https://www.w3.org/TR/CSP3/): our own code by hash, our own images, nothing else.

    Forms cannot be sent and only our own scripts may fetch, and that from this site alone.
    """
    directives = [
        ("default-src", "'none'"),
        ("style-src", " ".join(code.styles) or "'none'"),
        ("script-src", " ".join(code.scripts) or "'none'"),
        ("img-src", "'self'"),
        ("manifest-src", "'self'"),
        ("connect-src", "'self'" if code.scripts else "'none'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
    ]
    return "; ".join(f"{name} {value}" for name, value in directives if not (in_meta and name in _NOT_IN_META))


def security_headers(site_url: str, content_policy: str) -> tuple[Header, ...]:
    """The headers of every answer (https://owasp.org/www-project-secure-headers/).

    ``no-referrer``, as the address of a page names a diagnosis and an insurer: no site that a visitor goes on to
    learns it. Strict-Transport-Security leaves other hosts of the domain alone, which are not ours to decide on.
    """
    headers = [
        ("Content-Security-Policy", content_policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if site_url.startswith("https:"):
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return tuple(headers)


def cache_time(name: str) -> str:
    """The Cache-Control of a file by its name."""
    return FOREVER if name.split("/", 1)[0] in FOREVER_FOLDERS and "/" in name else SHORT
