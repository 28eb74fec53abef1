"""Worker processes: the same chunks of work on one core or on all, in bounded numbers, gone when the build is."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

from appealsite.garbage import collect_seldom
from appealsite.make import Done, Maker
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.output import Writer

Start = Literal["fork", "spawn"]

SMALLEST = 16  # pages in a chunk
LARGEST = 256
WORTH_IT = 300  # pages below which another process costs more than it brings
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Worker(Protocol):
    """Whatever works in many processes."""

    def after_fork(self) -> None:
        """Open anew what two processes must not share."""


W = TypeVar("W", bound=Worker)
C = TypeVar("C")
R = TypeVar("R")
T = TypeVar("T")

_worker: Worker | None = None  # a child's; under fork it is the parent's, inherited


@dataclass(frozen=True)
class Chunk:
    """Work on pages, given by their place in the plan, or on Markdown files, given by name."""

    work: Literal["make", "check", "open"]
    indices: Sequence[int] = ()
    names: Sequence[str] = ()
    before: Mapping[str, bytes] | None = None
    writer: Writer | None = None


def default_start() -> Start:
    """Fork where it is sound and cheap, else a fresh process that reads the site for itself."""
    return "fork" if os.uname().sysname == "Linux" else "spawn"


def run(maker: Maker, chunks: Sequence[Chunk], jobs: int, start: Start) -> Iterator[Done]:
    """The results of all chunks, in no order. One job runs them here; the work done is the same."""
    return spread(maker, _make, chunks, jobs, start, partial(Maker, maker.order))


def spread(
    worker: W, work: Callable[[W, C], R], chunks: Sequence[C], jobs: int, start: Start, afresh: Callable[[], W]
) -> Iterator[R]:
    """``work`` by ``worker`` on every chunk. ``work`` is a function of a module and ``afresh`` makes a worker like this
    one, so that both can be sent to a process that shares nothing."""
    if jobs == 1 or len(chunks) < 2:
        for chunk in chunks:
            yield work(worker, chunk)
        return
    global _worker
    _worker = worker
    gc.collect()
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


def pieces(whole: Sequence[T], jobs: int) -> Iterator[Sequence[T]]:
    """The parts of a list of pages or files that each make a chunk: some for each job to even out the load, none so
    long that results pile up."""
    size = max(SMALLEST, min(LARGEST, len(whole) // (jobs * 8)))
    return (whole[at : at + size] for at in range(0, len(whole), size))


def _make(maker: Maker, chunk: Chunk) -> Done:
    match chunk.work:
        case "check":
            return maker.check(chunk.names)
        case "open":
            return maker.open(chunk.names)
    assert chunk.writer is not None
    return maker.make(chunk.indices, chunk.before or {}, chunk.writer)


def _begin(afresh: Callable[[], Worker] | None, parent: int) -> None:
    """Make a child ready. Ctrl-C is the parent's to handle, and a child never outlives its parent."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    if afresh is not None:
        collect_seldom()
        _worker = afresh()
    assert _worker is not None
    _worker.after_fork()


def _in_child(work: Callable[[Any, C], R], chunk: C) -> R:
    return work(_worker, chunk)
