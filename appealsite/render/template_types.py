"""Templates checked against the types of what they will be given, so that a typo is found before any page is made."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import nodes

from appealsite.plan.page import DEFAULT_LAYOUT
from appealsite.problems import Problem, suggest
from appealsite.render.code import defined
from appealsite.render.context import ITEM, OF_BLOCK, OF_PAGE, PAGE, SHARED
from appealsite.values import fields_of

_OF_MACRO = ("caller", "varargs", "kwargs")  # https://jinja.palletsprojects.com/en/stable/templates/#macros


class TypeCheck:
    """Follows every name that a template reads through the types of its context."""

    def __init__(self, trees: Mapping[str, nodes.Template], mark: Any, problems: list[Problem]) -> None:
        self.trees = trees
        self.mark = mark
        self.problems = problems
        self.seen: set[tuple[str, tuple[str, ...]]] = set()

    def check(self) -> None:
        """Add a problem for each name that is unknown where it is read, and each template that is not there."""
        self._template(PAGE, dict(OF_PAGE))
        for name in self.trees:
            if name == DEFAULT_LAYOUT or name.startswith("blocks/"):
                self._template(name, dict(OF_BLOCK))

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
                self._nodes((*node.defaults, *filter(None, [getattr(node, "call", None)])), name, known)
                self._nodes(node.body, name, inner)
            case nodes.With():
                inner = dict(known)
                for target, value in zip(node.targets, node.values, strict=True):
                    _bind(target, self._type(value, name, known), inner)
                self._nodes(node.body, name, inner)
            case nodes.Include() | nodes.Extends():
                target = node.template
                if isinstance(target, nodes.Const):
                    if isinstance(node, nodes.Include) and node.ignore_missing and target.value not in self.trees:
                        return
                    alone = isinstance(node, nodes.Include) and not node.with_context
                    self._named(target, {} if alone else dict(known), name)
                else:
                    self._type(target, name, known)
            case nodes.Expr():
                self._type(node, name, known)
            case _:
                inner = {**known, "super": Any, "self": Any} if isinstance(node, nodes.Block) else known
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
            case nodes.Filter(name="each", node=nodes.Expr() as items, args=[nodes.Const() as target]):
                element = _element(self._type(items, name, known))
                self._named(target, {**SHARED, ITEM: element}, name)
                return bytes
            case nodes.Filter(name="each"):
                hint = "write each('item.html'), with a file of layouts/"
                self.problems.append(Problem(self.mark(name, node.lineno, "each"), "'each' needs a template", hint))
            case nodes.Filter(node=nodes.Expr() as value):
                self._is_text(self._type(value, name, known), node, name, f"without '| {node.name}'")
                for child in (*node.args, *node.kwargs):
                    self._type(child, name, known)
            case nodes.Concat():
                for child in node.nodes:
                    self._is_text(self._type(child, name, known), node, name, "without '~'")
            case nodes.CondExpr():
                for part in (node.test, node.expr1, node.expr2):
                    if part is not None:
                        self._type(part, name, known)
            case _:
                for child in node.iter_child_nodes():
                    self._type(child, name, known)
        return Any

    def _is_text(self, type_: Any, node: nodes.Node, name: str, otherwise: str) -> None:
        if type_ is bytes:
            hint = f"put it out as it is, {otherwise}"
            self.problems.append(Problem(self.mark(name, node.lineno, ""), "this is finished HTML and no text", hint))

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
    return {name: types[name] for name in fields_of(owner)}


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
