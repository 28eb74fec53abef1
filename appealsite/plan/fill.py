"""Text for one page: the branches whose conditions hold, and the values of the placeholders in them."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.memo import Memo
from appealsite.plan.page import Filled
from appealsite.problems import Problem
from appealsite.read.expressions import evaluate, names_in
from appealsite.read.text import Body, Choice, Chunk, Line, Placeholder
from appealsite.read.vocabulary import ROOTS, Context, written

KEPT = 8192
SHOWN_PER_PLACEHOLDER = 3  # entries named as lacking a value; a guard mends them all

_AT = {root: at for at, root in enumerate(ROOTS)}
Known = dict[object, str]  # the values of one name, by the key of the entry that has them


class Filler:
    """Fills text for one page after another. A name without a value is a problem, told once and not on every page.

    What a name stands for, and whether a condition holds, depends on the entries of the matrix that they name; each is
    worked out once for an entry.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._known: dict[tuple[str, ...], Known] = {}
        self._placeholders = Memo[int, tuple[object, tuple[tuple[int, Known], ...]]](KEPT)
        self._choices = Memo[int, tuple[Choice, tuple[int, ...], dict[object, Body]]](KEPT)
        self._told: dict[Placeholder, set[str]] = {}

    def body(self, body: Body, context: Context, url: str) -> tuple[Filled, ...]:
        """The chunks that this page shows with their values."""
        return tuple(
            [Filled(chunk, self._values(chunk, context, url, guard=True)) for chunk in self._shown(body, context)]
        )

    def line(self, line: Line, context: Context, url: str) -> str:
        """A title or another single line with its values in place."""
        return line.form % self._values(line, context, url, guard=False)

    def _shown(self, body: Body, context: Context) -> Iterator[Chunk]:
        """The chunks of a text that this page shows, in order."""
        for part in body:
            if isinstance(part, Chunk):
                yield part
            else:
                yield from self._shown(self._branch(part, context), context)

    def _branch(self, choice: Choice, context: Context) -> Body:
        known = self._choices.get(id(choice))
        if known is None:
            conditions = [condition for condition, _ in choice.branches if condition is not None]
            roots = {_AT[name.path[0]] for condition in conditions for name in names_in(condition)}
            known = self._choices.put(id(choice), (choice, tuple(sorted(roots)), {}))
        keys = context.keys
        key = tuple([keys[at] for at in known[1]])
        found = known[2].get(key)
        if found is None:
            found = known[2][key] = _branch(choice, context)
        return found

    def _values(self, text: Chunk | Line, context: Context, url: str, guard: bool) -> tuple[str, ...]:
        """The values of a text's placeholders, in order."""
        if not text.placeholders:
            return ()
        known = self._placeholders.get(id(text))
        if known is None:
            names = tuple((_AT[one.path[0]], self._known.setdefault(one.path, {})) for one in text.placeholders)
            known = self._placeholders.put(id(text), (text, names))
        keys = context.keys
        found = tuple([values.get(keys[at]) for at, values in known[1]])
        if None not in found:
            return found  # type: ignore[return-value]  # or so says the line above
        return tuple(
            [
                self._find(placeholder, context, url, guard) if value is None else value
                for value, placeholder in zip(found, text.placeholders, strict=True)
            ]
        )

    def _find(self, placeholder: Placeholder, context: Context, url: str, guard: bool) -> str:
        path = placeholder.path
        value = context.lookup(path)
        if value is None:
            self._tell(placeholder, context, url, guard)
            return ""
        text = self._known[path][context.keys[_AT[path[0]]]] = written(value)
        return text

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


def _branch(choice: Choice, context: Context) -> Body:
    for condition, body in choice.branches:
        if condition is None or evaluate(condition, context.lookup):
            return body
    return ()
