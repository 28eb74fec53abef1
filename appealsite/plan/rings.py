"""Combinations that differ in one slug, as a ring of links: whichever page one starts from, some others follow it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from appealsite.plan.page import Link

Key = tuple[str, str, str]  # payer, service, reason; an empty reason means the hub of payer and service


class Ring:
    """Combinations that differ on one axis alone, in the order of its ``slugs`` and the first again after the last.

    ``key`` makes the combination of a slug. Links are made when they are asked for, by the ``link`` that is given then.
    """

    __slots__ = ("_key", "_links", "_slugs")

    def __init__(self, slugs: Iterable[str], key: Callable[[str], Key]) -> None:
        self._key = key
        self._slugs = sorted(slugs)
        self.forget()

    def forget(self) -> None:
        """Let go of all links."""
        self._links: list[Link | None] = [None, None] * len(self._slugs)  # twice around: what follows one is a slice

    def link(self, slug: str, link: Callable[[Key], Link]) -> Link:
        """The link to one."""
        return self._at(bisect_left(self._slugs, slug), link)

    def after(self, slug: str, most: int, link: Callable[[Key], Link]) -> tuple[Link, ...]:
        """The links to at most ``most`` others that follow one, so that all are linked equally often."""
        start = bisect_left(self._slugs, slug) + 1
        end = start + min(most, len(self._slugs) - 1)
        known = self._links[start:end]
        if not all(known):
            around = len(self._slugs)
            known = [one or self._at(place % around, link) for place, one in enumerate(known, start)]
        return tuple(known)  # type: ignore[arg-type]  # none is missing now

    def _at(self, place: int, link: Callable[[Key], Link]) -> Link:
        known = self._links[place]
        if known is None:
            known = link(self._key(self._slugs[place]))
            self._links[place] = self._links[place + len(self._slugs)] = known
        return known
