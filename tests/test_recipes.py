"""The deploy recipes: every command in them exists, and the build that they ask for works."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from appealsite.cli import cli
from appealsite.hosts.known import HOSTS
from tests.small_site import ROOT

RECIPES = sorted((ROOT / "docs/deploy").glob("*.yml"))


def steps(recipe: Path) -> Iterator[dict[str, Any]]:
    for job in yaml.safe_load(recipe.read_text("utf-8"))["jobs"].values():
        yield from job["steps"]


def commands(recipe: Path) -> list[list[str]]:
    found = [line for step in steps(recipe) for line in str(step.get("run", "")).splitlines()]
    return [line.split(" > ")[0].split()[2:] for line in found if line.startswith("python build.py")]


def test_there_is_a_recipe_for_github_and_for_cloudflare() -> None:
    assert {path.stem for path in RECIPES} == {"github-pages", "cloudflare-pages"} <= set(HOSTS)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_every_step_is_one_that_can_run(recipe: Path) -> None:
    called = commands(recipe)
    assert ["--host", recipe.stem] in called
    for name, *options in [words for words in called if not words[0].startswith("-")]:
        assert name in cli.commands, name
        known = {option for parameter in cli.commands[name].params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known
    for step in steps(recipe):
        assert ("run" in step) != ("uses" in step)
        if "uses" in step:
            assert re.fullmatch(r"[a-z-]+/[a-z-]+@v\d+", step["uses"]), "a version, never a branch"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_the_permissions_are_no_wider_than_a_job_needs(recipe: Path) -> None:
    read = yaml.safe_load(recipe.read_text("utf-8"))
    assert read["permissions"] == {"contents": "read"}
    for job in read["jobs"].values():
        writes = {name for name, value in job.get("permissions", {}).items() if value == "write"}
        text = str(job["steps"])
        assert ("pull-requests" in writes) == ("gh pr comment" in text)
        assert ("contents" in writes) == ("git push" in text)
        assert ("pages" in writes) == ("deploy-pages" in text)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_its_commands_work_on_our_site_once_it_has_addresses(recipe: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, root / folder)
    settings = root / "data/site.yaml"
    settings.write_text(settings.read_text("utf-8").replace("example.com", "denialhelp.org"), "utf-8")
    for words in commands(recipe):
        command = [sys.executable, str(ROOT / "build.py"), "--root", str(root), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), words
