"""Content types by file name, for hosts that must be told."""

from __future__ import annotations

_TEXT = {
    "html": "text/html", "css": "text/css", "js": "text/javascript", "txt": "text/plain", "xml": "application/xml",
    "svg": "image/svg+xml", "json": "application/json", "webmanifest": "application/manifest+json",
    "ics": "text/calendar",
}  # fmt: skip
_BINARY = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif",
    "gif": "image/gif", "ico": "image/x-icon", "pdf": "application/pdf", "woff2": "font/woff2",
}  # fmt: skip


def is_text(name: str) -> bool:
    """Whether compression makes a file smaller."""
    return name.rpartition(".")[2] in _TEXT


def content_type(name: str) -> str:
    """The type to serve a file with (https://www.iana.org/assignments/media-types/)."""
    ending = name.rpartition(".")[2]
    if ending in _TEXT:
        return f"{_TEXT[ending]}; charset=utf-8"
    return _BINARY.get(ending, "application/octet-stream")
