"""When Python looks for garbage, and what becomes of free memory: both seldom, as the program keeps nearly all that it
makes, and neither at its end."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator

_NEW_OBJECTS = 250_000  # between two collections; Python's 700 are for programs that drop what they make
_KEPT_FREE = 24 << 20  # bytes, below the 32 MiB up to which glibc takes such a hint; never touched, so never in memory


def collect_seldom() -> None:
    """Look for garbage seldom from here on: finding none takes a tenth of the time of reading a site.

    And give free memory back seldom: of the pages of a batch, glibc hands back what lies at the end of its heap and
    takes it again for the next, which costs a quarter of the kernel's time. Who frees one large piece is taken to need
    another (https://man7.org/linux/man-pages/man3/mallopt.3.html, M_MMAP_THRESHOLD). Elsewhere this changes nothing.
    """
    gc.set_threshold(_NEW_OBJECTS)
    bytes(_KEPT_FREE)


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom in this block, and not at its end: what it made then counts as old."""
    usual = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.set_threshold(*usual)


def end(status: int) -> None:
    """End the program at once. What it holds need not be sorted out object by object: the system takes it back whole.

    A program that is looked at, by a profiler for instance, ends as any other, so that what was seen can be told.
    """
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12, of six tools at most
    watched = monitoring is not None and any(monitoring.get_tool(tool) for tool in range(6))
    if watched or sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(status)
    os._exit(status)
