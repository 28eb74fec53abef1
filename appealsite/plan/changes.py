"""What the next deploy adds, changes and retires, compared with what was recorded after the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from appealsite.read.published import RETIRED, SEGMENTS, Published, Recorded
from appealsite.values import value

LISTING = "listing in search engines"


@value
class Change:
    """A page whose content differs from what was recorded, and in what."""

    url: str
    kinds: tuple[str, ...]


@value
class Changes:
    """Addresses that a deploy adds, changes and retires. ``unchanged`` counts the pages that say the same as before;
    with ``layout`` they, too, look different, as something that all pages share has changed."""

    added: tuple[str, ...]
    changed: tuple[Change, ...]
    retired: tuple[str, ...]
    unchanged: int
    layout: bool

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired or (self.layout and self.unchanged))


def compare(pages: Iterable[Recorded], layouts: str, published: Published) -> Changes:
    """What differs between pages, with the digest of what they share, and what was recorded."""
    added: list[str] = []
    changed: list[Change] = []
    unchanged = 0
    live = set()
    for page in sorted(pages):
        live.add(page.url)
        before = published.find(page.url)
        if before is None or before.digests == RETIRED:
            added.append(page.url)
        elif kinds := _kinds(before, page):
            changed.append(Change(page.url, kinds))
        else:
            unchanged += 1
    retired = tuple(url for url, rest in published.lines.items() if url not in live and not rest.endswith(RETIRED))
    return Changes(tuple(added), tuple(changed), retired, unchanged, layouts != published.layouts)


def after_deploy(pages: Iterable[Recorded], published: Published, day: str) -> Iterator[Recorded]:
    """What is to be recorded once the pages are online: they, and every older address as retired since ``day``."""
    live = set()
    for page in pages:
        live.add(page.url)
        before = published.find(page.url)
        if before is None:
            yield page
        elif before.digests == page.digests:
            yield before._replace(indexed=page.indexed)
        else:
            yield page._replace(published=before.published)
    for url in published.lines:
        if url not in live and (before := published.find(url)):
            known = before.digests == RETIRED
            yield before if known else Recorded(url, before.published, max(day, before.modified), RETIRED)


def _kinds(before: Recorded, now: Recorded) -> tuple[str, ...]:
    pairs = zip(SEGMENTS, before.digests.split("-"), now.digests.split("-"), strict=True)
    kinds = [name for name, old, new in pairs if old != new]
    return tuple(kinds if before.indexed == now.indexed else [*kinds, LISTING])
