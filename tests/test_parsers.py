"""The fast parser gives the same bytes as markdown-it-py, or it is not used for that text."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appealsite.render.parsers import fast_is_installed, is_plain, parser
from tests.real_site import ROOT

pytestmark = pytest.mark.skipif(
    not fast_is_installed() and ("APPEALSITE_ALL_TESTS" not in os.environ or sys.version_info >= (3, 13)),
    reason="needs the extra 'fast'",
)
SPECIFICATION = ROOT / "tests/node/node_modules/commonmark-spec"

PIECES = (
    *("a", "b", "word ", "two words ", "*", "**", "_", "__", "[", "]", "(", ")", "](", "](/u)", "](/u 't')", "][x]"),
    *("[x]", "[x][]", "&amp;", "&", "&copy;", "&#35;", "\n", "\n\n", "\n- ", "\n1. ", "\n2. ", "\n> ", "\n> > ", "\n#"),
    *(
        "\n## ",
        "\n### h",
        "\n***\n",
        "\n\n| a | b |\n|---|:-:|\n| c | d |\n\n",
        "\n| a | b |\n|---|---|\n| **c** | d |\n",
    ),
    *(
        "\n    code",
        "  \n",
        " ",
        "  ",
        "é",
        "“q”",
        "—",
        "…",
        "€",
        "1",
        "2)",
        "!",
        '"',
        "'",
        "placeholder70x",
        "citation70x",
    ),
    *("http://x.y", "mailto:a@b.c", ":", "\n\n[x]: /url\n", "%20", "ü", "\n* i", "\n+ i", "\n  - n", "\n   ", "$", "+"),
    *(
        "=",
        "^",
        "{",
        "}",
        "#",
        "9.",
        "?",
        ". ",
        ", ",
        "/",
        "-",
        "--",
        "\n\n- a\n- b\n\n",
        "\n\n> q\n>\n> r\n\n",
        "\n  on",
    ),
    *("`", "``", "\n```\n", "~~", "<b>", "<http://a.b>", "\\", "\\*", "|", " | ", "![", "\t", "<!-- -->"),
)


def same(text: str, **addresses: str) -> bool:
    return parser("fast")[1](text)(text, addresses) == parser("python")[1](text)(text, addresses)


@pytest.mark.parametrize(
    "text",
    [
        "> One thing\n> :---",
        "> -----:",
        "* > a\n  999999999. b\n    %",
        "> - > x\n>   10. ***",
        "- " * 50 + "x",
        "> " * 120 + "x",
        "".join(f"{'  ' * level}- a\n" for level in range(60)),
        "[" * 101 + "t" + "](/)" * 101,
        "[a](https://münchen.example/) [b](mailto:jo@münchen.example)",
        "[a](/b&nbsp;) [c](/d&NewLine;)",
        "[a][law]\n\n[law\n]: /another",
        "[law]: /another 'title'\n\n- [a][law]",
        "- [x\\]y]: /b\n\n>\t[c]: /d",
    ],
)
def test_a_text_that_the_twin_may_take_another_way_is_not_for_it(text: str) -> None:
    assert not is_plain(text)
    assert same(text)
    assert same(text, law="citation70x")


def test_on_all_our_content_and_most_of_it_is_compiled_fast() -> None:
    plain = 0
    files = sorted((ROOT / "content").rglob("*.md"))
    for path in files:
        text = path.read_text("utf-8").rpartition("---\n")[2]
        assert same(text), path
        plain += is_plain(text)
    assert plain > len(files) * 0.9


def test_on_the_examples_of_the_commonmark_specification() -> None:
    if not SPECIFICATION.is_dir() and "APPEALSITE_ALL_TESTS" not in os.environ:
        pytest.skip("needs `npm install --prefix tests/node`")
    node = shutil.which("node")
    assert node is not None
    script = f"console.log(JSON.stringify(require({json.dumps(str(SPECIFICATION))}).tests))"
    listed = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout
    examples = [example["markdown"] for example in json.loads(listed)]
    assert len(examples) > 600
    assert [example for example in examples if not same(example)] == []


@pytest.mark.parametrize("seed", range(4))
def test_on_generated_documents(seed: int) -> None:
    dice = random.Random(seed)
    plain = 0
    for _ in range(1500):
        text = "".join(dice.choices(PIECES[: dice.choice((60, len(PIECES)))], k=dice.randint(1, 40)))
        plain += is_plain(text)
        assert same(text), repr(text)
    assert plain > 100


def test_a_text_that_would_stop_the_fast_parser_is_left_to_the_other() -> None:
    text = "[a ``b](/c) ``[d"
    assert not is_plain(text)
    assert same(text)


def test_links_are_found_by_their_labels() -> None:
    text = "See [the rule][Some-Law], [b] and [none].\n\n- [a list][b]"
    assert is_plain(text)
    assert same(text, b="citation71x", **{"some-law": "citation70x"})
    html = parser("python")[1](text)(text, {"b": "citation71x", "some-law": "citation70x"})
    assert html.count('<a href="citation70x">the rule</a>') == 1
    assert html.count('<a href="citation71x">') == 2
    assert "[none]" in html


@pytest.mark.parametrize("text", ["[a][some-law ]", "- [a][ some-law]", "> [a][\n> some-law ]", "[some-law ][]"])
def test_links_are_found_with_blanks_around_their_labels(text: str) -> None:
    addresses = {"some-law": "citation70x"}
    assert same(text, **addresses)
    assert '<a href="citation70x">' in parser("python")[1](text)(text, addresses)


def test_the_name_of_the_parser_does_not_tell_which_of_two_equals_was_used() -> None:
    assert parser("fast")[0] == parser("python")[0]


def test_a_built_site_is_the_same_with_either(tmp_path: Path) -> None:
    from tests.real_site import run_build

    for choice in ("python", "fast"):
        run_build(tmp_path / choice, ROOT, options=("--clean", "--parser", choice))
    files = {path.relative_to(tmp_path / "python") for path in (tmp_path / "python").rglob("*") if path.is_file()}
    assert all((tmp_path / "python" / f).read_bytes() == (tmp_path / "fast" / f).read_bytes() for f in files)
