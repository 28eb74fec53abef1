"""Adding: one command and one file to write, all or nothing, and never a byte changed that was there before."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from appealsite.add.entry import HELP
from appealsite.add.skeleton import angle
from appealsite.cli import cli
from appealsite.read.model import written_fields
from appealsite.read.models import CLASSES, KINDS, Reason, Service
from appealsite.read.yaml_tree import parse_yaml
from tests.published_site import edit
from tests.small_site import ROOT, Outcome, call, copy_small, read_whole, run, tree

PAYER = ("payer", "--name", "Elm Mutual", "--plan-types", "job_plan", "--policy-title", "Rules", "--policy-source",
         "acme-rules")  # fmt: skip
SERVICE = ("service", "--name", "Knee brace", "--kind", "device", "--what", "A frame for the knee.")
REASON = ("reason", "--name", "Not needed", "--denied", "as not needed", "--answer", "Ask for the rule.", "--class",
          "clinical", "--outside-review", "medical-judgment", "--fits", "drug device")  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


def add(root: Path, *arguments: str | Path) -> Outcome:
    return call("--root", root, "add", *arguments)


def inputs(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree(root).items() if not name.startswith((".cache", "site"))}


def test_from_nothing_to_a_draft_page_that_a_build_accepts(root: Path) -> None:
    before = (root / "data/matrix.yaml").read_text("utf-8")
    for arguments in (PAYER, SERVICE, REASON):
        done = add(root, *arguments)
        assert (done.status, done.err) == (0, "")
    done = add(root, "combination", "--payer", "elm-mutual", "--service", "knee-brace", "--reason", "not-needed")
    assert done.status == 0
    name = "content/angle/elm-mutual/knee-brace/not-needed.md"
    assert f"write: {name}" in done.out
    assert "/help/elm-mutual/knee-brace/not-needed/" in done.out
    after = (root / "data/matrix.yaml").read_text("utf-8")
    kept = [line for line in after.split("\n") if line in before.split("\n")]
    assert [line for line in before.split("\n") if line not in kept] == []
    assert "  - {payer: elm-mutual, service: knee-brace, reason: not-needed, status: draft}\n" in after
    assert "    checked: 2026-11-21\n" in after
    assert "### What should you gather?" in (root / name).read_text("utf-8")
    assert call("--root", root).status == 0
    assert not (root / "site/help/elm-mutual/knee-brace/not-needed/index.html").exists(), "it is a draft"


def test_what_other_entries_have_is_named_for_a_new_one(tmp_path: Path) -> None:
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    done = add(tmp_path, *SERVICE)
    assert "still to write, as others have it: content/service-intro/any/knee-brace/any.md" in done.out
    assert "requirements" not in done.out


def test_every_line_that_was_there_stays_as_it_was_in_our_own_file(tmp_path: Path) -> None:
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = (ROOT / "data/matrix.yaml").read_text("utf-8").split("\n")
    assert add(tmp_path, *SERVICE).status == 0
    after = (tmp_path / "data/matrix.yaml").read_text("utf-8").split("\n")
    at = after.index("  knee-brace:")
    assert after[:at] + after[at + 5 :] == before


@pytest.mark.parametrize(
    "short",
    [
        "a very long name of a service that goes on and on until it is longer than a line of the file may be, I say",
        "a very long name of a service that goes on: and on until it is longer than a line of the file may be, I say",
        'it\'s "so": #1',
    ],
)
def test_a_new_text_has_its_whole_title_and_builds(root: Path, short: str) -> None:
    assert add(root, *SERVICE, "--short", short).status == 0
    key = ("--payer", "acme", "--service", "knee-brace", "--reason", "step-therapy", "--status", "published")
    assert add(root, "combination", *key).status == 0
    assert call("--root", root).status == 0
    page = (root / "site/help/acme/knee-brace/step-therapy/index.html").read_text("utf-8")
    assert f"Why would Acme deny {short} for failing step therapy?" in unescape(page)


@pytest.mark.parametrize(("name", "sign"), [("A {{ x }}", "{{"), ("A {% B", "{%"), ("A #}", "#}"), ("A [b][c]", "][")])
def test_no_name_is_taken_for_a_placeholder(root: Path, name: str, sign: str) -> None:
    before = inputs(root)
    done = add(root, "service", "--name", name, "--kind", "drug", "--what", "A thing.")
    assert done.status == 1
    assert f"add service: '{sign}' in name would be read as a placeholder or a citation in texts" in done.err
    assert inputs(root) == before
    edit(root / "data/matrix.yaml", "    full_name: walking frame\n", f"    full_name: '{name}'\n")
    before = inputs(root)
    done = add(root, "combination", "--payer", "acme", "--service", "walker", "--reason", "012")
    assert done.status == 1
    told = f"content/angle/acme/walker/012.md would not build: '{sign}' in a name"
    assert (told if sign in ("#}", "][") else "texts of data files take no ") in done.err
    assert inputs(root) == before


def test_running_it_twice_changes_nothing(root: Path) -> None:
    for arguments in (PAYER, SERVICE, ("combination", "--payer", "acme", "--service", "walker", "--reason", "012")):
        assert add(root, *arguments).status == 0
        once = inputs(root)
        again = add(root, *arguments)
        assert again.status == 0
        assert "there already" in again.out
        assert "nothing was changed" in again.out
        assert inputs(root) == once


def test_what_is_added_at_the_same_time_is_all_there(root: Path) -> None:
    def one(number: int) -> Outcome:
        return run("--root", root, "add", "service", "--name", f"Brace {number}", "--kind", "device", "--what", "A.")

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(one, range(6)))
    assert [(done.status, done.err) for done in found] == [(0, "")] * 6
    text = (root / "data/matrix.yaml").read_text("utf-8")
    assert [text.count(f"\n  brace-{number}:\n") for number in range(6)] == [1] * 6
    assert call("--root", root).status == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("service", "--name", "Brace", "--kind", "devise", "--what", "A."), "did you mean 'device'?"),
        (("service", "--name", "Brace", "--kind", "device", "--what", "A.", "--slug", "Big Brace"), "write lower-case"),
        (("payer", "--name", "Elm", "--plan-types", "job_plam", "--policy-title", "R", "--policy-source", "acme-rules"),
         "did you mean 'job_plan'?"),
        (("payer", "--name", "Elm", "--plan-types", "job-plan", "--policy-title", "R", "--policy-source", "acme-rules"),
         "unknown kind of plan 'job-plan'\n    did you mean 'job_plan'?"),
        (("payer", "--name", "Elm", "--plan-types", "job_plan, market_plan", "--policy-title", "R", "--policy-source",
          "acme-rules"), "plan types are divided by spaces alone\n    write job_plan market_plan\n"),
        (("service", "--name", "Brace", "--kind", "device", "--what", "A.", "--article", "the"),
         "unknown article 'the'\n    known here: a, an\n"),
        (("combination", "--payer", "acmee", "--service", "on", "--reason", "012"), "did you mean 'acme'?"),
        (("combination", "--payer", "acme", "--service", "walker", "--reason", "012", "--publish-on", "soon"),
         "write a date"),
        (("combination", "--payer", "acme", "--service", "walker", "--reason", "012 step-therapy"), "there already"),
        (("combination", "--payer", "acme", "--service", "walker", "--reason", "not-covered", "--status", "drft"),
         "did you mean 'draft'?"),
    ],
)  # fmt: skip
def test_on_any_problem_nothing_is_changed(root: Path, arguments: tuple[str, ...], told: str) -> None:
    before = inputs(root)
    done = add(root, *arguments)
    assert done.status == 1
    assert told in done.err
    assert "nothing was changed" in done.err
    assert inputs(root) == before


def test_a_choice_that_may_be_left_out_is_told_without_an_empty_word(root: Path) -> None:
    edit(root / "data/matrix.yaml", "    article: a\n", "    article: the\n")
    told = call("--root", root).err
    assert "'the' is not one of a, an\n" in told
    assert "    leave it out where there is none\n" in told


def test_what_is_missing_is_said_where_nobody_can_be_asked(root: Path) -> None:
    done = add(root, "service", "--name", "Brace")
    assert done.status == 2
    assert "--kind, --what" in done.err
    assert add(root).status == 2


@pytest.mark.parametrize(
    ("command", "answers", "asked_again", "written"),
    [
        (
            ("service", "--name", "Knee brace"),
            ["the", "a", "devise", "device", "A frame."],
            ["unknown article 'the'; known here: a, an", "unknown kind 'devise'; did you mean 'device'?"],
            "    article: a\n    kind: device\n",
        ),
        (
            ("service", "--name", "Knee brace"),
            ["", "device", "A frame."],
            [],
            "full_name: knee brace\n    kind: device\n",
        ),
        (
            ("payer", "--name", "Elm Mutual"),
            ["job_plans", "job_plan", "Rules", "acme-rule", "acme-rules"],
            [
                "unknown kind of plan 'job_plans'; did you mean 'job_plan'?",
                "unknown source 'acme-rule'; did you mean 'acme-rules'?",
            ],
            "  elm-mutual:\n    name: Elm Mutual\n",
        ),
        (
            ("combination",),
            ["acme", "wolker", "walker", "012", "draft"],
            ["unknown service 'wolker'; did you mean 'walker'?"],
            "  - {payer: acme, service: walker, reason: '012', status: draft}\n",
        ),
        (
            ("combination", "--payer", "acme", "--reason", "012"),
            ["walker", "drft", "published"],
            ["unknown status 'drft'; did you mean 'draft'?"],
            "  - {payer: acme, service: walker, reason: '012'}\n",
        ),
        (
            ("combination", "--payer", "acme", "--reason", "012"),
            ["walker", ""],
            [],
            "  - {payer: acme, service: walker, reason: '012', status: draft}\n",
        ),
    ],
)
def test_a_terminal_asks_for_what_is_missing_and_again_where_the_answer_is_none(
    root: Path, command: tuple[str, ...], answers: list[str], asked_again: list[str], written: str
) -> None:
    given = "".join(f"{answer}\n" for answer in [*answers, ""])  # the last where a slug is proposed
    with patch("appealsite.cli._on_a_terminal", lambda: True):
        done = CliRunner().invoke(cli, ["--root", str(root), "add", *command], input=given)
    assert done.exit_code == 0, done.output
    assert [line.removeprefix("Error: ") for line in done.output.split("\n") if "Error" in line] == asked_again
    assert written in (root / "data/matrix.yaml").read_text("utf-8")


def test_who_would_be_asked_about_a_project_that_cannot_be_read_is_told_before(root: Path) -> None:
    edit(root / "data/matrix.yaml", "    article: a\n", "    article: the\n")
    with patch("appealsite.cli._on_a_terminal", lambda: True):
        done = CliRunner().invoke(cli, ["--root", str(root), "add", "service"], input="Knee brace\n")
    assert done.exit_code == 1
    assert "'the' is not one of a, an" in done.output
    assert "as it stands at the start of a heading" not in done.output


def test_all_that_is_wrong_with_a_combination_is_told_at_once(root: Path) -> None:
    done = add(root, "combination", "--payer", "acmee", "--service", "walker", "--reason", "nope")
    assert "unknown payer 'acmee'\n    did you mean 'acme'?" in done.err
    assert "unknown reason 'nope'\n    known here: " in done.err


def test_a_table_of_1000_rows_names_its_7_bad_ones_and_adds_none(root: Path, tmp_path: Path) -> None:
    services = [f"name,kind,what\n{''}"]
    rows = [f"Brace number {number},device,A frame for the knee." for number in range(1000)]
    bad = {
        17: "Brace,devise,A frame.",
        100: "Brace a,device,",
        101: ",device,A frame.",
        313: "Brace number 3,device,A frame for the knee.",
        500: "Brace b,device",
        501: "Brace c,device,A frame.,more",
        999: "Walking,Device,A frame.",
    }
    for number, row in bad.items():
        rows[number] = row
    table = tmp_path / "new.csv"
    table.write_text(services[0] + "\n".join(rows) + "\n", "utf-8")
    before = inputs(root)
    done = add(root, "--from", table)
    assert done.status == 1
    assert {int(line) for line in re.findall(r"^new\.csv:(\d+)", done.err, re.MULTILINE)} == {at + 2 for at in bad}
    assert "7 problems; nothing was changed" in done.err
    assert inputs(root) == before
    for number in bad:
        rows[number] = f"Brace number x{number},device,A frame for the knee."
    table.write_text(services[0] + "\n".join(rows) + "\n", "utf-8")
    assert add(root, "--from", table).status == 0
    assert (root / "data/matrix.yaml").read_text("utf-8").count("    what: A frame for the knee.") == 1000
    once = inputs(root)
    assert "nothing was changed" in add(root, "--from", table).out
    assert inputs(root) == once


def test_a_table_of_combinations_writes_the_files_to_fill_in(root: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text("payer,service,reason\nacme,walker,012\nno,on,step-therapy\nacme,walker,not-covered\n", "utf-8")
    done = add(root, "--from", table)
    assert done.status == 0
    assert done.out.count("write: content/angle/") == 3
    assert call("--root", root).status == 0
    table.write_text("payer,service,reason\nacme,wolker,012\nno,on,step-therapy\nacme,on,stp-therapy\n", "utf-8")
    done = add(root, "--from", table)
    assert "new.csv:2: unknown service 'wolker'" in done.err
    assert "new.csv:4: unknown reason 'stp-therapy'" in done.err


@pytest.mark.parametrize("text", ["", "colour,size\n1,2\n", "payer,service,reason,colour\nacme,on,012,red\n", '"'])
def test_a_file_that_is_no_such_table_is_told(root: Path, tmp_path: Path, text: str) -> None:
    table = tmp_path / "new.csv"
    table.write_text(text, "utf-8")
    done = add(root, "--from", table)
    assert done.status == 1
    assert "new.csv:" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("told", "values"),
    [
        (HELP["service", "kind"], KINDS),
        (written_fields(Service)["kind"].description, KINDS),
        (HELP["reason", "class"], CLASSES),
        (written_fields(Reason)["class"].description, CLASSES),
    ],
)
def test_help_and_description_name_every_kind_and_class(told: str, values: tuple[str, ...]) -> None:
    assert set(re.findall(r"\w+", told)) - {"or"} == set(values)


def test_what_has_a_day_is_published_on_it(root: Path) -> None:
    arguments = ("combination", "--payer", "acme", "--service", "walker", "--reason", "not-covered")
    assert add(root, *arguments, "--publish-on", "2026-12-01").status == 0
    line = "  - {payer: acme, service: walker, reason: not-covered, publish_on: 2026-12-01}\n"
    assert line in (root / "data/matrix.yaml").read_text("utf-8")
    page = root / "site/help/acme/walker/not-covered/index.html"
    for day, stands in (("1795219200", False), ("1796083200", True)):
        assert call("--root", root, SOURCE_DATE_EPOCH=day).status == 0
        assert page.exists() == stands


@pytest.mark.parametrize("key", ['"payers":', "'payers':", "payers :"])
def test_a_part_of_the_matrix_is_found_however_its_key_is_written(root: Path, key: str) -> None:
    matrix = root / "data/matrix.yaml"
    matrix.write_text(matrix.read_text("utf-8").replace("payers:", key, 1), "utf-8")
    before = matrix.read_text("utf-8")
    assert add(root, *PAYER).status == 0
    after = matrix.read_text("utf-8")
    assert "\n  elm-mutual:\n" in after
    assert after.count("payers") == before.count("payers")
    assert call("--root", root).status == 0


FLOW = "combinations:\n  [\n    {payer: acme, service: on, reason: step-therapy},\n  ]\n"


def in_one_list(text: str) -> str:
    return text[: text.index("combinations:")] + FLOW


def as_json(text: str) -> str:
    document = parse_yaml(text, "data/matrix.yaml", [])
    assert document is not None
    return json.dumps(document.value, indent=1)


def moved_in(text: str) -> str:
    return "".join(f"  {line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("written", "column"),
    [
        (in_one_list, 1),
        (as_json, 2),
        (moved_in, 3),
        (lambda text: text.replace("combinations:", "combinations: &c"), 1),
        (lambda text: text.replace("combinations:", "combinations:\n  &c"), 1),
    ],
)
def test_a_part_that_no_line_can_be_added_to_is_told_at_its_own(
    root: Path, written: Callable[[str], str], column: int
) -> None:
    matrix = root / "data/matrix.yaml"
    text = written(matrix.read_text("utf-8"))
    matrix.write_text(text, "utf-8")
    assert call("--root", root).status == 0
    before = inputs(root)
    done = add(root, "combination", "--payer", "acme", "--service", "walker", "--reason", "not-covered")
    assert done.status == 1
    line = next(at for at, line in enumerate(text.splitlines(), 1) if "combinations" in line)
    assert f"data/matrix.yaml:{line}:{column}: no entry can be added to 'combinations' as it is written" in done.err
    assert "begin a line with 'combinations:' and write each entry on lines of its own below it" in done.err
    assert "1 problem; nothing was changed" in done.err
    assert inputs(root) == before


def test_an_entry_that_a_new_one_disturbs_is_told_where_it_stands(root: Path) -> None:
    settings, matrix = root / "data/site.yaml", root / "data/matrix.yaml"
    edit(settings, "  service: /services/{service}/", "  service: /reasons/{service}")
    edit(matrix, "  - payer: all\n    service: speech-therapy\n", "  - payer: all\n    service: all\n")
    edit(matrix, "  - payer: no\n    service: on\n    reason: [012, not-covered]\n", "")
    edit(matrix, "  - {payer: no, service: walker, reason: not-covered, index: false}\n", "")
    (root / "content/pages/thanks.md").unlink()
    done = add(root, *SERVICE, "--slug", "step-therapy")
    assert "two pages have the address /reasons/step-therapy" in done.err
    text = matrix.read_text("utf-8")
    line = text.splitlines().index("  step-therapy:") + 1
    assert f"data/matrix.yaml:{line}:3: two pages" in done.err
    entries = [at for at, line in enumerate(text.splitlines(), 1) if line.startswith("  - ")]
    assert {int(line) for line in re.findall(r"first at data/matrix\.yaml:(\d+)", done.err)} <= set(entries)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_stay(root: Path, mark: bytes) -> None:
    matrix = root / "data/matrix.yaml"
    before = mark + matrix.read_bytes().replace(b"\n", b"\r\n")
    matrix.write_bytes(before)
    assert add(root, *PAYER).status == 0
    after = matrix.read_bytes()
    assert after.startswith(before[:200])
    assert after.count(b"\n") == after.count(b"\r\n") > before.count(b"\n")
    assert call("--root", root).status == 0


@pytest.mark.parametrize(("usual", "other"), [("\n", "\r\n"), ("\r\n", "\n"), ("\r", "\r\n")])
def test_a_line_that_ends_unlike_the_others_stays_as_it_is(root: Path, usual: str, other: str) -> None:
    matrix = root / "data/matrix.yaml"
    lines = matrix.read_text("utf-8").splitlines()
    before = [line + (other if number in (0, 20) else usual) for number, line in enumerate([*lines, ""])]
    matrix.write_bytes("".join(before).encode())
    assert add(root, *SERVICE).status == 0
    after = matrix.read_bytes().decode().splitlines(keepends=True)
    at = after.index(f"  knee-brace:{usual}")
    assert after[:at] + after[at + 5 :] == before
    assert all(line.rstrip("\r\n") + usual == line for line in after[at : at + 5])
    assert call("--root", root).status == 0


# ---------------------------------------------------------------- what check says of a new file


def test_a_new_draft_passes_a_check_until_it_is_published(root: Path) -> None:
    add(root, *SERVICE, "--article", "a")
    add(root, *REASON)
    done = add(root, "combination", "--payer", "acme", "--service", "knee-brace", "--reason", "not-needed")
    name = "content/angle/acme/knee-brace/not-needed.md"
    assert f"write: {name}" in done.out
    text = (root / name).read_text("utf-8")
    assert "title: Why would Acme deny a knee brace as not needed?" in text
    found = of_file(root, name)
    assert {(one["code"], one["severity"]) for one in found} == {("D07", "note")}
    assert {one["line"] for one in found} == {at for at, line in enumerate(text.split("\n"), 1) if "TODO" in line}
    (root / name).write_text(text.replace("TODO: the", "TBD: the ** the", 1), "utf-8")
    assert {one["message"] for one in of_file(root, name) if one["code"] != "D07"} == {
        "readers see 'TBD'", "readers see '**'"}  # fmt: skip
    (root / name).write_text(text, "utf-8")
    edit(root / "data/matrix.yaml", "reason: not-needed, status: draft", "reason: not-needed")
    found = of_file(root, name)
    assert sum(one["message"] == "readers see 'TODO'" for one in found) == text.count("TODO")
    assert not [one for one in found if one["code"] in ("C01", "D07") or "spelled out" in one["message"]]


def test_no_sentence_of_a_new_file_breaks_a_rule(root: Path) -> None:
    matrix = read_whole(root).matrix
    service: Any = matrix.services["walker"]
    reason: Any = matrix.reasons["step-therapy"]
    texts = [
        angle(
            matrix.payers["acme"],
            replace(service, kind=kind),
            replace(reason, reason_class=one, fits=fits),
            "2026-11-21",
        )
        for one in CLASSES
        for kind in KINDS
        for fits in ((), (kind,))
    ]
    head, _, body = texts[0].removeprefix("---\n").partition("---\n")
    bodies = [body, *(text.split("---\n", 2)[2] for text in texts[1:])]
    name = "content/angle/no/walker/012.md"  # of a draft
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(f"---\n{head}---\n" + "\n".join(bodies), "utf-8")
    assert {one["code"] for one in of_file(root, name)} == {"D07"}


def of_file(root: Path, name: str) -> list[dict[str, Any]]:
    """What a check finds in one file."""
    done = call("--root", root, "check", "--format", "json")
    assert done.err == ""
    return [one for one in json.loads(done.out)["findings"] if one["file"] == name]
