"""Work done in a process of its own while the program that asked for it goes on."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar, cast

from appealsite.problems import Mark, Problem, ProblemsFound

T = TypeVar("T")
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Aside(Generic[T]):
    """A piece of work whose result is wanted later. It gives what can be pickled, or raises OSError or ProblemsFound.

    ``apart`` forks a process for it at once; else it is done here, when its result is asked for.
    """

    def __init__(self, work: Callable[[], T], *, apart: bool) -> None:
        self._work = work
        self._child = 0
        if apart:
            parent = os.getpid()
            answer, told = os.pipe()
            self._answer = os.fdopen(answer, "rb")
            self._child = os.fork()
            if self._child == 0:
                _tell(work, told, parent)
            os.close(told)

    def result(self) -> T:
        """What came of the work; waits for it. To be asked once."""
        if not self._child:
            return self._work()
        with self._answer as answer:
            told = answer.read()
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        if status != 0 or not told:  # what it told before it died may be cut
            raise ProblemsFound([Problem(Mark("build.py"), "a worker process died", "was it out of memory?")])
        value = pickle.loads(told)  # noqa: S301 - from our own child
        if isinstance(value, OSError | ProblemsFound):
            raise value
        return cast(T, value)

    def stop(self) -> None:
        """End the work, if it still goes on; its result is not wanted any more."""
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._answer.close()
            self._child = 0


@contextlib.contextmanager
def meanwhile(work: Callable[[], None], *, apart: bool) -> Iterator[None]:
    """While the block runs, do ``work`` whose outcome is kept in files, so that the next one to need it finds it there.

    What is not found is made by whoever needs it, who also tells what is wrong; so nothing is told of the work, and
    where no process may be forked for it, it is left out.
    """
    if not apart:
        yield
        return
    aside = Aside(work, apart=True)
    try:
        yield
        with contextlib.suppress(ProblemsFound, OSError):
            aside.result()
    finally:
        aside.stop()


def live_no_longer_than(parent: int) -> None:
    """Make this process end with its parent, and leave Ctrl-C to it."""
    import ctypes

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _tell(work: Callable[[], object], told: int, parent: int) -> None:
    """Do the work and tell what came of it, in the child; nothing of the program around it is run or cleaned up."""
    try:
        live_no_longer_than(parent)
        try:
            value = work()
        except OSError as error:
            value = OSError(error.errno, error.strerror, error.filename)
        except ProblemsFound as found:
            value = found
        with os.fdopen(told, "wb") as answer:
            answer.write(pickle.dumps(value))
    finally:
        os._exit(0)
