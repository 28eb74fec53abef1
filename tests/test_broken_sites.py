"""Every mistake a person can make is told once, at its place, with its cure; and the last good site stays as it was.

A folder of tests/sites/broken holds the files that differ from tests/sites/small, a file REMOVE with paths to delete,
and expected.txt: what the command prints. ``pytest --accept`` rewrites the latter.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from appealsite.read.files import MAX_BYTES
from tests.small_site import SITES, Outcome, call, copy_small, run, tree

CASES = sorted(path.name for path in (SITES / "broken").iterdir())
ALSO_AS_A_PROCESS = ("one-typo-everywhere", "alias-bomb", "nesting-too-deep", "template-syntax")
SOURCES = "data/sources.yaml"

# Bytes that an editor or a checkout might change, so they are not kept in files. The message is without its path.
MADE_HERE: dict[str, tuple[bytes, bytes, str]] = {
    "tab": (
        b"  kind: research",
        b"\tkind: research",
        ":34:1: a tab; YAML takes spaces only\n    34 |  kind: research\n       | ^\n    replace the tab by spaces\n",
    ),
    "line-separator": (
        b"  title: Frames and falls",
        b"  title: Frames\xe2\x80\xa8and falls",
        ":31:16: an invisible character (U+2028)\n"
        "    31 |   title: Frames\N{WHITE SQUARE}and falls\n"
        "       |                ^\n"
        "    delete it\n",
    ),
    "escape-sequence": (
        b"  title: Frames and falls",
        b"  title: \x1b[31mFrames",
        ":31:10: an invisible character (U+001B)\n"
        "    31 |   title: \N{WHITE SQUARE}[31mFrames\n"
        "       |          ^\n"
        "    delete it\n",
    ),
    "not-utf-8": (
        b"  title: Frames and falls",
        b"  title: Fr\xe4mes",
        ":31:12: this byte is not UTF-8\n"
        "    31 |   title: Fr\N{REPLACEMENT CHARACTER}mes\n"
        "       |            ^\n"
        "    save the file with the encoding UTF-8\n",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site, built into its own site/."""
    root = copy_small(tmp_path_factory.mktemp("good") / "small")
    assert call("--root", root).status == 0
    return root


@pytest.fixture
def site(good: Path, tmp_path: Path) -> Path:
    """A copy of the small site that a test may break."""
    return Path(shutil.copytree(good, tmp_path / "small"))


@pytest.mark.parametrize("name", CASES)
def test_a_broken_site_is_told_in_full_and_not_published(name: str, site: Path, accept: bool) -> None:
    case = SITES / "broken" / name
    _break(site, case)
    before = tree(site / "site")
    done = call("--root", site)
    if accept:
        (case / "expected.txt").write_text(done.err, "utf-8")
    assert done.err == (case / "expected.txt").read_text("utf-8")
    _assert_nothing_published(site, before, done)


@pytest.mark.parametrize("name", CASES)
def test_a_check_of_a_broken_site_tells_what_a_build_tells(name: str, site: Path) -> None:
    case = SITES / "broken" / name
    _break(site, case)
    done = call("--root", site, "check")
    told = (case / "expected.txt").read_text("utf-8")
    assert (done.status, done.out) == (1, "")
    assert done.err == told.replace("; nothing was published\n", "; nothing was checked\n")


@pytest.mark.parametrize("name", ALSO_AS_A_PROCESS)
def test_the_command_as_a_process_prints_the_same(name: str, site: Path) -> None:
    case = SITES / "broken" / name
    _break(site, case)
    before = tree(site / "site")
    done = run("--root", site, "--quiet")
    assert done.err == (case / "expected.txt").read_text("utf-8")
    _assert_nothing_published(site, before, done)


@pytest.mark.parametrize("name", MADE_HERE)
def test_bytes_that_do_not_belong_in_a_file_are_told(name: str, site: Path) -> None:
    old, new, message = MADE_HERE[name]
    path = site / SOURCES
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))
    before = tree(site / "site")
    done = call("--root", site)
    assert done.err == f"{SOURCES}{message}\n1 problem; nothing was published\n"
    _assert_nothing_published(site, before, done)


def test_a_file_beyond_the_bound_on_size_is_told(site: Path) -> None:
    path = site / SOURCES
    path.write_bytes(path.read_bytes() + b"#" * MAX_BYTES)
    before = tree(site / "site")
    done = call("--root", site)
    message = f"{SOURCES}: is {path.stat().st_size:,} bytes; the most for one file is 16,777,216"
    assert done.err == f"{message}\n\n1 problem; nothing was published\n"
    _assert_nothing_published(site, before, done)


def test_a_typo_in_each_kind_of_file_is_one_message_each(site: Path) -> None:
    case = SITES / "broken" / "one-typo-everywhere"
    touched = [name for name in tree(case) if name != "expected.txt"]
    told = [line for line in (case / "expected.txt").read_text("utf-8").splitlines() if line and line[0] != " "]
    assert [line.split(":")[0] for line in told[:-1]] == sorted(touched)
    assert told[-1] == "8 problems; nothing was published"


def _break(site: Path, case: Path) -> None:
    shutil.copytree(case, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt", "REMOVE"))
    if (case / "REMOVE").exists():
        for name in (case / "REMOVE").read_text("utf-8").split():
            (site / name).unlink()


def _assert_nothing_published(site: Path, before: dict[str, bytes], done: Outcome) -> None:
    assert done.status == 1
    assert "Traceback" not in done.err
    assert done.out == ""
    assert tree(site / "site") == before
    assert not list(site.glob(".site*"))
