"""Adding: everything is worked out and checked in memory first; then the files are written, or nothing is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from appealsite.add.entry import NEEDED, Kind, Wanted, as_yaml, entry_of, refused, slug_of
from appealsite.add.section import end_of, in_form_of, section_of
from appealsite.add.skeleton import MARKUP, angle
from appealsite.names import is_utf8
from appealsite.plan.cells import ANGLE, Grid, keys_of
from appealsite.plan.lacking import lacking
from appealsite.plan.planner import make_plan
from appealsite.plan.urls import address
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.lock import alone
from appealsite.publish.whole import write_whole
from appealsite.read.files import INVISIBLE, read_text
from appealsite.read.layouts import read_layouts
from appealsite.read.models import Combination, Payer, Reason, Service
from appealsite.read.site import MATRIX, Reading, Site, read_site
from appealsite.read.validate import validated
from appealsite.read.vocabulary import AXES
from appealsite.read.yaml_tree import parse_yaml

_MODELS: dict[Kind, Any] = {"payer": Payer, "service": Service, "reason": Reason, "combination": Combination}
_LINE = re.compile(rf"{re.escape(MATRIX)}:(\d+)")
Key = tuple[str, str, str]


@dataclass
class Added:
    """What was added: entries of the data by name, files that were written, and what was there already."""

    entries: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)  # of pages that one combination makes
    lacking: list[str] = field(default_factory=list)  # files that other entries have, and new ones need


def add(root: Path, cache: Path, wanted: Sequence[Wanted], day: date, table: str = "") -> Added:
    """Add all of it. ProblemsFound, with nothing changed, where any of it is wrong; ``table`` names its file.

    Whoever adds at the same time waits until this is done, by the lock in ``cache``: each reads what the other wrote.
    """
    with alone(cache, lambda: None):
        return _add(root, wanted, day, table)


def known_in(root: Path) -> Mapping[str, Collection[str]]:
    """The words that a project has for the columns that name something of it; ProblemsFound where it is not sound."""
    return _known(_read(root)[0])


def _known(site: Site) -> dict[str, Collection[str]]:
    known: dict[str, Collection[str]] = {axis: ["all", *getattr(site.matrix, axis + "s")] for axis in AXES}
    return known | {"plan_types": site.plan_types, "policy_source": site.sources}


def _read(root: Path) -> tuple[Site, str]:
    """The project, and the text of its matrix."""
    problems: list[Problem] = []
    site = read_site(root, read_layouts(root, problems), problems, reading=Reading())
    text = read_text(root / MATRIX, MATRIX, problems)
    if problems or site is None or text is None:
        raise ProblemsFound(problems)
    return site, text


def _add(root: Path, wanted: Sequence[Wanted], day: date, table: str) -> Added:
    site, text = _read(root)
    work = _Work(root, site, day, table)
    for one in wanted:
        work.take(one)
    if work.problems:
        raise ProblemsFound(work.problems)
    if work.new:
        work.check_whole(text)
    work.write(text)
    return work.added


class _Work:
    """One run: what is new, what is wrong."""

    def __init__(self, root: Path, site: Site, day: date, table: str) -> None:
        self.root = root
        self.site = site
        self.day = day
        self.table = table
        self.problems: list[Problem] = []
        self.added = Added()
        self.new: dict[Kind, dict[str, tuple[Wanted, list[str]]]] = {}
        self.files: dict[str, str] = {}
        self.cells: dict[Key, int] = {}  # with the line that says it
        self._known = _known(site)
        self._grid = Grid(site, day)

    def take(self, wanted: Wanted) -> None:
        """Look at one thing on its own: all that is wrong with it, or the lines and files that it needs."""
        mark = self._mark(wanted)
        missing = [name for name in NEEDED[wanted.kind] if not wanted.given.get(name)]
        if missing:
            message = f"a {wanted.kind} needs {', '.join(missing)}"
            self.problems.append(Problem(mark, message, "fill it in"))
            return
        unreadable = [name for name, text in wanted.given.items() if INVISIBLE.search(text) or not is_utf8(text)]
        if unreadable:
            message = f"an invisible or unreadable character in {', '.join(unreadable)}"
            self.problems.append(Problem(mark, message, "type it again"))
            return
        for name, text in wanted.given.items():
            sign = MARKUP.search(text)
            if sign:
                message = f"'{sign[0]}' in {name} would be read as a placeholder or a citation in texts"
                self.problems.append(Problem(mark, message, "leave it out"))
                return
        wrong = [
            told
            for name, text in wanted.given.items()
            if text and (told := refused(wanted.kind, name, text, self._known))
        ]
        self.problems += [Problem(mark, *told) for told in wrong]
        if wanted.kind != "combination" and not slug_of(wanted):
            self.problems.append(Problem(mark, "no slug can be made of this name", "give one, such as acme-health"))
        elif wrong:
            return
        elif wanted.kind == "combination":
            self._take_combination(wanted, mark)
        else:
            self._take_entry(wanted, mark)

    def _take_entry(self, wanted: Wanted, mark: Mark) -> None:
        slug = slug_of(wanted)
        if slug in getattr(self.site.matrix, wanted.kind + "s"):
            self.added.there.append(f"{wanted.kind} {slug}")
            return
        if slug in self.new.get(wanted.kind, {}):
            first = self.new[wanted.kind][slug][0]
            self.problems.append(
                Problem(mark, f"the {wanted.kind} '{slug}' stands twice", f"first at line {first.line}")
            )
            return
        entry = entry_of(wanted, self.day)
        lines = as_yaml({slug: entry})
        value = self._read(lines, (slug,), wanted, mark, slug)
        if value is not None:
            self.new.setdefault(wanted.kind, {})[slug] = (wanted, lines)
            self.added.entries.append(f"{wanted.kind} {slug}")

    def _take_combination(self, wanted: Wanted, mark: Mark) -> None:
        lines = as_yaml(entry_of(wanted, self.day), flow=True)
        combination = self._read(lines, (), wanted, mark, "")
        if combination is None:
            return
        keys = list(keys_of(combination, self.site))
        new = [key for key in keys if self._grid.cell(*key) is None]
        if not new:
            self.added.there.append(
                "combination " + "/".join(keys[0]) if len(keys) == 1 else f"{len(keys)} combinations"
            )
        else:
            twice = next((key for key in keys if key in self.cells), None)
            if twice is not None:
                hint = f"first at line {self.cells[twice]}; remove one of them"
                self.problems.append(Problem(mark, f"the combination {'/'.join(twice)} stands twice", hint))
                return
            if len(new) < len(keys):
                known = next(key for key in keys if key not in new)
                hint = f"'{'/'.join(known)}' is one; name only what is new"
                self.problems.append(
                    Problem(mark, f"{len(keys) - len(new)} of these combinations are there already", hint)
                )
                return
            self.cells.update(dict.fromkeys(keys, wanted.line))
            number = str(len(self.new.setdefault("combination", {})))
            self.new["combination"][number] = (wanted, [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])])
            self.added.entries.append("combination " + "/".join("+".join(getattr(combination, axis)) for axis in AXES))
        if len(keys) == 1:
            self._want_file(keys[0], mark)

    def _want_file(self, key: Key, mark: Mark) -> None:
        payer, service, reason = key
        pattern = self.site.settings.urls.combination
        self.added.urls.append(address(pattern, payer=payer, service=service, reason=reason))
        name = f"content/{ANGLE}/{payer}/{service}/{reason}.md"
        if key not in self.site.content.blocks.get(ANGLE, {}):
            matrix = self.site.matrix
            body = angle(matrix.payers[payer], matrix.services[service], matrix.reasons[reason], self.day.isoformat())
            sign = MARKUP.search(body)  # of a name that a person wrote into the matrix
            if sign:
                message = f"{name} would not build: '{sign[0]}' in a name would be read as a placeholder or a citation"
                self.problems.append(Problem(mark, message, f"leave it out of the name in {MATRIX}"))
            self.files[name] = body

    def _read(self, lines: list[str], where: tuple[str, ...], wanted: Wanted, mark: Mark, slug: str) -> Any:
        """The entry as its model has it; None where the model refuses it, told at the place it was given."""
        told: list[Problem] = []
        document = parse_yaml("\n".join(lines), MATRIX, told)
        value = None
        if document is not None:
            plain = document.value[slug] if slug else document.value
            plain = {**plain, "slug": slug} if slug and isinstance(plain, dict) else plain
            value = validated(_MODELS[wanted.kind], plain, document, where, told)
        self.problems += [replace(problem, mark=mark) for problem in told]
        return None if told else value

    def _mark(self, wanted: Wanted) -> Mark:
        if wanted.line:
            return Mark(self.table, wanted.line)
        return Mark(f"add {wanted.kind}")

    # ------------------------------------------------------------ the whole, and the disk

    def inserted(self, text: str) -> tuple[list[str], dict[int, Wanted]]:
        """The lines of the matrix with what is new among them, and for each new line what it is about."""
        lines = text.removesuffix("\n").split("\n")
        about: list[Wanted | None] = [None] * len(lines)
        places = {kind: end_of(section_of(kind), lines, self.site.documents[MATRIX]) for kind in self.new}
        for kind in sorted(places, key=lambda kind: places[kind], reverse=True):
            at, indent = places[kind]
            fresh: list[tuple[str, Wanted]] = []
            for wanted, entry in self.new[kind].values():
                fresh += [(f"{' ' * indent}{line}" if line else "", wanted) for line in entry]
            if at < 0:  # the file says nothing of it yet
                at, first = len(lines), fresh[0][1]
                fresh = [("", first), (f"{section_of(kind)}:", first), *fresh]
            lines[at:at] = [line for line, _ in fresh]
            about[at:at] = [wanted for _, wanted in fresh]
        return lines, {at: one for at, one in enumerate(about, 1) if one is not None}

    def check_whole(self, text: str) -> None:
        """Read the project as it would be; ProblemsFound where it would not be sound."""
        lines, about = self.inserted(text)
        text = "\n".join([*lines, ""])
        problems: list[Problem] = []
        site = read_site(self.root, self.site.layouts, problems, reading=Reading(texts={MATRIX: text}))
        if site is not None and not problems:
            for name in self.files:
                payer, service, reason = name.removesuffix(".md").split("/")[2:]
                site.content.blocks.setdefault(ANGLE, {})[payer, service, reason] = name
            make_plan(site, self.day, problems, drafts=True)
            fresh = {(kind, slug) for kind, entries in self.new.items() for slug in entries}
            self.added.lacking += [one.path for one in lacking(site) if (one.axis, one.slug) in fresh]
        if problems:
            raise ProblemsFound(self._placed(problems, about))

    def _placed(self, problems: Iterable[Problem], about: Mapping[int, Wanted]) -> Iterator[Problem]:
        """Problems at what is new are told where it was given, others at the lines that stand there now."""

        def line_now(line: int) -> int:
            return line - sum(at < line for at in about)

        for problem in problems:
            mark = problem.mark
            if mark.path == MATRIX:
                wanted = about.get(mark.line)
                mark = self._mark(wanted) if wanted is not None else replace(mark, line=line_now(mark.line))
            hint = _LINE.sub(lambda found: f"{MATRIX}:{line_now(int(found[1]))}", problem.hint)
            yield replace(problem, mark=mark, hint=hint)

    def write(self, text: str) -> None:
        """Write the texts to fill in, then the matrix; what was written is taken back where a later file fails."""
        written: list[Path] = []
        try:
            for name, body in self.files.items():
                path = self.root / name
                write_whole(path, body.encode(), name)
                written.append(path)
                self.added.files.append(name)
            if self.new:
                path = self.root / MATRIX
                write_whole(path, in_form_of(path, *self.inserted(text)), MATRIX)
        except ProblemsFound:
            for path in written:
                path.unlink(missing_ok=True)
            raise
