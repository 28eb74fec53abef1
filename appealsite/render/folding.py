"""Templates made ready for many pages: included files put in their place, values that all pages share written in.

What a page costs is mostly the number of pieces that its template yields, so whatever is the same on every page becomes
part of the text around it before the template is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from appealsite.render.code import as_text, bindings, nodes_of

_DEFINES = (
    nodes.Assign, nodes.AssignBlock, nodes.Block, nodes.Extends, nodes.FromImport, nodes.Import, nodes.Macro,
)  # fmt: skip


class Lines:
    """Line numbers of nodes from several files in one tree: each file counts from a multiple of its own."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._stride = max((text.count("\n") + 2 for text in sources.values()), default=1)
        self.names = sorted(sources)
        self._start = {name: number * self._stride for number, name in enumerate(self.names, 1)}

    def start(self, name: str) -> int | None:
        """What is added to the line numbers of a file, None where there is no such file."""
        return self._start.get(name)

    def find(self, name: str, line: int) -> tuple[str, int]:
        """The file and line behind the number of a line in the tree of ``name``."""
        number, rest = divmod(line, self._stride)
        return (self.names[number - 1], rest) if 0 < number <= len(self.names) else (name, line)


class Folder(NodeTransformer):
    """Folds a template's tree. ``parse`` gives the tree of a file anew, ``shared`` the values of every page, and
    ``each`` what the filter of that name makes of a shared list, or None where that is left to each page."""

    def __init__(
        self,
        parse: Callable[[str], nodes.Template],
        lines: Lines,
        shared: Mapping[str, Any],
        each: Callable[[tuple[object, ...], str], bytes | None],
    ) -> None:
        self._parse = parse
        self._lines = lines
        self._shared = shared
        self._each = each

    def fold(self, name: str) -> nodes.Template:
        """The tree of a file, folded; its meaning is the same for every page."""
        tree = self._with_includes(self._parse(name), (name,))
        below = nodes_of(tree)
        if any(isinstance(node, nodes.Extends | nodes.Block) for node in below):  # what one binds, another may read
            below = [node for other in self._lines.names for node in nodes_of(self._parse(other))]
        bound = bindings(below)
        self._shared = {key: value for key, value in self._shared.items() if key not in bound}
        folded: nodes.Template = self.visit(tree)
        return folded

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """A node whose parts are folded."""
        super().generic_visit(node, *args, **kwargs)
        _join_outputs(node)
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja's way to name visitors
        """A shared text by its name."""
        return _constant(node, self._shared.get(node.name))

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        """A text of a shared value."""
        if isinstance(node.node, nodes.Name) and node.node.name in self._shared:
            return _constant(node, getattr(self._shared[node.node.name], node.attr, None))
        return self.generic_visit(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """A text of a shared mapping."""
        if isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Const):
            shared = self._shared.get(node.node.name)
            if isinstance(shared, Mapping):
                return _constant(node, shared.get(node.arg.value))
        return self.generic_visit(node)

    def visit_For(self, node: nodes.For) -> nodes.Node | list[nodes.Node]:  # noqa: N802
        """A loop over a shared list: its body once for each item, where that reads nothing but texts of the items."""
        items, target = self._list(node.iter), node.target
        if items is None or not isinstance(target, nodes.Name) or not _can_be_unrolled(node, target.name, items):
            return self.generic_visit(node)
        around, made = self._shared, []
        for item in items:
            self._shared = {**around, target.name: item}
            made += [self.visit(deepcopy(one, {id(one.environment): one.environment})) for one in node.body]
        self._shared = around
        return made

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        """What ``each`` makes of a shared list."""
        items = self._list(node.node) if node.name == "each" and len(node.args) == 1 and not node.kwargs else None
        name = node.args[0] if items is not None else None
        html = self._each(items or (), name.value) if isinstance(name, nodes.Const) else None
        return self.generic_visit(node) if html is None else nodes.Const(as_text(html), lineno=node.lineno)

    def _list(self, node: nodes.Node | None) -> tuple[object, ...] | None:
        """A list of a shared value; None of anything else."""
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in self._shared:
            value = getattr(self._shared[node.node.name], node.attr, None)
            return value if isinstance(value, tuple) else None
        return None

    def _with_includes(self, tree: nodes.Node, within: tuple[str, ...]) -> Any:
        for field in ("body", "else_", "elif_"):
            body = getattr(tree, field, None)
            if isinstance(body, list):
                setattr(tree, field, [made for node in body for made in self._included(node, within)])
        return tree

    def _included(self, node: nodes.Node, within: tuple[str, ...]) -> Iterator[nodes.Node]:
        target = node.template if isinstance(node, nodes.Include) and node.with_context else None
        name = target.value if isinstance(target, nodes.Const) else None
        start = self._lines.start(name) if isinstance(name, str) and name not in within else None
        if start is None or name is None:
            yield self._with_includes(node, within)
            return
        tree = self._parse(name)
        below = nodes_of(tree)
        if any(isinstance(inner, _DEFINES) for inner in below):
            yield node  # what it defines is its own
            return
        for inner in below:
            inner.lineno = (inner.lineno or 0) + start
        yield from self._with_includes(tree, (*within, name)).body


def repeat(tree: nodes.Template, item: str, items: str, end: str) -> bool:
    """Have a tree do for each of some ``items`` what it does for one, with ``end`` behind each; False where it defines
    what others may use or reads a name that it would have there alone, and is left as it is."""
    below = nodes_of(tree)
    names = {node.name for node in below if isinstance(node, nodes.Name)}
    if any(isinstance(node, _DEFINES) for node in below) or not names.isdisjoint(("loop", items)):
        return False
    body = [*tree.body, nodes.Output([nodes.TemplateData(end)])]
    tree.body = [nodes.For(nodes.Name(item, "store"), nodes.Name(items, "load"), body, [], None, False)]
    _join_outputs(tree.body[0])
    tree.set_lineno(1)
    return True


def _can_be_unrolled(loop: nodes.For, target: str, items: tuple[object, ...]) -> bool:
    """Whether a loop does no more than repeat its body, and its body reads nothing but texts of the item ``target``."""
    inside = [node for one in loop.body for node in nodes_of(one)]
    if loop.test or loop.else_ or loop.recursive or any(isinstance(one, (*_DEFINES, nodes.Include)) for one in inside):
        return False
    texts = {
        id(one.node)
        for one in inside
        if isinstance(one, nodes.Getattr) and all(type(getattr(item, one.attr, None)) in (str, bool) for item in items)
    }
    return all(
        name.ctx == "load" and name.name != "loop" and (name.name != target or id(name) in texts)
        for name in inside
        if isinstance(name, nodes.Name)
    )


def _constant(node: nodes.Expr, value: object) -> nodes.Expr:
    if type(value) is bytes:
        return nodes.Const(as_text(value), lineno=node.lineno)
    return nodes.Const(value, lineno=node.lineno) if type(value) in (str, bool) else node


def _join_outputs(node: nodes.Node) -> None:
    for field in ("body", "else_"):
        body = getattr(node, field, None)
        if not isinstance(body, list):
            continue
        joined: list[nodes.Node] = []
        for one in body:
            if isinstance(one, nodes.Output) and joined and isinstance(joined[-1], nodes.Output):
                joined[-1].nodes.extend(one.nodes)
            else:
                joined.append(one)
        setattr(node, field, joined)
