"""The same work on one core or on all: chunks in, results out, in no order and in bounded numbers."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import TypeVar

from appealsite.check.examiner import Examiner
from appealsite.check.seen import Notes
from appealsite.make import Order
from appealsite.workers import Start

C = TypeVar("C")
R = TypeVar("R")
Work = Callable[[Examiner, C], R]

_examiner: Examiner | None = None  # a worker's; under fork it is the parent's, inherited


def spread(examiner: Examiner, work: Work[C, R], chunks: Sequence[C], jobs: int, start: Start) -> Iterator[R]:
    """``work`` on every chunk. One job does it here. ``work`` is a function of a module, so that it can be sent."""
    if jobs == 1 or len(chunks) < 2:
        for chunk in chunks:
            yield work(examiner, chunk)
        return
    global _examiner
    _examiner = examiner
    gc.collect()
    gc.freeze()  # what is shared is not touched by collections, and so not copied
    fresh = None if start == "fork" else (examiner.order, examiner.shelf_path, examiner.notes)
    context = multiprocessing.get_context(start)
    pool = ProcessPoolExecutor(min(jobs, len(chunks)), context, _begin, (fresh, os.getpid()))
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
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        gc.unfreeze()
        _examiner = None


def _begin(fresh: tuple[Order, Path | None, Mapping[str, Notes]] | None, parent: int) -> None:
    """Make a child ready; Ctrl-C is the parent's to handle, and a child without its parent ends."""
    global _examiner
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.getppid() != parent:
        os._exit(1)
    if fresh is not None:
        order, shelf, notes = fresh
        _examiner = Examiner(order, shelf)
        _examiner.notes = notes
    assert _examiner is not None
    _examiner.after_fork()


def _in_child(work: Work[C, R], chunk: C) -> R:
    assert _examiner is not None
    return work(_examiner, chunk)
