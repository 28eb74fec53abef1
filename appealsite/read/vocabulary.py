"""The names that text may use, taken from the models, and how their values are written out."""

from __future__ import annotations

import typing
from collections.abc import Collection, Mapping
from datetime import date
from itertools import islice
from typing import Any

from appealsite.problems import suggest
from appealsite.read.expressions import Constant, Expression, ExpressionError, Name, Path, Test
from appealsite.read.model import Model, written_fields
from appealsite.read.models import (
    ByKind,
    PageAddress,
    Payer,
    Period,
    PlanType,
    Reason,
    ReasonKind,
    Service,
    Settings,
    WebAddress,
)
from appealsite.read.validate import bare

ROOTS: dict[str, Any] = {
    "payer": Payer,
    "service": Service,
    "reason": Reason,
    "plans": PlanType,
    "site": Settings,
    "plan": PlanType,
    "kind": ReasonKind,
}
AXES = ("payer", "service", "reason")
OF_LETTERS = ("plan", "kind")  # what a page of letters is about

_MONTHS = (  # not the locale's
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class UnknownName(ExpressionError):
    """No value has this name; the message says which part is unknown and ``hint`` what may be meant."""


def check_printed(path: Path, plan_types: Collection[str] | None) -> None:
    """Raise UnknownName unless ``path`` names a value that can be written as text.

    ``plan_types`` are the known kinds of plan; None where their file could not be read, so that any may be one.
    """
    if not _is_text(bare(_type_of(path, plan_types))):
        raise UnknownName(f"'{'.'.join(path)}' is not one text", "name a field of it that is, or write the words out")


def check_condition(
    expression: Expression, plan_types: Collection[str] | None, slugs: Mapping[str, Collection[str]]
) -> None:
    """Raise UnknownName where a condition looks up a name that no value has, or asks what can never hold.

    ``slugs`` are those of each axis; one whose slugs could not be read is missing.
    """
    if isinstance(expression, Name):
        _type_of(expression.path, plan_types)
    if not isinstance(expression, Test):
        return
    compares = expression.operator in ("==", "!=", "in", "not in")
    for operand in expression.operands:
        if compares and isinstance(operand, Name) and len(operand.path) == 1 and operand.path[0] not in ROOTS:
            raise UnknownName(f"unknown name '{operand.path[0]}'", f'a text stands in quotes: "{operand.path[0]}"')
        check_condition(operand, plan_types, slugs)
    if compares:
        left, right = expression.operands
        _check_choices(left, right, plan_types, slugs)
        _check_choices(right, left, plan_types, slugs if expression.operator in ("==", "!=") else {})
    if expression.operator in ("in", "not in") and not _may_hold(expression.operands[1], plan_types):
        raise UnknownName(f"'{expression.operator}' needs a list or a text on its right", 'such as ["drug", "device"]')


def _check_choices(
    named: Expression, constant: Expression, plan_types: Collection[str] | None, slugs: Mapping[str, Collection[str]]
) -> None:
    """Raise UnknownName where a name that has one of a few words is compared with another word."""
    if not (isinstance(named, Name) and isinstance(constant, Constant)):
        return
    if named.path == ("payer", "plan_types") and plan_types is not None and constant.value not in plan_types:
        raise UnknownName(f"unknown kind of plan '{constant.value}'", suggest(str(constant.value), plan_types))
    type_ = bare(_type_of(named.path, plan_types))
    if typing.get_origin(type_) is tuple:
        type_ = typing.get_args(type_)[0]
    choices: Collection[str] = typing.get_args(type_) if typing.get_origin(type_) is typing.Literal else ()
    if named.path[1:] == ("slug",):
        choices = slugs.get(named.path[0], ())
    if choices:
        for word in constant.value if isinstance(constant.value, tuple) else (constant.value,):
            if word not in choices:
                known = f"it is one of {', '.join(islice(filter(None, choices), 12))}"
                raise UnknownName(f"'{'.'.join(named.path)}' is never '{word}'", suggest(str(word), choices) or known)


def _may_hold(container: Expression, plan_types: Collection[str] | None) -> bool:
    if isinstance(container, Constant):
        return isinstance(container.value, str | tuple)
    if isinstance(container, Name):
        type_ = bare(_type_of(container.path, plan_types))
        return type_ in (str, ByKind) or typing.get_origin(type_) in (tuple, typing.Literal)
    return False


def _type_of(path: Path, plan_types: Collection[str] | None) -> Any:
    if path[0] not in ROOTS:
        raise UnknownName(f"unknown name '{path[0]}'", suggest(path[0], ROOTS) or f"known here: {', '.join(ROOTS)}")
    type_: Any = ROOTS[path[0]]
    rest = path[1:]
    if path[0] == "plans":
        if not rest:
            raise UnknownName("'plans' needs a kind of plan", 'such as plans["employer_insured"].file_within')
        if plan_types is not None and rest[0] not in plan_types:
            hint = suggest(rest[0], plan_types) or f"known here: {', '.join(plan_types)}"
            raise UnknownName(f"unknown kind of plan '{rest[0]}'", hint)
        rest = rest[1:]
    for part in rest:
        model = bare(type_)
        fields = written_fields(model)
        if part not in fields:
            hint = suggest(part, fields) or (f"known here: {', '.join(fields)}" if fields else "")
            raise UnknownName(f"unknown name '{part}' in '{'.'.join(path)}'", hint)
        type_ = fields[part].type
    return type_


def is_address(path: Path) -> bool:
    """Whether the name, which must be known, stands for a whole address, so that it may begin a link target."""
    type_ = _type_of(path, None)
    return any(one in (WebAddress, PageAddress) for one in (type_, *typing.get_args(type_))) or path == ("site", "url")


def _is_text(type_: Any) -> bool:
    if typing.get_origin(type_) is typing.Literal:
        return True
    return type_ in (str, int, date, Period, ByKind)


class Context:
    """The values one page's text may name; an axis that the page has not is None.

    ``keys`` tell, in the order of ``ROOTS``, the entries behind its names from those of other pages.
    """

    __slots__ = (*ROOTS, "keys")

    def __init__(
        self,
        site: Settings,
        plans: Mapping[str, PlanType],
        payer: Payer | None = None,
        service: Service | None = None,
        reason: Reason | None = None,
        plan: PlanType | None = None,
        kind: ReasonKind | None = None,
    ) -> None:
        self.site = site
        self.plans = plans
        self.payer = payer
        self.service = service
        self.reason = reason
        self.plan = plan
        self.kind = kind
        self.keys = (
            payer.slug if payer else "",
            service.slug if service else "",
            # the words of a reason may differ by kind of service
            f"{reason.slug if reason else ''} {service.kind if service else ''}",
            "",
            "",
            plan.slug if plan else "",
            kind.slug if kind else "",
        )

    def lookup(self, path: Path) -> Any:
        """The value at ``path``, None where a field on the way is empty or the page lacks the axis."""
        value: Any = getattr(self, path[0])
        for part in path[1:]:
            if value is None:
                return None
            value = value.get(part) if isinstance(value, Mapping) else attribute(value, part)
        if isinstance(value, ByKind):
            return value.for_kind(self.service.kind if self.service else None)
        return value


def attribute(model: Model, name: str) -> Any:
    """The field that people write as ``name`` (``class`` is ``reason_class`` in Python)."""
    kind: Any = type(model)
    return getattr(model, written_fields(kind)[name].name)


def written(value: Any) -> str:
    """A value as a reader sees it: dates as '4 March 2026'."""
    if isinstance(value, date):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return str(value)
