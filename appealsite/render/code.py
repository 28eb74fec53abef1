"""The code that Jinja makes of a template, but that it yields bytes: what all pages share is then encoded once.

Jinja lets an environment name its generator of code (https://jinja.palletsprojects.com/en/stable/api/). Text that a
template keeps for itself (a ``set`` block, a macro, the body of a filter) stays text until it is put out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Undefined, markup_join
from markupsafe import Markup, escape

KEPT = 1024  # escaped texts; a page shows its heading several times, and so do its neighbours
_TEXT = (str, int, float, Undefined)  # what can be put out; anything else may read another way in every build
_PRIVATE = ("digest", "content", "chunk", "format", "format_map")
_PIECES = "_pieces"  # what a template collects them in


def encoded(value: object) -> bytes:
    """What stands in the page for a value: text escaped, HTML as it is."""
    if type(value) is bytes:
        return value
    if type(value) is not str:
        return as_text(value).encode()
    if "&" in value or "'" in value or '"' in value or "<" in value or ">" in value:  # the fastest way to ask
        return _escaped_text(value)
    return value.encode()


@lru_cache(maxsize=KEPT)
def _escaped_text(value: str) -> bytes:
    return escape(value).encode()


def as_text(value: object) -> Markup:
    """The same as text, where a template keeps it for itself."""
    return escape(readable(value))


def html_as_text(value: Any) -> Any:
    """Finished HTML as text, for what does more with it than put it out; anything else as it is."""
    return Markup(value.decode()) if type(value) is bytes else value


def readable(value: object) -> Any:
    """The same of text alone. Raises TypeError for what is none."""
    value = html_as_text(value)
    if value is None or isinstance(value, _TEXT):
        return value
    raise TypeError(f"this is no text but a {type(value).__name__}")


def joined(parts: Iterable[object]) -> str:
    """What the operator ``~`` makes of its parts."""
    return markup_join(map(readable, parts))


class _Readable(dict[Any, Any]):
    """Values of which those that are looked up are texts."""

    def __getitem__(self, name: Any) -> Any:
        return readable(super().__getitem__(name))


def remainder(left: Any, right: Any) -> Any:
    """What the operator ``%`` makes of two values."""
    if not isinstance(left, str):
        return left % right
    if isinstance(right, Mapping):
        return left % _Readable(right)
    return left % (tuple(map(readable, right)) if isinstance(right, tuple) else readable(right))


def concatenated(pieces: Iterable[Any]) -> str:
    """Pieces of text, or of what a template put out, as one text."""
    return "".join([piece if isinstance(piece, str) else piece.decode() for piece in pieces])


def nodes_of(tree: nodes.Node) -> list[nodes.Node]:
    """A node and all below it. Jinja's ``find_all`` hands each up through every level above it, which takes longer."""
    found = [tree]
    for node in found:
        found.extend(node.iter_child_nodes())
    return found


def defined(node: nodes.Node) -> list[str]:
    """The names that a macro or an import gives to what it brings."""
    match node:
        case nodes.Macro():
            return [node.name]
        case nodes.Import():
            return [node.target]
        case nodes.FromImport():
            return [name if isinstance(name, str) else name[1] for name in node.names]
    return []


