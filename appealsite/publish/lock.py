"""One build at a time, and nobody else who writes beside it: a second one waits until the first is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from appealsite.problems import ProblemsFound, cannot_be_written


@contextlib.contextmanager
def alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock in ``folder``; ``waiting`` is called once if another build holds it. It ends with the process."""
    try:
        import fcntl
    except ImportError:  # where the system has no such lock, builds must not overlap
        yield
        return
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise ProblemsFound([cannot_be_written(folder.name, error)]) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
