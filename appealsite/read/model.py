"""What the models of the data files are made of: plain frozen values whose fields say what a person may write.

pydantic reads that from them (https://docs.pydantic.dev/latest/concepts/types/#customizing-validation-with-__get_pydantic_core_schema__)
when there is something to validate, and is not loaded before: a value that is known to be sound needs none of it.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, field, fields
from functools import cache, partial
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform

from appealsite.values import fields_of

FORMS: dict[str, str] = {}  # patterns of text, each with what a person should write
T = TypeVar("T")
Handler = Any  # pydantic's GetCoreSchemaHandler: gives the schema of a type
Schema = Any  # a pydantic_core.CoreSchema


def said(*, default: Any = MISSING, default_factory: Any = MISSING, **more: Any) -> Any:
    """A field of which more is said than its type: its ``description``, or limits in the words of pydantic's ``Field``.
    It is required unless it has a default."""
    return field(default=default, default_factory=default_factory, metadata=more)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(said,))
def model(kind: type[T]) -> type[T]:
    """A model: a dataclass that is made by the names of its fields, and equal to itself alone. Type checkers see to it
    that no field is set again; what Python would add for that, and to compare, takes longer to make than the rest."""
    return dataclass(kw_only=True, eq=False, repr=False)(kind)


class Model:
    """A frozen value that knows all its keys.

    ``FORM`` says what a person is to write. What ``__post_init__`` raises as ValueError is told of the whole value.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    FORM: ClassVar[str] = "a mapping (lines of 'key: value')"

    @classmethod
    def as_fields(cls, value: object) -> object:
        """What a person wrote as a mapping of fields. Raises ValueError for what is neither."""
        return value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Handler) -> Schema:
        """How pydantic validates it."""
        schema = handler(source)
        shared = handler.resolve_ref_schema(schema)  # by all fields of this type, so it is changed in place, and once
        if shared["type"] == "dataclass" and "as_fields" in vars(cls):
            inner = {**shared}
            reference = inner.pop("ref")
            shared.clear()
            shared.update({**Before(cls.as_fields).of(inner), "ref": reference})
        return schema

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """The fields, each with its value."""
        return ((name, getattr(self, name)) for name in fields_of(self))


class Known(NamedTuple):
    """A field of a model: its name in Python, its type, and what is said of it; ``key`` is the key of the entry."""

    name: str
    type: Any
    description: str
    key: bool


@cache
def written_fields(kind: Any) -> dict[str, Known]:
    """The fields of a model by the names that people write; none of anything else."""
    if not (isinstance(kind, type) and issubclass(kind, Model)):
        return {}
    hints = typing.get_type_hints(kind, include_extras=True)
    return {
        one.metadata.get("alias", one.name): Known(
            one.name, hints[one.name], one.metadata.get("description", ""), one.metadata.get("exclude", False)
        )
        for one in fields(kind)  # type: ignore[arg-type]  # all models are dataclasses
    }


class Must:
    """Limits of a type, in the words of pydantic's schemas; stands in ``Annotated``."""

    def __init__(self, **limits: Any) -> None:
        self._limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Schema:
        """The type's schema with these limits."""
        return {**handler(source), **self._limits}


def form(pattern: str, advice: str, longest: int | None = None) -> Must:
    """The form of a text, with what a person should write."""
    FORMS[pattern] = advice
    return Must(pattern=pattern) if longest is None else Must(pattern=pattern, max_length=longest)


class Before:
    """A function of what was written that goes before a type's own validation, and may raise ValueError."""

    def __init__(self, change: Callable[[Any], Any]) -> None:
        self._change = change

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Schema:
        """The type's schema behind this function."""
        return self.of(handler(source))

    def of(self, schema: Schema) -> Schema:
        """A schema behind this function."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self._change, schema)


class After:
    """A function of a sound value that follows, and may raise ValueError. With ``of_field``, it is given the name of
    the field as well."""

    def __init__(self, check: Callable[..., Any], *, of_field: bool = False) -> None:
        self._check = check
        self._of_field = of_field

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Schema:
        """The type's schema before this function."""
        from pydantic_core import core_schema

        check = partial(self._check, handler.field_name) if self._of_field else self._check
        return core_schema.no_info_after_validator_function(check, handler(source))
