"""The Jinja templates of ``layouts/``: compiled, with what all pages share written into them once, and checked."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jinja2 import Template, TemplateError, TemplateNotFound, nodes, pass_context
from jinja2.loaders import FunctionLoader
from jinja2.runtime import Context

from appealsite.generator import generator_identity
from appealsite.kept import Kept
from appealsite.plan.page import DEFAULT_LAYOUT
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.read.files import mark_in
from appealsite.render.code import attributes_of, nodes_of
from appealsite.render.context import ITEM, ITEMS, OF_BLOCK, OF_PAGE, PAGE, SHARED
from appealsite.render.environment import CompiledLayout, LayoutEnvironment, Values
from appealsite.render.folding import Folder, Lines, repeat
from appealsite.render.template_types import TypeCheck
from appealsite.values import Listed, fields_of

SOUND = "sound"  # the name under which it is kept that nothing is wrong with the templates

_FOR_ALL = " of all"  # behind the name of a template, compiled to be used on many items at once
_FOR_VALUES = " of values"  # the same, where all of them have what it reads of one
_END = "\0"  # behind each of them; no text that is read holds it, and a template that puts it out is told

_ID = re.compile(r"""<[^<>]*\sid=["']?([^\s"'<>]+)(?=["'\s>])""")
_EMPTY = "this layout is empty", "write something, or remove the file"

_OTHERS_CODE = (nodes.Extends, nodes.FromImport, nodes.Import)
_OTHER_TEMPLATES = (*_OTHERS_CODE, nodes.Block, nodes.Include)

Render = Callable[[Mapping[str, Any]], bytes]
RenderAll = Callable[[Sequence[object]], Sequence[bytes]]  # of items, to the text for each


class _Facts(NamedTuple):
    """What is known of a compiled template: the fields of the page that it may read, with its includes, None where that
    cannot be told; whether its code is all that runs; whether that reads what all pages share; and, where it is used
    for the items of a list, whether it takes all at once, and what it reads of one, None where that cannot be told;
    and the ids that it gives to elements, whatever the page."""

    reads: frozenset[str] | None
    alone: bool
    reads_shared: bool
    takes_all: bool
    of_item: frozenset[str] | None
    ids: tuple[str, ...]


class Templates:
    """The compiled templates. Reading a name that the context lacks is an error, never an empty string."""

    def __init__(self, sources: Mapping[str, str], problems: list[Problem], kept: Kept | None = None) -> None:
        self.sources = {name: text for name, text in sources.items() if name.endswith(".html")}
        self._lines = Lines(self.sources)
        self._environment = LayoutEnvironment(FunctionLoader(self._load), self._each)
        self._shared: dict[str, Any] = {}
        self._loaded: dict[str, Template] = {}
        self._of_all: dict[str, RenderAll] = {}
        self._facts: dict[str, _Facts] = {}
        self._in_work = 0  # templates that are being compiled, one for the other
        self._kept = kept or Kept(None)
        self._key = _digest(generator_identity(), sorted(self.sources.items()))
        if self._kept.get(SOUND, self._key) is None:
            found: list[Problem] = []
            self._check(found)
            told = {problem.mark.path for problem in problems}  # of files that are there and could not be read
            problems += [problem for problem in found if problem.mark.path not in told]
            if not found:
                self._kept.put(SOUND, self._key, b"")

    def _check(self, problems: list[Problem]) -> None:
        """Add what is wrong with the templates, whatever pages may show."""
        trees: dict[str, nodes.Template] = {}
        for name in self.sources:
            with self._telling(name, problems):
                trees[name] = self._parse(name)
                self._environment.compile(trees[name], name, f"layouts/{name}")
        missing = [name for name in (PAGE, DEFAULT_LAYOUT) if name not in self.sources]
        problems += [Problem(Mark(f"layouts/{name}"), "is missing; every page is made with it") for name in missing]
        problems += [Problem(self._mark(name, 1), *_EMPTY) for name in trees if _says_nothing(trees[name])]
        if not problems:
            TypeCheck(trees, self._mark, problems).check()

    @contextlib.contextmanager
    def _telling(self, name: str, problems: list[Problem]) -> Iterator[None]:
        """Add what keeps a template from being compiled in this block."""
        try:
            yield
        except TemplateError as error:
            place = self._lines.find(getattr(error, "name", None) or name, getattr(error, "lineno", None) or 0)
            problems.append(Problem(self._mark(*place), error.message or "cannot be read"))
        except (AssertionError, RecursionError, SyntaxError, ValueError) as error:  # of a compiler, or of a constant
            problems.append(Problem(self._mark(name, 0), *_explained(error)))

    def forget_others(self) -> None:
        """Keep nothing of templates that are no more."""
        others = {name + kind for name in self.sources for kind in (_FOR_ALL, _FOR_VALUES)}
        self._kept.forget_others({SOUND, *self.sources, *others})

    def share(self, values: Mapping[str, Any]) -> None:
        """Take the values that are the same on every page; to be called once, before the first template is used."""
        self._shared = dict(values)
        self._key = _digest(self._key, sorted(self._shared.items()))

    def renderer(self, name: str) -> Render:
        """A template as a function from the values it reads, beside the shared ones, to the bytes of its text."""
        template = self._template(name)
        environment, blocks = self._environment, template.blocks
        facts = self._facts[name]
        shared = self._shared if facts.reads_shared or not facts.alone else {}
        root: Callable[[Context], Iterator[Any]] = template.root_render_func  # of bytes, by our generator of code
        at_rest: list[Context] = []  # to make one takes as long as to render a short template

        def run(values: Mapping[str, Any]) -> bytes:
            context = at_rest.pop() if at_rest else environment.context_class(environment, {}, name, blocks)
            context.parent = Values(values if not shared else {**shared, **values})
            data = b"".join(root(context))
            if facts.alone and not context.vars:
                at_rest.append(context)
            return data

        return run

    def reads(self, name: str) -> frozenset[str] | None:
        """The fields of the page that a block's layout may read, with its includes; None where that cannot be told."""
        self._template(name)
        return self._facts[name].reads

    def ids(self, name: str) -> tuple[str, ...]:
        """The ids that a template, with its includes, gives to elements on every page that it is used for."""
        self._template(name)
        return self._facts[name].ids

    def _collect_reads(self, below: Sequence[nodes.Node], found: set[str], seen: set[str]) -> bool:
        """Add the fields of the page that a tree of these nodes reads, with its includes but those that were ``seen``;
        False where that cannot be told."""
        owners, pages = set(), []
        for node in below:
            if isinstance(node, _OTHERS_CODE):
                return False
            if isinstance(node, nodes.Name) and node.name == "page":
                pages.append(id(node))
            elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "page":
                owners.add(id(node.node))
                found.add(node.attr)
            elif isinstance(node, nodes.Include):
                target = node.template
                if not isinstance(target, nodes.Const) or target.value not in self.sources:
                    return False
                if target.value not in seen:
                    seen.add(target.value)
                    if not self._collect_reads(nodes_of(self._parse(target.value)), found, seen):
                        return False
        return owners.issuperset(pages)

    def problem_from(self, error: Exception, url: str, origin: Mark) -> Problem:
        """What went wrong while a page was rendered: at the line of a template, else at the place it comes from."""
        place = origin
        try:
            self._environment.handle_exception()  # raises the error again, with the lines of templates
        except Exception as raised:  # noqa: BLE001
            frames = traceback.extract_tb(raised.__traceback__)
        for frame in frames:
            if frame.filename.startswith("layouts/"):
                place = self._mark(*self._lines.find(frame.filename.removeprefix("layouts/"), frame.lineno or 0))
        said = f"there is no template '{error.name}'" if isinstance(error, TemplateNotFound) else str(error)
        return Problem(place, said, f"on {url}")

    @pass_context  # so that Jinja does not use it while it compiles
    def _each(self, _context: object, items: Iterable[Any], name: str) -> bytes:
        """The filter ``each``: the template ``name`` for each of the items, one a line. An item that carries what this
        template made of it is not rendered again: most of what pages list does, as one template each is used for it."""
        render = self._of_all.get(name) or self._of_all.setdefault(name, self._renderer_of_all(name))
        items = tuple(items)
        try:
            made = [html for maker, html in [one._made for one in items] if maker is render]
        except AttributeError:  # of an item that no template was used for, or that carries nothing
            made = []
        return b"\n".join(made if len(made) == len(items) else _show(items, render))

    def _renderer_of_all(self, name: str) -> RenderAll:
        of_values = self._repeating(name + _FOR_VALUES)
        read = self._facts[name + _FOR_VALUES].of_item

        def render(items: Sequence[object]) -> Sequence[bytes]:
            known = read is not None and all(read.issubset(fields_of(kind)) for kind in {*map(type, items)})
            return (of_values if known else self._repeating(name + _FOR_ALL))(items)

        return render

    def _repeating(self, name: str) -> RenderAll:
        render = self.renderer(name)
        if self._facts[name].takes_all:
            return lambda items: _divided(render({ITEMS: items}), len(items))
        return lambda items: [render({ITEM: one}) for one in items]

    def _each_of_shared(self, items: tuple[object, ...], name: str) -> bytes | None:
        """The same for a list that all pages show; None where it is left to them, who also tell what is wrong."""
        if self._in_work > 1:  # it may be itself that it is wanted for
            return None
        try:
            return self._each(None, items, name)
        except Exception:  # noqa: BLE001 - the same again where it is told with its line
            return None

    def _parse(self, name: str) -> nodes.Template:
        return self._environment.parse(self.sources[name], name, f"layouts/{name}")

    def _template(self, name: str) -> Template:
        template = self._loaded.get(name)
        if template is None:
            kept = self._kept.get(name, self._key)
            if kept is None:
                kept = self._compile(name)
                self._kept.put(name, self._key, kept)
            *facts, code = marshal.loads(kept)  # noqa: S302 - sealed by its digest
            self._facts[name] = _Facts(*facts)
            template = CompiledLayout.from_code(self._environment, code, self._environment.make_globals(None))
            self._loaded[name] = template
        return template

    def _compile(self, name: str) -> bytes:
        """What is to be known of a template, and its code. Raises ProblemsFound where it is too deep with what it
        includes, though not alone."""
        file = name.removesuffix(_FOR_ALL).removesuffix(_FOR_VALUES)
        found: set[str] = set()
        self._in_work += 1
        try:
            tree = Folder(self._parse, self._lines, self._shared, self._each_of_shared).fold(file)
        finally:
            self._in_work -= 1
        of_item = attributes_of(ITEM, nodes_of(tree)) if file != name else None
        takes_all = file != name and repeat(tree, ITEM, ITEMS, _END)
        below = nodes_of(tree)
        reads = frozenset(found) if self._collect_reads(below, found, {file}) else None
        names = {node.name for node in below if isinstance(node, nodes.Name)}
        alone = not any(isinstance(node, _OTHER_TEMPLATES) for node in below)
        ids = (found for node in below if isinstance(node, nodes.TemplateData) for found in _ID.findall(node.data))
        read_of_item = None if of_item is None else frozenset(of_item)
        facts = _Facts(
            reads, alone, not names.isdisjoint(self._shared), takes_all, read_of_item, tuple(dict.fromkeys(ids))
        )
        problems: list[Problem] = []
        with self._telling(file, problems):
            given = SHARED if file != name else OF_PAGE if name == PAGE else OF_BLOCK
            known = (ITEM,) if name.endswith(_FOR_VALUES) and of_item is not None else ()
            return marshal.dumps((*facts, self._environment.compile_given(tree, file, given, known)))
        raise ProblemsFound(problems)

    def _load(self, name: str) -> tuple[str, str, None] | None:
        text = self.sources.get(name)
        return (text, f"layouts/{name}", None) if text is not None else None

    def _mark(self, name: str, line: int, word: str = "") -> Mark:
        text = self.sources.get(name, "")
        lines = text.split("\n")
        if not 0 < line <= len(lines):
            return Mark(f"layouts/{name}")
        excerpt = lines[line - 1]
        found = re.search(rf"\b{re.escape(word)}\b", excerpt) if word else None
        if found:
            return mark_in(f"layouts/{name}", lines, line - 1, found.start(), len(word))
        column = len(excerpt) - len(excerpt.lstrip())
        return mark_in(f"layouts/{name}", lines, line - 1, column, len(excerpt.strip()))


