"""YAML is read exactly as it was written, every value keeps its place, and no file can make the reader stumble."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from appealsite.problems import Mark, Problem
from appealsite.read.document import Document
from appealsite.read.yaml_errors import MAX_DEPTH
from appealsite.read.yaml_parser import MAX_ALIASES
from appealsite.read.yaml_tree import parse_yaml

EXACT = [
    *("no", "NO", "on", "off", "yes", "y", "true", "null", "~", "012", "0x1F", "1e3", "12:30", "1_000", "+1", ".5"),
    *("2026-02-30", "2026-11-21", "=", "<<", ".inf", "1.10", "0o7", "-0"),
]


def read(text: str) -> tuple[Document | None, list[Problem]]:
    problems: list[Problem] = []
    return parse_yaml(text, "data/test.yaml", problems), problems


def sound(text: str) -> Document:
    document, problems = read(text)
    assert problems == []
    assert document is not None
    return document


def only(text: str) -> Problem:
    document, problems = read(text)
    assert document is None
    [problem] = problems
    return problem


def under(mark: Mark) -> str:
    """The characters that the caret underlines."""
    return mark.excerpt[mark.column - 1 : mark.column - 1 + mark.length]


@pytest.mark.parametrize("scalar", EXACT)
def test_a_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert sound(f"key: {scalar}\nlist: [{scalar}]\n{scalar}: value\n").value == {
        "key": scalar,
        "list": [scalar],
        scalar: "value",
    }


@pytest.mark.parametrize("text", ["a: Policy #12 of May\n", "- x #7\n", "a: b\n  c #d\n", "a: #9\n"])
def test_what_a_number_sign_would_cut_off_is_told(text: str) -> None:
    problems: list[Problem] = []
    assert parse_yaml(text, "data/x.yaml", problems) is None
    (problem,) = problems
    assert "begins a comment" in problem.message
    assert problem.mark.excerpt[problem.mark.column - 1] == "#"


@pytest.mark.parametrize(
    "text", ["a: b # a comment\n", "a: 'Policy #12'\n", "a: b#7\n", "#x\na: b\n", "a: >-\n  b #7\n"]
)
def test_other_number_signs_are_left_alone(text: str) -> None:
    problems: list[Problem] = []
    assert parse_yaml(text, "data/x.yaml", problems) is not None
    assert problems == []


def test_nothing_and_empty_text_differ() -> None:
    assert sound("nothing:\nempty: ''\nalso: \"\"\nlist:\n  -\n").value == {
        "nothing": None,
        "empty": "",
        "also": "",
        "list": [None],
    }


def test_long_texts_fold_as_yaml_says() -> None:
    text = "folded: >-\n  one\n  two\n\n  three\nkept: |\n  one\n  two\nplain: one\n  two\n"
    assert sound(text).value == {"folded": "one two\nthree", "kept": "one\ntwo\n", "plain": "one two"}


def test_an_empty_file_says_nothing() -> None:
    assert sound("# only a remark\n").value is None


INVISIBLE = "\ufeff\ufffe\uffff"
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=INVISIBLE))
values = st.recursive(
    words,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(words, values, max_size=5), st.booleans())
def test_what_is_written_is_read_back(value: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow)
    assert sound(text).value == value


plain_keys = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
plain_texts = st.from_regex(r"[a-z0-9äß€\U0001F600]{1,9}", fullmatch=True)


@given(st.dictionaries(plain_keys, plain_texts, min_size=1))
def test_the_mark_of_a_value_underlines_it_and_that_of_a_key_the_key(value: dict[str, str]) -> None:
    document = sound("".join(f"{key}:  {text}\n" for key, text in value.items()))
    for number, (key, text) in enumerate(value.items(), 1):
        assert under(document.mark((key,))) == text
        assert under(document.key_mark((key,))) == key
        assert document.mark((key,)).line == document.key_mark((key,)).line == number


said = st.from_regex(r"[A-Za-z0-9][^:#\x00-\x1f]{0,12}", fullmatch=True)


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z_]{1,3}", fullmatch=True), said), min_size=1, max_size=6), st.integers(0, 3)
)
def test_lines_of_keys_and_texts_are_read_as_the_parser_reads_them(lines: list[tuple[str, str]], before: int) -> None:
    text = "\n".join(f"{key}: {value}" for key, value in lines)
    told: list[list[Problem]] = [[], []]
    short = parse_yaml(text, "data/x.yaml", told[0], before)
    long = parse_yaml(f"{text}\n# a remark, which only the parser knows", "data/x.yaml", told[1], before)
    assert [one.message for one in told[0]] == [one.message for one in told[1]]
    assert (short is None) == (long is None)
    if short and long:
        for part in ("value", "values", "keys", "aliases"):
            assert list(getattr(short, part).items()) == list(getattr(long, part).items())


def test_marks_of_nested_values() -> None:
    document = sound("a:\n  - {b: one, c: [two, 'three']}\n  - b: >-\n      long {{ x }}\n      and {{ y }}\n")
    assert under(document.mark(("a", 0, "b"))) == "one"
    assert under(document.mark(("a", 0, "c", 1))) == "'three'"
    assert under(document.mark(("a", 1, "b"))) == ">-"
    assert under(document.find(("a", 1, "b"), "{{ y }}")) == "{{ y }}"
    assert document.find(("a", 1, "b"), "{{ y }}").line == 5


def test_a_place_that_does_not_exist_is_shown_where_it_would_be() -> None:
    document = sound("a: {b: one}\nc:\n  d: two\n")
    assert under(document.mark(("a", "b", 0))) == "one"  # one value where a list may stand
    assert under(document.mark(("a", "x"))) == "{"
    assert under(document.mark(("c", "x"))) == "c"
    assert document.mark(("x",)).line == 1


def test_marks_in_front_matter_count_the_lines_before_it() -> None:
    problems: list[Problem] = []
    document = parse_yaml("title: one\n", "content/x.md", problems, first_line=1)
    assert document is not None
    assert (document.mark(("title",)).line, under(document.mark(("title",)))) == (2, "one")


def test_what_an_alias_stands_for_is_marked_at_its_anchor() -> None:
    document = sound("a: &a {b: one}\nc: *a\n")
    assert document.value == {"a": {"b": "one"}, "c": {"b": "one"}}
    assert document.mark(("c", "b")).line == 1
    assert under(document.mark(("c",))) == "*a"


def test_an_anchor_of_a_key_stands_for_the_key() -> None:
    document = sound("&k name: Acme\nparent: *k\nlist: [*k]\n")
    assert document.value == {"name": "Acme", "parent": "name", "list": ["name"]}
    assert under(document.mark(("parent",))) == under(document.mark(("parent", 0))) == "*k"
    assert sound("a: {&k b: *k}\n").value == {"a": {"b": "b"}}
    assert only("&k a: &k b\n? *k\n: c\n").message == "a key must be text on one line"


def test_a_word_with_an_ampersand_that_begins_a_text_is_no_lost_name() -> None:
    document, [problem] = read("name: &Elm Health\nlist: [&b one, &b two, *b]\n")[0], read("name: &Elm Health\n")[1]
    assert document is not None
    assert (under(problem.mark), problem.hint) == ("&Elm", "put quotes around a text that begins with &")
    assert [under(one.mark) for one in read("a: &a x\nb: [&b one, &b two, *b]\n&k c: &d {e: f}\n")[1]] == ["&b", "&a"]


def test_duplicate_keys_name_both_places() -> None:
    document, [problem] = read("a: 1\nb:\n  c: 2\n  c: 3\n")
    assert document is not None
    assert document.value == {"a": "1", "b": {"c": "2"}}
    assert (str(problem.mark), problem.message) == ("data/test.yaml:4:3", "'c' stands twice in this mapping")
    assert "data/test.yaml:3:3" in problem.hint


def test_nesting_is_bounded_and_never_a_recursion_error() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert sound(f"{deepest}\n").value is not None
    for opened in (MAX_DEPTH + 2, 5_000, 100_000):
        assert only("[" * opened + "]" * opened).message == f"nested more than {MAX_DEPTH} levels deep"
    assert only("".join(f"{' ' * level}a:\n" for level in range(200))).mark.line == MAX_DEPTH + 2


def test_aliases_are_bounded() -> None:
    uses = "[" + ", ".join(["*a"] * MAX_ALIASES) + "]"
    assert sound(f"a: &a x\nb: {uses}\n").value["b"] == ["x"] * MAX_ALIASES
    assert f"more than {MAX_ALIASES} aliases" in only(f"a: &a x\nb: {uses}\nc: *a\n").message


def test_aliases_do_not_get_around_the_bound_on_nesting() -> None:
    lines = ["a0: &a0 " + "[" * 30 + "x" + "]" * 30]
    lines += [f"a{n}: &a{n} " + "[" * 30 + f"*a{n - 1}" + "]" * 30 for n in range(1, 90)]
    problem = only("\n".join(lines))
    assert (problem.mark.line, problem.message) == (2, f"the aliases nest more than {MAX_DEPTH} levels deep")


def test_an_alias_to_itself_is_no_alias() -> None:
    assert only("a: &a [*a]\n").message == "no anchor '&a' stands before this alias"


def test_an_alias_bomb_is_cut_short() -> None:
    lines = ["a: &a [" + ", ".join("x" * 9) + "]"]
    lines += [
        f"{new}: &{new} [" + ", ".join([f"*{old}"] * 9) + "]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert "the aliases expand to more than 2,000,000 values" in only("\n".join(lines)).message


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!!binary", "!mine", "!!str"])
def test_tags_are_refused(tag: str) -> None:
    for text in (f"a: {tag} x\n", f"{tag} a: x\n", f"- {{{tag} a: x}}\n"):
        problem = only(text)
        assert problem.message == f"the tag '{tag}' is not used here"
        assert under(problem.mark).startswith(tag)


def test_a_line_that_begins_with_an_unusual_space_is_told_there() -> None:
    problems: list[Problem] = []
    assert parse_yaml("a:\n  b: c\n \u00a0d: e\n", "data/x.yaml", problems) is None
    assert [(one.mark.line, one.mark.column) for one in problems] == [(3, 2)]
    assert "not a plain one" in problems[0].message


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: x\nb:\u00a0y\n", [(2, 3)]),
        ("- {a:\u00a0x, b: y, c:\u202fz}\n", [(1, 6), (1, 18)]),
    ],
)
def test_an_unusual_space_after_a_colon_is_told_there(text: str, places: list[tuple[int, int]]) -> None:
    _, problems = read(text)
    assert [(one.mark.line, one.mark.column) for one in problems] == places
    assert all("not a plain one" in one.message for one in problems)


def test_every_tab_and_every_mistake_is_told_at_once() -> None:
    _, problems = read("a:\tx\nb: y\n\tc: z\n")
    assert [str(problem.mark) for problem in problems] == ["data/test.yaml:1:3", "data/test.yaml:3:1"]
    _, problems = read("a: 1\na: 2\nb: *x\nc: !!int 3\n")
    assert sorted(problem.mark.line for problem in problems) == [2, 3, 4]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    document, problems = read(text)
    assert document is not None or problems
    for problem in problems:
        assert str(problem).startswith("data/test.yaml")


marks = st.sampled_from(
    [*"abc 12:-[]{}&*!|>'\"%@`,?#\n", "\n  ", ": ", "- ", "&a ", "*a", "---\n", "{{ x }}", "é", "\u2028"]
)


@given(st.lists(marks, max_size=40).map("".join))
def test_no_mix_of_yaml_signs_makes_the_reader_stumble(text: str) -> None:
    document, problems = read(text)
    assert document is not None or problems
    for problem in problems:
        assert problem.mark.line == 0 or problem.mark.column >= 1
