"""The names that text may use, taken from the models, and how their values are written out."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from appealsite.problems import suggest
from appealsite.read.expressions import Path
from appealsite.read.models import ByKind, Payer, Period, PlanType, Reason, Service, Settings, WebAddress
from appealsite.read.validate import bare

ROOTS: dict[str, Any] = {"payer": Payer, "service": Service, "reason": Reason, "plans": PlanType, "site": Settings}
AXES = ("payer", "service", "reason")

_MONTHS = (  # not the locale's
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class UnknownName(ValueError):
    """No value has this name; the message says which part is unknown and ``hint`` what may be meant."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def check_name(path: Path, plan_types: Mapping[str, Any], printed: bool) -> None:
    """Raise UnknownName unless ``path`` names a value; with ``printed``, one that can be written as text."""
    if path[0] not in ROOTS:
        raise UnknownName(f"unknown name '{path[0]}'", suggest(path[0], ROOTS) or f"known here: {', '.join(ROOTS)}")
    type_: Any = ROOTS[path[0]]
    rest = path[1:]
    if path[0] == "plans":
        if not rest or rest[0] not in plan_types:
            given = rest[0] if rest else ""
            raise UnknownName(f"unknown kind of plan '{given}'", suggest(given, plan_types))
        rest = rest[1:]
    for part in rest:
        model = bare(type_)
        fields = public_fields(model) if isinstance(model, type) and issubclass(model, BaseModel) else {}
        if part not in fields:
            raise UnknownName(f"unknown name '{part}' in '{'.'.join(path)}'", suggest(part, fields))
        type_ = fields[part]
    if printed and not _is_text(bare(type_)):
        raise UnknownName(f"'{'.'.join(path)}' is not one text", "name one of its fields")


def is_address(path: Path) -> bool:
    """Whether the name stands for a whole web address, so that it may begin a link target."""
    type_: Any = ROOTS.get(path[0])
    for part in path[1:]:
        type_ = public_fields(bare(type_)).get(part) if isinstance(bare(type_), type) else None
    return type_ is not None and (type_ == WebAddress or path in (("site", "url"),))


def public_fields(model: type[BaseModel]) -> dict[str, Any]:
    """A model's fields by the names people write, with their types."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {field.alias or name: hints[name] for name, field in model.model_fields.items()}


def _is_text(type_: Any) -> bool:
    if typing.get_origin(type_) is typing.Literal:
        return True
    return type_ in (str, int, date, Period, ByKind)


@dataclass(frozen=True)
class Context:
    """The values one page's text may name; an axis that the page has not is None."""

    site: Settings
    plans: Mapping[str, PlanType]
    payer: Payer | None = None
    service: Service | None = None
    reason: Reason | None = None

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


def attribute(model: BaseModel, name: str) -> Any:
    """The field that people write as ``name`` (``class`` is ``reason_class`` in Python)."""
    fields = type(model).model_fields
    if name in fields:
        return getattr(model, name)
    return next(getattr(model, field) for field, info in fields.items() if info.alias == name)


def written(value: Any) -> str:
    """A value as a reader sees it: dates as '4 March 2026'."""
    if isinstance(value, date):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return str(value)
