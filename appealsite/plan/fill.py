"""Text for one page: the branches whose conditions hold, and the values of the placeholders in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

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
Places = tuple[tuple[int, Callable[[object], str | None]], ...]  # where the key of each value stands, and what finds it


class _Branches(NamedTuple):
    """A choice with the places of the keys that decide it, and the branches that keys have been found to take."""

    choice: Choice
    roots: tuple[int, ...]
    taken: dict[object, Parts]


Parts = tuple[tuple[Chunk, Places] | _Branches, ...]  # of a text made ready to be filled


class Filler:
    """Fills text for one page after another. A name without a value is a problem, told once and not on every page.

    What a name stands for, and whether a condition holds, depends on the entries of the matrix that they name; each is
    worked out once for an entry.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._known: dict[tuple[str, ...], Known] = {}
        self._lines = Memo[int, tuple[Line, Places]](KEPT)
        self._bodies = Memo[int, tuple[Body, Parts]](KEPT)
        self._told: dict[Placeholder, set[str]] = {}

    def body(self, body: Body, context: Context, url: str) -> tuple[Filled, ...]:
        """The chunks that this page shows with their values."""
        return tuple(
            [
                Filled(chunk, self._values(chunk, places, context, url, guard=True))
                for chunk, places in self._taken(self._parts(body), context)
            ]
        )

    def line(self, line: Line, context: Context, url: str) -> str:
        """A title or another single line with its values in place."""
        _, places = self._lines.get(id(line)) or self._lines.put(id(line), (line, self._places(line)))
        return line.form % self._values(line, places, context, url, guard=False)

    def lines(self, line: Line, contexts: Sequence[Context]) -> list[str]:
        """The same line with the values of each of these contexts; faster where there are many. It is filled where no
        page is at hand that a name without a value could be told of, so that is left to those that show the line."""
        _, places = self._lines.get(id(line)) or self._lines.put(id(line), (line, self._places(line)))
        keys = [context.keys for context in contexts]
        columns = [[value_of(key[at]) for key in keys] for at, value_of in places]
        if not columns or any(None in column for column in columns):
            return [self.line(line, context, "") for context in contexts]
        return list(map(line.form.__mod__, zip(*columns)))

    def _parts(self, body: Body) -> Parts:
        known = self._bodies.get(id(body)) or self._bodies.put(id(body), (body, self._open(body)))
        return known[1]

    def _open(self, body: Body) -> Parts:
        return tuple([_branches(part) if isinstance(part, Choice) else (part, self._places(part)) for part in body])

    def _taken(self, parts: Parts, context: Context) -> list[tuple[Chunk, Places]]:
        """The chunks that a page shows of these parts, in order."""
        taken: list[tuple[Chunk, Places]] = []
        for part in parts:
            if isinstance(part, _Branches):
                taken += self._taken(self._branch(part, context), context)
            else:
                taken.append(part)
        return taken

    def _branch(self, branches: _Branches, context: Context) -> Parts:
        keys = context.keys
        key = tuple([keys[at] for at in branches.roots])
        found = branches.taken.get(key)
        if found is None:
            found = branches.taken[key] = self._parts(_taken(branches.choice, context))
        return found

    def _places(self, text: Chunk | Line) -> Places:
        return tuple([(_AT[one.path[0]], self._known.setdefault(one.path, {}).get) for one in text.placeholders])

    def _values(self, text: Chunk | Line, places: Places, context: Context, url: str, guard: bool) -> tuple[str, ...]:
        """The values of a text's placeholders, in order."""
        if not places:
            return ()
        keys = context.keys
        found = tuple([value_of(keys[at]) for at, value_of in places])
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
            if root == "plan":
                plan = next(iter(context.plans))
                hint = f'name the kind of plan, such as plans["{plan}"].{".".join(placeholder.path[1:])}'
        else:
            message = f"'{name}' is empty" + (f" for the {root} '{slug}'" if slug else "")
            hint = "fill it in, or use a field that is never empty"
            if guard:
                hint = "fill it in, or put the text between {% if " + name + " %} and {% endif %}"
        self._problems.append(Problem(placeholder.mark, message, hint))


def _branches(choice: Choice) -> _Branches:
    conditions = [condition for condition, _ in choice.branches if condition is not None]
    roots = {_AT[name.path[0]] for condition in conditions for name in names_in(condition)}
    return _Branches(choice, tuple(sorted(roots)), {})


def _taken(choice: Choice, context: Context) -> Body:
    for condition, body in choice.branches:
        if condition is None or evaluate(condition, context.lookup):
            return body
    return ()
