"""Text is taken apart before Markdown sees it, within bounds, and nothing in it can do more than look values up."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from appealsite.problems import Mark, Problem
from appealsite.read.citations import cited
from appealsite.read.expressions import MAX_LENGTH, ExpressionError, parse_condition, parse_name
from appealsite.read.text import MAX_NESTED, Choice, Chunk, TextRules, read_body, read_line
from appealsite.render.parsers import parser


def read(text: str) -> tuple[tuple[Chunk | Choice, ...], list[Problem]]:
    problems: list[Problem] = []
    rules = TextRules(("job_plan",), {"rule-1": "https://rules.example/1"}, problems)
    return read_body(text.split("\n"), "content/x.md", 0, 2, rules), problems


def nested(levels: int) -> str:
    return "\n\n".join(["{% if site.name %}"] * levels + ["x"] + ["{% endif %}"] * levels)


@pytest.mark.parametrize(
    "source",
    [
        *("payer.name()", "payer.name | upper", "payer['na' + 'me']", "payer[0]", "1 + 1", "lipsum", "payer.name[1:]"),
        f"payer.name{' ' * MAX_LENGTH}| upper",
        *("payer.__class__", "''.__class__", "self", "payer.name if site.name", "{'a': 1}", "[payer.name]", "", "a b"),
    ],
)
def test_a_placeholder_is_a_name_of_a_field_and_nothing_more(source: str) -> None:
    _, problems = read("{{ " + source + " }}")
    assert len(problems) == 1
    assert problems[0].mark.line == 1


@pytest.mark.parametrize(
    "source",
    ["range(9)", "payer.name.upper()", "payer.name < 'b'", "a ~ b", "payer is defined", "1 + 1", "payer.name|e"],
)
def test_a_condition_looks_up_and_compares_and_nothing_more(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(source)


@pytest.mark.parametrize("source", ["not " * 5_000 + "a", "(" * 5_000 + "a" + ")" * 5_000, "a or " * 5_000 + "a"])
def test_no_expression_is_so_deep_that_it_breaks_the_reader(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(source)
    with pytest.raises(ExpressionError):
        parse_name(source)
    short = "(" * (MAX_LENGTH // 2 - 1) + "a" + ")" * (MAX_LENGTH // 2 - 1)
    with pytest.raises(ExpressionError):
        parse_condition(short)


def test_conditions_nest_within_a_bound() -> None:
    assert read(nested(MAX_NESTED))[1] == []
    for levels in (MAX_NESTED + 1, 2_000):
        [problem] = read(nested(levels))[1]
        assert problem.message == f"more than {MAX_NESTED} conditions in each other"
        assert problem.mark.line == 2 * MAX_NESTED + 1


def steps(indent: str, marker: str, levels: int) -> str:
    """A list in a list and so on, the innermost with the word 'end'."""
    return "".join(f"{indent * level}{marker} a\n" for level in range(levels)) + f"{indent * levels}{marker} end"


@pytest.mark.parametrize(
    "nest",
    [
        *(
            lambda levels: "> " * levels + "end",
            lambda levels: ">" * levels + "end",
            lambda levels: "- " * levels + "end",
        ),
        *(lambda levels: steps("  ", "-", levels), lambda levels: steps("   ", "1.", levels)),
        *(lambda levels: steps("\t", "*", levels), lambda levels: "> - " * levels + "end"),
    ],
)
def test_no_list_or_quote_is_so_deep_that_its_text_is_lost_in_silence(nest: Callable[[int], str]) -> None:
    render = parser("python")[1]("")
    lost = {levels for levels in range(120) if "end" not in render(nest(levels), {})}
    told = {levels for levels in range(120) if read(nest(levels))[1]}
    assert lost
    assert lost <= told
    assert min(told) > 20


def test_what_only_looks_like_deep_nesting_is_none() -> None:
    code = f"```\n{' ' * 120}- x\n```"
    for text in ("-" * 200, "- " * 100, "* " * 100, f"Words\n{' ' * 120}go on", code, "1" * 200, "> " * 45 + "x"):
        assert read(text)[1] == []


def test_a_text_nested_too_deep_is_told_at_its_line() -> None:
    [problem] = read(f"Words\n\n{'> ' * 100}x\n\nMore")[1]
    assert problem.message == "lists or quotes are nested too deep here"
    assert problem.mark.line == 3


@pytest.mark.parametrize("indent", [" ", "    ", "\t", "\u00a0"])
def test_a_condition_begins_at_the_start_of_its_line(indent: str) -> None:
    _, told = read(f"- One\n\n{indent}{{% if payer.name %}}\n\n    Two\n\n{indent}{{% endif %}}\n\n- Three")
    assert {problem.message for problem in told} == {"a condition begins at the start of its line"}
    assert [(one.mark.line, one.mark.column, one.mark.length) for one in told] == [
        (3, len(indent) + 1, 19),
        (7, len(indent) + 1, 11),
    ]
    assert {problem.hint for problem in told} == {"remove the spaces before it"}


def test_a_line_full_of_mistakes_of_one_kind_is_one_mistake() -> None:
    for sign in ("{{ ", "{% if x %} ", "}} "):
        assert len(read("Send " + sign * 1_000)[1]) == 1


def test_a_word_of_the_generator_is_told_and_takes_no_value() -> None:
    [chunk], told = read("One placeholder70x two\n{{ payer.name }} placeholder71x")
    assert isinstance(chunk, Chunk)
    assert [(one.mark.line, one.mark.column, one.mark.length) for one in told] == [(1, 5, 14), (2, 18, 14)]
    assert len(chunk.pieces) == 1 + len(chunk.placeholders) == 2
    problems: list[Problem] = []
    line = read_line("a placeholder70x b {{ payer.name }}", Mark, TextRules((), {}, problems))
    assert [problem.message for problem in problems] == ["this word is reserved for the generator"]
    assert [problem.mark.path for problem in problems] == ["placeholder70x"]
    assert line.form % ("c",) == "a xxxxxxxxxxxxxx b c"


def test_brackets_in_code_are_no_citations() -> None:
    assert read("`a[0][1]` and ``b`[x][y]`` and\n`c\n[x][z]`\n\n[Rule][rule-1]")[1] == []
    assert [slug for slug, _ in cited("[a][one] `[b][two]` [c][three] ` [d][four]")] == ["one", "three", "four"]


@pytest.mark.parametrize(
    "text",
    [
        *("[a]: /b", "- [a]: /b", "> 1) [a]: /b", "-\t[a]: /b", ">\t[a]: /b", "1.\t[a]: /b", "[a\nb]: /c", "[\na]: /b"),
        *("[a\\]b]: /c", "> [a\n> b]: /c", "[{{ payer.name }}]: /b"),
    ],
)
def test_a_link_definition_is_told_as_its_text_would_vanish(text: str) -> None:
    _, [problem] = read(f"One.\n\n{text}\n\nTwo [Rule][rule-1]: three.")
    assert problem.message == "a link definition has no place in a text"
    assert problem.mark.line in (3, 4)


@pytest.mark.parametrize("text", ["[Rule][rule-1]: more", "See [a]: b", "[a](/b): c", "`[a]: /b`", "[a\n\nb]: /c"])
def test_a_bracket_before_a_colon_is_no_definition(text: str) -> None:
    assert read(text)[1] == []


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_brackets_between_fences_are_no_citations(fence: str) -> None:
    [chunk], problems = read(f"{fence}\n[a][b] [c](/d)[e] {{{{ payer.name }}}} [open][\n{fence}\n\n[Rule][rule-1]")
    assert problems == []
    assert isinstance(chunk, Chunk)
    assert [slug for slug, _ in chunk.citations] == ["rule-1"]
    _, [problem] = read(f"{fence}\n[a][b]\n{fence}\n\n[Rule][rule-2]")
    assert (problem.mark.line, problem.mark.column) == (5, 8)


def test_the_place_of_a_citation_is_that_of_its_id() -> None:
    _, [problem] = read("One {{ payer.name }} `x`\ntwo [Rule\n*1*][rule-11] end")
    assert (problem.mark.line, problem.mark.column, problem.mark.length) == (3, 6, 7)
    assert problem.hint == "did you mean 'rule-1'?"


@pytest.mark.parametrize("text", ["[a][rule-1 ]", "[a][ rule-1]", "[a][\nrule-1 ]", "[ rule-1 ][]"])
def test_blanks_around_an_id_are_none_of_it(text: str) -> None:
    [chunk], told = read(text)
    assert told == []
    assert isinstance(chunk, Chunk)
    assert chunk.citations == (("rule-1", "https://rules.example/1"),)
    _, [problem] = read(text.replace("rule-1", "rule-11"))
    assert problem.mark.excerpt[problem.mark.column - 1 :].startswith("rule-11")


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("[a][{{ payer.name }}]", 5, "a placeholder is no id of a source"),
        ("[a][ rule-{{ payer.name }} ]", 6, "a placeholder is no id of a source"),
        ("Say [a [b] c][rule-1].", 14, "a citation's title stands in one pair of brackets"),
        ("Say [a [b]][no-such].", 12, "a citation's title stands in one pair of brackets"),
        ("Say a][rule-1].", 7, "a citation's title stands in one pair of brackets"),
        ("Say [see [a](/b)][rule-1].", 18, "a citation's title stands in one pair of brackets"),
        ("Say [a](/help/)[no-such].", 16, "a link has one address"),
        ("Say [a](</b c> 'd')[rule-1].", 20, "a link has one address"),
        ('Say [a](/b_(c) "d")[rule-1].', 20, "a link has one address"),
        ("[a][rule-1][no-such]", 12, "a citation has one source"),
        ("[a][no-such ][rule-1]", 5, "unknown source 'no-such'"),
        ("![a][ no-such ]", 5, "a source is no picture"),
    ],
)
def test_brackets_that_would_be_published_as_they_are_typed_are_told(text: str, column: int, message: str) -> None:
    problem = min(read(text)[1])
    assert (problem.message, problem.mark.column) == (message, column)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[Date]",
            "[your name] [address]",
            "- [ ] done",
            "[a](see this)[Date]",
            "[name]([Date])",
            "(see [Date])[name]",
        ),
        *("[a](/b)[c](/d)", "[a](/b)[c][rule-1]", "[a][rule-1][b](/c)", "[a][rule-1][b][rule-1]", "[[a][rule-1]]"),
        *(
            r"[a \[b\] c][rule-1]",
            "[a `[b]` c][rule-1]",
            "`[a [b]][c] [a](/b)[c]`",
            "[{{ plans['job_plan'].name }}][rule-1]",
        ),
    ],
)
def test_other_brackets_are_left_alone(text: str) -> None:
    assert read(text)[1] == []


def test_a_citation_over_two_lines_is_told_on_one() -> None:
    _, (problem,) = read("A [rule][no such\nthing].")
    assert (problem.message, problem.mark.line) == ("unknown source 'no such thing'", 1)
    assert "\n".join(str(problem).split("\n")[2:3]).endswith("^" * len("no such"))


BRACKETS = [sign * 50_000 for sign in ("](", ")[a]", "](/a 'b ", "](<a ", "](/a (", "](" + " " * 9)]


def test_long_lines_are_read_in_good_time() -> None:
    started = time.perf_counter()
    for text in (
        "`" * 3 + " ".join("`" * length for length in range(1, 700)),
        "{{ " * 20_000,
        "a " * 200_000,
        *BRACKETS,
    ):
        read(text)
    assert time.perf_counter() - started < 10
