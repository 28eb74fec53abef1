"""The work of one process: files under the rules about text, and pages one after another; what it saw, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from html import escape
from pathlib import Path

from appealsite.cache import Shelf
from appealsite.check.blocks import BlockRules
from appealsite.check.claims import rights_not_sold, without_source
from appealsite.check.finding import Finding
from appealsite.check.own_text import Masks, key_of
from appealsite.check.own_text import words_of as masked_words
from appealsite.check.page_facts import PageFacts, address_digest, addresses, parts_of, read_page
from appealsite.check.places import place_of_link
from appealsite.check.sameness import Tokens
from appealsite.check.search import length_of_description, length_of_title
from appealsite.check.seen import Notes, OwnText, Row, Seen, Tally
from appealsite.check.words import words_of
from appealsite.check.written import Written
from appealsite.generator import installed_version
from appealsite.make import Maker, Order
from appealsite.memo import Memo
from appealsite.plan.cells import ANGLE
from appealsite.plan.page import Page, Section
from appealsite.plan.record import Record
from appealsite.problems import Mark, Problem
from appealsite.read.site import SETTINGS
from appealsite.values import value

COMBINATION = "combination"
_KEPT = 1 << 15
_TOOLS = ("selectolax", "textstat")  # whose versions decide what is read from the same text


@value
class _Info:
    """What a section brings to each page that shows it."""

    section: Section  # kept, so that its identity stays its own
    path: str
    needs: tuple[tuple[str, Mark], ...]
    spells: frozenset[str]
    misfit: bool
    wording: tuple[int, ...]
    plans: dict[str, Mark]
    key: bytes  # of its text; empty for reference text


class Examiner:
    """A site read and planned, ready to be examined. ``notes`` are set between the two passes."""

    def __init__(self, order: Order, shelf: Path | None) -> None:
        self.order = order
        self.maker = Maker(order)
        self.site = self.maker.site
        self.plan = self.maker.plan
        self.words = words_of(self.site)
        self.notes: Mapping[str, Notes] = {}
        self.shelf_path = shelf
        self.shelf = Shelf(shelf) if shelf else None
        self._rules = BlockRules(self.site, self.words, self.maker.markdown.html)
        self._masks = Masks(self.site.matrix)
        self._tokens = Tokens()
        self._infos = Memo[int, _Info](_KEPT)
        self._sent: set[bytes] = set()
        self.after_fork()

    def after_fork(self) -> None:
        """Open anew what two processes must not share."""
        if self.shelf is not None:
            self.shelf.begin()

    def afresh(self) -> Callable[[], Examiner]:
        """What makes an examiner like this one, in a process that shares nothing with it."""
        return partial(_with_notes, self.order, self.shelf_path, self.notes)

    # ------------------------------------------------------------ files

    def files(self, names: Sequence[str]) -> tuple[list[tuple[str, bytes]], list[Problem]]:
        """These files under the rules about text; and the problems of those that a build would stop at instead."""
        content = self.site.content
        done = []
        for name in names:
            block = content.block(name)
            if name not in content.broken:
                found = self._rules.examine(content.text(name), block, content.cells.get(name))
                done.append((name, found.encode()))
        problems = list(self.maker.problems)
        self.maker.problems.clear()
        return done, problems

    # ------------------------------------------------------------ pages

    def pages(self, indices: Sequence[int]) -> Seen:
        """These pages of the plan."""
        seen = Seen()
        for index in indices:
            record = self.plan[index]
            page = self.plan.page(record)
            facts = self._facts(record, page, seen)
            seen.rows.append(
                Row(index, page.url, page.title, page.description, page.indexed, facts.links, facts.parts, facts.ids)
            )
            for told in facts.told:
                mark = self.link_in(page, told.said) if told.code == "S09" else self.cause(page, told.said)
                self._count(seen, Finding(mark, told.code, told.message, told.hint), page.url)
            self._look(seen, index, page)
        seen.problems += self.maker.problems
        self.maker.problems.clear()
        return seen

    def link_of(self, index: int, digest: bytes) -> tuple[str, str, Mark]:
        """The address behind a digest of a page's links, how it is written, and where in the text or layouts."""
        record = self.plan[index]
        page = self.plan.page(record)
        for address, written in addresses(self._html(record, page, []), page, self.site.settings.url).items():
            if address_digest(address) == digest:
                return address, written, self.link_in(page, written)
        return "", "", self.plan.origin(record)

    def parts_of(self, index: int) -> list[str]:
        """The ids on a page."""
        record = self.plan[index]
        return parts_of(self._html(record, self.plan.page(record), []))

    def _html(self, record: Record, page: Page, problems: list[Problem]) -> bytes:
        return self.maker.renderer.render(page, lambda: self.plan.origin(record), problems)

    def link_in(self, page: Page, written: str) -> Mark:
        """Where a text of this page has a link to what is written so; the layout where none has."""
        for section in page.sections:
            for filled in section.body if section.path else ():
                if f'href="{escape(written, quote=False)}"' in self.maker.markdown.html(filled):
                    file = Written(section.path, self.site.content.text(section.path))
                    return place_of_link(file, filled, written)
        return self.cause(page, written)

    def cause(self, page: Page, said: str) -> Mark:
        """The line of the file that writes ``said`` on this page; the layout where no text of the page does."""
        if said:
            for section in page.sections:
                if section.title == said:
                    return Mark(section.path or f"layouts/{section.layout}")
                for filled in section.body:
                    html = self.maker.markdown.html(filled)
                    if said in html:
                        lines = filled.chunk.markdown.split("\n")
                        at = next((number for number, line in enumerate(lines) if said in line), 0)
                        return Mark(section.path, filled.chunk.line + at)
        return Mark("layouts/page.html")

    def _facts(self, record: Record, page: Page, seen: Seen) -> PageFacts:
        key = hashlib.blake2b(self.maker.fingerprint(page) + tools(), digest_size=16).digest()
        seen.used.add(key)
        stored = self.shelf.get(key) if self.shelf is not None else None
        facts = PageFacts.decode(key, stored) if stored is not None else None
        if facts is None:
            facts = read_page(self._html(record, page, seen.problems), page, self.site.settings.url)
            seen.fresh[key] = facts.encode(key)
        return facts

    def _look(self, seen: Seen, index: int, page: Page) -> None:
        kind = self.site.matrix.services[page.service].kind if page.service else ""
        spelled: set[str] = set()
        keys = []
        for section in page.sections:
            info = self._known(section)
            if not info.path:
                continue
            seen.files.setdefault(info.path, Tally()).add(page.url)
            for line in info.wording:
                seen.kinds.setdefault((info.path, line, kind), Tally()).add(page.url)
            for word, mark in info.needs:
                if word not in spelled:
                    message = f"'{word}' is not spelled out at its first use"
                    self._count(seen, Finding(mark, "F04", message, f"write the words, then ({word})"), page.url)
                    spelled.add(word)
            spelled |= info.spells
            if info.plans and page.payer:
                for _, mark, message in rights_not_sold(info.plans, self.site.matrix.payers[page.payer]):
                    self._count(seen, Finding(mark, "C08", message, "name a kind of plan that it sells"), page.url)
            if info.key and page.indexed:  # pages that search engines skip are compared with none
                if info.key not in self._sent:
                    seen.texts.append(self._own_text(info))
                    self._sent.add(info.key)
                keys.append(info.key)
        if page.kind == COMBINATION:
            self._look_at_combination(seen, page, kind)
        if page.indexed:
            seen.own.append((index, page.kind == COMBINATION, tuple(dict.fromkeys(keys))))
            for source in page.sources:
                seen.sources.setdefault(source.slug, Tally()).add(page.url)
            self._look_at_lengths(seen, page)

    def _look_at_combination(self, seen: Seen, page: Page, kind: str) -> None:
        """The texts written for this combination alone: whether they cite, and speak of a reason that does not fit."""
        own = (page.payer, page.service, page.reason)
        written = [section for section in page.sections if self.site.content.cells.get(section.path) == own]
        if not written:
            return
        angle = next((section for section in written if section.name == ANGLE), written[0])
        cited = sum(len(filled.chunk.citations) for section in written for filled in section.body)
        message = without_source(cited)
        if message:
            self._count(seen, Finding(Mark(angle.path, 1), "C09", message, "cite what it rests on"), page.url)
        fits = kind in self.site.matrix.reasons[page.reason].fits or not self.words.checks.misfit
        if not fits and not any(self._known(section).misfit for section in written):
            message = f"'{page.reason}' does not fit a {kind}, and this text does not say so"
            hint = f"say it, such as with '{self.words.checks.misfit[0]}'"
            self._count(seen, Finding(Mark(angle.path, 1), "F01", message, hint), page.url)

    def _look_at_lengths(self, seen: Seen, page: Page) -> None:
        limits = self.words.checks.limits
        for code, field_, key, message in (
            ("S02", "titles", "search_title", length_of_title(page.title, limits)),
            ("S03", "descriptions", "description", length_of_description(page.description, limits)),
        ):
            if message:
                self._count(seen, Finding(self.written_in(page, field_, key), code, message), page.url)

    def written_in(self, page: Page, group: str, key: str) -> Mark:
        """Where a page's title or description comes from."""
        blocks = [self.site.content.block(section.path) for section in page.sections if section.path]
        own = next((block for block in blocks if getattr(block, key) is not None), None)
        if own is not None:
            return Mark(own.path, 1)
        if page.kind == "page":
            return Mark(next((section.path for section in page.sections if section.path), SETTINGS), 1)
        return self.site.mark(SETTINGS, (group, page.kind))

    def _known(self, section: Section) -> _Info:
        return self._infos.get(id(section)) or self._infos.put(id(section), self._info(section))

    def _info(self, section: Section) -> _Info:
        notes = self.notes.get(section.path)
        lines = [filled.chunk.line for filled in section.body]
        needs: dict[str, Mark] = {}
        spells: set[str] = set()
        if notes is not None:
            for line in lines:
                needs.update({w: mark for w, mark in notes.needs.get(line, ()) if w not in spells and w not in needs})
                spells.update(notes.spells.get(line, ()))
        plans: dict[str, Mark] = {}
        for filled in section.body:
            for one in filled.chunk.placeholders:
                if one.path[0] == "plans":
                    plans.setdefault(one.path[1], one.mark)
        key = b""
        if section.path and not self.site.content.block(section.path).front.reference:
            key = hashlib.blake2b(b"".join(map(key_of, section.body)), digest_size=12).digest()
        return _Info(
            section,
            section.path,
            tuple(needs.items()),
            frozenset(spells),
            notes is not None and any(line in notes.misfit for line in lines),
            tuple(line for line in lines if line in notes.wording) if notes is not None else (),
            plans,
            key,
        )

    def _own_text(self, info: _Info) -> OwnText:
        words: list[str] = []
        for filled in info.section.body:
            words += masked_words(filled, self.maker.markdown.compile(filled.chunk), self._masks)
        return OwnText(info.key, info.path, len(words), self._tokens.runs(words).tobytes())

    @staticmethod
    def _count(seen: Seen, finding: Finding, url: str) -> None:
        seen.findings.setdefault(finding, Tally()).add(url)


@lru_cache(maxsize=1)
def tools() -> bytes:
    """What identifies the libraries that read text and pages."""
    return " ".join(installed_version(name) for name in _TOOLS).encode()


def _with_notes(order: Order, shelf: Path | None, notes: Mapping[str, Notes]) -> Examiner:
    examiner = Examiner(order, shelf)
    examiner.notes = notes
    return examiner
