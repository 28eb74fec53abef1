"""One command, measured: time, processor time, and the most memory all of its processes held at once."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_EVERY = 0.02  # seconds
_PSS = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)


class Failed(Exception):
    """A command that was to be measured ended with an error; the message is its output."""


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds on the clock, seconds of processor time, and megabytes where memory was watched.

    Processor time is user and system time of the command and of all its children that it waited for (wait4(2)).
    Memory is the highest sum of proportional set sizes (Pss in /proc/*/smaps_rollup) over the tree of processes, so a
    page that several of them share counts once. ``others`` is the part of the machine that other programs used
    meanwhile, from 0 to 1.
    """

    wall: float
    cpu: float
    others: float
    memory: float | None = None


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str], *, memory: bool = False) -> Cost:
    """Run a command to its end. Watching memory slows it down, so a run is either timed or watched."""
    with tempfile.TemporaryFile() as output:
        busy = _busy()
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - commands that this package made
            command, cwd=folder, env=_environment(environment), stdout=output, stderr=subprocess.STDOUT
        )
        watch = _Watch(process.pid) if memory else None
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        busy = _busy() - busy
        process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait for it again
        if process.returncode != 0:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")[-4000:]
            raise Failed(f"{' '.join(command)} ended with status {process.returncode}\n{said}")
    cpu = usage.ru_utime + usage.ru_stime
    others = max(0.0, busy - cpu) / (wall * (os.cpu_count() or 1))
    return Cost(wall, cpu, others, watch.peak() if watch else None)


def _busy() -> float:
    """Seconds that all processors together have worked since the machine started."""
    fields = _read(Path("/proc/stat")).split(b"\n", 1)[0].split()[1:9]
    ticks = [int(field) for field in fields]
    return (sum(ticks) - sum(ticks[3:5])) / os.sysconf("SC_CLK_TCK")  # but for idle and waiting for disks


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command. Python keeps its compiled modules, as it does for anybody who sets nothing."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**usual, **more}


class _Watch:
    """Samples the memory of a process and its descendants until it is asked for the peak."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def peak(self) -> float:
        """Stop, and the highest sample in megabytes."""
        self._ended.set()
        self._thread.join()
        return self._peak / 1024

    def _run(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY):
            self._peak = max(self._peak, sum(map(_pss, _tree(self._root))))


def _tree(process: int) -> Iterator[int]:
    """A process and its descendants, as far as they still run."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in _read(children).split():
            yield from _tree(int(child))


def _pss(process: int) -> int:
    found = _PSS.search(_read(Path(f"/proc/{process}/smaps_rollup")))
    return int(found[1]) if found else 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""
