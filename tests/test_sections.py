"""Which sections a page shows: what pages share is shared by those alone that would have the same, and blocks with
nothing to say leave no heading behind, unless a layout speaks for them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appealsite.plan.planner import make_plan
from appealsite.problems import Problem
from tests.small_site import ROOT, SMALL, call, copy_small, read_whole

DAY = date(2026, 11, 21)

PAGE = "help/acme/on/step-therapy/index.html"
OTHER = "help/no/walker/not-covered/index.html"
ONLY_OF_ACME = '{% if payer.slug == "acme" %}\n\nWrite to Acme first.\n\n{% endif %}\n'


@pytest.mark.parametrize(("block", "stays"), [("next-steps", False), ("rights", True)])
def test_a_text_whose_conditions_leave_nothing_shows_no_heading_of_its_own(
    tmp_path: Path, block: str, stays: bool
) -> None:
    root = copy_small(tmp_path / "small")
    for file in (root / "content" / block).rglob("*.md"):
        file.unlink()
    (root / f"content/{block}.md").write_text(f"---\ntitle: Only of Acme\n---\n{ONLY_OF_ACME}", "utf-8")
    done = call("--root", root)
    assert done.status == 0, done.err
    pages = {name: (root / "site" / name).read_text("utf-8") for name in (PAGE, OTHER)}
    assert f'id="{block}"' in pages[PAGE]
    assert "Write to Acme first." in pages[PAGE]
    assert "Write to Acme first." not in pages[OTHER]
    assert (f'id="{block}"' in pages[OTHER]) == stays


# ---------------------------------------------------------------- what pages share

NAMES = ("payer.name", "service.name", "service.kind", "reason.name", "reason.denied", "reason.answer", "site.name")
CONDITIONS = ('payer.slug == "acme"', 'service.kind == "drug"', 'reason.slug == "012"', "service.abbr", "reason.codes")

lines = st.lists(st.sampled_from(NAMES), max_size=2).map(
    lambda names: " and ".join(["Words", *("{{ " + name + " }}" for name in names)])
)
paragraphs = st.one_of(
    lines,
    st.tuples(st.sampled_from(CONDITIONS), lines).map(lambda two: f"{{% if {two[0]} %}}\n\n{two[1]}\n\n{{% endif %}}"),
)
texts = st.fixed_dictionaries(
    {"body": st.lists(paragraphs, min_size=1, max_size=3)},
    optional={"title": lines, "description": lines, "search_title": lines},
)


def assert_each_page_is_what_it_would_be_alone(root: Path) -> None:
    problems: list[Problem] = []
    site = read_whole(root)
    plan = make_plan(site, DAY, problems, drafts=True)
    for record in plan:
        assert plan.page(record) == make_plan(site, DAY, problems, drafts=True).page(record)


@pytest.mark.parametrize("root", [SMALL, ROOT], ids=["small", "ours"])
def test_a_page_is_the_same_whichever_pages_were_made_before_it(root: Path) -> None:
    assert_each_page_is_what_it_would_be_alone(root)


@pytest.fixture(scope="module")
def without_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site without the texts of a block that all its combinations show."""
    root = copy_small(tmp_path_factory.mktemp("sections") / "small")
    shutil.rmtree(root / "content/answer")
    (root / "content/answer.md").unlink()
    return root


@example({"body": ["{{ reason.denied }}"]}, "answer")
@example({"body": ["Words"], "title": "{{ reason.answer }}"}, "answer")
@example({"body": ["{% if reason.codes %}\n\nWords\n\n{% endif %}"]}, "answer")
@example({"body": ['{% if service.kind == "drug" %}\n\nWords\n\n{% endif %}']}, "answer")
@given(texts, st.sampled_from(("answer", "answer/acme/any/any", "answer/any/@drug/any", "answer/any/any/@contract")))
def test_so_it_is_whatever_a_shared_text_names_and_wherever(
    without_answers: Path, text: dict[str, str | list[str]], name: str
) -> None:
    head = "".join(f"{field}: {line}\n" for field, line in text.items() if field != "body")
    file = without_answers / f"content/{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("---\n" + head + "checked: 2026-05-05\n---\n" + "\n\n".join(text["body"]) + "\n", "utf-8")
    try:
        assert_each_page_is_what_it_would_be_alone(without_answers)
    finally:
        file.unlink()
