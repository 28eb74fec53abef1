"""What the build knows of a host, and what a host is told of the build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from appealsite.hosts.headers import Header
from appealsite.plan.redirects import Redirects
from appealsite.values import value

DEPLOY = ".deploy"  # folder below site/ for files that the host's operator reads and visitors never get
Serves = Literal["siblings", "itself"]


@value
class Built:
    """What was built. ``sizes`` are bytes by file name, without the host's own files. ``headers`` go with every
    answer. ``compressed``: each text file has a ``.br`` and a ``.gz`` beside it."""

    url: str
    sizes: Mapping[str, int]
    redirects: Redirects
    headers: tuple[Header, ...]
    compressed: bool = False


@value
class Host:
    """A place that serves the site.

    ``sends_headers``: it can send our headers; where it cannot, pages carry the policy in a meta element.
    ``serves``: whether it can serve ``siblings`` compressed beforehand, or compresses by ``itself``.
    ``files`` gives the files it needs. ``limits`` says, for the build and those files, each limit that is broken:
    the number and the limit.
    """

    name: str
    sends_headers: bool
    serves: Serves
    files: Callable[[Built], dict[str, bytes]]
    limits: Callable[[Built, Mapping[str, bytes]], Iterator[str]]


def no_limits(_built: Built, _files: Mapping[str, bytes]) -> Iterator[str]:
    """A host without limits that we know of."""
    yield from ()


def megabytes(number: int) -> str:
    """A size for a message, never rounded down to the limit it exceeds: 26,214,401 bytes (25.0 MiB)."""
    return f"{number:,} bytes ({number / 1024 / 1024:,.1f} MiB)"
