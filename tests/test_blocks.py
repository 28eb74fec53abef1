"""The file that gives a block its text is the one the design names, out of any set of files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appealsite.plan.blocks import Place, candidates, winner
from appealsite.read.content import Block, Cell
from appealsite.read.models import FrontMatter

PAYERS = ("acme", "no")
SERVICES = {"on": "@drug", "walker": "@device", "speech-therapy": "@therapy"}
REASONS = {"012": "@paperwork", "step-therapy": "@clinical"}

cells = st.tuples(
    st.sampled_from(("any", *PAYERS)),
    st.sampled_from(("any", *SERVICES, *SERVICES.values())),
    st.sampled_from(("any", *REASONS, *REASONS.values())),
)
places = st.builds(
    lambda payer, service, reason: Place(payer, service, SERVICES.get(service, ""), reason, REASONS.get(reason, "")),
    st.sampled_from(("", *PAYERS)),
    st.sampled_from(("", *SERVICES)),
    st.sampled_from(("", *REASONS)),
)


def naive_order(files: set[Cell], place: Place) -> list[Cell]:
    """'The winner is the file with the most slugs; then the most groups; then the one whose reason is more specific,
    then whose service is, then whose payer is.'"""

    def matches(cell: Cell) -> bool:
        payer, service, reason = cell
        return (
            payer in ("any", place.payer)
            and service in ("any", place.service, place.service_group)
            and reason in ("any", place.reason, place.reason_group)
        )

    def level(segment: str) -> int:
        return 0 if segment == "any" else 1 if segment.startswith("@") else 2

    def rank(cell: Cell) -> tuple[int, ...]:
        payer, service, reason = map(level, cell)
        levels = (payer, service, reason)
        return levels.count(2), levels.count(1), reason, service, payer

    return sorted(filter(matches, files), key=rank, reverse=True)


def blocks(files: set[Cell]) -> dict[Cell, Block]:
    return {cell: Block("/".join(cell), FrontMatter(), None, None, None, None, ()) for cell in files}


@given(st.sets(cells, max_size=30), places)
def test_the_winner_is_the_one_the_rule_names(files: set[Cell], place: Place) -> None:
    expected = naive_order(files, place)
    found = winner(blocks(files), place)
    assert (found[0] if found else None) == (expected[0] if expected else None)
    assert found is None or found[1].path == "/".join(found[0])


@given(st.sets(cells, max_size=30), places)
def test_all_matching_files_stand_in_the_order_of_the_rule(files: set[Cell], place: Place) -> None:
    assert [block.path for block in candidates(blocks(files), place)] == [
        "/".join(c) for c in naive_order(files, place)
    ]


@given(places)
def test_no_two_files_tie(place: Place) -> None:
    asked = [cell for cell in place.cells() if all(cell)]  # an axis that the page lacks names no file
    assert len(asked) == len(set(asked))


def test_the_examples_of_the_design() -> None:
    files = blocks({("any", "any", "any"), ("any", "any", "@paperwork"), ("no", "on", "step-therapy")})
    paperwork = Place("no", "on", "@drug", "012", "@paperwork")
    clinical = Place("acme", "on", "@drug", "step-therapy", "@clinical")
    written_for = Place("no", "on", "@drug", "step-therapy", "@clinical")
    assert [winner(files, place) for place in (paperwork, clinical, written_for)] == [
        (cell, files[cell])
        for cell in (("any", "any", "@paperwork"), ("any", "any", "any"), ("no", "on", "step-therapy"))
    ]


def test_one_slug_beats_two_groups() -> None:
    files = blocks({("no", "any", "any"), ("any", "@drug", "@paperwork")})
    found = winner(files, Place("no", "on", "@drug", "012", "@paperwork"))
    assert found is not None
    assert found[0] == ("no", "any", "any")


def test_a_hub_takes_only_text_that_is_not_for_an_axis_it_lacks() -> None:
    files = blocks({("any", "@drug", "any"), ("any", "any", "@clinical"), ("acme", "any", "any")})
    assert winner(files, Place("no")) is None
    found = winner(files, Place("acme"))
    assert found is not None
    assert found[0] == ("acme", "any", "any")
