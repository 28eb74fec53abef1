"""Telling search engines which addresses changed, by IndexNow (https://www.indexnow.org/documentation)."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from appealsite.deploy.survey import current_build, order, pages_of
from appealsite.make import Maker
from appealsite.plan.changes import LISTING, compare
from appealsite.plan.taken import key_file
from appealsite.problems import Mark, Problem, ProblemsFound, counted
from appealsite.read.examples import is_example
from appealsite.read.inputs import digests
from appealsite.read.models import Settings
from appealsite.read.site import SETTINGS
from appealsite.values import value

MOST = 10_000  # addresses in one request, by the protocol
TRIES = 3
TIMEOUT = 30.0  # seconds for one request
LONGEST_WAIT = 60.0  # seconds between two tries, whatever the server asks for

_ACCEPTED = (200, 202)
_MEANS = {
    400: "the request is not understood",
    403: "the key is not accepted: is the file with the key online?",
    422: "the addresses do not belong to this host, or the key does not",
    429: "too many requests; try again later",
}
_WRITTEN = re.compile("[!-~]+")  # what may stand in an address; anything else is escaped


@value
class Batch:
    """One request: at most 10,000 absolute addresses of one host."""

    host: str
    key: str
    key_location: str
    urls: tuple[str, ...]

    def body(self) -> bytes:
        """The request's JSON."""
        data = {"host": self.host, "key": self.key, "keyLocation": self.key_location, "urlList": self.urls}
        return json.dumps(data).encode()


def is_endpoint(text: str) -> bool:
    """Whether an announcement can be sent there: a web address with a host, and a port only where it can exist."""
    if not _WRITTEN.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and port != 0 and "@" not in parts.netloc


def batches(root: Path, target: Path) -> tuple[Batch, ...]:
    """What there is to announce: what the built site adds, changes and retires, as far as search engines may list it.

    Raises ProblemsFound where the site is not built from what people have written, or has no key or no real address.
    """
    last = current_build(root, target)
    maker = Maker(order(root, digests(root)))
    site = maker.site
    pages = pages_of(last)
    listed = {page.url for page in pages if page.indexed}
    changes = compare(pages, last.shared, site.published)
    urls = [url for url in changes.added if url in listed]
    urls += [one.url for one in changes.changed if one.url in listed or LISTING in one.kinds]
    urls += [url for url in changes.retired if (known := site.published.find(url)) and known.indexed]
    return _batches(site.settings, site.mark(SETTINGS, ("url",)), sorted(urls))


def _batches(settings: Settings, mark: Mark, urls: Sequence[str]) -> tuple[Batch, ...]:
    if settings.indexnow_key is None:
        hint = "write 'indexnow_key: ' and 8 to 128 letters, digits and hyphens of your choice; then build and deploy"
        raise ProblemsFound([Problem(Mark(SETTINGS), "has no 'indexnow_key', by which search engines know us", hint)])
    host = urlsplit(settings.url).netloc
    if is_example(settings.url):
        raise ProblemsFound([Problem(mark, f"{settings.url} is an example", "write the site's real address")])
    location = f"{settings.url}/{key_file(settings.indexnow_key)}"
    whole = [settings.url + url for url in urls]
    return tuple(
        Batch(host, settings.indexnow_key, location, tuple(whole[at : at + MOST])) for at in range(0, len(whole), MOST)
    )


def send(
    found: Sequence[Batch], endpoint: str, wait: Callable[[float], None] = time.sleep, timeout: float = TIMEOUT
) -> Iterator[int]:
    """Send each batch, in few tries; yields the number of addresses of each that was accepted."""
    for batch in found:
        _send(batch, endpoint, wait, timeout)
        yield len(batch.urls)


def _send(batch: Batch, endpoint: str, wait: Callable[[float], None], timeout: float) -> None:
    for tried in range(1, TRIES + 1):
        status, asked, said = _post(batch, endpoint, timeout)
        if status in _ACCEPTED:
            return
        passing = status == 0 or status == 429 or status >= 500
        if not passing or tried == TRIES:
            tries = f" in {tried} tries" if tried > 1 else ""
            message = f"did not accept {counted(len(batch.urls), 'address', 'addresses')}{tries}"
            raise ProblemsFound([Problem(Mark(endpoint), message, said)])
        wait(min(LONGEST_WAIT, asked or 2.0**tried))


def _post(batch: Batch, endpoint: str, timeout: float) -> tuple[int, float, str]:
    """The status of one request (0: no answer), how many seconds the server asks us to wait, and what it means."""
    try:
        request = urllib.request.Request(  # noqa: S310 - the command line takes http and https only
            endpoint, batch.body(), {"Content-Type": "application/json; charset=utf-8"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            return answer.status, 0.0, f"it answered {answer.status}"
    except urllib.error.HTTPError as error:
        with error:
            after = error.headers.get("Retry-After", "")
            said = f"it answered {error.code}: {_MEANS.get(error.code, error.reason)}"
            return error.code, float(after) if after.isdecimal() else 0.0, said
    except (OSError, http.client.HTTPException, ValueError) as error:  # the last where a redirect leads to no address
        return 0, 0.0, f"no answer: {getattr(error, 'reason', None) or error}"
