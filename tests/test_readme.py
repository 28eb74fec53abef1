"""The README is true: every command and option stands in it, and what it tells a newcomer to type works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from appealsite.build import Summary
from appealsite.cli import cli
from appealsite.render.context import OF_BLOCK
from appealsite.render.timings import Timings
from appealsite.report import as_json_text
from tests.real_site import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def commands() -> dict[str, click.Command]:
    return {"": cli, **cli.commands}


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"`python build.py {name}".rstrip() in README
    for parameter in commands()[name].params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert re.search(rf"`{re.escape(option)}\b", README), option


def test_every_documented_option_exists() -> None:
    rows = re.findall(r"^\| `(--[a-z-]+)", README, re.MULTILINE)
    known = {option for command in commands().values() for part in command.params for option in part.opts}
    assert rows
    assert set(rows) <= known | {"--help"}


def rows_under(heading: str) -> set[str]:
    """What the first columns of the tables under a heading name."""
    part = README.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    firsts = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    return {name for first in firsts for name in re.findall(r"`(\w+)`", first)}


def test_every_key_of_the_summary_as_json_is_documented() -> None:
    summary = Summary("site", timings=Timings())
    assert rows_under("### The summary as JSON") == set(json.loads(as_json_text(summary)))


def test_every_name_that_a_layout_of_a_block_sees_is_documented() -> None:
    assert rows_under("## Change a layout") == set(OF_BLOCK)


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"^ +make ([a-z-]+)", README, re.MULTILINE))
    assert {"site", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_dependency_has_a_reason_and_nothing_else_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [("", project["dependencies"]), *project["optional-dependencies"].items()]
    wanted = {(group, name_of(wish)) for group, wishes in groups for wish in wishes} - {("test", "appealsite")}
    table = README.partition("## Why each dependency\n")[2].partition("\n## ")[0]
    given = set()
    for names, reason in re.findall(r"^\| (?!package |---)([^|]+) \| ([^|]+) \|$", table, re.MULTILINE):
        assert reason.strip()
        group, _, listed = names.rpartition(": ")
        given |= {(group, name) for name in listed.split(", ")}
    assert given == wanted


def name_of(wish: str) -> str:
    """The name of a package in a line that asks for it, without extras, versions and conditions."""
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", wish)
    assert found is not None, wish
    return found[0]


@pytest.mark.skipif("APPEALSITE_ALL_TESTS" not in os.environ, reason="makes a virtual environment; runs in CI")
def test_a_fresh_clone_builds_the_site_with_one_command(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run([make, "site"], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (clone / "site/help/cigna/cimt/step-therapy/index.html").is_file()
    assert "http://127.0.0.1:8000/" in done.stdout
