"""The Jinja templates of ``layouts/``, compiled and checked against the values they will be given."""

from __future__ import annotations

import re
import traceback
import typing
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.loaders import FunctionLoader
from markupsafe import Markup, escape

from appealsite.plan.page import DEFAULT_LAYOUT, Page, SiteView
from appealsite.problems import Mark, Problem, suggest
from appealsite.read.files import mark_in

PAGE = "page.html"
_SPECIAL = ("&", "'", '"', "<", ">")


_NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class RenderedSection:
    """A block as its layout sees it."""

    name: str
    title: str
    layout: str
    html: Markup
    path: str
    shown: Markup = _NOTHING  # the whole block as its layout shows it; page.html puts it in its place


ROOTS: dict[str, Any] = {
    "page": Page,
    "site": SiteView,
    "sections": tuple[RenderedSection, ...],
    "assets": dict[str, str],
    "css": Markup,
    "structured": Markup,
}


class Templates:
    """The compiled templates. Reading a name that the context lacks is an error, never an empty string."""

    def __init__(self, sources: Mapping[str, str], problems: list[Problem]) -> None:
        self.sources = {name: text for name, text in sources.items() if name.endswith(".html")}
        self._environment = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            loader=FunctionLoader(self._load),
            cache_size=-1,
        )
        self._environment.globals.clear()
        self._environment.template_class = _Template
        self._loaded: dict[str, Template] = {}
        self._reads: dict[str, frozenset[str] | None] = {}
        trees: dict[str, nodes.Template] = {}
        for name in self.sources:
            try:
                trees[name] = self._environment.parse(self.sources[name], name, f"layouts/{name}")
                self._environment.compile(trees[name], name, f"layouts/{name}")
            except TemplateSyntaxError as error:
                problems.append(Problem(self._mark(name, error.lineno), error.message or "cannot be read"))
            except TemplateError as error:
                problems.append(Problem(self._mark(name, 0), str(error)))
        missing = [name for name in (PAGE, DEFAULT_LAYOUT) if name not in self.sources]
        problems += [Problem(Mark(f"layouts/{name}"), "is missing; every page is made with it") for name in missing]
        if not problems or all(not problem.mark.path.startswith("layouts/") for problem in problems):
            _Checker(trees, self._mark, problems).check()

    def get(self, name: str) -> Template:
        """A template by its name below ``layouts/``."""
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = self._environment.get_template(name)
        return template

    def reads(self, name: str) -> frozenset[str] | None:
        """The fields of the page that a block's layout may read, with its includes; None where that cannot be told."""
        if name not in self._reads:
            found: set[str] = set()
            self._reads[name] = frozenset(found) if self._collect_reads(name, found) else None
        return self._reads[name]

    def _collect_reads(self, name: str, found: set[str]) -> bool:
        tree = self._environment.parse(self.sources[name], name, f"layouts/{name}")
        owners = set()
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "page":
                owners.add(id(node.node))
                found.add(node.attr)
        if any(node.name == "page" and id(node) not in owners for node in tree.find_all(nodes.Name)):
            return False
        for include in tree.find_all(nodes.Include):
            target = include.template
            if not isinstance(target, nodes.Const) or target.value not in self.sources:
                return False
            if not self._collect_reads(target.value, found):
                return False
        return True

    def problem_from(self, error: Exception, url: str, origin: Mark) -> Problem:
        """What went wrong while a page was rendered: at the line of a template, else at the place it comes from."""
        place = origin
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith("layouts/"):
                place = self._mark(frame.filename.removeprefix("layouts/"), frame.lineno or 0)
        return Problem(place, str(error), f"on {url}")

    def _load(self, name: str) -> tuple[str, str, None] | None:
        text = self.sources.get(name)
        return (text, f"layouts/{name}", None) if text is not None else None

    def _mark(self, name: str, line: int, word: str = "") -> Mark:
        text = self.sources.get(name, "")
        lines = text.split("\n")
        if not 0 < line <= len(lines):
            return Mark(f"layouts/{name}")
        excerpt = lines[line - 1]
        found = re.search(rf"\b{re.escape(word)}\b", excerpt) if word else None
        if found:
            return mark_in(f"layouts/{name}", lines, line - 1, found.start(), len(word))
        column = len(excerpt) - len(excerpt.lstrip())
        return mark_in(f"layouts/{name}", lines, line - 1, column, len(excerpt.strip()))


class _Template(Template):
    """A template that escapes with ``escaped``."""

    @classmethod
    def _from_namespace(
        cls,
        environment: Environment,
        namespace: MutableMapping[str, Any],
        globals: MutableMapping[str, Any],  # noqa: A002 - Jinja's name
    ) -> Template:
        namespace["escape"] = escaped
        return super()._from_namespace(environment, namespace, globals)


