"""Worker processes: the same chunks of work on one core or on all, in bounded numbers, gone when the build is."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from appealsite.aside import live_no_longer_than
from appealsite.garbage import collect_seldom
from appealsite.problems import Mark, Problem, ProblemsFound

if TYPE_CHECKING:
    from concurrent.futures import Future

Start = Literal["fork", "spawn"]

SMALLEST = 16  # pages in a chunk
LARGEST = 512
SAMPLED = 32  # pages that are made before there are children, about
WORTH_IT = 300  # pages below which another process costs more than it brings


class Worker(Protocol):
    """Whatever works in many processes."""

    def after_fork(self) -> None:
        """Open anew what two processes must not share."""


W = TypeVar("W", bound=Worker)
C = TypeVar("C")
R = TypeVar("R")
T = TypeVar("T")

_worker: Worker | None = None  # a child's; under fork it is the parent's, inherited
_why_none: ProblemsFound | None = None  # what kept a child from having one


def default_start() -> Start:
    """Fork where it is sound and cheap, else a fresh process that reads the site for itself."""
    return "fork" if os.uname().sysname == "Linux" else "spawn"


def cores() -> int:
    """How many processes can run at once: on as many cores as this one may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    worker: W, work: Callable[[W, C], R], chunks: Sequence[C], jobs: int, start: Start, afresh: Callable[[], W]
) -> Iterator[R]:
    """``work`` by ``worker`` on every chunk. ``work`` is a function of a module and ``afresh`` makes a worker like this
    one, so that both can be sent to a process that shares nothing."""
    if jobs == 1 or len(chunks) < 2:
        for chunk in chunks:
            yield work(worker, chunk)
        return
    import multiprocessing  # a build of a few pages needs none of these
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool

    global _worker
    _worker = worker
    gc.freeze()  # what is shared is not touched by collections, and so not copied
    context = multiprocessing.get_context(start)
    beginning = (None if start == "fork" else afresh, os.getpid())
    pool = ProcessPoolExecutor(min(jobs, len(chunks)), context, _begin, beginning)
    running: set[Future[R]] = set()
    try:
        for chunk in chunks:
            running.add(pool.submit(_in_child, work, chunk))
            if len(running) >= jobs * 2:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except BrokenProcessPool as error:
        hint = "was it out of memory? try again with --jobs 1"
        raise ProblemsFound([Problem(Mark("build.py"), "a worker process died", hint)]) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        gc.unfreeze()
        _worker = None


def sampled(whole: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """A few from all over a list of pages, a tenth at most, and the rest. Who makes the few before there are children
    has opened and compiled most of what pages share, which children that are forked then need not do again."""
    step = max(10, len(whole) // SAMPLED)
    return whole[::step], [one for at, one in enumerate(whole) if at % step]


def pieces(whole: Sequence[T], jobs: int) -> Iterator[Sequence[T]]:
    """The parts of a list of pages or files that each make a chunk: none so long that results pile up, and the last
    ones short, so that all jobs end at the same time."""
    at = 0
    while at < len(whole):
        size = max(SMALLEST, min(LARGEST, (len(whole) - at) // (jobs * 4)))
        yield whole[at : at + size]
        at += size


def _begin(afresh: Callable[[], Worker] | None, parent: int) -> None:
    """Make a child ready. Ctrl-C is the parent's to handle, and a child never outlives its parent.

    Problems, as of a file that was edited meanwhile, are told by the first chunk: nobody would hear of them here.
    """
    global _worker, _why_none
    live_no_longer_than(parent)
    if afresh is not None:
        threading.Thread(target=_end_with_parent, daemon=True).start()
        collect_seldom()
        try:
            _worker = afresh()
        except ProblemsFound as found:
            _why_none = found
            return
    assert _worker is not None
    _worker.after_fork()


def _end_with_parent() -> None:
    """End this process when its parent has ended: not every system sees to it, and there would be no more work."""
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _in_child(work: Callable[[Any, C], R], chunk: C) -> R:
    if _why_none is not None:
        raise _why_none
    return work(_worker, chunk)
