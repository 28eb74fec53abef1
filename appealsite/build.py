"""One build from end to end: what changed, read, plan, render, publish. All of it is right, or nothing is published."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from appealsite import workers
from appealsite.aside import Aside
from appealsite.cache import Shelf
from appealsite.garbage import seldom_collected
from appealsite.generator import generator_identity
from appealsite.kept import Kept
from appealsite.last_build import LastBuild, LastBuilds, PageEntry
from appealsite.problems import Mark, Problem, ProblemsFound, changed_meanwhile
from appealsite.publish.lock import alone, alone_beside
from appealsite.publish.output import Output
from appealsite.read.inputs import CONTENT, digest_of, digests
from appealsite.values import value

if TYPE_CHECKING:  # a build that finds nothing changed imports none of this
    from appealsite.make import Done, Maker
    from appealsite.plan.page import SiteView
    from appealsite.read.models import HostName
    from appealsite.render.timings import Timings

Progress = Callable[[str, int, int], None]  # phase, how much is done, how much there is
CACHE = ".cache"
KEPT = f"{CACHE}/kept"


def no_progress(_phase: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@value
class Options:
    """How to build: ``jobs`` processes (0: one for each core), ``clean`` to use no cache, ``start`` for tests."""

    drafts: bool = False
    jobs: int = 0
    clean: bool = False
    parser: Literal["auto", "python", "fast"] = "auto"
    timings: bool = False
    start: Literal["fork", "spawn"] | None = None
    host: HostName | None = None  # instead of the one in data/site.yaml


@dataclass
class Summary:
    """What stands in the target, what the build did to it and how long that took.

    ``pages`` stand there, among them those of ``combinations``; ``drafts`` are held back. ``made`` pages were rendered,
    as so many ``bytes`` of HTML; ``changed`` files differ from before, and ``removed`` ones are gone.
    """

    target: str
    pages: int = 0
    combinations: int = 0
    drafts: int = 0
    made: int = 0
    changed: int = 0
    removed: int = 0
    bytes: int = 0
    seconds: float = 0.0
    reason: str = ""  # why a full build was made, or that nothing changed
    phases: dict[str, float] = field(default_factory=dict)
    timings: Timings | None = None


def lacks_parser(choice: str) -> bool:
    """Whether a parser was asked for that is not installed."""
    from appealsite.render.parsers import fast_is_installed

    return choice == "fast" and not fast_is_installed()


def build_date() -> date:
    """The build's date: SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) or today, UTC."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(given), UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "write the seconds since 1970, such as 1795219200"
        raise ProblemsFound([Problem(Mark("SOURCE_DATE_EPOCH"), f"'{given}' is not a time", hint)]) from None


def build(root: Path, target: Path, options: Options | None = None, progress: Progress = no_progress) -> Summary:
    """Build the site into ``target``. ``progress`` is told how far it is."""

    def waiting() -> None:
        progress("waiting for another build", 0, 0)

    with seldom_collected(), alone(root / CACHE, waiting), alone_beside(target, waiting):
        return _Build(root, target, options or Options(), progress).run()


