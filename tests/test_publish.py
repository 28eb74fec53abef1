"""site/ is replaced whole or not at all, and only where a build may replace it."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from appealsite import workers
from appealsite.publish import output
from appealsite.publish.lock import alone_beside
from tests.small_site import EXPECTED, ROOT, SITES, TODAY, call, copy_small, run, tree

# Runs the command line and kills its own process at the given call of a function: before it, or after it returned.
MORTAL = """
import os, signal, sys
from appealsite.cli import main
from appealsite import workers
from appealsite.publish import output

owner, name, when, number = sys.argv.pop(1).split(":")
holder = output if owner == "module" else getattr(output, owner)
original = getattr(holder, name)
calls = 0

def mortal(*arguments):
    global calls
    calls += 1
    if calls == int(number) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*arguments)
    if calls == int(number) and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(holder, name, mortal)
main()
"""

# Runs the command line, stops just before the swap until a file appears, and then goes on.
PATIENT = """
import sys, time
from pathlib import Path
from appealsite.cli import main
from appealsite import workers
from appealsite.publish import output

ready, go = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
original = output.swap_in

def patient(*arguments):
    ready.touch()
    while not go.exists():
        time.sleep(0.01)
    return original(*arguments)

output.swap_in = patient
main()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small site, built into its own site/."""
    root = copy_small(tmp_path / "small")
    assert call("--root", root).status == 0
    return root


def edit(root: Path) -> None:
    """Change a text that many pages show."""
    path = root / "content/emergency.md"
    path.write_text(path.read_text("utf-8").replace("call 911", "call 911 now"), "utf-8")


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("Output:write:before:1", "old"),
        ("Output:write:after:1", "old"),
        ("Writer:write:after:3", "old"),
        ("Output:commit:before:1", "old"),
        ("module:swap_in:before:1", "old"),
        ("module:swap_in:after:1", "new"),
        ("Output:commit:after:1", "new"),
    ],
)
def test_a_build_killed_at_any_moment_leaves_a_whole_site(moment: str, shown: str, root: Path, tmp_path: Path) -> None:
    old = tree(root / "site")
    edit(root)
    call("--root", root, "--output", tmp_path / "reference")
    new = tree(tmp_path / "reference")
    assert old != new
    command = [sys.executable, "-c", MORTAL, moment, "--root", str(root)]
    killed = subprocess.run(
        command, env={**os.environ, "SOURCE_DATE_EPOCH": TODAY}, cwd=ROOT, capture_output=True, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert tree(root / "site") == (old if shown == "old" else new)
    assert call("--root", root).status == 0
    assert tree(root / "site") == new
    assert not list(root.glob(".site-new-*")), "the next build clears what the killed one left"


def test_what_a_killed_build_left_is_known_by_its_name_whatever_signs_the_name_has(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    left, of_another = root / ".site[*]-new-killed", root / ".sites-new-design"
    left.mkdir()
    of_another.mkdir()
    assert call("--root", root, "--output", root / "site[*]").status == 0
    assert not left.exists()
    assert of_another.exists()


def test_two_builds_at_once_do_not_harm_each_other(root: Path, tmp_path: Path) -> None:
    edit(root)
    ready, go = tmp_path / "ready", tmp_path / "go"
    command = [sys.executable, "-c", PATIENT, str(ready), str(go), "--root", str(root)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": TODAY}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as first:
        _wait(ready.exists)
        with subprocess.Popen([sys.executable, "build.py", "--root", str(root)], env=environment, cwd=ROOT) as second:
            _wait(lambda: second.poll() is not None, seconds=5)  # it may also wait for the first
            go.touch()
        _, told = first.communicate(timeout=60)
    call("--root", root, "--output", tmp_path / "reference")
    assert tree(root / "site") == tree(tmp_path / "reference")
    assert (first.returncode, told) == (0, "") or "another build" in told


@pytest.mark.parametrize("stands", [False, True], ids=["first-build", "later-build"])
def test_two_projects_that_build_into_one_folder_take_turns(stands: bool, tmp_path: Path) -> None:
    one, other, target = copy_small(tmp_path / "one"), copy_small(tmp_path / "other"), tmp_path / "www" / "site"
    target.parent.mkdir()
    if stands:
        call("--root", other, "--output", target)
    (one / "content/pages/new.md").write_text("---\ntitle: New\ndescription: A new page.\n---\nText.\n", "utf-8")
    edit(other)
    ready, go = tmp_path / "ready", tmp_path / "go"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": TODAY}
    to = ["--output", str(target)]
    command = [sys.executable, "-c", PATIENT, str(ready), str(go), "--root", str(one), *to]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as first:
        _wait(ready.exists)
        command = [sys.executable, "build.py", "--root", str(other), *to]
        with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as second:
            _wait(lambda: second.poll() is not None, seconds=2)
            waits = second.poll() is None
            go.touch()
            second.communicate(timeout=60)
    assert (waits, first.returncode, second.returncode) == (True, 0, 0)
    call("--root", other, "--output", tmp_path / "reference")
    assert tree(target) == tree(tmp_path / "reference")
    assert {path.name for path in target.parent.iterdir()} <= {"site", ".site-spare"}


def test_who_waited_for_a_lock_that_was_then_removed_holds_the_one_that_is_there(tmp_path: Path) -> None:
    held: list[str] = []

    def hold(name: str) -> None:
        with alone_beside(tmp_path / "site", lambda: None):
            held.append(name)
            time.sleep(0.01)
            assert held[-1] == name
            held.append("")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, map(str, range(40))))
    assert held[1::2] == [""] * 40
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [".cache", ".cache/lock"])
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_stands_in_the_place_of_the_cache_or_its_lock_is_named(name: str, kind: str, root: Path) -> None:
    shutil.rmtree(root / ".cache")
    path = root / name
    path.parent.mkdir(exist_ok=True)
    match kind:
        case "file":
            path.write_text("mine", "utf-8")
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(root / "nowhere/at/all")
    done = call("--root", root)
    if (name, kind) in ((".cache", "folder"), (".cache/lock", "file")):
        assert (done.status, done.err) == (0, "")
    else:
        assert done.status == 1
        assert done.err.startswith(f"{name}: cannot be written: ")
        assert "something else stands there; remove it" in done.err


def test_a_file_system_without_locks_is_built_on_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    edit(root)
    done = call("--root", root)
    assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("options", [(), ("--clean",), ("--jobs", "2")], ids=str)
def test_where_no_file_can_have_two_names_a_site_is_built_again_all_the_same(
    options: tuple[str, ...], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    old = (root / "site/404.html").stat().st_mtime_ns
    for _ in range(3):
        edit(root)
        assert call("--root", root, *options).err == ""
    assert (root / "site/404.html").stat().st_mtime_ns == old
    call("--root", root, "--output", tmp_path / "reference")
    assert tree(root / "site") == tree(tmp_path / "reference")


@pytest.mark.parametrize("options", [(), ("--clean",), ("--jobs", "2")], ids=str)
def test_files_that_come_while_a_build_runs_are_carried_over(
    options: tuple[str, ...], root: Path, tmp_path: Path
) -> None:
    edit(root)
    (root / "content/pages/new.md").write_text("---\ntitle: New\ndescription: A new page.\n---\nText.\n", "utf-8")
    ready, go = tmp_path / "ready", tmp_path / "go"
    command = [sys.executable, "-c", PATIENT, str(ready), str(go), "--root", str(root), *options]
    came = {"mine.txt": b"1", "help/no/a.txt": b"2", "a/b/c.txt": b"3", "new/index.html": b"4", "404.html/x": b"5"}
    with subprocess.Popen(command, env={**os.environ, "SOURCE_DATE_EPOCH": TODAY}, cwd=ROOT) as build:
        _wait(ready.exists)
        (root / "site/404.html").unlink()
        for name, data in came.items():
            (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "site" / name).write_bytes(data)
        (root / "site/empty").mkdir()
        go.touch()
    assert build.returncode == 0
    kept = {**came, "new/index.html.kept": b"4", "404.html-x": b"5"}
    del kept["new/index.html"], kept["404.html/x"]
    call("--root", root, "--output", tmp_path / "reference")
    for again in ((), ("--clean",)):
        assert tree(root / "site") == tree(tmp_path / "reference") | kept
        assert (root / "site/empty").is_dir()
        assert call("--root", root, *again).status == 0


def _wait(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.01)


def test_where_two_folders_cannot_be_exchanged_in_one_call_two_renames_do(root: Path, tmp_path: Path) -> None:
    edit(root)
    with patch("appealsite.publish.exchange._exchange", return_value=False):
        assert call("--root", root).status == 0
    call("--root", root, "--output", tmp_path / "reference")
    assert tree(root / "site") == tree(tmp_path / "reference")
    assert not list(root.glob(".site-new-*"))


def test_what_no_build_made_outlives_a_build_that_is_killed_between_two_renames(root: Path) -> None:
    (root / "site/mine.txt").write_bytes(b"mine")
    (root / "site").rename(root / ".site-new-killed.old")
    (root / ".site-new-killed").mkdir()
    assert call("--root", root).out.startswith("nothing changed")
    assert (root / "site/mine.txt").read_bytes() == b"mine"
    assert not list(root.glob(".site-new-*"))


def test_ctrl_c_between_two_renames_leaves_the_old_site(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rename = tree(root / "site"), Path.rename

    def press_after(path: Path, target: Path) -> None:
        rename(path, target)
        if target.name.endswith(".old"):
            raise KeyboardInterrupt

    edit(root)
    monkeypatch.setattr("appealsite.publish.exchange._exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", press_after)
    assert call("--root", root).status == 1
    assert tree(root / "site") == before


def test_a_spare_tree_that_was_half_removed_is_not_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root)
    assert call("--root", root).status == 0

    spare, rmtree = root / ".site-spare", shutil.rmtree

    def press(folder: Path, **options: Any) -> None:
        if folder != spare:
            rmtree(folder, **options)
        else:
            (folder / "thanks/index.html").unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", press)
        assert call("--root", root, "--clean").status == 1
    assert spare.exists()
    before = set(tree(root / "site"))
    edit(root)
    assert call("--root", root).status == 0
    assert set(tree(root / "site")) == before


def test_a_spare_tree_that_another_user_left_stops_no_build(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root)
    assert call("--root", root).status == 0
    spare, unlink, rmtree = root / ".site-spare", Path.unlink, shutil.rmtree
    before = tree(spare)

    def denied(path: Path, **options: Any) -> None:
        if spare in path.parents:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, **options)

    def kept(folder: Path, **options: Any) -> None:
        if Path(folder) != spare:
            rmtree(folder, **options)

    monkeypatch.setattr(Path, "unlink", denied)
    monkeypatch.setattr(shutil, "rmtree", kept)
    for _ in range(2):
        edit(root)
        assert call("--root", root).err == ""
        assert call("--root", root, "--clean", "--output", tmp_path / "clean").status == 0
        assert tree(root / "site") == tree(tmp_path / "clean")
    assert tree(spare) == before


def test_a_build_that_finds_a_mistake_while_rendering_leaves_no_trace(root: Path) -> None:
    before, names = tree(root / "site"), sorted(path.name for path in root.iterdir())
    case = SITES / "broken" / "two-headings-with-one-id"
    shutil.copytree(case / "content", root / "content", dirs_exist_ok=True)
    assert call("--root", root).status == 1
    assert tree(root / "site") == before
    assert sorted(path.name for path in root.iterdir()) == names


def test_a_second_build_changes_no_byte(root: Path) -> None:
    before = tree(root / "site")
    assert call("--root", root).status == 0
    assert tree(root / "site") == before == tree(EXPECTED)


def test_a_build_of_nothing_new_loads_no_program_to_make_pages_with(root: Path) -> None:
    call("--root", root, "--parser", "fast")
    said, loaded = _build_and_what_it_loads(root)
    assert "nothing changed" in said
    assert "appealsite.build" in loaded
    assert not loaded & {
        "pydantic",
        "jinja2",
        "yaml",
        "appealsite.make",
        "appealsite.read.models",
        "appealsite.read.site",
    }


def test_a_build_of_an_edited_text_loads_nothing_to_parse_or_validate_data_with(root: Path) -> None:
    call("--root", root, "--parser", "fast")
    text = root / "content/angle/acme/walker/step-therapy.md"
    text.write_text(text.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    said, loaded = _build_and_what_it_loads(root)
    assert "nothing changed" not in said
    assert "appealsite.read.site" in loaded
    assert not loaded & {"pydantic", "yaml"}


def _build_and_what_it_loads(root: Path) -> tuple[str, set[str]]:
    """What a build in a process of its own says, and the modules it loads."""
    command = [sys.executable, "-X", "importtime", "build.py", "--root", str(root), "--parser", "fast"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": TODAY}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout, {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
)
def test_hash_seed_time_zone_and_locale_change_no_byte(
    surroundings: dict[str, str], root: Path, tmp_path: Path
) -> None:
    done = run("--root", root, "--output", tmp_path / "again", **surroundings)
    assert (done.status, done.err) == (0, "")
    assert tree(tmp_path / "again") == tree(EXPECTED)


@pytest.mark.parametrize("edited", [False, True])
def test_a_file_of_ours_that_somebody_changes_is_made_again(edited: bool, root: Path, tmp_path: Path) -> None:
    time.sleep(0.02)  # the clock of files is coarse
    for name in ("help/no/index.html", "robots.txt", "sitemap.xml"):
        with (root / "site" / name).open("ab") as file:
            file.write(b"by hand")
    if edited:
        edit(root)
    assert call("--root", root).status == 0
    call("--root", root, "--output", tmp_path / "reference")
    assert tree(root / "site") == tree(tmp_path / "reference")
    assert "nothing changed" in call("--root", root).out


def test_a_clock_that_was_set_back_is_no_reason_to_build_for_ever(root: Path) -> None:
    to_come = time.time() + 1_000_000
    for path in (root / "site").rglob("*"):
        os.utime(path, (to_come, to_come))
    before = tree(root / "site")
    (root / "data/people.yaml").write_text("# Nobody yet.\n{}\n", "utf-8")
    assert call("--root", root).status == 0
    assert tree(root / "site") == before
    assert call("--root", root).status == 0
    assert "nothing changed" in call("--root", root).out


@pytest.mark.parametrize("page", ["robots.txt", "help/no/index.html"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_somebody_puts_in_the_place_of_a_file_of_ours_gives_way_to_it(
    page: str, kind: str, root: Path, tmp_path: Path
) -> None:
    before, path = tree(root / "site"), root / "site" / page
    time.sleep(0.02)  # the clock of files is coarse
    path.rename(tmp_path / "old")
    if kind == "link":
        with (tmp_path / "old").open("ab") as file:
            file.write(b"by hand")
        os.utime(tmp_path / "old", (1_000_000_000, 1_000_000_000))
        path.symlink_to(tmp_path / "old")
    else:
        os.mkfifo(path)
    assert run("--root", root).status == 0
    assert tree(root / "site") == before
    assert not path.is_symlink()


def test_a_file_whose_page_is_gone_goes_too(root: Path) -> None:
    (root / "content/pages/thanks.md").unlink()
    assert call("--root", root).status == 0
    assert set(tree(EXPECTED)) - set(tree(root / "site")) == {"thanks/index.html"}
    assert not (root / "site/thanks").exists()


def test_files_that_no_build_made_are_carried_over(root: Path) -> None:
    foreign = {"CNAME": b"small.example\n", ".well-known/security.txt": b"Contact: x\n", "help/no/photo.bin": b"\0\1"}
    for name, data in foreign.items():
        (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "site" / name).write_bytes(data)
    for _ in range(2):
        edit(root)
        assert call("--root", root).status == 0
        built = tree(root / "site")
        assert {name: built[name] for name in foreign} == foreign
    assert set(built) == {*tree(EXPECTED), *foreign}


def test_a_file_that_no_build_made_and_that_is_taken_away_meanwhile_stops_no_build(root: Path, tmp_path: Path) -> None:
    (root / "site/mine").mkdir()
    (root / "site/mine/a.txt").write_bytes(b"1")
    edit(root)
    original = output.Output._keep_foreign

    def taken_away(*arguments: Any) -> None:
        shutil.rmtree(root / "site/mine")
        original(*arguments)

    with patch.object(output.Output, "_keep_foreign", taken_away):
        assert call("--root", root).err == ""
    call("--root", root, "--output", tmp_path / "reference")
    assert tree(root / "site") == tree(tmp_path / "reference")


def test_what_no_build_made_and_nobody_can_copy_is_named(root: Path) -> None:
    os.mkfifo(root / "site/pipe")
    os.mknod(root / "site/door", stat.S_IFSOCK | 0o644)
    for name, why in {"door": "No such device or address", "pipe": "it is no file"}.items():
        edit(root)
        done = call("--root", root)
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith(f"site/{name}: cannot be carried over: {why}\n    no build made it; move it away\n")
        (root / "site" / name).unlink()
    assert call("--root", root).status == 0


def test_links_and_empty_folders_that_no_build_made_are_carried_over(root: Path) -> None:
    (root / "uploads").mkdir()
    (root / "site/uploads").symlink_to("../uploads", target_is_directory=True)
    (root / "site/old").symlink_to("nowhere")
    (root / "site/empty").mkdir()
    edit(root)
    assert call("--root", root).status == 0
    assert (root / "site/uploads").is_symlink()
    assert (root / "site/old").is_symlink()
    assert (root / "site/empty").is_dir()


def test_a_file_that_no_build_made_is_never_overwritten(root: Path) -> None:
    page = "help/no/walker/step-therapy/index.html"
    (root / "site" / page).parent.mkdir(parents=True)
    (root / "site" / page).write_text("mine", "utf-8")
    before = tree(root / "site")
    (root / "content/angle/no/walker").mkdir(parents=True)
    (root / "content/angle/no/walker/step-therapy.md").write_text("Steps.\n", "utf-8")
    with (root / "data/matrix.yaml").open("a", encoding="utf-8") as matrix:
        matrix.write("  - {payer: no, service: walker, reason: step-therapy}\n")
    done = call("--root", root)
    assert done.status == 1
    assert f"'{page}' would be overwritten, and no build made it" in done.err
    assert tree(root / "site") == before


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("notes/foo", "notes/foo"),
        ("notes", "notes"),
        ("notes/foo/index.html/", "notes/foo/index.html"),
        ("notes/foo/index.html/a/b.txt", "notes/foo/index.html"),
    ],
)
@pytest.mark.parametrize("clean", [(), ("--clean",)])
def test_what_no_build_made_is_named_where_it_is_in_the_way(
    root: Path, own: str, told: str, clean: tuple[str, ...]
) -> None:
    path = root / "site" / own
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if own.endswith("/") else path.write_text("mine", "utf-8")
    before = tree(root / "site")
    page = root / "content/pages/notes/foo.md"
    page.parent.mkdir()
    page.write_text("---\ntitle: A\ndescription: B\n---\nC.\n", "utf-8")
    done = call("--root", root, *clean)
    assert done.status == 1
    assert f"site: '{told}' would be overwritten, and no build made it\n    move it away\n" in done.err
    assert "1 problem; nothing was published" in done.err
    assert tree(root / "site") == before
    assert path.is_dir() == own.endswith("/")


def test_a_folder_with_files_that_no_build_made_is_refused(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "photos"
    target.mkdir()
    (target / "holiday.jpg").write_bytes(b"dear")
    done = call("--root", root, "--output", target)
    assert done.status == 1
    assert "photos: is not empty and will not be replaced\n    no build made it" in done.err
    assert tree(target) == {"holiday.jpg": b"dear"}


def test_an_empty_folder_is_taken(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert call("--root", root, "--output", tmp_path / "empty").status == 0
    assert tree(tmp_path / "empty") == tree(EXPECTED)


def test_a_symbolic_link_is_refused_and_its_target_left_alone(root: Path, tmp_path: Path) -> None:
    call("--root", root, "--output", tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    edit(root)
    done = call("--root", root, "--output", tmp_path / "link")
    assert done.status == 1
    assert "link: is a symbolic link" in done.err
    assert tree(tmp_path / "real") == tree(EXPECTED)


def test_a_file_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    done = call("--root", root, "--output", tmp_path / "file")
    assert (done.status, (tmp_path / "file").read_text("utf-8")) == (1, "mine")
    assert "file: is a file" in done.err


@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV])
def test_what_to_do_is_told_where_the_folder_cannot_be_renamed(
    code: int, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a volume of a container, or a folder in a layer of its image (docs.kernel.org/filesystems/overlayfs.html)."""

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(output, "swap_in", refuse)
    edit(root)
    before = tree(root / "site")
    done = call("--root", root)
    assert (done.status, tree(root / "site")) == (1, before)
    assert "name another folder, such as one inside it, with --output" in done.err


