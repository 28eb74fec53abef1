"""A small whole site, built by the real command, is what tests/sites/small/expected says, byte for byte."""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

from tests.small_site import EXPECTED, call, copy_small, run, tree


def test_the_small_site_is_built_byte_for_byte_as_expected(tmp_path: Path, accept: bool) -> None:
    root = copy_small(tmp_path / "small")
    done = run("--root", root, "--output", tmp_path / "site")
    assert (done.status, done.err) == (0, "")
    built = tree(tmp_path / "site")
    if accept:
        shutil.rmtree(EXPECTED, ignore_errors=True)
        shutil.copytree(tmp_path / "site", EXPECTED)
    expected = tree(EXPECTED)
    assert sorted(built) == sorted(expected)
    changed = [name for name in built if built[name] != expected[name]]
    assert not changed, "\n".join(_difference(name, expected[name], built[name]) for name in changed)


def test_a_page_appears_on_its_day_and_not_before(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    page = tmp_path / "site/help/acme/on/012/index.html"
    for day, shown in (
        ("32472143999", False),
        ("32472144000", True),
    ):  # the last second of 2998, and the first after it
        call("--root", root, "--output", tmp_path / "site", SOURCE_DATE_EPOCH=day)
        assert page.exists() is shown


def test_one_line_and_one_file_make_one_more_page_and_every_link_to_it(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    call("--root", root, "--output", tmp_path / "site")
    before = tree(tmp_path / "site")
    with (root / "data/matrix.yaml").open("a", encoding="utf-8") as matrix:
        matrix.write("  - {payer: no, service: walker, reason: step-therapy}\n")
    angle = root / "content/angle/no/walker/step-therapy.md"
    angle.parent.mkdir(parents=True)
    angle.write_text("---\ntitle: Steps and frames\n---\nSteps are for drugs.\n", "utf-8")
    done = call("--root", root, "--output", tmp_path / "site")
    after = tree(tmp_path / "site")
    assert (done.status, done.err) == (0, "")
    assert set(after) - set(before) == {"help/no/walker/step-therapy/index.html"}
    url = b"/help/no/walker/step-therapy/"
    for linking in ("help/no/index.html", "help/no/walker/index.html", "services/walker/index.html"):
        assert url in after[linking]
    assert url in after["reasons/step-therapy.html"]
    assert url in after["help/acme/walker/step-therapy/index.html"]
    assert url in after["sitemaps/pages-1.xml"]


def test_the_order_of_entries_changes_nothing(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    call("--root", root, "--output", tmp_path / "one")
    matrix = root / "data/matrix.yaml"
    head, combinations = matrix.read_text("utf-8").split("combinations:\n")
    entries = ["  -" + entry for entry in ("\n" + combinations).split("\n  -")[1:]]
    turned = "".join(entry.rstrip("\n") + "\n" for entry in reversed(entries))
    matrix.write_text(head + "combinations:\n" + turned, "utf-8")
    call("--root", root, "--output", tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def _difference(name: str, expected: bytes, built: bytes) -> str:
    lines = difflib.unified_diff(
        expected.decode("utf-8", "replace").splitlines(),
        built.decode("utf-8", "replace").splitlines(),
        f"expected/{name}",
        f"built/{name}",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)
