"""From a document's plain values to a model, with each of pydantic's complaints as a Problem at its place."""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from appealsite.problems import Problem, suggest
from appealsite.read.yaml_tree import Document, Where

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "date_type": "a date such as 2026-11-21",
    "bool_type": "true or false",
    "dict_type": "a mapping (lines of 'key: value')",
    "model_type": "a mapping (lines of 'key: value')",
    "tuple_type": "a list (lines that begin with '- ')",
    "list_type": "a list (lines that begin with '- ')",
}


def validated(type_: Any, value: Any, document: Document, where: Where, problems: list[Problem]) -> Any:
    """``value`` as ``type_``, or None with every complaint added to ``problems`` at its place in ``document``."""
    try:
        return TypeAdapter(type_).validate_python(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += [_problem(dict(detail), type_, document, where) for detail in details]
        return None


def _problem(detail: dict[str, Any], type_: Any, document: Document, where: Where) -> Problem:
    path: Where = tuple(part for part in detail["loc"] if part != "[key]")
    kind, given = detail["type"], detail["input"]
    full = where + path
    if kind == "extra_forbidden":
        known = [field.alias or name for name, field in _fields(type_, path[:-1]).items() if not field.exclude]
        near = suggest(str(path[-1]), known)
        return Problem(document.key_mark(full), f"unknown key '{path[-1]}'", near or f"known here: {', '.join(known)}")
    if kind == "missing":
        return Problem(document.key_mark(full[:-1]), f"'{path[-1]}' is missing", _description(type_, path))
    if given is None:
        return Problem(document.key_mark(full), f"nothing is said after '{path[-1] if path else full[-1]}:'")
    if "[key]" in detail["loc"]:
        return Problem(document.key_mark(full), f"'{path[-1]}' is not a slug", _SLUG_HINT)
    mark = document.mark(full)
    if kind == "literal_error":
        known = [str(choice) for choice in _choices(type_, path)] or [detail["ctx"]["expected"].replace("'", "")]
        return Problem(mark, f"'{given}' is not one of {', '.join(known)}", suggest(str(given), known))
    if kind == "string_pattern_mismatch":
        if "a-z0-9]+(?:-" in detail["ctx"]["pattern"]:
            return Problem(mark, f"'{given}' is not a slug", _SLUG_HINT)
        return Problem(mark, f"'{given}' has not the form expected here", _description(type_, path))
    if kind == "value_error":
        return Problem(mark, str(detail["ctx"]["error"]))
    if kind in _EXPECTED:
        return Problem(mark, f"{_EXPECTED[kind]} is expected here")
    if kind in ("too_short", "string_too_short"):
        return Problem(mark, "this must not be empty")
    return Problem(mark, detail["msg"])


_SLUG_HINT = "a slug is lower-case letters, digits and single hyphens, such as step-therapy"


def _step(type_: Any, key: Any) -> Any:
    """The type found under ``key`` in a value of ``type_``, or None."""
    type_ = bare(type_)
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        for name, field in type_.model_fields.items():
            if key == (field.alias or name):
                return field.annotation
        return None
    arguments = typing.get_args(type_)
    origin = typing.get_origin(type_)
    if origin is tuple or origin is list:
        return arguments[0]
    if origin is dict:
        return arguments[1]
    return None


def bare(type_: Any) -> Any:
    """``type_`` without Annotated, Optional and other wrapping that does not change what stands below it."""
    while True:
        origin = typing.get_origin(type_)
        if origin is typing.Annotated:
            type_ = typing.get_args(type_)[0]
            continue
        if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
            kept = [argument for argument in typing.get_args(type_) if argument is not type(None)]
            if len(kept) == 1:
                type_ = kept[0]
                continue
        return type_


def _at(type_: Any, path: Where) -> Any:
    for key in path:
        type_ = _step(type_, key)
        if type_ is None:
            return None
    return bare(type_)


def _fields(type_: Any, path: Where) -> dict[str, Any]:
    model = _at(type_, path)
    return dict(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _description(type_: Any, path: Where) -> str:
    for name, field in _fields(type_, path[:-1]).items():
        if path and path[-1] == (field.alias or name):
            return field.description or ""
    return ""


def _choices(type_: Any, path: Where) -> tuple[Any, ...]:
    found = _at(type_, path)
    return typing.get_args(found) if typing.get_origin(found) is typing.Literal else ()
