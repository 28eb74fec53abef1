"""How work is divided: every page once, in parts that are bounded and end together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appealsite import workers
from tests.small_site import ROOT, call, copy_small

# Starts two processes on a system that does not end them with their parent, each with work for a minute.
IDLE = """
import os, time
from appealsite import aside, workers

aside._PR_SET_PDEATHSIG = 0

class Idle:
    def after_fork(self):
        print("begun", flush=True)

def rest(worker, chunk):
    time.sleep(60)

if __name__ == "__main__":
    list(workers.spread(Idle(), rest, [1, 2], 2, "spawn", Idle))
"""

SIZES = pytest.mark.parametrize("size", [0, 1, 15, 299, 300, 301, 10_960, 100_003])


@SIZES
def test_every_page_is_in_one_chunk_and_chunks_are_bounded(size: int) -> None:
    for jobs in (1, 2, 7):
        chunks = list(workers.pieces(range(size), jobs))
        assert [index for chunk in chunks for index in chunk] == list(range(size))
        assert all(len(chunk) <= workers.LARGEST for chunk in chunks)


def test_chunks_are_short_at_the_end_so_that_no_job_waits_long_for_another() -> None:
    sizes = [len(chunk) for chunk in workers.pieces(range(10_000), 4)]
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes[-4:]) <= workers.SMALLEST


@SIZES
def test_the_pages_that_one_process_makes_first_are_few_and_from_all_over(size: int) -> None:
    few, rest = workers.sampled(range(size))
    assert sorted([*few, *rest]) == list(range(size))
    assert len(few) <= min(size // 10 + 1, workers.SAMPLED * 2)
    assert not few or few[-1] >= size * 0.9 - 10


def test_a_system_that_does_not_say_which_cores_a_process_may_use_builds_and_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """macOS, for one (https://docs.python.org/3/library/os.html#os.sched_getaffinity)."""
    monkeypatch.delattr(os, "sched_getaffinity")
    root = copy_small(tmp_path / "small")
    for command in ((), ("check",)):
        assert call("--root", root, *command).err == ""


def test_no_process_outlives_a_build_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "idle.py").write_text(IDLE, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, tmp_path / "idle.py"], env=environment, stdout=subprocess.PIPE) as build:
        assert build.stdout is not None
        assert [build.stdout.readline() for _ in range(2)] == [b"begun\n"] * 2
        build.kill()
        build.communicate(timeout=20)  # until nobody holds its end of the pipe
