"""Templates checked against the types of what they will be given, so that a typo is found before any page is made."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from appealsite.plan.page import DEFAULT_LAYOUT
from appealsite.problems import Problem, suggest
from appealsite.render.code import bindings, defined, is_private, nodes_of
from appealsite.render.context import CODE, ITEM, OF_BLOCK, OF_PAGE, PAGE, SHARED
from appealsite.render.inline import holds_code
from appealsite.values import fields_of

_OF_MACRO = ("caller", "varargs", "kwargs")  # https://jinja.palletsprojects.com/en/stable/templates/#macros
_NO_FUNCTION = (
    "layouts have none of Jinja's functions: loop.index counts, filters such as selectattr and sum work on lists, and"
    " what takes more is worked out in appealsite/plan"
)


class TypeCheck:
    """Follows every name that a template reads through the types of its context."""

    def __init__(self, trees: Mapping[str, nodes.Template], mark: Any, problems: list[Problem]) -> None:
        self.trees = trees
        self.below = {name: nodes_of(tree) for name, tree in trees.items()}
        self.mark = mark
        self.problems = problems
        self.seen: set[tuple[str, tuple[str, ...]]] = set()
        self.top: dict[str, Any] = {}  # what is known everywhere in the template that is being checked

    def check(self) -> None:
        """Add a problem for each name that is unknown where it is read, and each template that is not there."""
        self._keep_code_as_it_is()
        self._template(PAGE, dict(OF_PAGE))
        for name in self.trees:
            if name == DEFAULT_LAYOUT or name.startswith("blocks/"):
                self._template(name, dict(OF_BLOCK))

    def _keep_code_as_it_is(self) -> None:
        """Add a problem for each template that gives another meaning to the names of code, or changes what it puts out:
        the security policy names code by its hash."""
        hint = "the security policy names code as it stands in layouts/"
        for name, below in self.below.items():
            for word in sorted(CODE & bindings(below)):
                line = next(one.lineno for one in below if word in bindings(nodes_of(one)[:1]))
                message = f"'{word}' is the site's own code; choose another name"
                self.problems.append(Problem(self.mark(name, line, word), message, hint))
            for one in below:
                if isinstance(getattr(one, "filter", None), nodes.Filter) and self._puts_out_code(one, ()):
                    self.problems.append(Problem(self.mark(name, one.lineno), "a filter may change this code", hint))

    def _puts_out_code(self, node: nodes.Node, within: tuple[object, ...]) -> bool:
        below = nodes_of(node)
        if any(isinstance(one, nodes.TemplateData) and holds_code(one.data) for one in below):
            return True
        includes = (one.template for one in below if isinstance(one, nodes.Include))
        names = {one.value for one in includes if isinstance(one, nodes.Const)} & self.trees.keys() - {*within}
        return any(self._puts_out_code(self.trees[name], (*within, name)) for name in names)

    def _template(self, name: str, known: dict[str, Any]) -> None:
        """Check a template that is given these names. What it sets or defines it may use further up, where that runs
        later, and what a template binds that it extends; that one may use what it binds itself."""
        key = (name, tuple(sorted(f"{word}:{type_}" for word, type_ in known.items())))
        if name not in self.trees or key in self.seen:
            return
        self.seen.add(key)
        inside: dict[str, Any] = {**dict.fromkeys(self._bound(name, set()), Any), "self": Any, **known}
        top, self.top = self.top, inside
        self._nodes(self.trees[name].body, name, inside)
        for target in _extended(self.below[name]):
            self._named(target, dict(inside), name)
        self.top = top

    def _bound(self, name: str, seen: set[str]) -> set[str]:
        """What a template sets or defines, and what those bind that it extends."""
        seen.add(name)
        below = self.below[name]
        made = [one for one in below if isinstance(one, nodes.Assign | nodes.AssignBlock)]
        found = bindings([part for one in made for part in nodes_of(one.target)])
        found.update(word for one in below for word in defined(one))
        for target in _extended(below):
            if target.value in self.trees and target.value not in seen:
                found |= self._bound(target.value, seen) | bindings(self.below[target.value])
        return found

    def _nodes(self, body: typing.Iterable[nodes.Node], name: str, known: dict[str, Any]) -> None:
        for node in body:
            self._node(node, name, known)

    def _node(self, node: nodes.Node, name: str, known: dict[str, Any]) -> None:
        match node:
            case nodes.For():
                inner = dict(known)
                inner["loop"] = Any
                _bind(node.target, _element(self._type(node.iter, name, known)), inner)
                if node.test is not None:
                    self._type(node.test, name, inner)
                self._nodes(node.body, name, inner)
                self._nodes(node.else_, name, known)
            case nodes.Assign():
                _bind(node.target, self._type(node.node, name, known), known)
            case nodes.AssignBlock():
                self._nodes((*node.body, *filter(None, [node.filter])), name, dict(known))
                _bind(node.target, Any, known)
            case nodes.Import() | nodes.FromImport():
                if isinstance(node.template, nodes.Const):
                    self._named(node.template, dict(known) if node.with_context else {}, name)
                known.update(dict.fromkeys(defined(node), Any))
            case nodes.Macro() | nodes.CallBlock():
                known.update(dict.fromkeys(defined(node), Any))
                inner = {**known, **dict.fromkeys(_OF_MACRO, Any)}
                for argument in node.args:
                    _bind(argument, Any, inner)
                self._nodes(filter(None, [getattr(node, "call", None)]), name, known)
                self._nodes((*node.defaults, *node.body), name, inner)
            case nodes.Block():
                around = known if node.scoped else self.top
                self._nodes(node.body, name, {**around, "super": Any})
            case nodes.With():
                inner = dict(known)
                for target, value in zip(node.targets, node.values, strict=True):
                    _bind(target, self._type(value, name, known), inner)
                self._nodes(node.body, name, inner)
            case nodes.Include():
                if not isinstance(node.template, nodes.Const):
                    self._type(node.template, name, known)
                elif not node.ignore_missing or node.template.value in self.trees:
                    self._named(node.template, dict(known) if node.with_context else {}, name)
            case nodes.Extends():
                self._type(node.template, name, known)
            case nodes.Expr():
                self._type(node, name, known)
            case _:
                self._nodes(node.iter_child_nodes(), name, known)

    def _type(self, node: nodes.Node, name: str, known: dict[str, Any]) -> Any:
        """The type of an expression, Any where it cannot be told; what it reads is checked on the way."""
        match node:
            case nodes.Name():
                if node.name in known:
                    return known[node.name]
                hint = _NO_FUNCTION if node.name in DEFAULT_NAMESPACE else suggest(node.name, known)
                self._unknown(f"unknown name '{node.name}'", hint, name, node)
            case nodes.Getattr():
                return self._attribute(self._type(node.node, name, known), node, name)
            case nodes.Getitem():
                self._type(node.arg, name, known)
                owner = self._type(node.node, name, known)
                return typing.get_args(owner)[1] if typing.get_origin(owner) is dict else _element(owner)
            case nodes.Filter(name="each", node=nodes.Expr() as items, args=[nodes.Const() as target], kwargs=[]):
                element = _element(self._type(items, name, known))
                self._named(target, {**SHARED, ITEM: element}, name)
            case nodes.Filter(name="each"):
                hint = "write each('item.html'), with a file of layouts/"
                self.problems.append(Problem(self.mark(name, node.lineno, "each"), "'each' needs a template", hint))
            case (
                nodes.Filter(name="default" | "d", node=nodes.Name())
                | nodes.Test(name="defined" | "undefined", node=nodes.Name())
            ):
                for child in (*node.args, *node.kwargs):  # the name need not be known
                    self._type(child, name, known)
            case nodes.CondExpr():
                for part in (node.test, node.expr1, node.expr2):
                    if part is not None:
                        self._type(part, name, known)
            case _:
                for child in node.iter_child_nodes():
                    self._type(child, name, known)
        return Any

    def _named(self, target: nodes.Const, known: dict[str, Any], name: str) -> None:
        if target.value in self.trees:
            self._template(target.value, known)
            return
        hint = suggest(str(target.value), self.trees)
        self.problems.append(Problem(self.mark(name, target.lineno), f"no template '{target.value}'", hint))

    def _attribute(self, owner: Any, node: nodes.Getattr, name: str) -> Any:
        fields = _fields(owner) if isinstance(owner, type) else {}
        if not fields:
            return Any
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


@cache
def _fields(owner: type) -> dict[str, Any]:
    types = typing.get_type_hints(owner)
    return {name: types[name] for name in fields_of(owner) if not is_private(name)}


def _extended(below: typing.Iterable[nodes.Node]) -> list[nodes.Const]:
    found = (node.template for node in below if isinstance(node, nodes.Extends))
    return [template for template in found if isinstance(template, nodes.Const)]


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
