"""Work done in a process of its own: its result, its errors, its end."""

from __future__ import annotations

import errno
import os
import select
import signal
import time
from pathlib import Path

import pytest

from appealsite.aside import Aside, meanwhile
from appealsite.problems import Mark, Problem, ProblemsFound

BOTH = pytest.mark.parametrize("apart", [False, True])


@BOTH
def test_the_result_of_work_is_the_same_here_and_apart(apart: bool) -> None:
    work = Aside(lambda: ("a" * 1_000_000, os.getpid()), apart=apart)
    text, process = work.result()
    work.stop()
    assert text == "a" * 1_000_000
    assert (process == os.getpid()) is not apart


@BOTH
def test_an_error_of_the_system_is_raised_where_the_result_is_wanted(tmp_path: Path, apart: bool) -> None:
    work = Aside((tmp_path / "missing").read_bytes, apart=apart)
    with pytest.raises(OSError, match="No such file") as told:
        work.result()
    assert told.value.errno == errno.ENOENT


@BOTH
def test_problems_are_the_same_here_and_apart(apart: bool) -> None:
    problems = [Problem(Mark("a.md", 2, 1), "is wrong", "mend it"), Problem(Mark("b.md"), "is missing")]

    def fail() -> None:
        raise ProblemsFound(problems)

    with pytest.raises(ProblemsFound) as told:
        Aside(fail, apart=apart).result()
    assert list(told.value.problems) == problems
    assert str(told.value) == str(ProblemsFound(problems))


def test_work_whose_process_dies_is_told_of() -> None:
    work = Aside(lambda: os.kill(os.getpid(), signal.SIGKILL), apart=True)
    with pytest.raises(ProblemsFound, match="a worker process died"):
        work.result()


def test_work_whose_process_dies_while_it_tells_is_told_of() -> None:
    """A pipe holds less than the answer, so the process still writes when it is killed."""
    work = Aside(lambda: b"a" * 10_000_000, apart=True)
    assert select.select([work._answer], [], [], 60)[0]
    os.kill(work._child, signal.SIGKILL)
    with pytest.raises(ProblemsFound, match="a worker process died"):
        work.result()


def test_work_that_is_not_wanted_any_more_ends(tmp_path: Path) -> None:
    def write_for_ever() -> None:
        while True:
            (tmp_path / "alive").write_text(str(os.getpid()))
            time.sleep(0.01)

    work = Aside(write_for_ever, apart=True)
    while not (tmp_path / "alive").exists():
        time.sleep(0.01)
    work.stop()
    work.stop()
    (tmp_path / "alive").unlink()
    time.sleep(0.05)
    assert not (tmp_path / "alive").exists()


def test_what_is_made_meanwhile_is_there_at_the_end_of_the_block(tmp_path: Path) -> None:
    def make() -> None:
        time.sleep(0.05)
        (tmp_path / "made").write_text("made")

    with meanwhile(make, apart=True):
        pass
    assert (tmp_path / "made").read_text() == "made"


@BOTH
def test_work_that_may_be_left_out_fails_without_a_word(tmp_path: Path, apart: bool) -> None:
    for fail in ((tmp_path / "missing").unlink, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        with meanwhile(fail, apart=apart):
            pass


def test_work_beside_a_block_that_fails_ends_with_it(tmp_path: Path) -> None:
    def make() -> None:
        time.sleep(0.2)
        (tmp_path / "made").write_text("made")

    with pytest.raises(KeyError), meanwhile(make, apart=True):
        raise KeyError
    time.sleep(0.3)
    assert not (tmp_path / "made").exists()
