"""Where visitors of old addresses go: every address that was ever published is a page, leads to one, or is gone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote

from appealsite.plan.taken import OF_FILES, folders_of, is_of_no_page, may_need_files_as_folders, reserved
from appealsite.plan.urls import address, file_of
from appealsite.problems import Mark, Problem, likeness, suggest
from appealsite.read.models import AXES_OF, SLUG, Redirections
from appealsite.read.published import PUBLISHED
from appealsite.read.site import REDIRECTS, Site
from appealsite.read.vocabulary import AXES
from appealsite.values import value

SHOWN = 20  # addresses without a page that are told one by one
LOOKED_AT = 50  # addresses of a slug by which its new name is found
NEAR = 0.6  # how alike the last parts of two addresses are before one is proposed for the other


@value
class Redirects:
    """Old addresses with the live page each leads to in one step, and those that are gone; both sorted."""

    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()


def resolve(
    site: Site, live: Iterable[str], problems: list[Problem], held: Callable[[], Mapping[str, Mark]] = dict
) -> Redirects:
    """The redirects of a site whose pages have the addresses ``live``; what is wrong is added to ``problems``.

    ``held`` finds the addresses of pages that are held back, each with the line that says so.
    """
    if not site.published.lines and not _says_anything(site.redirections):
        return Redirects()
    return _Resolver(site, frozenset(live), problems, held).run()


def _says_anything(said: Redirections) -> bool:
    return any((said.moved, said.gone, *(slugs for _, slugs in said.renamed)))


class _Resolver:
    """Follows old addresses to pages."""

    def __init__(
        self, site: Site, live: frozenset[str], problems: list[Problem], held: Callable[[], Mapping[str, Mark]]
    ) -> None:
        self._held = held
        self._site = site
        self._live = live
        self._problems = problems
        self._moved: Mapping[str, str] = site.redirections.moved
        self._gone = frozenset(site.redirections.gone)
        self._slugs: dict[str, Collection[str]] = {axis: getattr(site.matrix, axis + "s") for axis in AXES}
        self._renamed: dict[str, dict[str, str]] = {
            axis: dict(getattr(site.redirections.renamed, axis + "s")) for axis in AXES
        }
        self._reserved = reserved(site.settings)
        named = [kind for kind, axes in AXES_OF.items() if axes and {*axes} <= {*AXES}]  # letters have other parts
        self._patterns = [(pattern, _regex(pattern)) for pattern in (getattr(site.settings.urls, one) for one in named)]

    def run(self) -> Redirects:
        """Check every line of the file, then every address that was published."""
        before = len(self._problems)
        self._check_renamed()
        if len(self._problems) > before:
            return Redirects()
        self._check_moved()
        self._check_gone()
        retired = [url for url in self._site.published.lines if url not in self._live]
        vanished = [url for url in retired if not self._is_covered(url)]
        self._tell(vanished)
        old = sorted({*self._moved, *retired} - self._gone)
        self._check_ways(old)
        if len(self._problems) > before:
            return Redirects()
        return Redirects(tuple((url, self._end(url)) for url in old), tuple(sorted(self._gone)))

    def _next(self, url: str) -> str | None:
        """Where an address leads in one step; None where it leads nowhere. A line for it goes before a new slug."""
        if url in self._moved:
            return self._moved[url]
        return next((new for new in self._with_new_slugs(url) if new in self._live or new in self._moved), None)

    def _end(self, url: str) -> str:
        """The page at the end of the way from an old address; every line is known to lead on, and none in a circle."""
        while url not in self._live:
            following = self._next(url)
            assert following is not None
            url = following
        return url

    def _is_covered(self, url: str) -> bool:
        return url in self._gone or self._next(url) is not None

    def _with_new_slugs(self, url: str) -> Iterator[str]:
        """The address with renamed slugs replaced, for each pattern of addresses that it fits."""
        for pattern, slugs in self._read(url):
            new = {axis: self._new_slug(axis, slug) for axis, slug in slugs.items()}
            if new != slugs:
                yield address(pattern, **new)

    def _new_slug(self, axis: str, slug: str) -> str:
        while slug in self._renamed[axis]:
            slug = self._renamed[axis][slug]
        return slug

    def _read(self, url: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The patterns of addresses that an address fits, with the slugs it then holds."""
        for pattern, regex in self._patterns:
            found = regex.fullmatch(url)
            if found:
                yield pattern, found.groupdict()

    # ------------------------------------------------------------ what data/redirects.yaml says

    def _check_renamed(self) -> None:
        for axis, names in self._renamed.items():
            told: set[str] = set()
            for old, new in names.items():
                where = ("renamed", axis + "s", old)
                if old in self._slugs[axis]:
                    message = f"'{old}' is still a {axis} of data/matrix.yaml"
                    self._say(self._key(where), message, "remove this line, or the entry there")
                elif old in told:
                    continue
                elif _turns(names.get, old):
                    told.update(_circle(names.get, old))
                    self._say(self._key(where), f"'{old}' is renamed in a circle", "name the slug that is used now")
                elif new not in self._slugs[axis] and new not in names:
                    self._say(self._value(where), f"unknown {axis} '{new}'", suggest(new, self._slugs[axis]))

    def _check_moved(self) -> None:
        told: set[str] = set()
        gone = set(map(unquote, self._gone))
        written: dict[str, str] = {}  # by address without escapes: to hosts it is the same
        for old, new in self._moved.items():
            where = ("moved", old)
            first = written.setdefault(unquote(old), old)
            taken = self._taken(old)
            if taken:
                self._say(self._key(where), f"{old} is {taken}; it cannot be redirected", "remove this line")
            elif first != old:
                self._say(self._key(where), f"{old} is the same address as {first}", "remove one of the two")
            elif unquote(old) in gone:
                self._say(self._key(where), f"{old} is named under 'gone' as well", "remove one of the two")
            elif old in told:
                continue
            elif _turns(self._next, old):
                circle = _circle(self._next, old)
                told.update(circle)
                self._say(self._key(where), f"this leads back to itself: {' → '.join(circle)}", "lead it to a page")
            elif new in self._gone:
                self._say(self._value(where), f"{new} is gone", f"name {old} under 'gone' too, or lead it to a page")
            elif new not in self._live and self._next(new) is None:
                hint = suggest(new, self._live) or "lead it to a page that stands"
                self._say(self._value(where), f"no page has the address {new}", hint)

    def _check_gone(self) -> None:
        seen: set[str] = set()
        for index, url in enumerate(self._site.redirections.gone):
            taken = self._taken(url)
            if taken:
                self._say(self._value(("gone", index)), f"{url} is {taken}", "remove this line")
            elif unquote(url) in seen:
                self._say(self._value(("gone", index)), f"{url} is named twice", "remove this line")
            seen.add(unquote(url))

    def _taken(self, url: str) -> str:
        """What stands at an address, however escaped, with or without its last slash: to hosts that is one. Empty where
        nothing does."""
        bare = _bare(url)
        if is_of_no_page(bare, self._reserved):
            return "a file of the site"
        if f"{bare}/".startswith(OF_FILES):
            return "a file of the site or lies among them"
        return "" if self._files.isdisjoint((file_of(bare), file_of(f"{bare}/"))) else "a page that stands"

    def _check_ways(self, old: Sequence[str]) -> None:
        """Tell of each old address whose file, on hosts where one leads on, would lie below another file, or above
        one."""
        made = {file_of(unquote(url)): url for url in old if not self._taken(url)}  # else that was told
        for file, url in made.items():
            folders = (folder for folder in folders_of(file) if "." in folder)  # as in the names of all our files
            barred = next((folder for folder in folders if folder in made or self._is_file(folder)), "")
            if barred:
                message = f"{url} would lie below /{barred}, which is a file"
            elif file in self._folders:
                message = f"{url} would be a file, and pages that stand lie below it"
            else:
                continue
            mark = self._key(("moved", url)) if url in self._moved else self._site.published.mark(url)
            self._say(mark, message, f"it cannot lead on; name it {_under('gone', f'- {url}')}")

    def _is_file(self, name: str) -> bool:
        return name in self._files or is_of_no_page(f"/{name}", self._reserved)

    @cached_property
    def _folders(self) -> frozenset[str]:
        """The folders of pages, where they may have names like those of files."""
        if not may_need_files_as_folders(self._site.settings.urls):
            return frozenset()
        return frozenset(folder for file in self._files for folder in folders_of(file))

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset(map(file_of, self._live))

    # ------------------------------------------------------------ what has vanished

    def _tell(self, vanished: list[str]) -> None:
        """A problem for each renamed slug, with the line that covers its addresses, and for each address left."""
        left = set(vanished)
        for (axis, old, new), urls in self._renames(vanished).items():
            covered = [url for url in urls if url in left]
            left.difference_update(covered)
            if not covered:
                continue
            count = f"{len(covered)} published addresses have" if len(covered) > 1 else "a published address has"
            message = f"the {axis} '{old}' is no longer in data/matrix.yaml, and {count} no page now"
            line = f"{axis}s: {{{old}: {new}}}"
            hint = f"if '{new}' is its new slug, write {_under('renamed', line)}"
            self._say(self._site.published.mark(covered[0]), message, hint)
        alone = [url for url in vanished if url in left]
        held = self._held() if alone else {}
        for url in alone[:SHOWN]:
            moved, gone = _under("moved", f"{url}: {self._likely(url)}"), _under("gone", f"- {url}")
            now = "no page has this address now"
            hint = f"if another page replaces it, write {moved}\n    if none does, write {gone}"
            if url in held:
                now = f"{held[url]} holds it back now"
                hint = f"publish it again, or write {moved}\n    and remove that line when the page comes back"
            self._say(self._site.published.mark(url), f"{url} was published, and {now}", hint)
        if len(alone) > SHOWN:
            message = f"{len(alone) - SHOWN:,} more published addresses have no page now"
            self._say(Mark(PUBLISHED), message, f"name each in {REDIRECTS}")

    def _renames(self, vanished: Iterable[str]) -> dict[tuple[str, str, str], list[str]]:
        """Addresses that stand again under one other slug, by axis, old slug and new slug."""
        lost: dict[tuple[str, str], list[tuple[str, str, dict[str, str]]]] = {}
        for url in vanished:
            for pattern, slugs in self._read(url):
                for axis, slug in slugs.items():
                    if slug not in self._slugs[axis]:
                        lost.setdefault((axis, slug), []).append((url, pattern, slugs))
        found = {}
        for (axis, slug), rows in lost.items():
            votes = Counter(
                other
                for other in self._slugs[axis]
                for _, pattern, slugs in rows[:LOOKED_AT]
                if self._is_new(address(pattern, **{**slugs, axis: other}))
            )
            if not votes:
                continue
            best = max(votes.items(), key=lambda vote: (vote[1], likeness(slug, vote[0]), vote[0]))
            found[axis, slug, best[0]] = [
                url for url, pattern, slugs in rows if address(pattern, **{**slugs, axis: best[0]}) in self._live
            ]
        return found

    def _is_new(self, url: str) -> bool:
        return url in self._live and url not in self._site.published.lines

    def _likely(self, url: str) -> str:
        """The page that most likely takes an address's place: a new one of a like name beside it, or the one above."""
        folder, _, name = url.rstrip("/").rpartition("/")
        beside = []
        for other in self._live:
            where, _, last = other.rstrip("/").rpartition("/")
            if where == folder and self._is_new(other):
                alike = likeness(name, last)
                if alike >= NEAR:
                    beside.append((alike, other))
        if beside:
            return max(beside)[1]
        while folder and folder + "/" not in self._live:
            folder = folder.rpartition("/")[0]
        return f"{folder}/" if folder else "(its new address)"  # the home page is no answer to a visitor's question

    def _say(self, mark: Mark, message: str, hint: str) -> None:
        self._problems.append(Problem(mark, message, hint))

    def _key(self, where: tuple[str | int, ...]) -> Mark:
        return self._site.documents[REDIRECTS].key_mark(where)

    def _value(self, where: tuple[str | int, ...]) -> Mark:
        return self._site.documents[REDIRECTS].mark(where)


def _bare(url: str) -> str:
    return unquote(url).rstrip("/")


def _turns(following: Callable[[str], str | None], start: str) -> bool:
    """Whether the way from ``start`` comes back to it."""
    seen = set()
    at = following(start)
    while at is not None and at != start and at not in seen:
        seen.add(at)
        at = following(at)
    return at == start


def _circle(following: Callable[[str], str | None], start: str) -> list[str]:
    """The way from ``start`` back to it."""
    way = [start]
    while (at := following(way[-1])) is not None and at != start:
        way.append(at)
    return [*way, start]


def _under(key: str, line: str) -> str:
    return f"under '{key}:' in {REDIRECTS}:  {line}"


def _regex(pattern: str) -> re.Pattern[str]:
    """What reads the slugs out of an address of this pattern."""
    seen: set[str] = set()
    parts = []
    for part in re.split(r"(\{\w+\})", pattern):
        axis = part[1:-1]
        if not part.startswith("{"):
            parts.append(re.escape(part))
        elif axis in seen:
            parts.append(f"(?P={axis})")
        else:
            seen.add(axis)
            parts.append(f"(?P<{axis}>{SLUG})")
    return re.compile("".join(parts))