def _says_nothing(tree: nodes.Template) -> bool:
    """Whether a template puts out blanks at most and does nothing else."""
    data = [one for node in tree.body for one in (node.nodes if isinstance(node, nodes.Output) else [node])]
    return all(isinstance(one, nodes.TemplateData) and not one.data.strip() for one in data)


def _explained(error: Exception) -> tuple[str, str]:
    """What is wrong with a template that Jinja takes for sound, and what to do about it."""
    said = re.sub(r"\bl_\d+_", "", getattr(error, "msg", None) or str(error))  # as Jinja's code has its names
    if isinstance(error, RecursionError) or "nested" in said or "indentation" in said:
        return "is nested too deeply", "take some of it apart"
    return f"cannot be compiled: {said}", ""


def _divided(data: bytes, number: int) -> list[bytes]:
    *made, rest = data.split(_END.encode())
    if len(made) != number or rest:
        raise ValueError("the sign U+0000 has no place on a page")
    return made


def _show(items: Sequence[object], render: RenderAll) -> list[bytes]:
    """What a template makes of each item. Those that carry it already are left alone."""
    carried = [getattr(one, "_made", (None, b"")) for one in items]
    asked = {id(one): one for one, (maker, _) in zip(items, carried, strict=True) if maker is not render}
    new = asked | {id(one): one for item in asked.values() for one in _beside(item)}
    try:
        made = render(tuple(new.values()))
    except Exception:
        if len(new) == len(asked):
            raise
        new, made = asked, render(tuple(asked.values()))  # the mistake may be in one that nobody asked for
    shown = dict(zip(new, made, strict=True))
    for key, one in new.items():
        if isinstance(one, Listed):
            one._made = render, shown[key]
    return [html if maker is render else shown[id(one)] for one, (maker, html) in zip(items, carried, strict=True)]


def _beside(item: object) -> list[object]:
    """The values that are best shown together with this one, which they are then."""
    known: list[object] = getattr(item, "_beside", [])
    beside = known.copy()
    known.clear()
    return beside


def _digest(*parts: object) -> bytes:
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()
