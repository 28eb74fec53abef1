"""The marketer's guide does what it says, word for word and in its order."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.previewed import previewed
from tests.small_site import ROOT, call, copy_small

GUIDE = (ROOT / "docs" / "guide.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_step_of_the_guide_does_what_it_says(tmp_path: Path) -> None:
    root = tmp_path / "ours"
    for folder in ("data", "content", "layouts"):
        shutil.copytree(ROOT / folder, root / folder)
    steps = list(FENCE.finditer(GUIDE))
    assert len(steps) > 12
    with previewed(root) as preview:
        preview.wait_for("/", "DenialHelp")
        for step in steps:
            kind, name, body = step[1], step[2], step[3]
            if kind == "console":
                _run(root, body)
            elif kind == "yaml":
                path = root / name
                path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + body, "utf-8")
            elif kind == "markdown":
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(body, "utf-8")
            else:
                assert kind == "diff"
                old = "".join(line[1:] + "\n" for line in body.splitlines() if line.startswith("-"))
                new = "".join(line[1:] + "\n" for line in body.splitlines() if line.startswith("+"))
                text = (root / name).read_text("utf-8")
                assert text.count(old) == 1, old
                (root / name).write_text(text.replace(old, new), "utf-8")
        page = preview.wait_for("/help/elm-mutual/knee-brace/trial-not-recorded/", "Ask for that rule first.")
        assert "Call the number on your Elm Mutual card" in page


def _run(root: Path, body: str) -> None:
    """Run each command and see that it prints the lines below it, in their order."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        words = shlex.split(command)
        assert words[:2] == ["python", "build.py"]
        if words[2:] == ["serve"]:
            continue  # it runs meanwhile
        done = call("--root", root, *words[2:])
        printed = done.out + done.err
        at = 0
        for line in expected.splitlines():
            assert line in printed[at:], (command, line, printed)
            at = printed.index(line, at) + len(line)


# Ten mistakes that are easily made: the file, what is replaced, and what the message must say of place and cure.
MISTAKES = {
    "a missing colon": ("data/sources.yaml", "kind: ", "kind ", ["data/sources.yaml:", "colon"]),
    "a tab": ("data/matrix.yaml", "    name: Acme\n", "\tname: Acme\n", ["data/matrix.yaml:11:1: a tab", "by spaces"]),
    "a wrong indent": (
        "data/matrix.yaml", "    name: Acme\n", "   name: Acme\n",
        ["data/matrix.yaml:12:5", "below the first letter of the key above"],
    ),
    "a misspelt slug": ("data/matrix.yaml", "[on, walker]", "[on, wolker]", ["data/matrix.yaml:", "mean 'walker'"]),
    "a duplicate": (
        "data/matrix.yaml", "combinations:\n", "combinations:\n  - {payer: acme, service: on, reason: step-therapy}\n",
        ["data/matrix.yaml:", "listed twice", "first at data/matrix.yaml:", "except"],
    ),
    "a missing file": ("data/sources.yaml", None, None, ["data/sources.yaml: is missing", "put it back"]),
    "a date that is none": ("data/matrix.yaml", "2026-02-28", "2026-02-30", ["data/matrix.yaml:", "date that exists"]),
    "a placeholder typo": (
        "content/emergency.md", "911", "911, {{ payer.nam }}", ["content/emergency.md:", "mean 'name'"],
    ),
    "a bad citation": (
        "content/emergency.md", "911", "911 ([rules][acme-rule])", ["content/emergency.md:", "mean 'acme-rules'"],
    ),
    "a reason for the wrong kind of service": (
        "data/matrix.yaml", "service: on\n    reason: [012, not-covered]",
        "service: speech-therapy\n    reason: step-therapy",
        ["data/matrix.yaml:", "does not fit", "write content/angle/no/speech-therapy/step-therapy.md"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_its_cure(mistake: str, tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    file, old, new, told = MISTAKES[mistake]
    if old is None or new is None:
        (root / file).unlink()
    else:
        text = (root / file).read_text("utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new, 1), "utf-8")
    done = call("--root", root)
    assert done.status == 1
    for words in told:
        assert words in done.err, done.err
    with previewed(root) as preview:
        preview.wait_for("/help/acme/on/step-therapy/", file)
        page = preview.page("/help/acme/on/step-therapy/")
    assert "to mend" in page
