"""Files and names that nobody expects: told at their place, never lost, never waited for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appealsite.cache import Lookup, Shelf
from appealsite.publish import output
from tests.previewed import previewed
from tests.small_site import ROOT, TODAY, call, copy_small, run, tree

ODD = b"caf\xe9"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small site, built."""
    root = copy_small(tmp_path / "small")
    assert call("--root", root).status == 0
    return root


def put(folder: Path, name: bytes = ODD) -> None:
    with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123 - a name that no Path should hold
        file.write(b"x")


def edit(root: Path) -> None:
    path = next((root / "content").rglob("*.md"))
    path.write_text(path.read_text("utf-8") + "\nOne sentence more.\n", "utf-8")


# ---------------------------------------------------------------- the built site


@pytest.mark.parametrize("listed", [b"", b"\xef\xbb\xbfMade by build.py; these are its files. Build 1\nindex.html\n"])
def test_a_site_whose_list_of_files_is_damaged_is_not_replaced(root: Path, listed: bytes) -> None:
    (root / "site/mine.txt").write_text("mine", "utf-8")
    (root / "site/.appealsite").write_bytes(listed)
    before = tree(root / "site")
    done = call("--root", root)
    assert done.status == 1
    assert "site: is not empty and will not be replaced" in done.err
    assert ".appealsite, cannot be read" in done.err
    assert tree(root / "site") == before


def test_a_failure_after_the_swap_is_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    edit(root)
    monkeypatch.setattr(output, "write_behind", fail)
    done = call("--root", root)
    assert (done.status, done.err) == (0, "")
    assert [path.name for path in root.glob(".site*")] == []
    assert call("--root", root).out.startswith("nothing changed")


def test_a_name_in_the_site_that_is_not_utf8_stays_and_no_deploy_takes_it(root: Path) -> None:
    put(root / "site")
    for _ in range(3):
        edit(root)
        assert call("--root", root).status == 0
        assert os.path.lexists(os.fsencode(root / "site") + b"/" + ODD)
    for command in (("--dry-run",), ("--mark",)):
        done = call("--root", root, "deploy", *command)
        assert done.status == 1
        assert "site/caf\\udce9: no host can serve this name" in done.err


@pytest.mark.parametrize("name", [b"a\nb.txt", b"a\rb.txt", b"c\x85d.txt", ODD])
def test_a_file_of_such_a_name_that_was_removed_stays_away(root: Path, name: bytes) -> None:
    put(root / "site", name)
    for _ in range(2):
        edit(root)
        assert call("--root", root).status == 0
    os.unlink(os.fsencode(root / "site") + b"/" + name)  # noqa: PTH108
    for _ in range(3):
        edit(root)
        assert call("--root", root).status == 0
        assert not os.path.lexists(os.fsencode(root / "site") + b"/" + name)


def test_a_deploy_names_what_it_cannot_send_and_waits_for_nothing(root: Path) -> None:
    put(root / "site", b"a\nb")
    os.mkfifo(root / "site/pipe")
    done = call("--root", root, "deploy", "--dry-run")
    assert done.status == 1
    assert "site/a\\nb: no host can serve this name" in done.err
    assert "site/pipe: is no file that can be sent" in done.err


@pytest.mark.parametrize("damage", ["cut", "digest", "way out", "bytes", "none of ours"])
def test_a_damaged_list_of_sent_files_is_told(root: Path, damage: str) -> None:
    assert call("--root", root, "deploy", "--mark").status == 0
    path = root / ".cache/sent.txt"
    text = path.read_text("utf-8")
    digest = "0" * 64
    path.write_bytes(
        {
            "cut": text[:-4].encode(),
            "digest": f"{text}{'x' * 64} a.html\n".encode(),
            "way out": f"{text}{digest} a/../../b\n".encode(),
            "bytes": f"{text}{digest} ".encode() + ODD + b"\n",
            "none of ours": b"name: x\n",
        }[damage]
    )
    before = path.read_bytes()
    done = call("--root", root, "deploy", "--dry-run")
    assert done.status == 1
    assert ("move this one away" if damage == "none of ours" else "remove it, and everything is sent again") in done.err
    assert path.read_bytes() == before


