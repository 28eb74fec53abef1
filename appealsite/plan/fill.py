"""Text for one page: the branches whose conditions hold, and the values of the placeholders in them."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.plan.page import Filled
from appealsite.problems import Problem
from appealsite.read.expressions import evaluate
from appealsite.read.text import PLACEHOLDER, Body, Choice, Chunk, Line, Placeholder
from appealsite.read.vocabulary import Context, written

SHOWN_PER_PLACEHOLDER = 3  # entries named as lacking a value; a guard mends them all


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


class Filler:
    """Fills text for one page after another. A name without a value is a problem, told once and not on every page."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._told: dict[Placeholder, set[str]] = {}

    def body(self, body: Body, context: Context, url: str) -> tuple[Filled, ...]:
        """The chunks that this page shows with their values."""
        return tuple(
            Filled(chunk, tuple(self._value(name, context, url, guard=True) for name in chunk.placeholders))
            for chunk in chunks(body, context)
        )

    def line(self, line: Line, context: Context, url: str) -> str:
        """A title or another single line with its values in place."""
        text = line.text
        for number, placeholder in enumerate(line.placeholders):
            value = self._value(placeholder, context, url, guard=False)
            text = text.replace(PLACEHOLDER.format(number), value, 1)
        return text

    def _value(self, placeholder: Placeholder, context: Context, url: str, guard: bool) -> str:
        value = context.lookup(placeholder.path)
        if value is None:
            self._tell(placeholder, context, url, guard)
            return ""
        return written(value)

    def _tell(self, placeholder: Placeholder, context: Context, url: str, guard: bool) -> None:
        told = self._told.setdefault(placeholder, set())
        root = placeholder.path[0]
        name = ".".join(placeholder.path)
        owner = getattr(context, root)
        slug = getattr(owner, "slug", "") if owner is not None else "nothing"
        if slug in told or len(told) == SHOWN_PER_PLACEHOLDER:
            return
        told.add(slug)
        if owner is None:
            message = f"'{name}' has no value on {url}, which has no {root}"
            hint = "write the words out, or write a file for the pages that have one"
        else:
            message = f"'{name}' is empty" + (f" for the {root} '{slug}'" if slug else "")
            hint = "fill it in, or use a field that is never empty"
            if guard:
                hint = "fill it in, or put the text between {% if " + name + " %} and {% endif %}"
        self._problems.append(Problem(placeholder.mark, message, hint))
