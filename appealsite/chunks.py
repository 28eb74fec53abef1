"""The work of a build in chunks: pages to make, Markdown files to read. Each chunk is done by one process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from appealsite.make import Done, Maker, Order
from appealsite.publish.output import Writer
from appealsite.read.content import Block
from appealsite.values import value
from appealsite.workers import Start, spread

if TYPE_CHECKING:  # a build that changes neither text nor data needs no rules
    from appealsite.check.in_build import Rules
    from appealsite.problems import Problem


@value
class Chunk:
    """Work on pages, given by their place in the plan, on Markdown files, given by name, or on all data files."""

    work: Literal["make", "read", "check data"]
    indices: Sequence[int] = ()
    names: Sequence[str] = ()
    writer: Writer | None = None


def maker_with_rules(order: Order, *, apart: bool = False) -> Maker:
    """A maker that sees, in each file that no build found sound, whether it says what no build may publish.

    A preview shows text that is still being written, whatever it says. ``apart`` is the maker's.
    """
    maker = Maker(order, apart=apart)
    if not order.drafts:
        examiner = _Examiner(maker)
        maker.site.content.examine = examiner.examine
        for name in maker.site.content.opened:
            maker.problems += examiner.examine(maker.site.content.block(name), maker.site.content.text(name))
    return maker


def run(maker: Maker, chunks: Sequence[Chunk], jobs: int, start: Start) -> Iterator[Done]:
    """The results of all chunks, in no order. One job runs them here; the work done is the same."""
    return spread(maker, _do, chunks, jobs, start, partial(maker_with_rules, maker.order))


def _do(maker: Maker, chunk: Chunk) -> Done:
    match chunk.work:
        case "read":
            return maker.read(chunk.names)
        case "check data":
            return maker.finish(Done(problems=list(_rules_of(maker).of_data())))
    assert chunk.writer is not None
    return maker.make(chunk.indices, chunk.writer)


class _Examiner:
    """Applies the rules to the files that a maker opens."""

    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._rules: Rules | None = None

    def examine(self, block: Block, text: str) -> Iterable[Problem]:
        order = self._maker.order
        if order.sound.get(block.path, b"") == order.inputs.get(block.path):
            return ()
        if self._rules is None:
            self._rules = _rules_of(self._maker)
        return self._rules.of_file(block, text)


def _rules_of(maker: Maker) -> Rules:
    from appealsite.check.in_build import Rules

    return Rules(maker.site)
