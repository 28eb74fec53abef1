"""The schemas that editors read: never stale, and of one mind with the reader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from appealsite.read.schema import FOLDER, first_line, schemas
from tests.small_site import ROOT, SMALL, call, copy_small

FILES = ("matrix", "site", "plan_types", "sources")


class Loader(yaml.SafeLoader):
    """YAML as editors read it: with numbers and truth values, and dates as text."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for letter in "yYnNoO":  # YAML 1.2: yes, no, on and off are text
    Loader.yaml_implicit_resolvers[letter] = [
        (tag, pattern) for tag, pattern in Loader.yaml_implicit_resolvers[letter] if tag != "tag:yaml.org,2002:bool"
    ]


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def validator(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((ROOT / FOLDER / f"{name}.schema.json").read_text("utf-8")))


def load(text: str) -> Any:
    return yaml.load(text, Loader)


def test_the_schemas_are_those_of_the_models(accept: bool) -> None:
    for name, data in schemas().items():
        if accept:
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_bytes(data)
        assert (ROOT / name).read_bytes() == data, f"{name} is stale: run pytest --accept tests/test_schema.py"
    assert {path.name for path in (ROOT / FOLDER).iterdir()} == {Path(name).name for name in schemas()}


@pytest.mark.parametrize("name", FILES)
def test_each_data_file_names_its_schema_and_is_valid(name: str) -> None:
    text = (ROOT / "data" / f"{name}.yaml").read_text("utf-8")
    assert text.splitlines()[0] == first_line(name)
    assert [error.message for error in validator(name).iter_errors(load(text))] == []
    small = load((SMALL / "data" / f"{name}.yaml").read_text("utf-8"))
    assert [error.message for error in validator(name).iter_errors(small)] == []


def test_front_matter_is_valid() -> None:
    check = validator("front-matter")
    for path in (ROOT / "content").rglob("*.md"):
        text = path.read_text("utf-8")
        if text.startswith("---\n"):
            front = load(text[4:].split("\n---\n")[0])
            assert [error.message for error in check.iter_errors(front or {})] == [], path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: draft", "status: drift"),
        ("kind: device", "kind: devise"),
        ("publish_on: 2999-01-01", "publish_on: []"),
        ("index: false", "index: maybe"),
        ("    name: Acme\n", "    nmae: Acme\n"),
        ("    name: Acme\n", "    name: ' '\n"),
        ("    name: Acme\n", '    name: "\\u00a0\\u200b"\n'),
        ("service: [on, walker]", "service: {on: walker}"),
        ("class: clinical", "class: clinic"),
        ("      - plan_type: job_plan", "      - plan: job_plan"),
    ],
)
def test_a_mistake_that_the_reader_tells_is_seen_while_typing(tmp_path: Path, old: str, new: str) -> None:
    root = copy_small(tmp_path / "small")
    path = root / "data/matrix.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert call("--root", root).status == 1
    assert list(validator("matrix").iter_errors(load(path.read_text("utf-8"))))


def test_every_field_of_a_schema_that_has_words_says_what_it_is_for() -> None:
    text = (ROOT / FOLDER / "matrix.schema.json").read_text("utf-8")
    assert len(re.findall(r'"description"', text)) > 40


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands(shell: str) -> None:
    from click.shell_completion import get_completion_class

    from appealsite.cli import cli

    found = get_completion_class(shell)
    assert found is not None
    names = {item.value for item in found(cli, {}, "build.py", "_BUILD_PY_COMPLETE").get_completions([], "")}
    assert {"serve", "check", "add", "explain", "diff"} <= names