class _Build:
    """The state of one build."""

    def __init__(self, root: Path, target: Path, options: Options, progress: Progress) -> None:
        self.root = root
        self.target = target
        self.options = options
        self.progress = progress
        self.today = build_date()
        self.jobs = options.jobs or workers.cores()
        self.start = options.start or workers.default_start()
        self.summary = Summary(str(target))
        self._started = self._phase_started = time.perf_counter()
        self._phase = ""

    def run(self) -> Summary:
        self._enter("reading")
        self.record = LastBuilds(record_file(self.root, self.target))
        self.shelf = markdown_shelf(self.root, self.target)
        self.settings = settings_of(self.today, self.options.drafts, self.options.host)
        self.apart = self.jobs > 1 and self.start == "fork"
        with Output(self.root, self.target, apart=self.apart) as output:
            last = self._last(output)
            self.inputs = self._look(last)
            if last and last.inputs == self.inputs and last.settings == self.settings and not output.spoilt:
                self.summary.reason = "nothing changed"
                self._say_what_stands(last)
            else:
                self._make(output, last)
        self._enter("")
        self.summary.seconds = time.perf_counter() - self._started
        return self.summary

    def _last(self, output: Output) -> LastBuild | None:
        """The record of the build that made what stands in the target; None, with the reason, for a full build."""
        if output.current is None:
            self.summary.reason = "there is no site yet"
        elif self.options.clean:
            self.summary.reason = "--clean"
        else:
            last = self.record.read()
            if last and last.target == str(self.target) and last.build == output.current.build:
                return last
            damage = self.record.damage or ("it is of another build" if last else "there is none")
            self.summary.reason = f"the cache was not used: {damage}"
        return None

    def _make(self, output: Output, last: LastBuild | None) -> None:
        if last is not None:
            output.prepare()
        from appealsite.chunks import maker_with_rules
        from appealsite.make import Order

        remembered = self.shelf.path if not self.options.clean else None
        sound = self._sound(last)
        order = Order(
            self.root,
            self.today,
            self.options.drafts,
            self.options.parser,
            self.options.timings,
            remembered,
            self.inputs,
            self.options.host,
            self.root / KEPT,
            sound,
            settled=last is not None and bool(sound) and last.inputs.keys() == self.inputs.keys(),
        )
        maker = maker_with_rules(order, apart=self._makes_anew(last))
        maker.order = replace(order, before=self._before(last, output))
        self.summary.timings = maker.timings
        self._enter("rendering")
        narrow = self._narrow(maker, last, output)
        pages, changed = self._pages(maker, output, last, narrow)
        self._enter("publishing")
        names, others = self._write_others(maker, output, last, pages, changed)
        gone = output.current.names - names if output.current else frozenset()
        if last:
            output.remove(gone)
        self._tell_of_edits()
        identity = _identity(pages, others, names)
        output.commit(identity, names, changed)
        shared = shared_by_pages(self.inputs, maker.plan.site_view)
        plan = maker.plan
        counts = plan.combinations, plan.drafts
        record = LastBuild(identity, str(self.target), self.settings, shared, *counts, self.inputs, pages)
        self.record.write(record)
        self._say_what_stands(record)
        self.summary.changed = len(changed)
        self.summary.removed = len(gone)

    def _look(self, last: LastBuild | None) -> dict[str, bytes]:
        """The digests of all inputs. A full build needs the whole program too, which is loaded meanwhile."""
        looking = Aside(partial(self._digests, icons=self._makes_anew(last)), apart=self.apart and last is None)
        try:
            if last is None:
                import appealsite.chunks  # noqa: F401
            return looking.result()
        finally:
            looking.stop()

    def _digests(self, icons: bool) -> dict[str, bytes]:
        """The digests of all inputs; and the ``icons`` drawn, so that whoever needs them finds them."""
        found = digests(self.root)
        if icons:
            from appealsite.render.icons import draw_icons

            with contextlib.suppress(ProblemsFound, OSError):  # told by whoever then draws them
                draw_icons(self.root, Kept(self.root / KEPT / "icons"))
        return found

    def _makes_anew(self, last: LastBuild | None) -> bool:
        """Whether other processes can help with what would else be taken from what is kept, or is put aside."""
        return self.apart and last is None and not self.options.clean

    def _tell_of_edits(self) -> None:
        """Raise ProblemsFound where a file changed after it was read. Texts, which are many, are not read again."""
        fixed = ((name, digest) for name, digest in self.inputs.items() if not name.startswith(f"{CONTENT}/"))
        edited = [name for name, digest in fixed if digest_of(self.root, name) != digest]
        if edited:
            raise ProblemsFound(map(changed_meanwhile, edited))

    def _say_what_stands(self, record: LastBuild) -> None:
        self.summary.pages = len(record.pages)
        self.summary.combinations = record.combinations
        self.summary.drafts = record.drafts

    def _narrow(self, maker: Maker, last: LastBuild | None, output: Output) -> list[int] | None:
        """The pages that an edit of Markdown files may touch; None where all must be looked at.

        A page takes from Markdown only the files that match its cell, and the menu; which files there are decides what
        is a draft and which file wins, so a new or removed file is no mere edit.
        """
        if last is None or output.spoilt or not maker.order.settled:
            return None
        edited = [name for name, digest in self.inputs.items() if last.inputs[name] != digest]
        menu = {maker.site.content.pages[path] for path in maker.site.settings.menu}
        if not all(name in maker.site.content.cells for name in edited) or menu & set(edited):
            return None
        return maker.plan.affected_by([(name, maker.site.content.cells[name]) for name in edited])

    def _pages(
        self, maker: Maker, output: Output, last: LastBuild | None, narrow: list[int] | None
    ) -> tuple[dict[str, PageEntry], set[str]]:
        """Make the pages; returns what is known of each file, and the files that differ from the site that stands."""
        from appealsite.chunks import Chunk, run

        indices: Sequence[int] = range(len(maker.plan)) if narrow is None else narrow
        jobs = self.jobs if len(indices) >= workers.WORTH_IT else 1
        writer = output.begin(successor=last is not None)
        sound = maker.order.sound
        first, rest = workers.sampled(indices) if jobs > 1 else ((), indices)
        chunks = [Chunk("check data")] if not sound and not self.options.drafts else []
        chunks += [Chunk("make", piece, writer=writer) for piece in workers.pieces(rest, jobs)]
        pages: dict[str, PageEntry] = dict(last.pages) if last and narrow is not None else {}
        changed: set[str] = set()
        problems: list[Problem] = []
        fresh: dict[bytes, bytes] = {}
        used: set[bytes] = set()
        opened: set[str] = set(maker.site.content.opened)
        finished = 0

        def take(results: Iterator[Done]) -> None:
            nonlocal finished
            for done in results:
                for name, fingerprint, entry, differs in done.rows:
                    pages[name] = PageEntry(fingerprint, entry)
                    if differs:
                        changed.add(name)
                self.summary.made += done.made
                self.summary.bytes += done.size
                problems.extend(done.problems)
                fresh.update(done.fresh)
                used.update(done.used)
                changed.update(done.pictures - {""})
                opened.update(done.opened)
                if self.summary.timings:
                    self.summary.timings.merge(done.seconds, done.counts)
                finished += len(done.rows)
                self.progress("rendering", finished, len(indices))

        if first:
            take(run(maker, [Chunk("make", first, writer=writer)], 1, self.start))
        take(run(maker, chunks, jobs, self.start))
        unread = [name for name in maker.site.content.names if sound.get(name, b"") != self.inputs.get(name)]
        unopened = [name for name in unread if name not in opened]
        jobs = self.jobs if len(unopened) >= workers.WORTH_IT else 1
        chunks = [Chunk("read", names=piece) for piece in workers.pieces(unopened, jobs)]
        take(run(maker, chunks, jobs, self.start))
        problems += maker.problems  # of files that were opened before any chunk
        if problems:
            raise ProblemsFound(_one_each(problems))
        self.shelf.keep(fresh, used if last is None else None)
        return pages, changed

    def _before(self, last: LastBuild | None, output: Output) -> Mapping[str, bytes]:
        """The fingerprints of the pages that stand in the site, with their pictures."""
        from appealsite.plan.pictures import page_of_picture

        before = {name: page.fingerprint for name, page in last.pages.items()} if last else {}
        for name in output.spoilt:
            before.pop(name, None)
            before.pop(page_of_picture(name), None)
        return before

    def _sound(self, last: LastBuild | None) -> Mapping[str, bytes]:
        """The digests of the files that the last build found sound; none where what they are checked against is new."""
        if last is None or last.settings != self.settings:
            return {}
        names = {name for name in (*self.inputs, *last.inputs) if name.startswith("data/")}
        return last.inputs if all(self.inputs.get(name) == last.inputs.get(name) for name in names) else {}

    def _write_others(
        self, maker: Maker, output: Output, last: LastBuild | None, pages: Mapping[str, PageEntry], changed: set[str]
    ) -> tuple[set[str], dict[str, bytes]]:
        """Write what is not a page, adding to ``changed``. Returns the names of all files, and digests of these."""
        from appealsite import others
        from appealsite.hosts.types import is_text
        from appealsite.publish.siblings import siblings_of, write_siblings

        files = others.shared_files(maker, [page.entry for page in pages.values() if page.entry])
        changed.update(name for name, data in files.items() if output.write(name, data))
        names = {*pages, *files, *others.pictures_of(maker, pages)}
        problems: list[Problem] = []
        extra = others.host_files(maker, names, output.sizes, problems)
        if problems:
            raise ProblemsFound(problems)
        changed.update(name for name, data in extra.items() if output.write(name, data))
        files |= extra
        names.update(extra)
        if maker.compresses:
            texts = {name for name in names if is_text(name)}
            current = last is not None and last.settings == self.settings and output.current
            stand = output.current.names - output.spoilt if current and output.current else frozenset[str]()
            stale = sorted(name for name in texts if name in changed or not siblings_of([name]) <= stand)
            changed |= write_siblings(output, stale, maker.kept("compressed"), self.jobs)
            names |= siblings_of(texts)
        if last is None and not self.options.drafts:
            maker.kept("pictures").forget_others(names)
            maker.kept("compressed").forget_others(names)
            maker.templates.forget_others()
        return names, {name: hashlib.blake2b(data, digest_size=16).digest() for name, data in files.items()}

    def _enter(self, phase: str) -> None:
        now = time.perf_counter()
        if self._phase:
            self.summary.phases[self._phase] = now - self._phase_started
        self._phase, self._phase_started = phase, now
        if phase:
            self.progress(phase, 0, 0)


