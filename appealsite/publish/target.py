"""Which folder may be built into: one that is ours or empty, and that holds none of the sources."""

from __future__ import annotations

import os
from pathlib import Path

from appealsite.names import is_utf8, shown
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.manifest import MANIFEST

SOURCES = ("content", "data", "layouts", "appealsite", "tests")


def check_target(root: Path, target: Path, *, ours: bool) -> None:
    """Raise ProblemsFound for a folder that a build must not replace: not ours, a link, or one with the sources.

    ``ours`` tells whether the list of what a build made can be read in it.
    """
    name = _shown(root, target)
    problem: Problem | None = None
    if not is_utf8(name):
        problem = Problem(Mark(shown(name)), "this name is not UTF-8", "name another folder with --output")
    elif target.is_symlink():
        problem = Problem(Mark(name), "is a symbolic link", "remove the link, or name another folder with --output")
    elif target.exists() and not target.is_dir():
        problem = Problem(Mark(name), "is a file", "remove it, or name another folder with --output")
    else:
        resolved = target.resolve()
        for source in (root, *(root / folder for folder in SOURCES)):
            real = source.resolve()
            if real == resolved or resolved in real.parents or (source != root and real in resolved.parents):
                hint = "the output must be a folder of its own, such as site"
                problem = Problem(Mark(name), f"overlaps the sources in {_shown(root, source)}", hint)
                break
        if problem is None and not ours and target.is_dir() and any(target.iterdir()):
            listed = os.path.lexists(target / MANIFEST)
            why = f"its list of what builds made, {MANIFEST}, cannot be read" if listed else "no build made it"
            hint = f"{why}; move it away, or name another folder with --output"
            problem = Problem(Mark(name), "is not empty and will not be replaced", hint)
    if problem is not None:
        raise ProblemsFound([problem])


def _shown(root: Path, path: Path) -> str:
    try:
        return path.relative_to(root).as_posix() or "."
    except ValueError:
        return str(path)
