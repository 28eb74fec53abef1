"""One build at a time, and nobody else who writes beside it: a second one waits until the first is done."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from appealsite.problems import ProblemsFound, cannot_be_written


@contextlib.contextmanager
def alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock in ``folder``; ``waiting`` is called once if another build holds it. It ends with the process."""
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise ProblemsFound([cannot_be_written(folder.name, error)]) from error
    with lock:
        _hold(lock, waiting)
        yield


@contextlib.contextmanager
def alone_beside(target: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock beside ``target``, which other projects may build into, too. Where none can be made, as in a folder
    that is not there yet or that nobody may write to, there is none."""
    path = target.parent / f".{target.name}-lock"
    while True:
        try:
            lock = path.open("a")
        except OSError:
            yield
            return
        with lock:
            _hold(lock, waiting)
            if not _is_at(path, lock):  # whoever held it has removed it
                continue
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    path.unlink()
            return


def _hold(lock: IO[str], waiting: Callable[[], None]) -> None:
    """Lock a file. Where the system or the file system has no such lock, builds must not overlap."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError:
        pass


def _is_at(path: Path, file: IO[str]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
