"""What the system lets nobody read is told at its place; it never counts as absent, and nothing is published."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appealsite import workers
from appealsite.preview import watcher
from appealsite.preview.studio import Studio
from appealsite.preview.watcher import Watcher
from appealsite.problems import Problem
from appealsite.read.inputs import FOLDERS, file_names
from tests.published_site import STATE, published_site
from tests.small_site import call, copy_small, tree

ANGLE = "content/angle/acme"
PAGE = "/help/acme/on/step-therapy/"
ASSET = "layouts/assets/icon.svg"
DENIED = "cannot be read: Permission denied"


class Closed:
    """Listing or opening any of ``paths`` fails as it does without the right to; what is below is out of reach."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: set[Path] = set()
        for owner, name in ((os, "scandir"), (os, "open"), (os, "stat"), (Path, "open"), (Path, "stat")):
            monkeypatch.setattr(owner, name, self._guarded(getattr(owner, name), looks=name == "stat"))

    def _guarded(self, real: Callable[..., Any], *, looks: bool) -> Callable[..., Any]:
        def guarded(path: Any, *arguments: Any, **named: Any) -> Any:
            if self.paths and isinstance(path, str | os.PathLike):
                place = Path(os.fspath(path))
                if not self.paths.isdisjoint(place.parents if looks else (place, *place.parents)):
                    raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(place))
            return real(path, *arguments, **named)

        return guarded


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Closed:
    return Closed(monkeypatch)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small site, built."""
    root = copy_small(tmp_path / "small")
    assert call("--root", root).status == 0
    return root


@pytest.mark.parametrize("folder", [ANGLE, *FOLDERS, "layouts/blocks", "data/schema"])
@pytest.mark.parametrize("options", [(), ("--clean",)], ids=["nothing-changed", "clean"])
def test_a_folder_that_cannot_be_listed_stops_a_build(
    root: Path, closed: Closed, folder: str, options: tuple[str, ...]
) -> None:
    (root / folder).mkdir(exist_ok=True)
    before = tree(root / "site")
    closed.paths.add(root / folder)
    done = call("--root", root, *options)
    assert (done.status, done.out) == (1, "")
    assert done.err == f"{folder}: {DENIED}\n\n1 problem; nothing was published\n"
    closed.paths.clear()
    assert tree(root / "site") == before
    assert call("--root", root).out.startswith("nothing changed")


def test_all_folders_that_cannot_be_listed_are_told_at_once(root: Path, closed: Closed) -> None:
    closed.paths |= {root / ANGLE, root / "data"}
    done = call("--root", root)
    assert done.err == f"{ANGLE}: {DENIED}\ndata: {DENIED}\n\n2 problems; nothing was published\n"


@pytest.mark.parametrize("command", [("check",), ("diff",), ("record",), ("explain", PAGE), ("announce",)])
def test_every_command_that_reads_a_project_tells_of_it(root: Path, closed: Closed, command: tuple[str, ...]) -> None:
    closed.paths.add(root / "data")
    done = call("--root", root, *command)
    assert (done.status, done.out) == (1, "")
    assert f"data: {DENIED}\n" in done.err or f"{STATE}: {DENIED}\n" in done.err


@pytest.mark.parametrize("folder", FOLDERS)
def test_commands_that_read_without_digests_tell_of_it_too(root: Path, closed: Closed, folder: str) -> None:
    closed.paths.add(root / folder)
    done = call("--root", root, "explain", "content/next-steps.md")
    assert (done.status, done.out) == (1, "")
    assert f"{folder if folder != 'data' else 'data/site.yaml'}: {DENIED}\n" in done.err


@pytest.mark.parametrize("name", [ASSET, "layouts/page.html", "data/site.yaml", "content/next-steps.md"])
def test_a_file_that_cannot_be_read_is_told(root: Path, closed: Closed, name: str) -> None:
    (root / ASSET).parent.mkdir(exist_ok=True)
    (root / ASSET).touch()
    before = tree(root / "site")
    closed.paths.add(root / name)
    done = call("--root", root, "--clean")
    assert (done.status, done.out) == (1, "")
    assert f"{name}: {DENIED}\n" in done.err
    closed.paths.clear()
    assert tree(root / "site") == before


def test_a_state_that_cannot_be_read_is_neither_empty_nor_mended(tmp_path: Path, closed: Closed) -> None:
    root = published_site(tmp_path)
    before = (root / STATE).read_bytes()
    closed.paths.add(root / STATE)
    done = call("--root", root, "record")
    assert done.err == f"{STATE}: {DENIED}\n\n1 problem; nothing was recorded\n"
    closed.paths.clear()
    assert (root / STATE).read_bytes() == before


def test_a_folder_that_vanishes_while_it_is_listed_is_gone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: Any) -> Any:
        if path == f"{root}/{ANGLE}":
            shutil.rmtree(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    problems: list[Problem] = []
    names = list(file_names(root, "content", problems))
    assert problems == []
    assert names
    assert not [name for name in names if name.startswith(f"{ANGLE}/")]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("name", ["help", "mine", "mine/inner"])
def test_a_folder_of_the_site_that_cannot_be_listed_is_named(root: Path, closed: Closed, name: str, jobs: str) -> None:
    (root / "site/mine/inner").mkdir(parents=True)
    closed.paths.add(root / "site" / name)
    done = call("--root", root, "--jobs", jobs)
    assert (done.status, done.out) == (1, "")
    assert done.err == f"site/{name}: {DENIED}\n\n1 problem; nothing was published\n"


@pytest.mark.parametrize("command", [("--dry-run",), ("--mark",)])
@pytest.mark.parametrize("name", ["help", "404.html", ""])
def test_a_deploy_refuses_a_site_that_it_cannot_read_whole(
    root: Path, closed: Closed, name: str, command: tuple[str, ...]
) -> None:
    assert call("--root", root, "deploy", "--mark").status == 0
    before = (root / ".cache/sent.txt").read_bytes()
    closed.paths.add(root / "site" / name)
    done = call("--root", root, "deploy", *command)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"site/{name or '.appealsite'}: {DENIED}\n")
    closed.paths.clear()
    assert (root / ".cache/sent.txt").read_bytes() == before


# ---------------------------------------------------------------- the preview


@pytest.mark.parametrize("folder", [ANGLE, *FOLDERS])
def test_a_preview_tells_of_it_alone_and_goes_on_when_it_is_mended(root: Path, closed: Closed, folder: str) -> None:
    studio = Studio(root, lambda: date(2026, 11, 21))
    for _ in range(2):
        closed.paths.add(root / folder)
        assert [str(problem) for problem in studio.show(PAGE).problems] == [f"{folder}: {DENIED}"]
        closed.paths.clear()
        assert studio.show(PAGE).data


@pytest.mark.parametrize("folder", [ANGLE, *FOLDERS])
def test_a_preview_begins_with_it_and_notices_news_by_the_folders_name(root: Path, closed: Closed, folder: str) -> None:
    closed.paths.add(root / folder)
    studio = Studio(root, lambda: date(2026, 11, 21))
    assert [str(problem) for problem in studio.problems_of_all()] == [f"{folder}: {DENIED}"]
    assert not studio.notice([folder])
    closed.paths.clear()
    assert studio.notice([folder])
    assert studio.problems_of_all() == ()


def test_where_a_folder_cannot_be_watched_the_preview_looks_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[set[str]] = []
    answers = [PermissionError(), RuntimeError("a name that is not UTF-8"), {(1, f"{tmp_path}/data/site.yaml")}]

    def watch(*_: Any, **named: Any) -> Iterator[Any]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        named["stop_event"].set()
        yield answer

    class Loop:
        def add_callback(self, changed: Any, names: set[str]) -> None:
            changed(names)

    monkeypatch.setattr(watcher, "watch", watch)
    monkeypatch.setattr(watcher, "AGAIN", 0.0)
    Watcher(tmp_path, told.append)._run(Loop())  # type: ignore[arg-type]
    assert told == [set(FOLDERS), set(FOLDERS), {"data/site.yaml"}]


def rights_of_others(site: Path) -> set[int]:
    """The rights that anybody but the owner has of a site's files and folders."""
    return {path.stat().st_mode & 0o77 for path in (site, *site.rglob("*"))}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_everybody_may_read_a_site_whatever_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    monkeypatch.setattr(workers, "WORTH_IT", 1)
    root = copy_small(tmp_path / "small")
    before = os.umask(0o077)
    try:
        assert call("--root", root, "--jobs", jobs).status == 0
        assert os.umask(0o077) == 0o077, "what a build changed is as it was"
    finally:
        os.umask(before)
    assert rights_of_others(root / "site") == {0o44, 0o55}


def test_a_clean_build_heals_a_site_that_nobody_else_may_read(root: Path) -> None:
    for path in [*(root / "site").rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert call("--root", root, "--clean").status == 0
    assert rights_of_others(root / "site") == {0o44, 0o55}
