"""Everything people wrote, read and checked, as one immutable value: the Site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from appealsite.problems import Mark, Problem, suggest
from appealsite.read.content import Content, read_content
from appealsite.read.layouts import Layouts
from appealsite.read.models import Matrix, Outline, Patterns, PlanType, Settings, Source
from appealsite.read.text import Line, TextRules, read_line
from appealsite.read.validate import validated
from appealsite.read.yaml_tree import Document, Where, parse_yaml, read_text

MATRIX, SETTINGS, PLAN_TYPES, SOURCES = (
    "data/matrix.yaml",
    "data/site.yaml",
    "data/plan_types.yaml",
    "data/sources.yaml",
)


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
    documents: Mapping[str, Document]

    def mark(self, path: str, where: Where) -> Mark:
        """Where a value of a data file stands: ``site.mark(MATRIX, ("combinations", 0, "service"))``."""
        return self.documents[path].mark(where)


def read_site(root: Path, layouts: Layouts, problems: list[Problem]) -> Site | None:
    """Read a project folder; None when something is wrong, with all of it in ``problems``."""
    found = len(problems)
    documents = {name: _document(root, name, problems) for name in (MATRIX, SETTINGS, PLAN_TYPES, SOURCES)}
    sources = _keyed(documents[SOURCES], Source, problems)
    plan_types = _keyed(documents[PLAN_TYPES], PlanType, problems)
    settings = _model(documents[SETTINGS], Settings, problems)
    matrix = _matrix(documents[MATRIX], problems)
    rules = TextRules(
        plan_types=plan_types if plan_types is not None else _Everything(),
        sources=sources if sources is not None else _Everything(),
        problems=problems,
    )
    names = {name for _, blocks in settings.outline for name in blocks} if settings else _Everything()
    content = read_content(root, matrix, names, rules)
    patterns: dict[tuple[str, str], Line] = {}
    if settings is not None:
        patterns = _patterns(documents[SETTINGS], settings, rules)
        _check_outline(documents[SETTINGS], settings.outline, content, layouts, problems)
        _check_menu(documents[SETTINGS], settings, content, problems)
    _check_references(documents, matrix, plan_types, sources, problems)
    if len(problems) > found or matrix is None or settings is None or plan_types is None or sources is None:
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
        documents=MappingProxyType({name: document for name, document in documents.items() if document}),
    )


class _Everything(dict[str, Any]):
    """Stands for a file that could not be read, so that its absence is reported once and not at every use."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return Source(
            slug=key,
            title=key,
            publisher=key,
            url="https://example.invalid/",
            kind="other",
            checked=date.min,
            how="live",
        )


def _document(root: Path, name: str, problems: list[Problem]) -> Document | None:
    text = read_text(root / name, name, problems)
    return parse_yaml(text, name, problems) if text is not None else None


def _model(document: Document | None, model: Any, problems: list[Problem]) -> Any:
    return validated(model, document.value or {}, document, (), problems) if document else None


def _keyed(document: Document | None, model: Any, problems: list[Problem]) -> dict[str, Any] | None:
    """A file that maps ids to entries of one model; each entry learns its id as ``slug``."""
    if document is None:
        return None
    if not isinstance(document.value, dict):
        problems.append(Problem(document.mark(()), "a mapping of ids to entries is expected here"))
        return None
    found: dict[str, Any] = {}
    for key, entry in document.value.items():
        value = validated(model, _with_slug(document, (key,), entry, problems), document, (key,), problems)
        if value is not None:
            found[key] = value
    return found if len(found) == len(document.value) else None


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
    value = dict(document.value) if isinstance(document.value, dict) else {}
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
            mark = document.mark((group, kind))
            line = read_line(text, mark, rules)
            axes = _AXES[kind]
            for placeholder in line.placeholders:
                root = placeholder.path[0]
                if root in ("payer", "service", "reason") and root not in axes:
                    message = f"'{root}' is not known on a page of the kind '{kind}'"
                    rules.problems.append(Problem(mark, message))
            lines[group, kind] = line
    return lines


