"""Whole at any instant: killed or failing at any step, ``site/`` is the old or the new one, and can be built again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from appealsite import make, workers
from appealsite.build import Options, build
from appealsite.problems import ProblemsFound
from appealsite.read.layouts import Layouts, read_layouts
from tests.real_site import ROOT

SMALL = ROOT / "tests/sites/small"
STEPS = 400 if "DEEP" in os.environ else 12  # at most, spread over the steps of a build
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1795219200"}


def project(folder: Path) -> Path:
    root = folder / "project"
    shutil.copytree(SMALL, root, ignore=shutil.ignore_patterns("expected", ".cache"))
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faulty_build", str(root), str(root / "site"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def tree(folder: Path) -> dict[str, bytes] | None:
    if not folder.is_dir():
        return None
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(root: Path) -> None:
    """Changes that touch a shared block, one page, an asset, and remove a page."""
    with (root / "layouts/style.css").open("a", encoding="utf-8") as file:
        file.write("\n.new { color: red }\n")
    blocks = sorted((root / "content").rglob("*.md"))
    for block in blocks[:3]:
        with block.open("a", encoding="utf-8") as file:
            file.write("\nOne more line.\n")


def states(folder: Path) -> tuple[Path, dict[str, bytes] | None, dict[str, bytes] | None]:
    """A project built and then edited, the tree that stands and the tree that a build must make."""
    root = project(folder)
    assert run(root, "0", "none").returncode == 0
    old = tree(root / "site")
    edit(root)
    fresh = folder / "fresh"
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("site", ".cache", ".site-*"))
    assert run(fresh, "0", "none").returncode == 0
    return root, old, tree(fresh / "site")


def some(steps: int) -> list[int]:
    """All steps, or some of them, the first and last among them."""
    wanted = range(1, steps + 1)
    if steps <= STEPS:
        return list(wanted)
    return sorted({1, steps, *random.Random(steps).sample(wanted, STEPS - 2)})


@pytest.mark.parametrize("action", ["kill", "ENOSPC", "EROFS", "EACCES"])
@pytest.mark.parametrize(
    ("earlier", "jobs"), [(False, "1"), (True, "1"), (True, "2")], ids=["first-build", "later-build", "two-processes"]
)
def test_failing_at_any_step_leaves_a_whole_site_and_no_need_of_help(
    tmp_path: Path, action: str, earlier: bool, jobs: str
) -> None:
    """With two jobs, each process counts its own steps, and either may be the one that fails."""
    if earlier:
        root, old, new = states(tmp_path)
    else:
        root, old = project(tmp_path), None
        fresh = tmp_path / "fresh"
        shutil.copytree(root, fresh)
        assert run(fresh, "0", "none").returncode == 0
        new = tree(fresh / "site")
    assert old != new
    start = tmp_path / "start"
    root.rename(start)
    shutil.copytree(start, root)
    steps = int(run(root, "0", "count").stdout)
    assert tree(root / "site") == new
    assert steps > 20
    for step in some(steps):
        shutil.rmtree(root)
        shutil.copytree(start, root)
        done = run(root, str(step), action, jobs)
        assert "Traceback" not in done.stderr, (step, done.stderr)
        if jobs == "2":
            assert done.returncode in (0, 1, -signal.SIGKILL), (step, done.stderr)
        elif (
            action == "kill"
        ):  # the very last steps may be fewer in another run: the order of a folder's entries varies
            assert done.returncode == -signal.SIGKILL or step > steps - 3, step
        else:
            assert done.returncode in (0, 1), (step, done.stderr)
        stands = tree(root / "site")
        assert stands in (old, new), step
        if done.returncode == 0:
            assert stands == new, step
        again = run(root, "0", "none")
        assert again.returncode == 0, (step, again.stderr)
        assert tree(root / "site") == new, step
        left = {path.name for path in root.iterdir()} - {path.name for path in start.iterdir()}
        assert left <= {"site", ".cache", ".site-spare"}, step


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed_at_random_moments_the_site_stays_whole(tmp_path: Path, jobs: str) -> None:
    root, old, new = states(tmp_path)
    start = tmp_path / "start"
    root.rename(start)
    dice = random.Random(7)
    for _ in range(6 if STEPS < 100 else 100):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(start, root)
        command = [sys.executable, "-m", "tests.faulty_build", str(root), str(root / "site"), "0", "none", jobs]
        process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, start_new_session=True)
        time.sleep(dice.uniform(0.05, 0.9))
        process.kill()
        process.wait()
        assert tree(root / "site") in (old, new)
        assert run(root, "0", "none").returncode == 0
        assert tree(root / "site") == new


def test_a_file_that_no_build_made_is_carried_over_and_never_deleted(tmp_path: Path) -> None:
    root, _, new = states(tmp_path)
    proof = root / "site/help/proof.txt"
    proof.parent.mkdir(exist_ok=True)
    proof.write_text("ours", encoding="utf-8")
    for _ in range(3):
        edit(root)
        assert run(root, "0", "none").returncode == 0
        assert proof.read_text(encoding="utf-8") == "ours"
    proof.unlink()
    edit(root)
    assert run(root, "0", "none").returncode == 0
    assert not proof.exists()
    assert new


def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    root, _, new = states(tmp_path)
    command = [sys.executable, "-m", "tests.faulty_build", str(root), str(root / "site"), "0", "none"]
    both = [subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert tree(root / "site") == new


def test_files_that_did_not_change_keep_their_times(tmp_path: Path) -> None:
    root, _, _ = states(tmp_path)
    assert run(root, "0", "none").returncode == 0
    for path in (root / "site").rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))
    one = next(iter(sorted((root / "content/angle").rglob("*.md"))), None) or next((root / "content").rglob("*.md"))
    for _ in range(3):  # by links to the site, and by the spare tree of the build before
        with one.open("a", encoding="utf-8") as file:
            file.write("\nAnother line.\n")
        assert run(root, "0", "none").returncode == 0
        new = [
            path.name for path in (root / "site").rglob("*") if path.is_file() and path.stat().st_mtime > 1_000_000_001
        ]
        kept = [path for path in (root / "site").rglob("*.html") if path.stat().st_mtime == 1_000_000_000]
        assert kept
        assert ".appealsite" in new
    shutil.rmtree(root / ".cache")
    assert run(root, "0", "none").returncode == 0
    assert [path for path in (root / "site").rglob("*.html") if path.stat().st_mtime == 1_000_000_000]


@pytest.mark.parametrize("name", ["layouts/page.html", "layouts/style.css", "data/matrix.yaml", "content/rights.md"])
def test_an_edit_during_a_build_is_told_and_publishes_nothing(tmp_path: Path, name: str) -> None:
    root = project(tmp_path)

    def edit_once(phase: str, _done: int, _total: int) -> None:
        if phase == "rendering":
            with (root / name).open("a", encoding="utf-8") as file:
                file.write("\n")

    with pytest.raises(ProblemsFound, match=f"{name}: changed while the site was being built"):
        build(root, root / "site", progress=edit_once)
    assert not (root / "site").exists()
    assert build(root, root / "site").made


def test_a_mistake_that_comes_during_a_build_is_told_by_processes_that_start_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = project(tmp_path)
    monkeypatch.setattr(workers, "WORTH_IT", 2)

    def break_once(phase: str, done: int, _total: int) -> None:
        if phase == "rendering" and not done:
            (root / "data/site.yaml").write_text("name: [\n", "utf-8")

    with pytest.raises(ProblemsFound, match=r"data/site\.yaml"):
        build(root, root / "site", Options(jobs=2, start="spawn"), break_once)
    assert capfd.readouterr().err == ""
    assert not (root / "site").exists()


@pytest.mark.parametrize(
    "name",
    [
        "layouts/page.html",
        "layouts/style.css",
        "layouts/assets/icon.svg",
        "layouts/assets/new.svg",
        "data/matrix.yaml",
        "data/redirects.yaml",
        "data/people.yaml",
        "data/published.txt",
    ],
)
def test_an_edit_that_is_taken_back_during_a_build_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    root = project(tmp_path)
    path = root / name
    before = path.read_bytes() if path.exists() else None

    def edited_first(*arguments: Any) -> Layouts:
        path.write_bytes((before or b"broken: [") + b"\n")
        return read_layouts(*arguments)

    def take_back(phase: str, _done: int, _total: int) -> None:
        if phase == "rendering":
            restore()

    def restore() -> None:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)

    monkeypatch.setattr(make, "read_layouts", edited_first)
    if before is None:
        build(root, root / "site", progress=take_back)
    else:
        with pytest.raises(ProblemsFound) as told:
            build(root, root / "site", progress=take_back)
        assert [str(problem.mark) for problem in told.value.problems] == [name]
        restore()
    monkeypatch.undo()
    build(root, root / "site")
    build(root, tmp_path / "clean", Options(clean=True))
    assert tree(root / "site") == tree(tmp_path / "clean")
