"""Jinja's filters as layouts may use them: finished HTML is text to them, and what is no text is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from jinja2 import Environment
from jinja2.filters import do_format

from appealsite.render.code import html_as_text, readable

_LEFT_OUT = ("random", "xmlattr")  # makes no two builds alike; may write what the security policy forbids
_OF_TEXT = (
    "capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "replace", "safe", "string",
    "striptags", "title", "trim", "truncate", "upper", "urlize", "wordcount", "wordwrap",
)  # fmt: skip
_OF_LISTS_TOO = ("count", "length")

Filter = Callable[..., Any]


def filters_of(environment: Environment) -> dict[str, Filter]:
    """The filters of an environment. A value that is no text would be shown by its place in memory."""
    found: dict[str, Filter] = {name: one for name, one in environment.filters.items() if name not in _LEFT_OUT}
    found |= {name: _given(found[name], readable) for name in _OF_TEXT}
    found |= {name: _given(found[name], html_as_text) for name in _OF_LISTS_TOO}
    found["join"] = _given(found["join"], _listed)
    return found | {"format": _format}


def _given(used: Filter, convert: Callable[[Any], Any]) -> Filter:
    """A filter whose first value is converted before; behind what Jinja itself gives to some."""
    place = 1 if hasattr(used, "jinja_pass_arg") else 0

    @wraps(used)
    def given(*args: Any, **kwargs: Any) -> Any:
        return used(*args[:place], convert(args[place]), *args[place + 1 :], **kwargs)

    return given


def _listed(values: Iterable[Any]) -> list[Any]:
    return list(map(html_as_text, values))


def _format(value: str, *args: Any, **kwargs: Any) -> str:
    """As Jinja's, of texts."""
    named = {name: readable(one) for name, one in kwargs.items()}
    return do_format(readable(value), *map(readable, args), **named)
