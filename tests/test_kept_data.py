"""What the data files and the heads of texts say, known without asking pydantic: the same as it would answer."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from appealsite.kept import Kept
from appealsite.problems import Problem
from appealsite.read import site as reading
from appealsite.read.layouts import read_layouts
from appealsite.read.model import Model
from appealsite.read.models import FrontMatter
from appealsite.read.site import DATA, MATRIX, SOURCES, Site, read_site
from appealsite.read.validate import adapter
from tests.small_site import copy_small


def plain(value: Any) -> Any:
    """A value as mappings, tuples and what they hold, so that two of them can be compared."""
    if isinstance(value, Model) and is_dataclass(value):
        return type(value), {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def read(root: Path, kept: Kept | None) -> tuple[Site | None, list[Problem]]:
    problems: list[Problem] = []
    return read_site(root, read_layouts(root, problems), problems, kept=kept), problems


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


def test_what_sound_data_files_say_is_kept_with_the_place_of_each_value(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(tmp_path / "kept")
    first, _ = read(root, kept)
    monkeypatch.setattr(reading, "parse_yaml", None)  # whoever calls it fails
    again, problems = read(root, kept)
    assert first is not None and again is not None and not problems
    for name in ("matrix", "settings", "plan_types", "sources", "redirections", "people"):
        assert plain(getattr(again, name)) == plain(getattr(first, name)), name
    assert again.documents == first.documents
    assert again.mark(MATRIX, ("combinations", 0)) == first.mark(MATRIX, ("combinations", 0))


@pytest.mark.parametrize("name", [name for name in DATA if name.endswith(".yaml")])
def test_nothing_is_kept_of_a_file_that_is_not_sound(name: str, root: Path, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    (root / name).write_text("unknown: {{ payer.name }}\n", "utf-8")
    told = [read(root, kept)[1] for _ in range(2)]
    assert told[0] == told[1] and any(problem.mark.path == name for problem in told[0])


def test_a_changed_or_damaged_file_is_read_anew(root: Path, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    read(root, kept)
    text = (root / SOURCES).read_text("utf-8")
    (root / SOURCES).write_text(text.replace("title: ", "title: Another "), "utf-8")
    (tmp_path / "kept" / MATRIX).write_bytes(b"nothing of ours")
    known, problems = read(root, kept)
    assert known is not None and not problems
    assert any(source.title.startswith("Another ") for source in known.sources.values())


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": "Why?", "description": "It says why.", "checked": "2026-11-21"},
        {"search_title": "1", "menu_title": "Z", "reference": "true", "index": "false"},
    ],
)
def test_plain_front_matter_is_what_pydantic_makes_of_it(said: dict[str, Any]) -> None:
    assert plain(FrontMatter.of_plain(said)) == plain(adapter(FrontMatter).validate_python(said))


@pytest.mark.parametrize(
    "said",
    [
        None,
        "title",
        {"title": None},
        {"title": ""},
        {"title": "\u200b"},
        {"title": ["a"]},
        {"checked": "21/11/2026"},
        {"checked": "2026-02-30"},
        {"index": "no"},
        {"reviewed_by": {"jane-roe": "2026-12-01"}},
        {"allow": {"T04": "a name"}},
        {"titel": "Why?"},
    ],
)
def test_other_front_matter_is_left_to_pydantic(said: object) -> None:
    assert FrontMatter.of_plain(said) is None


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_of_what_cannot_be_kept_nothing_is_left(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, given: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, step, full)
    kept = Kept(tmp_path)
    kept.put("icons/a.png", b"key", b"data")
    assert kept.get("icons/a.png", b"key") is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
