"""When a page was first published and when it last changed: as recorded, or today where it says something new."""

from __future__ import annotations

from datetime import date

from appealsite.plan.page import Page
from appealsite.read.published import Published, Recorded
from appealsite.read.vocabulary import written
from appealsite.values import value


@value
class Dates:
    """The two dates of a page, as ISO text and as readers see them; all empty for a page that is not recorded."""

    published: str = ""
    published_text: str = ""
    modified: str = ""
    modified_text: str = ""


class History:
    """Finds the dates of one page after another."""

    def __init__(self, published: Published, today: date) -> None:
        self._published = published
        self._today = today.isoformat()
        self._texts: dict[str, str] = {}
        self._new = Dates(self._today, self._text(self._today), self._today, self._text(self._today))

    def of(self, url: str, digests: str) -> Dates:
        """The dates of the page at an address whose content has these digests."""
        known = self._published.find(url)
        if known is None:
            return self._new
        published = known.published
        modified = known.modified if known.digests == digests else max(self._today, published)
        return Dates(published, self._text(published), modified, self._text(modified))

    def _text(self, day: str) -> str:
        return self._texts.get(day) or self._texts.setdefault(day, written(date.fromisoformat(day)))


def entry_of(page: Page) -> str:
    """What a build remembers of a page for its lists: its line of the published state, and its heading below it.

    Empty for a page that is not recorded: a draft, the page for a missing address, a later part of a list.
    """
    if not page.published:
        return ""
    line = Recorded(page.url, page.published, page.modified, page.digests, page.indexed).line()
    return f"{line}\n{page.heading}"