def test_a_name_with_the_sign_for_what_is_unreadable_is_a_name_like_any_other(root: Path) -> None:
    (root / "site/a\ufffd.txt").write_text("x", "utf-8")
    assert call("--root", root, "deploy", "--mark").status == 0
    again = call("--root", root, "deploy", "--mark")
    assert (again.status, again.err) == (0, "")
    assert again.out.startswith("0 new, 0 changed, 0 removed of ")


# ---------------------------------------------------------------- what people write


@pytest.mark.parametrize("folder", ["content/pages", "layouts/blocks", "layouts/assets", "data/schema"])
def test_a_name_that_is_not_utf8_is_told(root: Path, folder: str) -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    before = tree(root / "site")
    put(root / folder)
    for command in ((), ("check",)):
        done = call("--root", root, *command)
        assert done.status == 1
        assert f"{folder}/caf\\udce9: this name is not UTF-8" in done.err + done.out
    assert tree(root / "site") == before


@pytest.mark.parametrize("sign", ["#", "?", "%", "\\"])
def test_an_asset_to_which_no_address_leads_is_told(root: Path, sign: str) -> None:
    before = tree(root / "site")
    name = f"layouts/assets/a{sign}20b.svg"
    (root / name).write_text("<svg/>", "utf-8")
    done = call("--root", root)
    assert done.status == 1
    assert done.err.startswith(f"{name}: no address leads to a name with '{sign}'\n    rename it\n")
    assert tree(root / "site") == before
    (root / name).rename(root / "layouts/assets/a 20bé.svg")
    assert call("--root", root).status == 0


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("layouts/assets/i\nc.svg", "layouts/assets/i\\nc.svg"),
        ("layouts/assets/a\x7fb/c.svg", "layouts/assets/a\\x7fb"),
        ("content/pages/a\u2028b.md", "content/pages/a\\u2028b.md"),
        ("data/schema/a\x1b[1m.json", "data/schema/a\\x1b[1m.json"),
    ],
)
def test_a_name_with_a_control_character_is_told(root: Path, name: str, told: str) -> None:
    before = tree(root / "site")
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("x", "utf-8")
    done = call("--root", root)
    assert done.status == 1
    assert f"{told}: this name holds a control character\n    rename it\n" in done.err
    assert "1 problem; nothing was published" in done.err
    assert tree(root / "site") == before