@pytest.mark.parametrize("name", ["..", "../../site", "no/../.."])
def test_a_folder_may_be_named_by_the_way_to_it(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "site/help")
    assert call("--root", root, "--output", name).out.startswith("nothing changed")
    edit(root)
    before = tree(root / "site")
    assert call("--root", root, "--output", name).status == 0
    assert tree(root / "site") != before
    assert call("--root", root).out.startswith("nothing changed")


@pytest.mark.parametrize("inside", ["site", "site/help"])
def test_a_build_may_be_started_inside_the_site_that_it_replaces(
    inside: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / inside)
    with (root / "layouts/page.html").open("a", encoding="utf-8") as file:
        file.write("<!-- new on all pages, so that nothing is kept of the old folder -->")
    for _ in range(2):
        done = call("--root", root)
        assert (done.status, done.err) == (0, "")
        assert str(root / "site") in done.out


def test_a_place_that_cannot_be_written_is_told(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    done = call("--root", root, "--output", tmp_path / "file" / "site")
    assert done.status == 1
    assert "cannot be written" in done.err


@pytest.mark.parametrize("target", ["", "..", "data", "content/pages", "layouts/../data", "tests"])
def test_a_path_that_overlaps_the_sources_is_refused(target: str, root: Path) -> None:
    before = tree(root)
    done = call("--root", root, "--output", root / target)
    assert done.status == 1
    assert "overlaps the sources" in done.err
    assert tree(root) == before


def test_a_path_that_overlaps_the_sources_through_a_link_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(root, target_is_directory=True)
    before = tree(root)
    done = call("--root", root, "--output", tmp_path / "elsewhere" / "content")
    assert done.status == 1
    assert "overlaps the sources" in done.err
    assert tree(root) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_takes_the_place_of_a_file_and_a_file_that_of_a_folder(
    jobs: int, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "WORTH_IT", 2)
    monkeypatch.setattr(workers, "SMALLEST", 1)
    settings = root / "data/site.yaml"
    given = settings.read_text("utf-8")
    files = given.replace("/help/{payer}/\n", "/help/{payer}.html\n")
    folders = given.replace("/help/{payer}/\n", "/payers/{payer}/\n").replace("/{payer}/{ser", "/{payer}.html/{ser")
    for text in (files, folders, files, folders, given):
        settings.write_text(text, "utf-8")
        done = call("--root", root, "--jobs", str(jobs))
        assert (done.status, done.err) == (0, "")
        assert call("--root", root, "--clean", "--output", tmp_path / "clean").status == 0
        assert tree(root / "site") == tree(tmp_path / "clean")
        assert call("--root", root).out.startswith("nothing changed")
