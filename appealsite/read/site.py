"""Everything people wrote, read and checked, as one immutable value: the Site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from appealsite.problems import Mark, Problem, suggest
from appealsite.read.content import TEXT, Content
from appealsite.read.files import read_text
from appealsite.read.layouts import Layouts
from appealsite.read.models import AXES_OF, Matrix, Model, Outline, Patterns, PlanType, Redirections, Settings, Source
from appealsite.read.published import Published, read_published
from appealsite.read.references import References
from appealsite.read.text import Line, TextRules, read_line
from appealsite.read.validate import validated
from appealsite.read.vocabulary import AXES, OF_LETTERS
from appealsite.read.yaml_tree import Document, Where, parse_yaml

MATRIX, SETTINGS, PLAN_TYPES, SOURCES = (
    "data/matrix.yaml",
    "data/site.yaml",
    "data/plan_types.yaml",
    "data/sources.yaml",
)
REDIRECTS = "data/redirects.yaml"  # the one file that a project may lack


@dataclass(frozen=True)
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
    published: Published
    documents: Mapping[str, Document]

    def mark(self, path: str, where: Where) -> Mark:
        """Where a value of a data file stands: ``site.mark(MATRIX, ("combinations", 0, "service"))``."""
        return self.documents[path].mark(where)


def read_site(
    root: Path,
    layouts: Layouts,
    problems: list[Problem],
    expected: Mapping[str, bytes] | None = None,
    recorded: Published | None = None,
) -> Site | None:
    """Read a project folder; None when something is wrong, with all of it in ``problems``.

    Where the data files are sound, Markdown files are opened later, when their text is asked for. ``expected`` holds
    the digests of the input files as the build began, ``recorded`` what stands in for the file of what is published.
    """
    found = len(problems)
    documents = {name: _document(root, name, problems) for name in (MATRIX, SETTINGS, PLAN_TYPES, SOURCES)}
    sources: dict[str, Source] = _entries(documents[SOURCES], Source, problems)
    plan_types: dict[str, PlanType] = _entries(documents[PLAN_TYPES], PlanType, problems)
    settings: Settings | None = _model(documents[SETTINGS], Settings, problems)
    matrix = _matrix(documents[MATRIX], problems)
    if (root / REDIRECTS).exists():
        documents[REDIRECTS] = _document(root, REDIRECTS, problems)
    redirections: Redirections | None = _model(documents.get(REDIRECTS), Redirections, problems)
    published = read_published(root, problems) if recorded is None else recorded
    source_ids, plan_type_ids = _ids(documents[SOURCES]), _ids(documents[PLAN_TYPES])
    addresses = None
    if source_ids is not None:
        addresses = {slug: sources[slug].url if slug in sources else "" for slug in source_ids}
    rules = TextRules(plan_type_ids, addresses, problems)
    content = Content(root, _axes(documents[MATRIX]), rules, expected)
    patterns: dict[tuple[str, str], Line] = {}
    if settings is not None:
        patterns = _patterns(documents[SETTINGS], settings, rules)
        _check_outline(documents[SETTINGS], settings.outline, content, layouts, problems)
        _check_menu(documents[SETTINGS], settings, content, problems)
    references = References(source_ids, plan_type_ids, problems)
    references.check_plan_types(plan_types, documents[PLAN_TYPES])
    references.check_matrix(matrix, documents[MATRIX])
    if len(problems) > found or matrix is None or settings is None:
        for name in content.names:
            content.block(name)
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
        published=published,
        documents=MappingProxyType({name: document for name, document in documents.items() if document}),
    )


def _document(root: Path, name: str, problems: list[Problem]) -> Document | None:
    """A data file whose value is a mapping, or None and a problem."""
    text = read_text(root / name, name, problems)
    document = parse_yaml(text, name, problems) if text is not None else None
    if document is None or isinstance(document.value, dict):
        return document
    if document.value is None:
        problems.append(Problem(Mark(name), "says nothing"))
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
    """The slugs of payers, services and reasons as far as they can be read."""
    axes = {axis: _ids(document, (axis + "s",)) for axis in AXES}
    return {axis: slugs for axis, slugs in axes.items() if slugs is not None}


def _model(document: Document | None, model: Any, problems: list[Problem]) -> Any:
    return validated(model, document.value, document, (), problems) if document else None


def _entries(document: Document | None, model: Any, problems: list[Problem]) -> dict[str, Any]:
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


def _patterns(document: Document | None, settings: Settings, rules: TextRules) -> dict[tuple[str, str], Line]:
    assert document is not None
    lines: dict[tuple[str, str], Line] = {}
    for group in ("headings", "titles", "descriptions"):
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
                for near in get_close_matches(name, unshown, n=1):
                    hint = f"no outline shows {unshown.pop(near)}; write the same word in both places"
                problems.append(Problem(mark, f"there is no text and no layout for the block '{name}'", hint))
    shown = {name for _, names in outline for name in names}
    for name, file in unshown.items():
        hint = suggest(name, shown) or "name it in 'outline' of data/site.yaml, or remove the file"
        problems.append(Problem(Mark(file), f"no outline shows a block '{name}'", hint))


def _check_menu(document: Document | None, settings: Settings, content: Content, problems: list[Problem]) -> None:
    assert document is not None
    for index, path in enumerate(settings.menu):
        if path not in content.pages:
            hint = suggest(path, content.pages) or f"write content/pages/{path}.md"
            problems.append(Problem(document.mark(("menu", index)), f"there is no page '{path}'", hint))
