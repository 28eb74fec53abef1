"""A bounded memory of computed values, for work that many pages share."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Remembers at most ``limit`` values and forgets all of them when it is full: simple, and memory stays bounded."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}
        self.get = self._values.get

    def drop(self, key: K) -> None:
        """Forget one value, if it is known."""
        self._values.pop(key, None)

    def put(self, key: K, value: V) -> V:
        """Remember ``value`` under ``key`` and return it."""
        if len(self._values) >= self._limit:
            self._values.clear()
        self._values[key] = value
        return value
