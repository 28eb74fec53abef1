"""Jinja's filters as layouts may use them. What is no text is told: it would be shown by its place in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from jinja2 import Environment, pass_eval_context
from jinja2.filters import do_join, make_attrgetter
from jinja2.nodes import EvalContext

from appealsite.render.code import readable

_LEFT_OUT = ("pprint", "random", "xmlattr")  # shows what is no text; no two builds alike; what the policy forbids
_OF_TEXT = (
    "capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "safe", "string", "striptags", "title",
    "trim", "truncate", "upper", "urlize", "wordcount", "wordwrap",
)  # fmt: skip
_OF_TEXTS = ("format", "replace")  # all that they are given is text

Filter = Callable[..., Any]


def filters_of(environment: Environment) -> dict[str, Filter]:
    """The filters of an environment."""
    found: dict[str, Filter] = {name: one for name, one in environment.filters.items() if name not in _LEFT_OUT}
    found |= {name: _of_text(found[name]) for name in _OF_TEXT}
    found |= {name: _of_text(found[name], others=True) for name in _OF_TEXTS}
    return found | {"join": _join}


def _of_text(used: Filter, *, others: bool = False) -> Filter:
    """A filter whose value, which stands behind what Jinja itself gives to some, is text, and maybe all ``others``."""
    place = 1 if hasattr(used, "jinja_pass_arg") else 0

    @wraps(used)
    def given(*args: Any, **kwargs: Any) -> Any:
        rest = args[place + 1 :]
        if others:
            rest, kwargs = tuple(map(readable, rest)), {name: readable(one) for name, one in kwargs.items()}
        return used(*args[:place], readable(args[place]), *rest, **kwargs)

    return given


@pass_eval_context
def _join(settings: EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
    """As Jinja's, of texts; they may be an ``attribute`` of what is listed."""
    texts = value if attribute is None else map(make_attrgetter(settings.environment, attribute), value)
    joined: str = do_join(settings, list(map(readable, texts)), readable(d))
    return joined
