"""Where the time of a build goes: seconds by kind (text, layout, page) and name, when somebody asks for it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

Key = tuple[str, str]


class Timings:
    """Adds up seconds; those of worker processes are merged in."""

    def __init__(self) -> None:
        self.seconds: dict[Key, float] = {}
        self.counts: dict[Key, int] = {}

    @staticmethod
    def start() -> float:
        """A time to hand to ``add``."""
        return time.perf_counter()

    def add(self, kind: str, name: str, started: float) -> float:
        """Count the time since ``started`` for a name; returns the time now."""
        now = time.perf_counter()
        key = (kind, name)
        self.seconds[key] = self.seconds.get(key, 0.0) + now - started
        self.counts[key] = self.counts.get(key, 0) + 1
        return now

    def merge(self, seconds: Mapping[Key, float], counts: Mapping[Key, int]) -> None:
        """Add what another process counted."""
        for key, value in seconds.items():
            self.seconds[key] = self.seconds.get(key, 0.0) + value
            self.counts[key] = self.counts.get(key, 0) + counts.get(key, 0)

    def slowest(self, kind: str, most: int = 10) -> Iterable[tuple[str, float, int]]:
        """The names of a kind that took the longest in all, with seconds and how often."""
        rows = [
            (name, value, self.counts[kind_, name]) for (kind_, name), value in self.seconds.items() if kind_ == kind
        ]
        return sorted(rows, key=lambda row: -row[1])[:most]
