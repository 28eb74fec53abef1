"""Everything people wrote, read and checked, as one immutable value: the Site."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from appealsite.generator import generator_identity
from appealsite.kept import Kept
from appealsite.problems import Mark, Problem, look_alikes, suggest
from appealsite.read.content import TEXT, Content
from appealsite.read.data_texts import PATTERNS, unfilled
from appealsite.read.document import Document, Where
from appealsite.read.files import is_absent, read_text
from appealsite.read.inputs import file_names
from appealsite.read.layouts import Layouts
from appealsite.read.model import Model
from appealsite.read.models import (
    AXES_OF,
    Matrix,
    Outline,
    Patterns,
    Person,
    PlanType,
    Redirections,
    Settings,
    Source,
)
from appealsite.read.published import PUBLISHED, Published, read_published
from appealsite.read.references import References
from appealsite.read.text import Line, TextRules, read_line
from appealsite.read.validate import validated
from appealsite.read.vocabulary import AXES, OF_LETTERS
from appealsite.read.yaml_tree import parse_yaml
from appealsite.values import value

MATRIX, SETTINGS, PLAN_TYPES, SOURCES = (
    "data/matrix.yaml",
    "data/site.yaml",
    "data/plan_types.yaml",
    "data/sources.yaml",
)
REDIRECTS = "data/redirects.yaml"  # a project may lack this file, and the next
PEOPLE = "data/people.yaml"
DATA = (MATRIX, SETTINGS, PLAN_TYPES, SOURCES, REDIRECTS, PEOPLE, PUBLISHED)
SCHEMAS = "data/schema/"  # for editors: read_site has no use for them


@value
class Site:
    """All input of a build. ``documents`` keep the place of every value of the data files."""

    root: Path
    matrix: Matrix
    settings: Settings
    plan_types: Mapping[str, PlanType]
    sources: Mapping[str, Source]
    content: Content
    layouts: Layouts
    patterns: Mapping[tuple[str, str], Line]  # ("headings" | "titles" | "descriptions", kind of page)
    redirections: Redirections
    people: Mapping[str, Person]
    published: Published
    documents: Mapping[str, Document]

    def mark(self, path: str, where: Where) -> Mark:
        """Where a value of a data file stands: ``site.mark(MATRIX, ("combinations", 0, "service"))``."""
        return self.documents[path].mark(where)


T = TypeVar("T")


@dataclass
class Reading:
    """What was read before, for whoever reads the same project again and again.

    A data file whose text is the same is not parsed again; Markdown files stay open while the slugs, kinds of plan and
    sources that they may name are the same, until they are forgotten (``Content.forget``) or the list of files is.
    ``problems`` is what Markdown files add to when they are opened.
    """

    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # instead of what a data file holds
    _values: dict[str, tuple[object, Any, tuple[Problem, ...]]] = field(default_factory=dict)
    _content: tuple[object, Content, tuple[Problem, ...]] | None = None

    def value(self, name: str, key: object, make: Callable[[list[Problem]], T], problems: list[Problem]) -> T:
        """What ``make`` makes of what is named, made again when ``key`` is another; its problems are told each time."""
        known = self._values.get(name)
        if known is None or known[0] != key:
            told: list[Problem] = []
            known = self._values[name] = (key, make(told), tuple(told))
        problems += known[2]
        found: T = known[1]
        return found

    def content(self, key: object, make: Callable[[], Content], problems: list[Problem]) -> Content:
        """The Markdown files, named again when ``key`` is another; what is wrong with names is told each time."""
        if self._content is None or self._content[0] != key:
            before = len(self.problems)
            made = make()
            self._content = (key, made, tuple(self.problems[before:]))
            del self.problems[before:]
        problems += self._content[2]
        return self._content[1]

    @property
    def known_content(self) -> Content | None:
        """The Markdown files as they were last named."""
        return self._content[1] if self._content else None

    def forget_files(self) -> None:
        """List the Markdown files again: some are new or gone."""
        self._content = None


def _read_data(name: str, text: str | None, kept: Kept, problems: list[Problem]) -> tuple[Document | None, Any]:
    """A data file, and what it says: taken from what is kept, where nothing was wrong with the same text before."""
    key = f"{generator_identity()} {name} {text}".encode()
    known = kept.get(name, key)
    if known is not None:
        read: tuple[Document, Any] = pickle.loads(known)  # noqa: S301 - sealed by its digest
        return read
    found = len(problems)
    document = _document(text, name, problems)
    value = _MAKE[name](document, problems)
    if document is not None:
        problems += list(unfilled(document, PATTERNS if name == SETTINGS else (), problems))
        if len(problems) == found:
            kept.put(name, key, pickle.dumps((document, value)))
    return document, value


def read_site(
    root: Path,
    layouts: Layouts,
    problems: list[Problem],
    expected: Mapping[str, bytes] | None = None,
    recorded: Published | None = None,
    reading: Reading | None = None,
    kept: Kept | None = None,
) -> Site | None:
    """Read a project folder; None when something is wrong, with all of it in ``problems``.

    Where the data files are sound, Markdown files are opened later, when their text is asked for. ``expected`` holds
    the digests of the input files as the build began, ``recorded`` what stands in for the file of what is published,
    ``reading`` what earlier calls have read, ``kept`` what earlier builds have.
    """
    found = len(problems)
    _check_names(file_names(root, "data", problems) if expected is None else expected, problems)
    again = reading is not None
    reading = reading or Reading(problems)
    documents: dict[str, Document | None] = {}
    known = expected or {}

    def stands(name: str) -> bool:
        return name in known if expected is not None else not is_absent(root / name)

    def read(name: str) -> Any:
        text = reading.texts.get(name) or read_text(root / name, name, problems, expected=known.get(name))
        make = partial(_read_data, name, text, kept or Kept(None))
        documents[name], value = reading.value(name, text, make, problems)
        return value

    sources: dict[str, Source] = read(SOURCES)
    plan_types: dict[str, PlanType] = read(PLAN_TYPES)
    settings: Settings | None = read(SETTINGS)
    matrix: Matrix | None = read(MATRIX)
    redirections: Redirections | None = None
    if stands(REDIRECTS):
        redirections = read(REDIRECTS)
    people: dict[str, Person] = {}
    people_ids: tuple[str, ...] | None = ()
    if stands(PEOPLE):
        people = read(PEOPLE)
        people_ids = _ids(documents[PEOPLE])
    published = recorded or Published()
    if recorded is None and stands(PUBLISHED):
        published = read_published(root, problems, known.get(PUBLISHED))
    source_ids, plan_type_ids = _ids(documents[SOURCES]), _ids(documents[PLAN_TYPES])
    addresses = None
    if source_ids is not None:
        addresses = {slug: sources[slug].url if slug in sources else "" for slug in source_ids}
    rules = TextRules(plan_type_ids, addresses, problems)
    axes = _axes(documents[MATRIX])
    rules_of_files = TextRules(plan_type_ids, addresses, reading.problems, people_ids, axes)
    content = reading.content(
        (axes, plan_type_ids, addresses, people_ids), lambda: Content(root, axes, rules_of_files, expected), problems
    )
    patterns: dict[tuple[str, str], Line] = {}
    if settings is not None:
        patterns = _patterns(documents[SETTINGS], settings, rules)
        _check_outline(documents[SETTINGS], settings.outline, content, layouts, problems)
        _check_menu(documents[SETTINGS], settings, content, problems)
    _check_guides(documents[PLAN_TYPES], plan_types, content, problems)
    references = References(source_ids, plan_type_ids, problems)
    references.check_plan_types(plan_types, documents[PLAN_TYPES])
    references.check_matrix(matrix, documents[MATRIX])
    if len(problems) > found or matrix is None or settings is None:
        if not again:
            content.open_all()
        return None
    return Site(
        root=root,
        matrix=matrix,
        settings=settings,
        plan_types=MappingProxyType(plan_types),
        sources=MappingProxyType(sources),
        content=content,
        layouts=layouts,
        patterns=MappingProxyType(patterns),
        redirections=redirections or Redirections(),
        people=MappingProxyType(people),
        published=published,
        documents=MappingProxyType({name: document for name, document in documents.items() if document}),
    )


def _check_names(names: Iterable[str], problems: list[Problem]) -> None:
    """A file of data/ that nothing reads is a problem: its name is wrong, or somebody thinks that it says something."""
    for name in sorted(name for name in names if name.startswith("data/")):
        if name not in DATA and not name.startswith(SCHEMAS):
            hint = suggest(name, DATA) or f"data/ holds {', '.join(known.removeprefix('data/') for known in DATA)}"
            problems.append(Problem(Mark(name), "is a file that nothing reads", hint))


def _document(text: str | None, name: str, problems: list[Problem]) -> Document | None:
    """A data file whose value is a mapping, or None and a problem."""
    document = parse_yaml(text, name, problems) if text is not None else None
    if document is None or isinstance(document.value, dict):
        return document
    if document.value is None:
        problems.append(Problem(Mark(name), "says nothing", "put its entries back"))
    else:
        problems.append(Problem(document.mark(()), f"{Model.FORM} is expected here"))
    return None


def _ids(document: Document | None, where: Where = ()) -> tuple[str, ...] | None:
    """The keys of the mapping at ``where``, of sound and of faulty entries alike; None where there is no mapping."""
    value = document.value if document else None
    for key in where:
        value = value.get(key) if isinstance(value, dict) else None
    return tuple(value) if isinstance(value, dict) else None


def _axes(document: Document | None) -> dict[str, tuple[str, ...]]:
    """The slugs of payers, services and reasons as far as they can be read. One with capitals is told where it stands;
    files that have it in small letters are not blamed as well."""
    axes = {axis: _ids(document, (axis + "s",)) for axis in AXES}
    return {
        axis: tuple(dict.fromkeys((*slugs, *map(str.lower, slugs))))
        for axis, slugs in axes.items()
        if slugs is not None
    }


def _model(model: Any, document: Document | None, problems: list[Problem]) -> Any:
    return validated(model, document.value, document, (), problems) if document else None


def _entries(model: Any, document: Document | None, problems: list[Problem]) -> dict[str, Any]:
    """The sound entries of a file that maps ids to entries of one model; each entry learns its id as ``slug``."""
    found: dict[str, Any] = {}
    if document is None:
        return found
    for key, entry in document.value.items():
        value = validated(model, _with_slug(document, (key,), entry, problems), document, (key,), problems)
        if value is not None:
            found[key] = value
    return found


def _with_slug(document: Document, where: Where, entry: Any, problems: list[Problem]) -> Any:
    if not isinstance(entry, dict):
        return entry
    if "slug" in entry:
        message = "unknown key 'slug'"
        problems.append(Problem(document.key_mark((*where, "slug")), message, "the key of the entry is its slug"))
    return {**entry, "slug": where[-1]}


def _matrix(document: Document | None, problems: list[Problem]) -> Matrix | None:
    if document is None:
        return None
    value = dict(document.value)
    for axis in ("payers", "services", "reasons"):
        if isinstance(value.get(axis), dict):
            value[axis] = {
                key: _with_slug(document, (axis, key), entry, problems) for key, entry in value[axis].items()
            }
            for key in value[axis]:
                if key in ("any", "all"):
                    hint = "choose another slug"
                    problems.append(Problem(document.key_mark((axis, key)), f"'{key}' has a meaning of its own", hint))
    found: Matrix | None = validated(Matrix, value, document, (), problems)
    return found


_MAKE: Mapping[str, Callable[[Document | None, list[Problem]], Any]] = {  # what each data file says
    SOURCES: partial(_entries, Source),
    PLAN_TYPES: partial(_entries, PlanType),
    SETTINGS: partial(_model, Settings),
    MATRIX: _matrix,
    REDIRECTS: partial(_model, Redirections),
    PEOPLE: partial(_entries, Person),
}


def _patterns(document: Document | None, settings: Settings, rules: TextRules) -> dict[tuple[str, str], Line]:
    assert document is not None
    lines: dict[tuple[str, str], Line] = {}
    for group in PATTERNS:
        patterns: Patterns = getattr(settings, group)
        for kind, text in patterns:
            line = read_line(text, partial(document.find, (group, kind)), rules)
            for placeholder in line.placeholders:
                root = placeholder.path[0]
                if root in (*AXES, *OF_LETTERS) and root not in AXES_OF[kind]:
                    message = f"a page of the kind '{kind}' has no {root}"
                    hint = f"it has: {', '.join((*AXES_OF[kind], 'plans', 'site'))}"
                    rules.problems.append(Problem(placeholder.mark, message, hint))
            lines[group, kind] = line
    return lines


def _check_outline(
    document: Document | None, outline: Outline, content: Content, layouts: Layouts, problems: list[Problem]
) -> None:
    """Every block of an outline has text somewhere or a layout of its own, and stands once; every text is shown."""
    assert document is not None
    unshown = {name: file for name, file in content.files.items() if all(name not in names for _, names in outline)}
    written = {*content.files, *(name[7:-5] for name in layouts.templates if name.startswith("blocks/"))}
    for kind, names in outline:
        known = {*written, TEXT} if kind == "page" else written
        for index, name in enumerate(names):
            mark = document.mark(("outline", kind, index))
            if names.index(name) != index:
                problems.append(Problem(mark, f"the block '{name}' stands twice in this outline"))
            elif name not in known:
                hint = suggest(name, known) or f"write content/{name}.md or layouts/blocks/{name}.html"
                for near in look_alikes(name, unshown):
                    hint = f"no outline shows {unshown.pop(near)}; write the same word in both places"
                problems.append(Problem(mark, f"there is no text and no layout for the block '{name}'", hint))
    shown = {name for _, names in outline for name in names}
    for name, file in unshown.items():
        hint = "name it in 'outline' of data/site.yaml, or remove the texts of this block"
        near = suggest(name, shown)
        if near:
            hint = f"{near}\n    if not, {hint}"
        problems.append(Problem(Mark(file), f"no outline shows a block '{name}'", hint))


def _check_menu(document: Document | None, settings: Settings, content: Content, problems: list[Problem]) -> None:
    assert document is not None
    for index, path in enumerate(settings.menu):
        if path not in content.pages:
            hint = suggest(path, content.pages) or f"write content/pages/{path}.md"
            problems.append(Problem(document.mark(("menu", index)), f"there is no page '{path}'", hint))


def _check_guides(
    document: Document | None, plan_types: Mapping[str, PlanType], content: Content, problems: list[Problem]
) -> None:
    known = {f"/{path}/" for path in content.pages}
    for key, plan in plan_types.items():
        if plan.guide and plan.guide not in known:
            assert document is not None
            hint = suggest(plan.guide, known) or f"write content/pages{plan.guide[:-1]}.md"
            problems.append(Problem(document.mark((key, "guide")), f"there is no page at '{plan.guide}'", hint))
