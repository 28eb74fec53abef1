"""`build.py record` writes down what is online, only for a site that is built as things stand, and mends its file."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.published_site import LATER, RECORDED_ON, STATE, build_later, edit, published_site, state
from tests.small_site import call, copy_small, tree

ANGLE = "content/angle/acme/walker/step-therapy.md"
WALKER = "/help/acme/walker/step-therapy/"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return published_site(tmp_path)


def change_walker(root: Path, words: str) -> None:
    path = root / ANGLE
    path.write_text(path.read_text("utf-8") + f"\n{words}\n", "utf-8")


def test_recording_a_second_time_changes_nothing(site: Path) -> None:
    before = (site / STATE).read_bytes()
    done = call("--root", site, "record", **LATER)
    assert (done.status, done.out) == (0, f"nothing to record: {STATE} already says what is built\n")
    assert (site / STATE).read_bytes() == before


def test_after_recording_a_build_changes_nothing(site: Path) -> None:
    before = tree(site / "site")
    done = call("--root", site)
    assert "0 files changed, 0 removed" in done.out
    assert tree(site / "site") == before


def test_a_site_that_is_not_built_cannot_be_recorded(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    done = call("--root", root, "record")
    assert done.status == 1
    assert "site: is not built yet" in done.err
    assert done.err.endswith("1 problem; nothing was recorded\n")
    assert not (root / STATE).exists()


def test_a_site_that_is_not_current_cannot_be_recorded(site: Path) -> None:
    before = (site / STATE).read_bytes()
    change_walker(site, "More.")
    done = call("--root", site, "record")
    assert done.status == 1
    assert f"site: was built before {ANGLE} changed" in done.err
    assert (site / STATE).read_bytes() == before


def test_a_deploy_over_midnight_is_recorded_with_the_day_of_its_build(site: Path) -> None:
    change_walker(site, "More.")
    assert call("--root", site, SOURCE_DATE_EPOCH="1796083199").status == 0
    assert call("--root", site, "record", **LATER).status == 0
    assert state(site)[WALKER][1] == "2026-11-30"


def test_a_site_built_elsewhere_is_recorded_from_there(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    other = tmp_path / "out"
    assert call("--root", root, "--output", other).status == 0
    assert call("--root", root, "record").status == 1
    assert call("--root", root, "record", "--output", other).status == 0


def conflict(root: Path, tmp_path: Path) -> tuple[list[str], list[str]]:
    """Two people recorded the same page with other words; git left both versions of its line in the file."""
    lines = []
    for words in ("Ours.", "Theirs."):
        change_walker(root, words)
        call("--root", root, SOURCE_DATE_EPOCH="1796083200" if words == "Ours." else "1796169600")
        call("--root", root, "record")
        lines.append((root / STATE).read_text("utf-8").splitlines())
    ours, theirs = lines
    at = next(number for number, line in enumerate(ours) if line.startswith(WALKER))
    torn = [*ours[:at], "<<<<<<< ours", ours[at], "=======", theirs[at], ">>>>>>> theirs", *ours[at + 1 :], ""]
    (root / STATE).write_text("\n".join(torn), "utf-8")
    return ours, theirs


def test_a_conflict_stops_the_build_and_record_mends_it(site: Path, tmp_path: Path) -> None:
    _, theirs = conflict(site, tmp_path)
    assert "a merge left both of its sides" in call("--root", site).err
    done = call("--root", site, "record")
    assert done.status == 0
    assert f"mended {STATE}: kept 25 addresses, chosen between two versions of 1, lost 0 lines" in done.out
    assert (site / STATE).read_text("utf-8").splitlines() == theirs
    assert call("--root", site).status == 0


def test_of_two_versions_the_one_that_the_page_says_now_is_kept(site: Path, tmp_path: Path) -> None:
    ours, _ = conflict(site, tmp_path)
    edit(site / ANGLE, "\nTheirs.\n", "")
    assert call("--root", site, "record").status == 0
    assert (site / STATE).read_text("utf-8").splitlines() == ours
    assert state(site)[WALKER][1] == "2026-12-01"


def test_of_two_first_days_the_earlier_is_kept_and_of_equal_contents_the_earlier_change(site: Path) -> None:
    path = site / STATE
    line = next(line for line in path.read_text("utf-8").splitlines() if line.startswith(WALKER))
    url, _, _, digests = line.split("\t")
    sides = (f"{url}\t2025-01-01\t2026-06-06\t{digests}", f"{url}\t2025-03-03\t2026-05-05\t{digests}")
    edit(path, line, f"<<<<<<< HEAD\n{sides[0]}\n||||||| base\n{line}\n=======\n{sides[1]}\n>>>>>>> branch")
    done = call("--root", site, "record")
    assert done.status == 0
    assert "lost 0 lines" in done.out
    assert state(site)[WALKER] == ["2025-01-01", "2026-05-05", digests]


def test_a_damaged_file_is_mended_and_what_is_lost_is_said(site: Path) -> None:
    path = site / STATE
    edit(path, f"{WALKER}\t{RECORDED_ON}", f"{WALKER}\tyesterday")
    path.write_bytes(path.read_bytes()[:-7])
    assert call("--root", site).status == 1
    done = call("--root", site, "record")
    assert done.status == 0
    assert "lost 2 lines" in done.out
    assert done.err.count("this line cannot be read and is lost") == 2
    assert WALKER in done.err
    assert WALKER not in state(site)
    build_later(site)


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_a_conflict_is_mended_however_lines_end(site: Path, end: bytes) -> None:
    before = (site / STATE).read_bytes()
    (site / STATE).write_bytes((b"<<<<<<< here\n" + before).replace(b"\n", end))
    done = call("--root", site, "record")
    assert (done.status, done.err) == (0, "")
    assert (site / STATE).read_bytes() == before


def test_a_conflict_is_mended_also_where_the_site_cannot_be_planned(site: Path, tmp_path: Path) -> None:
    conflict(site, tmp_path)
    (site / "data/matrix.yaml").write_text("payers: [\n", "utf-8")
    assert call("--root", site, "record").status == 0
    assert state(site)[WALKER][1] == "2026-12-02"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_fault_while_writing_leaves_the_old_file_whole(
    site: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = (site / STATE).read_bytes()
    change_walker(site, "More.")
    build_later(site)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full) if step == "fsync" else patch.setattr(Path, "replace", full)
        done = call("--root", site, "record", **LATER)
    assert done.status == 1
    assert "cannot be written: No space left on device" in done.err
    assert (site / STATE).read_bytes() == before
    assert [path.name for path in (site / "data").iterdir() if path.name.startswith(".")] == []
    assert call("--root", site, "record", **LATER).status == 0


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_to_the_file_is_told_and_mended(site: Path, seed: int) -> None:
    dice = random.Random(seed)
    path = site / STATE
    data = bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 8)):
        match dice.randrange(3):
            case 0 if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
            case 1:
                data = data[: dice.randrange(len(data) + 1)]
            case _:
                at = dice.randrange(len(data) + 1)
                data[at:at] = dice.choice([b"\n", b"\r\n", b"\t", b"=======\n", b"\xff", b"<<<<<<< x\n"])
    path.write_bytes(data)
    first = call("--root", site, "diff")
    assert "Traceback" not in first.err
    if STATE in first.err and "no page has this address" not in first.err:
        assert first.status == 1
        assert call("--root", site, "record").status == 0
        assert "damaged" not in call("--root", site, "diff").err


AHEAD = {"SOURCE_DATE_EPOCH": "1798761600"}  # 2027-01-01


def test_a_page_never_changed_before_it_was_published(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    for command in ((), ("record",)):
        assert call("--root", root, *command, **AHEAD).status == 0
    change_walker(root, "More.")
    for command in ((), ("record",), ()):  # with an earlier day than before
        done = call("--root", root, *command)
        assert (done.status, done.err) == (0, "")
    assert state(root)[WALKER][:2] == ["2027-01-01", "2027-01-01"]


def test_a_line_whose_dates_are_in_the_wrong_order_is_mended_and_not_lost(site: Path) -> None:
    before = state(site)
    edit(site / STATE, f"{WALKER}\t{RECORDED_ON}\t{RECORDED_ON}", f"{WALKER}\t2026-11-25\t{RECORDED_ON}")
    assert "this line is damaged" in call("--root", site).err
    done = call("--root", site, "record")
    assert done.status == 0
    assert "lost 0 lines" in done.out
    assert state(site).keys() == before.keys()
    assert state(site)[WALKER][:2] == ["2026-11-25", "2026-11-25"]
