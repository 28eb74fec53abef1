"""Originality: every combination page has enough to say that no other page says. Indexing never depends on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from appealsite.check.finding import Finding, on_pages
from appealsite.check.rules import rule
from appealsite.check.sameness import Likeness
from appealsite.problems import Mark, counted
from appealsite.read.models import Limits

_NAMED = 3  # files named in a finding


@rule(
    "O01",
    "error",
    "site",
    "A page with little text of its own has little to give; check.limits.own_words sets the fewest words that are not "
    "reference text (reference: true).",
    "Write the angle for this combination: why this denial, what may help, what to gather. Or make it a draft.",
)
def too_few_words(
    pages: Iterable[Likeness], url: Callable[[int], str], place: Callable[[int], Mark], limits: Limits
) -> Iterator[Finding]:
    """Pages with too few words, together where more is to be written at the same place."""
    thin: dict[Mark, list[Likeness]] = defaultdict(list)
    for page in pages:
        if page.words < limits.own_words:
            thin[place(page.page)].append(page)
    for mark, alike in sorted(thin.items()):
        fewest, most = min(page.words for page in alike), max(page.words for page in alike)
        words = counted(most, "word") if fewest == most else f"{fewest} to {counted(most, 'word')}"
        message = f"{counted(len(alike), 'page')} of only {words} of their own; the least is {limits.own_words}"
        yield on_pages(
            Finding(mark, "O01", message, "write more, for each combination"),
            [url(page.page) for page in alike],
            len(alike),
        )


@rule(
    "O02",
    "error",
    "site",
    "Search engines drop pages that are alike but for a name. Names masked, check.limits.own_share percent of a page's "
    "5-word runs stand on no other page.",
    "The finding names the files whose text stands on other pages too. Write what is true of this combination alone; "
    "mark text that must be the same wherever it stands with reference: true.",
)
@rule(
    "O03",
    "error",
    "site",
    "Two pages that share much of their text compete with each other: no page has more than check.limits.nearest "
    "percent of its runs on any other one page.",
    "Word the named blocks anew for this combination, or publish one page for both.",
)
def too_much_alike(
    pages: Iterable[Likeness], url: Callable[[int], str], place: Callable[[int], Mark], limits: Limits
) -> Iterator[Finding]:
    """Pages that are too much like others, together where they are like each other or for the same text; told at the
    place of the one that says the least of its own."""
    below = {
        page.page: page for page in pages if page.own * 100 < limits.own_share or page.contained * 100 > limits.nearest
    }
    for group in _groups(below):
        alike = Counter[str]()
        for page in group:
            alike.update(dict(page.files))
        paths = [path for path, _ in alike.most_common(_NAMED)]
        shares = [page.own * 100 for page in group]
        code = "O02" if min(shares) < limits.own_share else "O03"
        nearest = max(group, key=lambda page: page.contained)
        message = (
            f"{counted(len(group), 'page')} too much like others: {_range(shares)} of the text stands on no other page"
        )
        message += f" (least: {limits.own_share}%)"
        if nearest.nearest >= 0:
            message += f"; {url(nearest.page)} shares {nearest.contained:.0%} with {url(nearest.nearest)}"
            message += f" (most: {limits.nearest}%)"
        hint = f"what is alike stands in {', '.join(paths)}" if paths else "write what is true of this page alone"
        more = len(alike) - len(paths)
        hint += f" and {more:,} more files" if more > 0 else ""
        least = min(group, key=lambda page: (page.own, page.page))
        yield on_pages(Finding(place(least.page), code, message, hint), [url(page.page) for page in group], len(group))


def _groups(below: dict[int, Likeness]) -> Iterator[list[Likeness]]:
    """The pages in groups: of one cause are a page and its nearest, and pages that share their most shared file."""
    parent = {page: page for page in below}

    def root(page: int) -> int:
        while parent[page] != page:
            parent[page] = parent[parent[page]]
            page = parent[page]
        return page

    by_file: dict[str, int] = {}
    for number, page in below.items():
        if page.nearest in below:
            parent[root(number)] = root(page.nearest)
        if page.files:
            first = by_file.setdefault(page.files[0][0], number)
            parent[root(number)] = root(first)
    groups: dict[int, list[Likeness]] = defaultdict(list)
    for number in sorted(below):
        groups[root(number)].append(below[number])
    yield from groups.values()


def _range(shares: list[float]) -> str:
    low, high = min(shares), max(shares)
    return f"{low:.0f}%" if round(low) == round(high) else f"{low:.0f}% to {high:.0f}%"
