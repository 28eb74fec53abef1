"""The command line: exit statuses, what is printed where, and the preview."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appealsite import build as generator
from tests.previewed import Preview, previewed
from tests.small_site import ROOT, TODAY, call, copy_small, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


def test_a_build_ends_with_status_0_and_three_plain_lines_when_piped(root: Path) -> None:
    done = run("--root", root)
    assert (done.status, done.err) == (0, "")
    first, second, third = done.out.splitlines()
    assert re.fullmatch(r"built 26 pages \(7 combinations, 3 drafts left out\) in \d+\.\d\d s", first)
    assert re.fullmatch(r"rendered 26 pages, \d+ KB; a full build, as there is no site yet", second)
    assert re.fullmatch(r"into \S+: \d+ files changed, 0 removed", third)
    assert "\x1b" not in done.out
    assert "\r" not in done.out


def test_the_summary_says_what_stands_whether_or_not_anything_changed(root: Path) -> None:
    first, again = (json.loads(call("--json", "--root", root).out) for _ in range(2))
    stands = {"pages": 26, "combinations": 7, "drafts": 3}
    assert {name: first[name] for name in stands} == stands
    assert {name: again[name] for name in stands} == stands
    assert again["reason"] == "nothing changed"
    assert [again[name] for name in ("made", "bytes", "changed", "removed")] == [0, 0, 0, 0]
    assert first["bytes"] > 0
    matrix = root / "data/matrix.yaml"
    matrix.write_text(matrix.read_text("utf-8") + "# A remark.\n", "utf-8")
    assert {name: json.loads(call("--json", "--root", root).out)[name] for name in stands} == stands


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["preview"], "no command 'preview'; did you mean 'serve'?"),
        (["buidl"], "no command 'buidl'; without a command, the site is built"),
        (["Check"], "no command 'Check'; did you mean 'check'?"),
        (["rhubarb"], "no command 'rhubarb'; known here: add, announce, check, deploy, diff, explain, record, serve"),
        (["check", "--root", "x"], "--root stands before the command"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_one(words: list[str], told: str) -> None:
    done = call(*words)
    assert (done.status, done.err.splitlines()[-1]) == (2, f"Error: {told}")


def test_quiet_prints_nothing_when_all_is_well(root: Path) -> None:
    done = run("--quiet", "--root", root)
    assert (done.status, done.out, done.err) == (0, "", "")


def test_quiet_still_prints_problems(root: Path) -> None:
    (root / "content/emergency.md").write_text("{{ payr.name }}\n", "utf-8")
    done = run("--quiet", "--root", root)
    assert (done.status, done.out) == (1, "")
    assert "unknown name 'payr'" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option"],
        ["no-such-command"],
        ["--root", "/no/such/folder"],
        ["serve", "--port", "none"],
        ["serve", "--port", "70000"],
        ["--quiet", "serve"],
    ],
)
def test_a_wrong_call_ends_with_status_2_and_says_why(arguments: list[str]) -> None:
    done = call(*arguments)
    assert (done.status, done.out) == (2, "")
    assert "Error: " in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["serve", "--help"]])
def test_help_ends_with_status_0(arguments: list[str]) -> None:
    done = call(*arguments)
    assert (done.status, done.err) == (0, "")
    assert "Usage: build.py" in done.out


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        ((), "nothing was published"),
        (("check",), "nothing was checked"),
        (("explain", "/"), "nothing can be explained until then"),
        (("add", "combination", "--payer", "no", "--service", "on", "--reason", "012"), "nothing was changed"),
        (("diff",), "the next build would stop here"),
        (("record",), "nothing was recorded"),
        (("announce",), "the announcement is not complete"),
        (("deploy", "--dry-run"), "nothing can be compared until then"),
        (("deploy", "--mark"), "nothing was noted"),
        (("deploy", "--bucket", "none"), "the deploy is not complete"),
        (("serve", "--port", "1"), "the preview has not begun"),
    ],
)
def test_each_command_says_what_comes_of_a_problem(
    root: Path, command: tuple[str, ...], outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "data/site.yaml").unlink()
    monkeypatch.setattr(socket.socket, "bind", _refuse)
    done = call("--root", root, *command, AWS_DEFAULT_REGION="us-east-1")
    assert (done.status, done.out) == (1, "")
    assert re.search(rf"\n\d+ problems?; {outcome}\n$", done.err), done.err


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_an_interrupted_run_ends_quietly_however_early(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n", "utf-8")
    early = run("--root", root, PYTHONPATH=str(tmp_path))
    assert (early.out, early.err) == ("", "")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(generator, "build", interrupted)
    later = call("--root", root)
    assert (later.out, later.err.strip()) == ("", "Aborted!")

    assert early.status == later.status == 1


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as Python takes it from a terminal; a shell starts what runs in its background without it."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("pressed", [True, False])
def test_an_interruption_that_a_library_tells_as_its_error_is_one_and_no_other_error_is(
    root: Path, monkeypatch: pytest.MonkeyPatch, pressed: bool
) -> None:
    def build(*_: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT if pressed else 0)
        raise RuntimeError("Error calling __set_name__")

    monkeypatch.setattr(generator, "build", build)
    if pressed:
        done = call("--root", root)
        assert (done.status, done.out, done.err) == (1, "", "")
    else:
        with pytest.raises(RuntimeError, match="__set_name__"):
            call("--root", root)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("given", ["", "yesterday", "1e9", "9" * 30])
def test_a_build_date_that_is_none_is_told(given: str, root: Path) -> None:
    done = call("--root", root, SOURCE_DATE_EPOCH=given)
    assert done.status == 1
    assert done.err.startswith(f"SOURCE_DATE_EPOCH: '{given}' is not a time\n")


def test_the_current_folder_does_not_matter(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "--root", "small", "--output", "out"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "SOURCE_DATE_EPOCH": TODAY}, check=False, timeout=60
    )
    assert done.returncode == 0
    assert (tmp_path / "out/index.html").is_file()


@pytest.fixture
def preview(root: Path) -> Iterator[Preview]:
    with previewed(root) as running:
        yield running


def test_the_preview_answers_follows_edits_survives_a_mistake_and_stops(root: Path, preview: Preview) -> None:
    text = root / "content/emergency.md"
    preview.wait_for("/help/acme/on/step-therapy/", "In an emergency, call 911.")
    assert '"draft": true' in preview.page("/_preview/bar.json?url=/help/no/walker/012/"), "drafts are shown as such"
    assert preview.get("/help/no/walker/012/")[0] == 200

    text.write_text("Call 911 at once.\n", "utf-8")
    assert "Call 911 at once." in preview.page("/help/acme/on/step-therapy/"), "even the next request is fresh"

    text.write_text("Call {{ payr.name }}.\n", "utf-8")
    status, page = preview.get("/help/acme/on/step-therapy/")
    assert status == 500
    for words in ("content/emergency.md:1:6", "unknown name &#x27;payr&#x27;", "<mark>", "^^^^", "did you mean"):
        assert words in page.decode()

    text.write_text("Call 911 today.\n", "utf-8")
    assert "Call 911 today." in preview.page("/help/acme/on/step-therapy/")
    printed = preview.end()
    assert preview.process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in printed
    assert not (root / "site").exists(), "the preview leaves site/ alone"
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", preview.port), timeout=5):
        pass


def test_the_preview_is_for_this_machine_only(preview: Preview) -> None:
    preview.wait_for("/", "Was your claim denied?")
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as other:
        assert other.connect_ex(("::1", preview.port)) != 0
    for address in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}:
        if not str(address).startswith("127."):
            with socket.socket() as other:
                other.settimeout(2)
                assert other.connect_ex((address, preview.port)) != 0


def test_a_port_in_use_is_told(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--root", root, "serve", "--port", str(port))
    assert done.status == 1
    assert f"--port: port {port} cannot be used" in done.err
    assert "Traceback" not in done.err
    assert not (root / "site").exists()