@pytest.mark.parametrize("name", ["content/pages/x.md", "data/people.yaml"])
def test_a_pipe_is_told_and_not_waited_for(root: Path, name: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(root / name)
    done = call("--root", root)
    assert done.status == 1
    assert f"{name}: is no file that can be read" in done.err


def test_links_that_lead_nowhere_or_to_themselves_are_told_where_they_stand(root: Path) -> None:
    (root / "content/pages/gone.md").symlink_to("nowhere.md")
    (root / "content/pages/loop.md").symlink_to("loop.md")
    done = call("--root", root)
    assert done.status == 1
    assert "content/pages/gone.md: is missing" in done.err
    assert "content/pages/loop.md: cannot be read: Too many levels of symbolic links" in done.err


@pytest.mark.parametrize("target", [".", "..", "../..", "/"])
def test_a_link_that_leads_to_a_folder_it_lies_in_is_told_once(root: Path, target: str) -> None:
    for name in ("content/a", "content/b", "content/pages/c"):
        (root / name).symlink_to(target)
    before = tree(root / "site")
    for command in ((), ("check",)):
        done = call("--root", root, *command)
        told = [line for line in done.err.splitlines() if ": " in line]
        assert done.status == 1
        assert told == [
            f"content/{name}: is a link that leads to a folder it lies in" for name in ("a", "b", "pages/c")
        ]
    assert tree(root / "site") == before


def test_links_that_lead_in_a_circle_are_told_and_other_links_are_followed(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "one").mkdir(parents=True)
    (outside / "two").mkdir()
    (outside / "one/text.md").write_text("---\ntitle: One\ndescription: D\n---\nText.\n", "utf-8")
    (root / "content/pages/linked").symlink_to(outside / "one")
    (root / "content/pages/twice").symlink_to(outside / "one")
    assert call("--root", root).status == 0
    assert (root / "site/linked/text/index.html").is_file()
    assert (root / "site/twice/text/index.html").is_file()
    (outside / "one/on").symlink_to(outside / "two")
    (outside / "two/back").symlink_to(outside / "one")
    told = [line for line in call("--root", root).err.splitlines() if ": " in line]
    assert told == [
        f"content/pages/{name}/on/back: is a link that leads to a folder it lies in" for name in ("linked", "twice")
    ]


def test_an_output_that_is_not_utf8_or_too_long_is_told(root: Path) -> None:
    for name in (os.fsdecode(b"o\xff"), "x" * 300):
        done = call("--root", root, "--output", root / name)
        assert done.status == 1
        assert "this name is not UTF-8" in done.err or "File name too long" in done.err


def test_a_mistake_in_a_template_hides_none_in_redirects(root: Path) -> None:
    layout = root / "layouts/block.html"
    layout.write_text("{{ nope.x }}\n" + layout.read_text("utf-8"), "utf-8")
    (root / "data/redirects.yaml").write_text("moved:\n  /a/: /nope/\n", "utf-8")
    done = call("--root", root)
    assert "layouts/block.html:1" in done.err
    assert "data/redirects.yaml:2" in done.err


@pytest.mark.parametrize("old", ["/feed.xml/", "/help", "/favicon.ico"])
def test_no_redirect_takes_the_place_of_what_stands_with_or_without_a_slash(root: Path, old: str) -> None:
    (root / "data/redirects.yaml").write_text(f"moved:\n  {old}: /\n", "utf-8")
    done = call("--root", root)
    assert done.status == 1
    assert "data/redirects.yaml:2:3" in done.err
    assert "it cannot be redirected" in done.err


@pytest.mark.parametrize("line", ["contact: 'https://['", "url: https://www.example.org:99999"])
def test_an_address_without_a_host_or_a_port_is_told(root: Path, line: str) -> None:
    path = root / "data/site.yaml"
    lines = path.read_text("utf-8").split("\n")
    at = next(number for number, one in enumerate(lines) if one.startswith(line.split(" ")[0]))
    lines[at] = line
    path.write_text("\n".join(lines), "utf-8")
    done = call("--root", root, "--host", "s3")
    assert done.status == 1
    assert f"data/site.yaml:{at + 1}:" in done.err
    assert "this is no address" in done.err


def test_a_preview_tells_of_such_a_name_and_goes_on_when_it_is_gone(root: Path) -> None:
    odd = os.fsencode(root / "content/pages") + b"/" + ODD
    text = root / "content/next-steps/acme/@drug/any.md"
    with previewed(root) as preview:
        url = "/help/acme/on/step-therapy/"
        preview.wait_for(url, "</html>")
        put(root / "content/pages")
        preview.wait_for("/nowhere/", "this name is not UTF-8")
        os.unlink(odd)  # noqa: PTH108
        text.write_text(text.read_text("utf-8") + "\nA sentence that is new.\n", "utf-8")
        preview.wait_for(url, "A sentence that is new.")


@pytest.mark.parametrize("name", ["a?b", "a#b", "%41", "ä b", os.fsdecode(ODD)])
def test_what_builds_and_checks_learn_is_found_again_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    copy_small(tmp_path / "root" / name)
    shelf = tmp_path / "shelf" / name / "kept.sqlite"
    Shelf(shelf).keep({b"key": b"value"}, None)
    found = Lookup(shelf)
    assert found.get(b"key") == b"value"
    found.close()
    assert call("--root", tmp_path / "root" / name).status == 0
    assert call("--root", tmp_path / "root" / name, "--clean").status == 0
    assert os.listdir(tmp_path / "root") == os.listdir(tmp_path / "shelf") == [name]  # noqa: PTH208


def test_damage_that_sqlite_cannot_put_into_words_counts_as_absent(tmp_path: Path) -> None:
    """What it says of it holds the damaged name, which is then no UTF-8."""
    path = tmp_path / "kept.sqlite"
    Shelf(path).keep({b"key": b"value"}, None)
    damaged = path.read_bytes().replace(b"sqlite_autoindex", b"sqlite_auto\xddndex")
    path.write_bytes(damaged)
    assert Lookup(path).get(b"key") is None
    Shelf(path).keep({b"key": b"value"}, None)
    assert not path.exists()


# ---------------------------------------------------------------- adding


PAYER = ("add", "payer", "--plan-types", "marketplace", "--policy-title", "T", "--policy-source", "lists-policies")


@pytest.mark.parametrize(
    ("name", "told"), [("A\x85B", "invisible or unreadable character in name"), ("~", "no slug can be made")]
)
def test_a_name_that_would_break_the_data_is_refused(root: Path, name: str, told: str) -> None:
    before = (root / "data/matrix.yaml").read_bytes()
    done = call("--root", root, *PAYER, "--name", name, "--full-name", name)
    assert done.status == 1
    assert told in done.err
    assert done.err.count("\n\n") == 1
    assert (root / "data/matrix.yaml").read_bytes() == before


def test_a_column_that_stands_twice_is_told(root: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text("payer,payer,service,reason\nacme,no,on,012\n", "utf-8")
    done = call("--root", root, "add", "--from", table)
    assert done.status == 1
    assert "new.csv:1: the column 'payer' stands twice" in done.err


def test_a_linked_matrix_stays_a_link_and_keeps_its_rights(root: Path, tmp_path: Path) -> None:
    real = tmp_path / "matrix.yaml"
    (root / "data/matrix.yaml").rename(real)
    real.chmod(0o640)
    (root / "data/matrix.yaml").symlink_to(real)
    done = call("--root", root, "add", "service", "--name", "New brace", "--full-name", "new brace", "--kind", "device",
                "--what", "A frame for the knee.")  # fmt: skip
    assert done.status == 0, done.err
    assert (root / "data/matrix.yaml").is_symlink()
    assert "new-brace:" in real.read_text("utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


# ---------------------------------------------------------------- the terminal


@pytest.mark.parametrize("where", [">&-", "> /dev/full"])
@pytest.mark.parametrize("command", [("--clean",), ("check",)])
def test_a_terminal_that_is_closed_or_full_is_no_traceback(root: Path, where: str, command: tuple[str, ...]) -> None:
    line = f'"$0" "$1" --root "$2" {" ".join(command)} {where}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, str(ROOT / "build.py"), str(root)],
        capture_output=True,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": TODAY},
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_a_sign_that_the_terminal_does_not_know_is_no_traceback(root: Path, encoding: str) -> None:
    (root / "data/published.txt").unlink(missing_ok=True)
    assert call("--root", root, "record").status == 0
    (root / "content/pages/thanks.md").unlink()
    (root / "data/redirects.yaml").write_text("moved: {/thanks/: /help/}\n", "utf-8")
    guide = root / "content/pages/guides/kinds-of-plan.md"
    guide.write_text(guide.read_text("utf-8").replace("title: ", "title: From 1 → 2, ", 1), "utf-8")
    for command in (("diff",), ("explain", "/guides/kinds-of-plan/")):
        done = run("--root", root, *command, PYTHONIOENCODING=encoding)
        assert (done.status, done.err) == (0, "")
        assert ("→" if encoding != "latin-1" else "\\u2192") in done.out


def test_a_check_for_programs_says_the_same_in_any_encoding(root: Path) -> None:
    (root / "content/emergency.md").write_text("---\nallow: {😀: a smile}\n---\nCall the plan.\n", "utf-8")
    command = ("--root", root, "check", "--format", "json")
    narrow, wide = (json.loads(run(*command, PYTHONIOENCODING=one).out) for one in ("latin-1", "utf-8"))
    assert narrow == wide
    assert any("😀" in one["message"] for one in wide["findings"])
