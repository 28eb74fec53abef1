"""Search: every page can be found, from the home page and from search results, and every link leads somewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from appealsite.check.rules import rule
from appealsite.read.models import Limits


@rule(
    "S02",
    "warning",
    "plan",
    "Search results cut a long title; check.limits.title sets the most characters, the site's name included.",
    "Shorten the pattern under 'titles' in data/site.yaml, or write 'search_title' in the front matter.",
)
def length_of_title(title: str, limits: Limits) -> str:
    """The message for a title that is too long, or nothing."""
    return f"the title is longer than {limits.title} characters" if len(title) > limits.title else ""


@rule(
    "S03",
    "warning",
    "plan",
    "A description too short says nothing and one too long is cut; check.limits has the bounds.",
    "Mend the pattern under 'descriptions' in data/site.yaml, or write 'description' in the front matter.",
)
def length_of_description(description: str, limits: Limits) -> str:
    """The message for a description out of bounds, or nothing."""
    if len(description) < limits.description_least:
        return f"the description is shorter than {limits.description_least} characters"
    if len(description) > limits.description_most:
        return f"the description is longer than {limits.description_most} characters"
    return ""


@rule(
    "S04",
    "error",
    "site",
    "Two pages with one title or description compete with each other, and readers cannot tell them apart.",
    "Name in the pattern or front matter what sets the page apart: its payer, service and reason.",
)
def doubles(texts: Iterable[tuple[int, str]]) -> Iterator[list[int]]:
    """The pages that share a text with another, together; ``texts`` has pages with their titles or descriptions."""
    known: dict[str, int] = {}
    more: dict[str, list[int]] = {}
    for page, text in texts:
        first = known.setdefault(text, page)
        if first != page:
            more.setdefault(text, [first]).append(page)
    yield from more.values()


@rule(
    "S08",
    "error",
    "site",
    "A link within the site that leads nowhere strands its reader.",
    "Mend the address, or write the page.",
)
def leads_nowhere(address: str) -> str:
    """The message for a link to an address without a page."""
    return f"a link to {address}, where there is no page"


@rule(
    "S11",
    "error",
    "site",
    "A page that no link leads to is found by nobody.",
    "Link to it from a page that is reached, or put it into 'menu' of data/site.yaml; index: false if it is reached "
    "from elsewhere.",
)
def unreached(depths: Sequence[int], pages: Iterable[int]) -> Iterator[int]:
    """The pages that no path from the home page leads to."""
    return (page for page in pages if depths[page] < 0)


@rule(
    "S12",
    "warning",
    "site",
    "What lies many clicks from the home page is rarely visited and rarely indexed; check.limits.depth sets the most.",
    "Link to it, or to its hub, from a page nearer to the home page.",
)
def too_deep(depths: Sequence[int], pages: Iterable[int], limit: int) -> Iterator[int]:
    """The pages more clicks away from the home page than the limit."""
    return (page for page in pages if depths[page] > limit)


def click_depths(home: int, links: Sequence[Sequence[int]]) -> list[int]:
    """The clicks from the home page to each page, -1 where no path leads; ``links`` are the pages each links to."""
    depths = [-1] * len(links)
    depths[home] = 0
    waiting = deque([home])
    while waiting:
        page = waiting.popleft()
        for target in links[page]:
            if depths[target] < 0:
                depths[target] = depths[page] + 1
                waiting.append(target)
    return depths
