"""The work of a build in chunks: pages to make, Markdown files to look through. Each chunk is done by one process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from appealsite.make import Done, Maker
from appealsite.memo import Memo
from appealsite.publish.output import Writer
from appealsite.read.site import Site
from appealsite.workers import Start, spread

if TYPE_CHECKING:
    from appealsite.check.in_build import Rules


@dataclass(frozen=True)
class Chunk:
    """Work on pages, given by their place in the plan, or on Markdown files, given by name.

    To check no names is to check the data files.
    """

    work: Literal["make", "check", "read"]
    indices: Sequence[int] = ()
    names: Sequence[str] = ()
    before: Mapping[str, bytes] | None = None
    writer: Writer | None = None


def run(maker: Maker, chunks: Sequence[Chunk], jobs: int, start: Start) -> Iterator[Done]:
    """The results of all chunks, in no order. One job runs them here; the work done is the same."""
    return spread(maker, _do, chunks, jobs, start, partial(Maker, maker.order))


def _do(maker: Maker, chunk: Chunk) -> Done:
    match chunk.work:
        case "check":
            return _check(maker, chunk.names)
        case "read":
            return maker.read(chunk.names)
    assert chunk.writer is not None
    return maker.make(chunk.indices, chunk.before or {}, chunk.writer)


def _check(maker: Maker, names: Sequence[str]) -> Done:
    from appealsite.check.in_build import Rules  # a build that changes neither text nor data needs none

    known = _RULES.get(id(maker.site)) or _RULES.put(id(maker.site), (maker.site, Rules(maker.site)))
    rules = known[1]
    return maker.finish(Done(problems=list(rules.of_files(names) if names else rules.of_data())))


_RULES = Memo[int, tuple[Site, "Rules"]](1)
