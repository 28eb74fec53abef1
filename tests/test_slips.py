"""No slip of the finger, in any file, ends in anything but a built site or a list of problems."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.small_site import SMALL, call, copy_small, tree

FILES = sorted(name for name in tree(SMALL) if not name.startswith(("expected/", ".cache/", "site/")))
SIGNS = [
    *("\"'`:-#[]{}()<>%*&!|,.?~=@\\/ \n\t0aé"),
    *("{{", "}}", "{%", "%}", "{{ service.name }}", "{% if payer.parent %}\n", "{% endif %}\n", "{% else %}", "{# "),
    *(
        "---\n",
        "...\n",
        ": ",
        "- ",
        "\n\n",
        "  ",
        "### ",
        "# ",
        "```\n",
        "| a |\n",
        "[x][y]",
        "[x](z)",
        "<<: *a",
        "&a ",
    ),
    *("null", "[]", "{}", "all", "any", "\x00", "\x1b", "\x85", "\u2028", "\ufeff", "\U0001f600"),
]

slips = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.sampled_from(["", *SIGNS])),
    min_size=1,
    max_size=3,
)


@given(st.sampled_from(FILES), slips)
def test_a_slip_is_told_or_harmless(name: str, edits: list[tuple[float, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = copy_small(Path(folder) / "small")
        text = (root / name).read_text("utf-8")
        for where, removed, added in edits:
            at = int(where * len(text))
            text = text[:at] + added + text[at + removed :]
        (root / name).write_text(text, "utf-8")
        done = call("--root", root)
        assert done.status in (0, 1)
        assert (done.status == 0) == (root / "site").exists() == (done.err == "")
        for line in done.err.splitlines():  # no message speaks of the program's insides
            assert not re.search(r"Traceback|NoneType|object at 0x|Error\b", line) or line.startswith("    ")


@given(st.sampled_from(FILES), st.data())
def test_a_missing_or_doubled_line_is_told_or_harmless(name: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = copy_small(Path(folder) / "small")
        lines = (root / name).read_text("utf-8").splitlines(keepends=True)
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at : at + 1] = data.draw(st.sampled_from([[], [lines[at]] * 2, [lines[at].lstrip()], [f"  {lines[at]}"]]))
        (root / name).write_text("".join(lines), "utf-8")
        done = call("--root", root)
        assert done.status in (0, 1)
        assert (done.status == 0) == (root / "site").exists() == (done.err == "")
