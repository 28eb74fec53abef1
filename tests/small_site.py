"""The small site of the tests (tests/sites/small) and the real command line to build it with."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from appealsite.cli import main
from appealsite.problems import Problem
from appealsite.read.layouts import read_layouts
from appealsite.read.site import Site, read_site

ROOT = Path(__file__).resolve().parent.parent
SITES = ROOT / "tests" / "sites"
SMALL = SITES / "small"
EXPECTED = SMALL / "expected"
TODAY = "1795219200"  # 2026-11-21, for SOURCE_DATE_EPOCH


def read_whole(root: Path) -> Site:
    """A project as a build reads it; one with problems has no place in a test that asks for this."""
    problems: list[Problem] = []
    site = read_site(root, read_layouts(root, problems), problems)
    assert site is not None, problems
    assert problems == []
    return site


@dataclass(frozen=True)
class Outcome:
    """What a run of the command left behind."""

    status: int
    out: str
    err: str


def copy_small(folder: Path) -> Path:
    """Copy the small site's sources to ``folder``, which must not exist yet."""
    shutil.copytree(SMALL, folder, ignore=shutil.ignore_patterns("expected", ".cache"))
    return folder


def call(*arguments: str | Path, **environment: str) -> Outcome:
    """Run the command line in this process: the same code as ``build.py``, without the start of an interpreter."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    with (
        patch.object(sys, "argv", ["build.py", *map(str, arguments)]),
        patch.object(sys.modules["__main__"], "__package__", None),  # else click shows how the tests were started
        patch.dict(os.environ, {"SOURCE_DATE_EPOCH": TODAY, **environment}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    gc.unfreeze()  # this process goes on, unlike the program
    return Outcome(status, out.getvalue(), err.getvalue())


def run(*arguments: str | Path, **environment: str) -> Outcome:
    """Run ``python build.py`` in a process of its own."""
    command = [sys.executable, str(ROOT / "build.py"), *map(str, arguments)]
    done = subprocess.run(
        command,
        env={**os.environ, "SOURCE_DATE_EPOCH": TODAY, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path, with its bytes; of the manifest, all but the line that names the build,
    which another version of the generator names otherwise."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    if ".appealsite" in found:
        found[".appealsite"] = found[".appealsite"].partition(b"\n")[2]
    return found
