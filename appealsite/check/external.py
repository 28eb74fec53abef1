"""Links to other sites: asked politely, one at a time for each server, few servers at once, and never for long."""

from __future__ import annotations

import http.client
import re
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from urllib.parse import unquote, urldefrag, urlsplit

from appealsite.check.finding import Finding
from appealsite.check.rules import rule
from appealsite.problems import Mark
from appealsite.read.examples import is_reserved
from appealsite.values import value

CODE = "S20"
AGENT = "Mozilla/5.0 (compatible; link check of a help site for patients)"
_MOST_BYTES = 1024  # read of an answer
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+")  # a name in any script, or an IPv6 address


@value
class Manners:
    """How politely to ask: servers at once, seconds between questions to one, for an answer, and in all."""

    servers: int = 6
    pause: float = 1.0
    timeout: float = 15.0
    tries: int = 2
    longest_wait: float = 20.0
    in_all: float = 900.0


@value
class Answer:
    """What came of asking for an address: empty ``trouble`` when it is there, and whether only a person can tell."""

    url: str
    trouble: str = ""
    unsure: bool = False


@rule(
    "S20",
    "warning",
    "outside",
    "A citation that leads nowhere proves nothing.",
    "Open the address in a browser. Where the document has moved, mend its url in data/sources.yaml and check what "
    "rests on it.",
)
def findings(
    links: Mapping[str, Mark], progress: Callable[[str, int, int], None], manners: Manners | None = None
) -> Iterator[Finding]:
    """A finding for each of these addresses that does not answer as it should, or at which there can be no server."""
    wanted = []
    for url in filter(is_outside, links):
        if _host(url):
            wanted.append(url)
        else:
            yield Finding(links[url], CODE, f"{url} is no address that a server can have", "mend the address")
    for done, answer in enumerate(ask_all(wanted, manners or Manners()), 1):
        progress("links", done, len(wanted))
        if answer.trouble:
            hint = "a server that turns robots away; open it yourself" if answer.unsure else "mend the address"
            yield Finding(links[answer.url], CODE, f"{answer.url} {answer.trouble}", hint)


def is_outside(url: str) -> bool:
    """Whether an address is on another's server, and no example."""
    return url.lower().startswith(("http://", "https://")) and not is_reserved(_host(url))


def _host(url: str) -> str:
    """The name of an address's server; empty where no server can have it, or its port."""
    try:
        parts = urlsplit(url)
        host = unquote(parts.hostname or "")
        return host if _HOST.fullmatch(host) and parts.port != 0 else ""
    except ValueError:  # a bracket amiss, or a port beyond all ports
        return ""


def ask_all(urls: Iterable[str], manners: Manners) -> Iterator[Answer]:
    """The answers to all addresses, in no order; what there was no time for is told as trouble."""
    by_server: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        by_server[urlsplit(url).netloc].append(url)
    stop = threading.Event()
    until = time.monotonic() + manners.in_all
    with ThreadPoolExecutor(manners.servers) as pool:
        running = [pool.submit(_ask_server, group, manners, until, stop) for group in by_server.values()]
        try:
            for future in as_completed(running):
                yield from future.result()
        finally:
            stop.set()


def _ask_server(urls: list[str], manners: Manners, until: float, stop: threading.Event) -> list[Answer]:
    answers = []
    for number, url in enumerate(urls):
        if number:
            stop.wait(manners.pause)
        if stop.is_set() or time.monotonic() > until:
            answers.append(Answer(url, "was not asked: there was no time left", unsure=True))
            continue
        answers.append(_ask(url, manners, stop))
    return answers


def _ask(url: str, manners: Manners, stop: threading.Event) -> Answer:
    trouble, wait = "", 0.0
    for turn in range(manners.tries):
        if turn:
            stop.wait(min(max(wait, manners.pause), manners.longest_wait))
        trouble, wait, again = _try(url, manners.timeout)
        if not again:
            break
    unsure = trouble.startswith(("answers 401", "answers 403", "answers 405", "answers 429", "answers 999"))
    return Answer(url, trouble, unsure)


def _try(url: str, timeout: float) -> tuple[str, float, bool]:
    """The trouble with an address, the seconds its server wants us to wait, and whether asking again makes sense."""
    request = urllib.request.Request(  # noqa: S310 - is_outside lets only http and https through
        urldefrag(url).url, headers={"User-Agent": AGENT, "Accept": "text/html,application/pdf,*/*;q=0.8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            answer.read(_MOST_BYTES)
            return "", 0.0, False
    except urllib.error.HTTPError as error:
        with error:
            wait = error.headers.get("Retry-After", "")
            return (
                f"answers {error.code}",
                float(wait) if wait.isdigit() else 0.0,
                error.code in (429, 500, 502, 503, 504),
            )
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return f"does not answer: {reason}", 0.0, True
