"""Text for one page: the branches whose conditions hold, and the values of the placeholders in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
Shown = tuple[tuple[Chunk, Places], ...]


class Filler:
    """Fills text for one page after another. A name without a value is a problem, told once and not on every page.

    What a name stands for, and whether a condition holds, depends on the entries of the matrix that they name; each is
    worked out once for an entry.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._known: dict[tuple[str, ...], Known] = {}
        self._lines = Memo[int, tuple[Line, Places]](KEPT)
        self._bodies = Memo[int, tuple[Body, tuple[int, ...], Memo[object, Shown]]](KEPT)
        self._told: dict[Placeholder, set[str]] = {}

    def body(self, body: Body, context: Context, url: str) -> tuple[Filled, ...]:
        """The chunks that this page shows with their values."""
        _, roots, variants = self._bodies.get(id(body)) or self._bodies.put(id(body), _opened(body))
        keys = context.keys
        variant = tuple([keys[at] for at in roots])
        shown = variants.get(variant)
        if shown is None:
            shown = variants.put(variant, tuple([(one, self._places(one)) for one in _shown(body, context)]))
        return tuple([Filled(one, self._values(one, places, context, url, guard=True)) for one, places in shown])

    def line(self, line: Line, context: Context, url: str) -> str:
        """A title or another single line with its values in place."""
        _, places = self._lines.get(id(line)) or self._lines.put(id(line), (line, self._places(line)))
        return line.form % self._values(line, places, context, url, guard=False)

    def _places(self, text: Chunk | Line) -> Places:
        return tuple([(_AT[one.path[0]], self._known.setdefault(one.path, {}).get) for one in text.placeholders])

    def _values(self, text: Chunk | Line, places: Places, context: Context, url: str, guard: bool) -> tuple[str, ...]:
        """The values of a text's placeholders, in order."""
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
        else:
            message = f"'{name}' is empty" + (f" for the {root} '{slug}'" if slug else "")
            hint = "fill it in, or use a field that is never empty"
            if guard:
                hint = "fill it in, or put the text between {% if " + name + " %} and {% endif %}"
        self._problems.append(Problem(placeholder.mark, message, hint))


def _opened(body: Body) -> tuple[Body, tuple[int, ...], Memo[object, Shown]]:
    """A text with the places of the keys that decide which of its chunks a page shows, and what pages showed so far."""
    return body, tuple(sorted({_AT[root] for root in _roots(body)})), Memo(KEPT)


def _roots(body: Body) -> Iterator[str]:
    """The entries that the conditions of a text name."""
    for part in body:
        if isinstance(part, Choice):
            for condition, inner in part.branches:
                if condition is not None:
                    yield from (name.path[0] for name in names_in(condition))
                yield from _roots(inner)


def _shown(body: Body, context: Context) -> Iterator[Chunk]:
    """The chunks of a text that a page shows, in order."""
    for part in body:
        if isinstance(part, Chunk):
            yield part
        else:
            yield from _shown(_branch(part, context), context)


def _branch(choice: Choice, context: Context) -> Body:
    for condition, body in choice.branches:
        if condition is None or evaluate(condition, context.lookup):
            return body
    return ()
