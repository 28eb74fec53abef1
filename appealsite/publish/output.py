"""The folder ``site/``: begun beside the old one, then swapped in whole, or thrown away with the old one untouched."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.exchange import swap_in

MANIFEST = ".appealsite"
_HEADER = "Made by build.py; these are its files:"
SOURCES = ("content", "data", "layouts", "appealsite", "tests")


class Output:
    """One build's files. Use as a context manager: ``commit`` swaps the new folder in, anything else discards it."""

    def __init__(self, root: Path, target: Path) -> None:
        self.target = target
        check_target(root, target)
        self._files: list[str] = []
        self._folders: set[Path] = set()
        self._staging: Path | None = None

    def __enter__(self) -> Self:
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self.target.parent))
            self._staging.chmod(0o755)
        except OSError as error:
            raise _failed(self.target.parent, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        for leftover in self.target.parent.glob(f"{self._prefix}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @property
    def _prefix(self) -> str:
        return f".{self.target.name}-new-"

    def write(self, file: str, data: bytes) -> None:
        """Write one file of the new folder; ``file`` is relative, with forward slashes."""
        assert self._staging is not None
        path = self._staging / file
        try:
            if path.parent not in self._folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._folders.add(path.parent)
            path.write_bytes(data)
        except OSError as error:
            raise _failed(self.target, error) from error
        self._files.append(file)

    def commit(self) -> None:
        """Swap the new folder in. Files in the old one that no build made are carried over."""
        assert self._staging is not None
        names = sorted([*self._files, MANIFEST])
        self.write(MANIFEST, "\n".join([_HEADER, *names, ""]).encode())
        try:
            self._carry_over_foreign_files(set(names))
            swap_in(self._staging, self.target)
        except OSError as error:
            raise _failed(self.target, error) from error

    def _carry_over_foreign_files(self, made_now: set[str]) -> None:
        assert self._staging is not None
        for file in foreign_files(self.target):
            if file in made_now:
                message = f"'{file}' would be overwritten, and no build made it"
                raise ProblemsFound([Problem(Mark(self.target.name), message, "move it away")])
            copy = self._staging / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.target / file, copy)


def check_target(root: Path, target: Path) -> None:
    """Raise ProblemsFound for a folder that a build must not replace: not ours, a link, or one with the sources."""
    name = _shown(root, target)
    problem: Problem | None = None
    if target.is_symlink():
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
        if problem is None and target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
            hint = "no build made it; move it away, or name another folder with --output"
            problem = Problem(Mark(name), "is not empty and will not be replaced", hint)
    if problem is not None:
        raise ProblemsFound([problem])


def foreign_files(target: Path) -> Iterator[str]:
    """The files in a built folder that its manifest does not name."""
    with contextlib.suppress(OSError):
        made = set((target / MANIFEST).read_text("utf-8").split("\n"))
        for folder, _, files in os.walk(target):
            for file in files:
                name = (Path(folder) / file).relative_to(target).as_posix()
                if name not in made:
                    yield name


def _shown(root: Path, path: Path) -> str:
    try:
        return path.relative_to(root).as_posix() or "."
    except ValueError:
        return str(path)


def _failed(path: Path, error: OSError) -> ProblemsFound:
    return ProblemsFound([Problem(Mark(path.name or str(path)), f"cannot be written: {error.strerror or error}")])