class CodeOfBytes(CodeGenerator):
    """Makes code whose pieces are bytes. Where it knows what the template is ``given``, it reads those names and their
    attributes without asking whether they are there, as each was checked against its type before.

    What bears one of the names ``html`` is bytes, and text to all that does more with it than put it out. A template's
    pieces are collected in a list and joined at its end; those of a ``block`` are yielded one by one, as by Jinja.
    """

    html: Collection[str] = ()
    given: Collection[str] = ()
    known: Collection[str] = ()  # names of values of which it is known that they have what is read of them

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Visit a template. A name that it sets, on some of its ways at least, may be unset where it is read."""
        below = nodes_of(node)
        targets = (one.target for one in below if isinstance(one, nodes.Assign | nodes.AssignBlock))
        self._set_there = {one.name for target in targets for one in nodes_of(target) if isinstance(one, nodes.Name)}
        self._set_there.update(name for one in below for name in defined(one))
        if any(isinstance(one, nodes.Extends | nodes.Block) for one in below):
            self.given = ()  # what one binds that it extends, it cannot tell
        self._values = _names_of_values(below, self.given)
        self._put_out = {id(child) for one in below if isinstance(one, nodes.Output) for child in one.nodes}
        self._put_out.update(id(one.test) for one in below if isinstance(one, nodes.If))  # as true as its text
        super().visit_Template(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Visit the nodes of a body; the outermost collects what it and all others within put out."""
        if not frame.rootlevel:
            super().blockvisit(nodes, frame)
            return
        self.writeline(f"{_PIECES} = []")
        frame.buffer = _PIECES
        super().blockvisit(nodes, frame)
        frame.buffer = None
        self.writeline(f'yield b"".join({_PIECES})')

    def write_commons(self) -> None:
        """Begin a function; where no template has set a name of its own, names are those that were given."""
        super().write_commons()
        self.writeline("if not context.vars: resolve = context.parent.__getitem__")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja's way to name visitors
        """Put out bytes, or text where a template keeps it for itself."""
        self._keeps_text = _keeps_text(frame)
        super().visit_Output(node, frame)

    def _output_const_repr(self, group: Iterable[Any]) -> str:
        text: str = super()._output_const_repr(group)
        return text if self._keeps_text else repr("".join(group).encode())

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002 - Jinja's
        self.write("as_text(" if self._keeps_text else "(_one if type(_one := (")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write(")" if self._keeps_text else ")) is bytes else encoded(_one))")

    def start_write(self, frame: Frame, node: nodes.Node | None = None) -> None:
        """Begin to put out something else: what a macro or a filter made."""
        super().start_write(frame, node)
        if not _keeps_text(frame):
            self.write("encoded(")

    def end_write(self, frame: Frame) -> None:
        """End what ``start_write`` began."""
        if not _keeps_text(frame):
            self.write(")")
        super().end_write(frame)

    def simple_write(self, s: str, frame: Frame, node: nodes.Node | None = None) -> None:
        """Put out a piece that another template yields, which is bytes already."""
        super().start_write(frame, node)
        self.write(f"{s}.decode()" if _keeps_text(frame) else s)
        super().end_write(frame)

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier, frame: Frame) -> None:  # noqa: N802, ARG002
        """Escaping is always on."""
        self.fail("a layout cannot switch escaping; write '| safe' behind what is HTML", node.lineno)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """An attribute, which a value that the template is given has; of anything else, Jinja looks for it."""
        if is_private(node.attr) and not _is_of(node, ("self",)):
            self.fail(f"a layout cannot read '{node.attr}', which is no part of a page", node.lineno)
        known = isinstance(node.node, nodes.Name) and node.node.name in self.known
        if iskeyword(node.attr) or not (known or _is_of(node.node, self._values)):
            super().visit_Getattr(node, frame)
            return
        with self._as_text_but_where_put_out(node, node.attr in self.html):
            self.visit(node.node, frame)
            self.write(f".{node.attr}")

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:  # noqa: N802
        """A name."""
        with self._as_text_but_where_put_out(node, node.ctx == "load" and node.name in self.html):
            if node.ctx == "load" and node.name in self.given and node.name not in self._set_there:
                self.write(frame.symbols.ref(node.name))
            else:
                super().visit_Name(node, frame)

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802
        """A filter; one that asks whether there is a value asks."""
        with (
            self._as_text_but_where_put_out(node, node.name == "each"),
            self._asking(node.name in ("default", "d")),
        ):
            super().visit_Filter(node, frame)

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        """The same of a test."""
        with self._asking(node.name in ("defined", "undefined")):
            super().visit_Test(node, frame)

    def visit_Mod(self, node: nodes.BinExpr, frame: Frame) -> None:  # noqa: N802
        """The operator ``%``, which may put values into a text."""
        self.write("remainder(")
        self.visit(node.left, frame)
        self.write(", ")
        self.visit(node.right, frame)
        self.write(")")

    @contextlib.contextmanager
    def _as_text_but_where_put_out(self, node: nodes.Expr, html: bool) -> Iterator[None]:
        wrapped = html and id(node) not in self._put_out
        self.write("html_as_text(" if wrapped else "")
        yield
        self.write(")" if wrapped else "")

    @contextlib.contextmanager
    def _asking(self, asks: bool) -> Iterator[None]:
        usual = self.given, self._values, self.known
        if asks:
            self.given, self._values, self.known = (), set(), ()
        yield
        self.given, self._values, self.known = usual


def is_private(name: object) -> bool:
    """Whether an attribute is none that a template may read, as what it says is not told by the fingerprints of pages
    or may change unseen. Two methods of texts read any attribute; the filter ``format`` does without."""
    return isinstance(name, str) and (name.startswith("_") or name in _PRIVATE)


def attributes_of(name: str, below: Sequence[nodes.Node]) -> set[str] | None:
    """The attributes that nodes read of a value by its name; None where the name may stand for another value."""
    if name in bindings(below):
        return None
    owners = (one for one in below if isinstance(one, nodes.Getattr))
    return {one.attr for one in owners if isinstance(one.node, nodes.Name) and one.node.name == name}


def bindings(below: Iterable[nodes.Node]) -> set[str]:
    """All names that these nodes bind to values."""
    below = list(below)
    found = {one.name for one in below if isinstance(one, nodes.Name) and one.ctx != "load"}
    return found.union(*map(defined, below))


def _names_of_values(below: Sequence[nodes.Node], given: Collection[str]) -> set[str]:
    """The names that stand for nothing but values which the template is given, or the items of their lists."""
    loops = [
        (one.target, one.iter)
        for one in below
        if isinstance(one, nodes.For) and isinstance(one.target, nodes.Name) and not one.recursive
    ]
    targets = {id(target) for target, _ in loops}
    otherwise = bindings(one for one in below if id(one) not in targets)
    lists: dict[str, list[nodes.Node]] = {}
    for target, items in loops:
        lists.setdefault(target.name, []).append(items)
    values = set(given) - otherwise - lists.keys()
    for _ in lists:  # a list may be that of another's item
        values |= {name for name in lists.keys() - otherwise if all(_is_of(one, values) for one in lists[name])}
    return values


def _is_of(node: nodes.Node, names: Collection[str]) -> bool:
    """Whether an expression is one of these names, or an attribute of it."""
    while isinstance(node, nodes.Getattr):
        node = node.node
    return isinstance(node, nodes.Name) and node.name in names


def _keeps_text(frame: Frame) -> bool:
    """Whether a template keeps for itself what is put out here."""
    return frame.buffer not in (None, _PIECES)
