"""Every rule of ``check`` has a site it passes and a site it fails, and says why it exists and how to mend things."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from appealsite.check import run  # noqa: F401 - enters every rule into the table
from appealsite.check.rules import GROUPS, RULES
from tests.check_cases import ANGLE, CASES, MATRIX, SITE, SOUND, Edits
from tests.small_site import ROOT, call, copy_small

OUTSIDE = {code for code, rule in RULES.items() if rule.reads == "outside"}  # test_check_external has their pair


def edited(folder: Path, edits: Edits, settings: str) -> Path:
    """The small site with these edits."""
    root = copy_small(folder)
    if settings:
        (root / SITE).write_text((root / SITE).read_text("utf-8") + settings, "utf-8")
    for name, edit in (*SOUND.items(), *edits.items()):
        path = root / name
        if edit is None:
            path.unlink()
        elif isinstance(edit, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edit, "utf-8")
        else:
            text = path.read_text("utf-8")
            assert edit[0] in text, edit[0]
            path.write_text(text.replace(*edit), "utf-8")
    return root


def findings(root: Path, code: str) -> list[dict[str, Any]]:
    done = call("--root", root, "check", "--format", "json", "--select", code)
    assert done.err == ""
    found: list[dict[str, Any]] = json.loads(done.out)["findings"]
    fails = any(one["severity"] == "error" for one in found)
    assert done.status == (1 if fails else 0)
    return found


@pytest.mark.parametrize("code", CASES)
def test_the_rule_passes_a_site_and_fails_another(code: str, tmp_path: Path) -> None:
    case = CASES[code]
    assert findings(edited(tmp_path / "good", case.passes, case.settings), code) == []
    found = findings(edited(tmp_path / "bad", case.fails, case.settings), code)
    assert {one["code"] for one in found} == {code}
    told = [one for one in found if case.says in one["message"]]
    assert told, [one["message"] for one in found]
    assert told[0]["file"] == case.where


def test_a_text_for_all_pages_of_which_each_has_another_is_no_text_without_use(tmp_path: Path) -> None:
    """The next page shows it; but not where no outline names its block."""
    drafts = (
        "  - {payer: no, service: walker, reason: 012, status: draft}\n"
        "  - {payer: acme, service: on, reason: 012, publish_on: 2999-01-01}\n"
    )
    edits: dict[str, Any] = {MATRIX: (drafts, ""), "content/angle/acme/speech-therapy/012.md": "Ask the plan.\n"}
    edits |= {f"content/rights/{payer}/any/any.md": "Ask the plan.\n" for payer in ("acme", "no")}
    assert findings(edited(tmp_path / "good", edits, ""), "D01") == []
    bad = edited(tmp_path / "bad", {**edits, "content/spare.md": "Ask.\n"}, "")
    assert [one["file"] for one in findings(bad, "D01")] == ["content/spare.md"]


def test_every_rule_has_its_pair() -> None:
    assert set(CASES) | OUTSIDE == set(RULES)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_explains_itself(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(rf"[{''.join(GROUPS)}]\d\d", code)
    assert rule.reason.endswith((".", ";")) or rule.reason[-1] == "."
    assert "\n" not in rule.reason
    assert rule.fix
    done = call("check", "--explain", code)
    assert done.status == 0
    assert rule.reason in done.out
    assert rule.fix in done.out


def test_the_readme_lists_the_rules_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z]\d\d)` \| (\w+) \| (.+) \|$", readme, re.MULTILINE)
    assert {code: (severity, reason) for code, severity, reason in rows} == {
        code: (rule.severity, rule.reason) for code, rule in RULES.items()
    }


def test_who_allows_a_rule_that_is_none_is_told_a_command_that_lists_them(tmp_path: Path) -> None:
    [found] = findings(edited(tmp_path / "bad", {ANGLE: "---\nallow: {xyz: a quotation}\n---\nAsk.\n"}, ""), "D04")
    command = re.fullmatch(r"python build\.py (check --explain \w+) lists the rules", found["hint"])
    assert command is not None, found["hint"]
    assert all(code in call(*command[1].split()).out for code in RULES)


def test_an_unknown_rule_is_a_wrong_call() -> None:
    done = call("check", "--explain", "C99")
    assert done.status == 2
    assert "no rule 'C99'" in done.err
    assert call("check", "--select", "Z").status == 2