def escaped(value: object) -> str:
    """What Jinja's own escape does, without wrapping every piece of plain text in Markup: half of a template's time."""
    if type(value) is str:
        for special in _SPECIAL:
            if special in value:
                return escape(value)
        return value
    return value if type(value) is Markup else escape(value)


class _Checker:
    """Follows every name a template reads through the types of the context, so that a typo is found before any page."""

    def __init__(self, trees: Mapping[str, nodes.Template], mark: Any, problems: list[Problem]) -> None:
        self.trees = trees
        self.mark = mark
        self.problems = problems
        self.seen: set[tuple[str, tuple[str, ...]]] = set()

    def check(self) -> None:
        self._template(PAGE, dict(ROOTS))
        section = {name: ROOTS[name] for name in ("page", "site", "assets")} | {"section": RenderedSection}
        for name in self.trees:
            if name == DEFAULT_LAYOUT or name.startswith("blocks/"):
                self._template(name, dict(section))

    def _template(self, name: str, known: dict[str, Any]) -> None:
        key = (name, tuple(sorted(f"{word}:{type_}" for word, type_ in known.items())))
        if name in self.trees and key not in self.seen:
            self.seen.add(key)
            self._nodes(self.trees[name].body, name, known)

    def _nodes(self, body: typing.Iterable[nodes.Node], name: str, known: dict[str, Any]) -> None:
        for node in body:
            self._node(node, name, known)

    def _node(self, node: nodes.Node, name: str, known: dict[str, Any]) -> None:
        match node:
            case nodes.For():
                inner = dict(known)
                inner["loop"] = Any
                _bind(node.target, _element(self._type(node.iter, name, known)), inner)
                self._nodes(node.body, name, inner)
                self._nodes(node.else_, name, known)
            case nodes.Assign():
                _bind(node.target, self._type(node.node, name, known), known)
            case nodes.With():
                inner = dict(known)
                for target, value in zip(node.targets, node.values, strict=True):
                    _bind(target, self._type(value, name, known), inner)
                self._nodes(node.body, name, inner)
            case nodes.Include() | nodes.Extends():
                target = node.template
                if isinstance(target, nodes.Const):
                    if target.value in self.trees:
                        self._template(target.value, dict(known))
                    else:
                        hint = suggest(str(target.value), self.trees)
                        self.problems.append(
                            Problem(self.mark(name, node.lineno), f"no template '{target.value}'", hint)
                        )
                else:
                    self._type(target, name, known)
            case nodes.Expr():
                self._type(node, name, known)
            case _:
                inner = dict(known) if isinstance(node, nodes.Block | nodes.Macro) else known
                if isinstance(node, nodes.Macro):
                    inner.update({argument.name: Any for argument in node.args})
                self._nodes(node.iter_child_nodes(), name, inner)

    def _type(self, node: nodes.Node, name: str, known: dict[str, Any]) -> Any:
        """The type of an expression, Any where it cannot be told; what it reads is checked on the way."""
        match node:
            case nodes.Name():
                if node.name in known:
                    return known[node.name]
                self._unknown(f"unknown name '{node.name}'", suggest(node.name, known), name, node)
            case nodes.Getattr():
                return self._attribute(self._type(node.node, name, known), node, name)
            case nodes.Getitem():
                self._type(node.arg, name, known)
                owner = self._type(node.node, name, known)
                return typing.get_args(owner)[1] if typing.get_origin(owner) is dict else _element(owner)
            case nodes.CondExpr():
                for part in (node.test, node.expr1, node.expr2):
                    if part is not None:
                        self._type(part, name, known)
            case _:
                for child in node.iter_child_nodes():
                    self._type(child, name, known)
        return Any

    def _attribute(self, owner: Any, node: nodes.Getattr, name: str) -> Any:
        if not (isinstance(owner, type) and is_dataclass(owner)):
            return Any
        fields = typing.get_type_hints(owner)
        if node.attr in fields:
            return fields[node.attr]
        message = f"a {owner.__name__} has no '{node.attr}'"
        self._unknown(message, suggest(node.attr, fields) or f"it has: {', '.join(fields)}", name, node)
        return Any

    def _unknown(self, message: str, hint: str, name: str, node: nodes.Node) -> None:
        word = node.attr if isinstance(node, nodes.Getattr) else node.name if isinstance(node, nodes.Name) else ""
        problem = Problem(self.mark(name, node.lineno, word), message, hint)
        if problem not in self.problems:
            self.problems.append(problem)


def _element(type_: Any) -> Any:
    arguments = typing.get_args(type_)
    if typing.get_origin(type_) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    return Any


def _bind(target: nodes.Node, type_: Any, known: dict[str, Any]) -> None:
    if isinstance(target, nodes.Name):
        known[target.name] = type_
    elif isinstance(target, nodes.Tuple):
        for item in target.items:
            _bind(item, Any, known)
