"""JSON Schemas of what people write, made from the models, so that editors complete and check while somebody types.

An editor sees what YAML's own rules make of a value (``true`` is a truth value, ``59`` a number), while our reader
keeps text as it was written; so a schema allows both forms where our models take text.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

from pydantic import TypeAdapter

from appealsite.read import models
from appealsite.read.models import FrontMatter, Matrix, Person, PlanType, Redirections, Settings, Source

DIALECT = "http://json-schema.org/draft-07/schema#"  # what yaml-language-server reads best
FOLDER = "data/schema"
_PERIOD = {
    "type": "string",
    "pattern": r"^[1-9][0-9]{0,3} (hour|day|business day|week|month|year)s?$",
    "description": "A number and a unit, such as 180 days, 72 hours or 4 months.",
}


def schemas() -> dict[str, bytes]:
    """Every schema by the name of its file below the project."""
    made = {
        "matrix": _schema(Matrix, "The payers, services, reasons and combinations of the site."),
        "site": _schema(Settings, "The site's name, addresses, order of blocks, offer and limits."),
        "plan_types": _schema(dict[str, PlanType], "Laws and deadlines by kind of health plan."),
        "sources": _schema(dict[str, Source], "Every citation of the site."),
        "people": _schema(dict[str, Person], "People outside the team who review pages."),
        "redirects": _schema(Redirections, "Where visitors of old addresses go."),
        "front-matter": _schema(FrontMatter, "The head of a Markdown file."),
    }
    return {
        f"{FOLDER}/{name}.schema.json": (json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode()
        for name, schema in made.items()
    }


def first_line(name: str) -> str:
    """What a data file begins with, so that editors find its schema."""
    return f"# yaml-language-server: $schema=schema/{name}.schema.json"


def _schema(type_: Any, description: str) -> dict[str, Any]:
    made = TypeAdapter(type_).json_schema(by_alias=True, mode="validation", ref_template="#/definitions/{model}")
    definitions = {name: _described(name, one) for name, one in made.pop("$defs", {}).items()}
    schema = {"$schema": DIALECT, "description": description, **made}
    schema["description"] = description
    if definitions:
        schema["definitions"] = {name: _as_written(name, one) for name, one in sorted(definitions.items())}
    plain: dict[str, Any] = _plain(_as_written("", schema))
    return plain


def _described(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """With what the model says of itself, which older versions of pydantic leave out."""
    said = inspect.getdoc(getattr(models, name))
    return dict(sorted({**schema, "description": said}.items()))


def _as_written(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The form that a person writes, where it is another than that of the value."""
    if name == "Period":
        return _PERIOD
    if name == "ByKind":
        return {"anyOf": [dict(schema["properties"]["other"]), schema]}
    properties = schema.get("properties", {})
    properties.pop("slug", None)  # the key above the entry
    if "slug" in schema.get("required", ()):
        schema["required"] = [one for one in schema["required"] if one != "slug"]
    if name in ("Combination", "LeftOut"):
        for axis in ("payer", "service", "reason"):
            lists = properties[axis]
            kept = {key: lists.pop(key) for key in ("description",) if key in lists}
            properties[axis] = {**kept, "anyOf": [{"type": "string", "minLength": 1}, _without_null(lists)]}
    return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _plain(value: Any) -> Any:
    """Without titles, and without what only a program can say: nothing said, and text that looks like a number."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    choices = [one for one in value.get("anyOf", ()) if one != {"type": "null"}]
    if "anyOf" in value and len(choices) == 1:  # a field that may be left out is left out, never written as nothing
        value = {**{key: one for key, one in value.items() if key not in ("anyOf", "default")}, **choices[0]}
    made = {key: _plain(one) for key, one in value.items() if key != "title" or isinstance(one, dict)}
    if made.get("default", 0) is None:
        del made["default"]
    if made.get("type") == "string" and "format" not in made and "enum" not in made and "const" not in made:
        made["type"] = ["string", "number"] if _may_be_number(made) else "string"
    return made


def _may_be_number(schema: dict[str, Any]) -> bool:
    return "pattern" not in schema or re.match(schema["pattern"], "12") is not None