_AXES: dict[str, tuple[str, ...]] = {
    "combination": ("payer", "service", "reason"),
    "payer": ("payer",),
    "payer_service": ("payer", "service"),
    "service": ("service",),
    "reason": ("reason",),
    "index": (),
    "home": (),
    "not_found": (),
}


def _check_outline(
    document: Document | None, outline: Outline, content: Content, layouts: Layouts, problems: list[Problem]
) -> None:
    """Every block named in an outline has text somewhere or a layout of its own; none is named twice."""
    assert document is not None
    known = {*content.blocks, *(name[7:-5] for name in layouts.templates if name.startswith("blocks/"))}
    for kind, names in outline:
        for index, name in enumerate(names):
            mark = document.mark(("outline", kind, index))
            if names.index(name) != index:
                problems.append(Problem(mark, f"the block '{name}' stands twice in this outline"))
            elif name not in known:
                hint = suggest(name, known) or f"write content/{name}.md or layouts/blocks/{name}.html"
                problems.append(Problem(mark, f"there is no text and no layout for the block '{name}'", hint))


def _check_menu(document: Document | None, settings: Settings, content: Content, problems: list[Problem]) -> None:
    assert document is not None
    for index, path in enumerate(settings.menu):
        if path not in content.pages:
            hint = suggest(path, content.pages) or f"write content/pages/{path}.md"
            problems.append(Problem(document.mark(("menu", index)), f"there is no page '{path}'", hint))


def _check_references(
    documents: Mapping[str, Document | None],
    matrix: Matrix | None,
    plan_types: Mapping[str, PlanType] | None,
    sources: Mapping[str, Source] | None,
    problems: list[Problem],
) -> None:
    """Ids that one file takes from another exist there."""

    def check(path: str, where: Where, given: str, known: Mapping[str, Any] | None, what: str) -> None:
        document = documents[path]
        if document is not None and known is not None and given not in known:
            hint = suggest(given, known)
            problems.append(Problem(document.mark(where), f"unknown {what} '{given}'", hint))

    def check_sources(path: str, where: Where, slugs: Iterable[str]) -> None:
        for index, slug in enumerate(slugs):
            check(path, (*where, index), slug, sources, "source")

    for key, plan in (plan_types or {}).items():
        check_sources(PLAN_TYPES, (key, "sources"), plan.sources)
        check_sources(PLAN_TYPES, (key, "help"), plan.help)
        if plan.outside_review:
            check_sources(PLAN_TYPES, (key, "outside_review", "sources"), plan.outside_review.sources)
    if matrix is None:
        return
    for key, payer in matrix.payers.items():
        here: Where = ("payers", key)
        check_sources(MATRIX, (*here, "sources"), payer.sources)
        check(MATRIX, (*here, "policy_library", "source"), payer.policy_library.source, sources, "source")
        for index, sale in enumerate(payer.sells):
            place = (*here, "sells", index)
            check(MATRIX, (*place, "plan_type"), sale.plan_type, plan_types, "kind of plan")
            check_sources(MATRIX, (*place, "sources"), sale.sources)
            if any(other.plan_type == sale.plan_type for other in payer.sells[:index]):
                document = documents[MATRIX]
                assert document is not None
                mark = document.mark((*place, "plan_type"))
                problems.append(Problem(mark, f"'{sale.plan_type}' stands twice in this list"))
        for index, reviewer in enumerate(payer.reviewers):
            if reviewer.source:
                check(MATRIX, (*here, "reviewers", index, "source"), reviewer.source, sources, "source")
    for axis in ("services", "reasons"):
        for key, entry in getattr(matrix, axis).items():
            check_sources(MATRIX, (axis, key, "sources"), entry.sources)
    for index, combination in enumerate(matrix.combinations):
        for axis, known in (("payer", matrix.payers), ("service", matrix.services), ("reason", matrix.reasons)):
            cells: list[tuple[Where, tuple[str, ...]]] = [(("combinations", index), getattr(combination, axis))]
            cells += [
                (("combinations", index, "except", at), getattr(left_out, axis) or ())
                for at, left_out in enumerate(combination.exclude)
            ]
            for start, slugs in cells:
                for at, slug in enumerate(slugs):
                    if slug != "all":
                        check(MATRIX, (*start, axis, at), slug, known, axis)
