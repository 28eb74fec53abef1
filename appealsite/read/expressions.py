"""The small language inside text: names such as ``payer.name``, and the conditions that choose between paragraphs.

Jinja parses it, and only the few kinds of node named here are let through, so a text can look values up and
compare them and nothing else; there is nothing to sandbox when pages are made.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from appealsite.values import value

Path = tuple[str, ...]
Lookup = Callable[[Path], Any]

MAX_LENGTH = 300  # characters of a name or a condition

_CURLY = re.compile("[“”„‘’‚]")  # as word processors write quotes
_CURLY_QUOTES = "curly quotes are no quotes here", "type straight ones"
_ENVIRONMENT = Environment(autoescape=True)  # parses only; nothing is rendered with it


@value
class Name:
    """A value looked up by its path: ``plans["church"].file_within`` is ("plans", "church", "file_within")."""

    path: Path


@value
class Constant:
    """Text, a number, true/false, or a tuple of these, written in a condition."""

    value: Any


@value
class Test:
    """An operation on other expressions: ``==``, ``!=``, ``in``, ``not in``, ``and``, ``or`` or ``not``."""

    __test__ = False
    operator: str
    operands: tuple[Expression, ...]


Expression = Name | Constant | Test


class ExpressionError(ValueError):
    """What is written is not in the language; ``hint`` says what is."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@lru_cache(maxsize=4096)
def parse_name(source: str) -> Name:
    """The name written between ``{{`` and ``}}``; ExpressionError for anything else."""
    if len(source) <= MAX_LENGTH:
        with contextlib.suppress(ExpressionError):
            tree = _parse(f"{{{{ {source} }}}}")
            body = tree.body[0].nodes if tree.body and isinstance(tree.body[0], nodes.Output) else []
            if len(tree.body) == 1 and len(body) == 1:
                expression = _expression(body[0])
                if isinstance(expression, Name):
                    return expression
    if _CURLY.search(source):
        raise ExpressionError(*_CURLY_QUOTES)
    raise ExpressionError("only a name may stand here", "such as {{ payer.name }}")


@lru_cache(maxsize=4096)
def parse_condition(source: str) -> Expression:
    """The condition of an ``{% if %}`` line; ExpressionError when it goes beyond the language."""
    if not source:
        raise ExpressionError("the condition is missing", "such as {% if payer.pharmacy_manager %}")
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"a condition of more than {MAX_LENGTH} characters", "make several of it, one in another")
    tree = _parse(f"{{% if {source} %}}{{% endif %}}")
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.If):
        raise ExpressionError("one condition is expected here", _ALLOWED)
    return _expression(tree.body[0].test)


def names_in(expression: Expression) -> tuple[Name, ...]:
    """Every name that an expression looks up."""
    if isinstance(expression, Name):
        return (expression,)
    if isinstance(expression, Test):
        return tuple(name for operand in expression.operands for name in names_in(operand))
    return ()


def evaluate(expression: Expression, lookup: Lookup) -> Any:
    """The value of an expression, with names found by ``lookup``."""
    if isinstance(expression, Name):
        return lookup(expression.path)
    if isinstance(expression, Constant):
        return expression.value
    if expression.operator == "and":
        return all(evaluate(operand, lookup) for operand in expression.operands)
    if expression.operator == "or":
        return any(evaluate(operand, lookup) for operand in expression.operands)
    values = [evaluate(operand, lookup) for operand in expression.operands]
    match expression.operator:
        case "not":
            return not values[0]
        case "==":
            return values[0] == values[1]
        case "!=":
            return values[0] != values[1]
        case "in":
            return _holds(values[1], values[0])
        case _:
            return not _holds(values[1], values[0])


def _holds(container: Any, member: Any) -> bool:
    """Whether a list or a text holds something; a text holds text only, and an empty field holds nothing."""
    if isinstance(container, str):
        return isinstance(member, str) and member in container
    return isinstance(container, tuple) and member in container


def _parse(source: str) -> nodes.Template:
    try:
        return _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        if str(error.message).endswith("got '='"):
            raise ExpressionError("a single '=' compares nothing", "write ==") from None
        if _CURLY.search(source):
            raise ExpressionError(*_CURLY_QUOTES) from None
        raise ExpressionError(f"this condition cannot be read: {error.message}", _ALLOWED) from None
    except RecursionError:
        raise ExpressionError("this condition has too many parentheses in each other", _ALLOWED) from None


_COMPARISONS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in"}
_ALLOWED = "names with dots, texts in quotes, lists of them, ==, !=, in, and, or, not are allowed"


def _expression(node: nodes.Node) -> Expression:
    match node:
        case nodes.Name():
            return Name((node.name,))
        case nodes.Getattr():
            inner = _expression(node.node)
            if isinstance(inner, Name):
                return Name((*inner.path, node.attr))
        case nodes.Getitem(arg=nodes.Const(value=str() as key)):
            inner = _expression(node.node)
            if isinstance(inner, Name):
                return Name((*inner.path, key))
        case nodes.Const():
            return Constant(node.value)
        case nodes.List() | nodes.Tuple():
            items = [_expression(item) for item in node.items]
            if all(isinstance(item, Constant) for item in items):
                return Constant(tuple(item.value for item in items if isinstance(item, Constant)))
        case nodes.Compare() if len(node.ops) == 1 and node.ops[0].op in _COMPARISONS:
            operands = (_expression(node.expr), _expression(node.ops[0].expr))
            return Test(_COMPARISONS[node.ops[0].op], operands)
        case nodes.And():
            return Test("and", (_expression(node.left), _expression(node.right)))
        case nodes.Or():
            return Test("or", (_expression(node.left), _expression(node.right)))
        case nodes.Not():
            return Test("not", (_expression(node.node),))
    raise ExpressionError("this goes beyond what a condition may say", _ALLOWED)
