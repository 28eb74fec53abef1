"""Text for one page: the branches whose conditions hold, and the values of the placeholders in them."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.plan.page import Filled
from appealsite.problems import Problem
from appealsite.read.expressions import evaluate
from appealsite.read.text import PLACEHOLDER, Body, Choice, Chunk, Line, Placeholder
from appealsite.read.vocabulary import AXES, Context, written


def chunks(body: Body, context: Context) -> Iterator[Chunk]:
    """The chunks of a text that this page shows, in order."""
    for part in body:
        if isinstance(part, Chunk):
            yield part
            continue
        yield from chunks(_branch(part, context), context)


def _branch(choice: Choice, context: Context) -> Body:
    for condition, body in choice.branches:
        if condition is None or evaluate(condition, context.lookup):
            return body
    return ()


def fill(body: Body, context: Context, url: str, problems: list[Problem]) -> tuple[Filled, ...]:
    """The chunks that this page shows with their values; a name without a value here is a problem."""
    return tuple(
        Filled(chunk, tuple(_value(placeholder, context, url, problems) for placeholder in chunk.placeholders))
        for chunk in chunks(body, context)
    )


def fill_line(line: Line, context: Context, url: str, problems: list[Problem]) -> str:
    """A title or another single line with its values in place."""
    text = line.text
    for number, placeholder in enumerate(line.placeholders):
        text = text.replace(PLACEHOLDER.format(number), _value(placeholder, context, url, problems), 1)
    return text


def _value(placeholder: Placeholder, context: Context, url: str, problems: list[Problem]) -> str:
    value = context.lookup(placeholder.path)
    if value is None:
        root = placeholder.path[0]
        name = ".".join(placeholder.path)
        if root in AXES and getattr(context, root) is None:
            problems.append(Problem(placeholder.mark, f"'{name}' has no value on {url}, which has no {root}"))
        else:
            hint = "fill the field in, or guard the text with {% if " + name + " %}"
            problems.append(Problem(placeholder.mark, f"'{name}' has no value on {url}", hint))
        return ""
    return written(value)
