"""One build at a time, and nobody else who writes beside it: a second one waits until the first is done."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from appealsite.problems import ProblemsFound, cannot_be_written

_IN_THE_WAY = {errno.EEXIST, errno.EISDIR, errno.ENOENT}  # a file, a folder, a link that leads nowhere


@contextlib.contextmanager
def alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock in ``folder``; ``waiting`` is called once if another build holds it. It ends with the process."""
    path = folder
    try:
        folder.mkdir(exist_ok=True)
        path = folder / "lock"
        lock = path.open("w")
    except OSError as error:
        problem = cannot_be_written(path.relative_to(folder.parent).as_posix(), error)
        if error.errno in _IN_THE_WAY and os.path.lexists(path):
            problem = replace(problem, hint="something else stands there; remove it")
        raise ProblemsFound([problem]) from error
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
