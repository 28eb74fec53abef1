"""Addresses that have moved or are gone, after chains were flattened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Redirects:
    """``moved`` pairs an old address with its new one; ``gone`` are addresses that answer nothing. Both are
    root-relative and sorted."""

    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
