"""Jinja's environment as the templates of ``layouts/`` have it: bytes are put out, and nothing is looked for twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, MutableMapping
from types import CodeType, MappingProxyType
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, nodes
from jinja2.runtime import Context, TemplateReference
from jinja2.utils import missing

from appealsite.problems import suggest
from appealsite.render.code import (
    CodeOfBytes,
    as_text,
    concatenated,
    encoded,
    html_as_text,
    is_private,
    joined,
    remainder,
)
from appealsite.render.context import HTML
from appealsite.render.filters import filters_of


class Values(dict[str, Any]):
    """The values that a template is given."""

    def __missing__(self, name: str) -> object:
        return missing


class _Code(CodeOfBytes):
    html = HTML

    def __init__(self, environment: Environment, *args: Any, **kwargs: Any) -> None:
        super().__init__(environment, *args, **kwargs)
        assert isinstance(environment, LayoutEnvironment)
        self.given, self.known = environment.given, environment.known


class CompiledLayout(Template):
    """A template whose code finds what puts out bytes."""

    @classmethod
    def _from_namespace(
        cls,
        environment: Environment,
        namespace: MutableMapping[str, Any],
        globals: MutableMapping[str, Any],  # noqa: A002 - Jinja's name
    ) -> Template:
        namespace.update(
            encoded=encoded, as_text=as_text, html_as_text=html_as_text, markup_join=joined, remainder=remainder
        )
        return super()._from_namespace(environment, namespace, globals)


class LayoutEnvironment(Environment):
    """The settings of our templates, and what they cannot do. ``each`` is the filter of that name."""

    concat = staticmethod(concatenated)
    code_generator_class = _Code
    template_class = CompiledLayout

    def __init__(self, loader: BaseLoader, each: Callable[..., bytes]) -> None:
        super().__init__(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            loader=loader,
            cache_size=-1,
        )
        self.globals.clear()
        self.filters = filters_of(self) | {"each": each}
        self.context_class = _context_class(self)
        self.given: Collection[str] = ()  # to the template that is being compiled, where that is known
        self.known: Collection[str] = ()

    def compile_given(
        self, tree: nodes.Template, name: str, given: Collection[str], known: Collection[str] = ()
    ) -> CodeType:
        """The code of a template that is ``given`` values of these names, as its types were checked for, and others of
        which it is ``known`` that they have what it reads of them."""
        self.given, self.known = given, known
        try:
            return self.compile(tree, name, f"layouts/{name}")
        finally:
            self.given = self.known = ()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The attribute or, as with Jinja, the item of its name; filters look for it here."""
        if is_private(attribute) and not isinstance(obj, TemplateReference):
            return self.undefined(obj=obj, name=attribute)
        return html_as_text(super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The item or, as with Jinja, the attribute of its name."""
        if is_private(argument) and not isinstance(obj, Mapping):
            return self.undefined(obj=obj, name=argument)
        if isinstance(obj, MappingProxyType) and argument not in obj:  # the one mapping that a template is given
            return self.undefined(f"there is no asset '{argument}'; {suggest(str(argument), obj)}".removesuffix("; "))
        return html_as_text(super().getitem(obj, argument))

    def call_filter(self, *args: Any, **kwargs: Any) -> Any:
        """What a filter makes of the items of a list."""
        return html_as_text(super().call_filter(*args, **kwargs))


def _context_class(environment: Environment) -> type[Context]:
    """Contexts that share what Jinja makes anew for each: our templates never switch escaping off and on."""
    settings = nodes.EvalContext(environment)

    class Light(Context):
        def __init__(
            self,
            environment: Environment,
            parent: dict[str, Any],
            name: str | None,
            blocks: dict[str, Any],
            globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
        ) -> None:
            self.environment = environment
            self.parent = Values(parent)
            self.vars = {}
            self.eval_ctx = settings
            self.exported_vars = set()
            self.name = name
            self.globals_keys = set() if globals is None else set(globals)
            self.blocks = {block: [render] for block, render in blocks.items()}

    return Light
