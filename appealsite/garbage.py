"""When Python looks for garbage: seldom, in a program that keeps nearly all it makes until it ends."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_NEW_OBJECTS = 250_000  # between two collections; Python's 700 are for programs that drop what they make


def collect_seldom() -> None:
    """Look for garbage seldom from here on: finding none takes a tenth of the time of reading a site."""
    gc.set_threshold(_NEW_OBJECTS)


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


def leave_garbage() -> None:
    """Look through nothing any more: at its end, a program need not sort out what the system takes back whole."""
    gc.freeze()
