"""The texts that entries of the matrix have as a rule and one lacks: a payer's part of its hub, say."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.read.content import ANYWHERE, Cell
from appealsite.read.site import Site
from appealsite.read.vocabulary import AXES
from appealsite.values import value


@value
class Lacking:
    """A text that is not there: the axis and slug of the entry it would be about, and the file it belongs in."""

    axis: str
    slug: str
    path: str


def lacking(site: Site) -> Iterator[Lacking]:
    """The texts that most of an axis's entries have for themselves alone, for each entry without one."""
    for at, axis in enumerate(AXES):
        slugs = getattr(site.matrix, axis + "s")
        for name, files in sorted(site.content.blocks.items()):
            without = [slug for slug in slugs if _alone(at, slug) not in files]
            if len(without) * 2 < len(slugs):
                for slug in without:
                    yield Lacking(axis, slug, f"content/{name}/{'/'.join(_alone(at, slug))}.md")


def _alone(at: int, slug: str) -> Cell:
    payer, service, reason = (slug if axis == at else any_ for axis, any_ in enumerate(ANYWHERE))
    return payer, service, reason