def _one_each(problems: Sequence[Problem]) -> Iterator[Problem]:
    """One problem for each cause: what a template does wrong on many pages is told of the first of them."""
    first: dict[tuple[Mark, str], Problem] = {}
    for problem in sorted(problems):
        if not problem.hint.startswith("on /"):
            yield problem
        elif (problem.mark, problem.message) not in first:
            first[problem.mark, problem.message] = problem
            yield problem


def _identity(pages: Mapping[str, PageEntry], others: Mapping[str, bytes], names: Iterable[str]) -> str:
    """The identity of a built site: the digest of the names of its files, and of what they were made from."""
    total = hashlib.blake2b("\n".join(sorted(names)).encode(), digest_size=16)
    ordered = sorted(pages)
    total.update("\n".join(ordered).encode() + b"".join([pages[name].fingerprint for name in ordered]))
    for name, digest in sorted(others.items()):
        total.update(name.encode() + b"\0" + digest)
    return total.hexdigest()


def settings_of(today: date, drafts: bool, host: str | None = None) -> str:
    """All that decides the output of a build beside its inputs; ``host`` where the command named one."""
    return repr((generator_identity(), today.isoformat(), drafts, host))


def shared_by_pages(inputs: Mapping[str, bytes], site: SiteView) -> str:
    """The digest of what all pages show, whatever they say: the layouts, the menu, the offer."""
    layouts = sorted((name, digest) for name, digest in inputs.items() if name.startswith("layouts/"))
    return hashlib.blake2b(repr((layouts, site)).encode(), digest_size=8).hexdigest()


def record_file(root: Path, target: Path) -> Path:
    """The file that holds what the last build of a target knew; a preview does not disturb the build."""
    return root / CACHE / f"build-{_short(target)}.last"


def markdown_shelf(root: Path, target: Path) -> Shelf:
    """The Markdown that builds of a target have compiled."""
    return Shelf(root / CACHE / f"markdown-{_short(target)}.sqlite")


def _short(target: Path) -> str:
    return hashlib.blake2b(os.fsencode(target), digest_size=4).hexdigest()
