"""From a document's plain values to a model, with each of pydantic's complaints as a Problem at its place."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from appealsite.names import shown
from appealsite.problems import Problem, look_alikes, suggest
from appealsite.read.document import Document, Where
from appealsite.read.model import FORMS, Known, Model, written_fields
from appealsite.read.models import IDENTIFIER, SLUG, VISIBLE

if TYPE_CHECKING:  # what is known to be sound is not validated again
    from pydantic import TypeAdapter

_SEVERAL = re.compile(rf"{SLUG}(?:, *{SLUG})+")
_UNKNOWN = "unexpected_keyword_argument"
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "date_type": "a date such as 2026-11-21",
    "bool_type": "true or false",
    "dict_type": Model.FORM,
    "tuple_type": "a list (lines that begin with '- ')",
}


def validated(type_: Any, value: Any, document: Document, where: Where, problems: list[Problem]) -> Any:
    """``value`` as ``type_``, or None with every complaint added to ``problems`` at its place in ``document``."""
    from pydantic import ValidationError

    found: Any = None
    details: list[dict[str, Any]] = []
    empty = set(_empty(value, ()))
    try:
        found = adapter(type_).validate_python(value)
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False)]
    misspelt = _misspelt(details)
    for detail in details:
        if detail["type"] == _UNKNOWN:
            empty.discard(detail["loc"])
        elif detail["loc"] in empty or detail["loc"] in misspelt.values() or _is_full(detail):
            continue
        problems.append(_problem(detail, misspelt.get(detail["loc"]), type_, document, where))
    problems += [_nothing_said(path, type_, document, where) for path in empty]
    return None if details or empty else found


@cache
def adapter(type_: Any) -> TypeAdapter[Any]:
    """What validates a type; making it costs as much as using it."""
    from pydantic import TypeAdapter

    return TypeAdapter(type_)


def _empty(value: Any, where: Where) -> Iterator[Where]:
    """Where nothing stands after a key or a dash: work that somebody has not finished, also in an optional field."""
    if value is None:
        yield where
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if not isinstance(inner, str):
                yield from _empty(inner, (*where, key))


def _is_full(detail: dict[str, Any]) -> bool:
    """Whether a list is called too short only because what stands in it is faulty, which is told there."""
    return bool(detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"])


def _nothing_said(path: Where, type_: Any, document: Document, where: Where) -> Problem:
    full = where + path
    last = full[-1] if full else ""
    message = "this item of the list is empty" if isinstance(last, int) else f"nothing is said after '{shown(last)}:'"
    return Problem(document.key_mark(full), message, _description(type_, path) or "say it, or remove the line")


def _misspelt(details: list[dict[str, Any]]) -> dict[Where, Where]:
    """Unknown keys that stand for a missing one beside them, each with that one: two complaints, one mistake."""
    found: dict[Where, Where] = {}
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    for detail in details:
        if detail["type"] == _UNKNOWN:
            *parent, key = detail["loc"]
            beside = [str(loc[-1]) for loc in missing.difference(found.values()) if list(loc[:-1]) == parent]
            for meant in look_alikes(str(key), sorted(beside)):
                found[detail["loc"]] = (*parent, meant)
    return found


def _problem(detail: dict[str, Any], meant: Where | None, type_: Any, document: Document, where: Where) -> Problem:
    path: Where = tuple(part for part in detail["loc"] if part != "[key]")
    kind, given = detail["type"], detail["input"]
    full = where + path
    if kind == _UNKNOWN:
        known = [name for name, field in _fields(type_, path[:-1]).items() if not field.key]
        near = suggest(str(path[-1]), [str(meant[-1])] if meant else known)
        message = f"unknown key '{shown(str(path[-1]))}'"
        return Problem(document.key_mark(full), message, near or f"known here: {', '.join(known)}")
    if kind == "missing":
        return Problem(document.key_mark(full[:-1]), f"'{path[-1]}' is missing", _description(type_, path))
    mark = document.key_mark(full) if "[key]" in detail["loc"] else document.mark(full)
    if kind == "literal_error":
        choices = [str(choice) for choice in _choices(type_, path)] or [detail["ctx"]["expected"].replace("'", "")]
        known = [choice for choice in choices if choice]
        hint = suggest(str(given), known) or ("" if known == choices else "leave it out where there is none")
        return Problem(mark, f"'{shown(str(given))}' is not one of {', '.join(known)}", hint)
    if kind in ("too_short", "string_too_short") or detail.get("ctx", {}).get("pattern") == VISIBLE:
        return Problem(mark, "this must not be empty", _description(type_, path))
    if kind == "string_pattern_mismatch":
        return Problem(mark, *_malformed(given, detail, of_list=isinstance(path[-1], int)))
    if kind == "string_too_long":
        return Problem(mark, f"this is longer than {detail['ctx']['max_length']} letters", "shorten it")
    if kind == "value_error":
        whole = document.key_mark(full) if isinstance(given, dict) else mark
        return Problem(whole, str(detail["ctx"]["error"]))
    if kind == "dataclass_type":
        wanted = _at(type_, path)
        return Problem(mark, f"{wanted.FORM} is expected here", _keys(wanted) if wanted.FORM == Model.FORM else "")
    if kind in _EXPECTED:
        hint = f"write [{shown(given)}]" if kind == "tuple_type" and isinstance(given, str) else ""
        if kind == "dict_type":
            hint = _description(type_, path)
        return Problem(mark, f"{_EXPECTED[kind]} is expected here", hint)
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return Problem(mark, f"this must be {word} {detail['ctx'][bound]}", _description(type_, path))
    return Problem(mark, detail["msg"])


def _malformed(given: Any, detail: dict[str, Any], *, of_list: bool) -> tuple[str, str]:
    """The message and the hint for text that has not the form of its field, which may be an item ``of_list``."""
    pattern = detail["ctx"]["pattern"]
    what = "is not a slug" if pattern == f"^{SLUG}$" else "has not the form expected here"
    hint = f"for several write [{shown(given)}]" if of_list and _SEVERAL.fullmatch(given) else _advice(given, pattern)
    return f"'{shown(given)}' {what}", hint


def _advice(given: str, pattern: str) -> str:
    """What to write in this form. Where it is that of an id, what was given stands for the example, in that form."""
    advice, such, example = FORMS[pattern].partition(", such as ")
    if pattern in _JOINED:
        sign = _JOINED[pattern]
        proposed = re.sub("[^a-z0-9]+", sign, given.lower()).strip(sign)
        example = proposed if re.fullmatch(pattern, proposed) else example
    return f"{advice}{such}{example}"


def _keys(model: Any) -> str:
    """What may stand in a mapping."""
    fields = [name for name, field in written_fields(model).items() if not field.key]
    return f"known here: {', '.join(fields)}"


_JOINED = {f"^{SLUG}$": "-", f"^{IDENTIFIER}$": "_"}  # what stands between the words of an id
_BOUNDS = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}


def _step(type_: Any, key: Any) -> Any:
    """The type found under ``key`` in a value of ``type_``, or None."""
    type_ = bare(type_)
    fields = written_fields(type_)
    if fields:
        return fields[key].type if key in fields else None
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
        if origin in (typing.Union, types.UnionType):
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


def _fields(type_: Any, path: Where) -> dict[str, Known]:
    return written_fields(_at(type_, path))


def _description(type_: Any, path: Where) -> str:
    fields = _fields(type_, path[:-1])
    return fields[path[-1]].description if path and path[-1] in fields else ""


def _choices(type_: Any, path: Where) -> tuple[Any, ...]:
    found = _at(type_, path)
    return typing.get_args(found) if typing.get_origin(found) is typing.Literal else ()
