"""Text for one page: the branches whose conditions hold, and the values of the placeholders in them."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.memo import Memo
from appealsite.plan.page import Filled
from appealsite.problems import Problem
from appealsite.read.expressions import evaluate
from appealsite.read.text import PLACEHOLDER_PATTERN, Body, Choice, Chunk, Line, Placeholder
from appealsite.read.vocabulary import Context, written

KEPT = 8192
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
        self._lines = Memo[int, tuple[Line, list[str]]](KEPT)
        self._values = Memo[tuple[object, ...], tuple[object, str]](KEPT)
        self._told: dict[Placeholder, set[str]] = {}

    def body(self, body: Body, context: Context, url: str) -> tuple[Filled, ...]:
        """The chunks that this page shows with their values."""
        return tuple(
            Filled(chunk, tuple(self._value(name, context, url, guard=True) for name in chunk.placeholders))
            for chunk in chunks(body, context)
        )

    def line(self, line: Line, context: Context, url: str) -> str:
        """A title or another single line with its values in place."""
        known = self._lines.get(id(line))
        if known is None or known[0] is not line:
            known = self._lines.put(id(line), (line, PLACEHOLDER_PATTERN.split(line.text)))
        filled = list(known[1])  # text and numbers of placeholders in turn
        for at in range(1, len(filled), 2):
            filled[at] = self._value(line.placeholders[int(filled[at])], context, url, guard=False)
        return "".join(filled)

    def _value(self, placeholder: Placeholder, context: Context, url: str, guard: bool) -> str:
        path = placeholder.path
        owner = getattr(context, path[0])
        kind = context.service.kind if path[0] == "reason" and context.service else ""
        known = self._values.get((path, id(owner), kind))
        if known is not None and known[0] is owner:
            return known[1]
        value = context.lookup(path)
        if value is None:
            self._tell(placeholder, context, url, guard)
            return ""
        return self._values.put((path, id(owner), kind), (owner, written(value)))[1]

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
