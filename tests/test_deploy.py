"""A deploy says what it will send, sends that and no more, and takes away only what it sent before."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError

from appealsite.deploy.s3 import Bucket
from appealsite.problems import ProblemsFound
from tests.hosted_site import free_port, hosted, serving
from tests.small_site import Outcome, call, tree

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
OURS = {".appealsite", ".deploy/s3.json"}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """moto, an object store on this machine."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with serving(command, port, tmp_path_factory.mktemp("moto"), **CREDENTIALS) as running:
        yield running


@pytest.fixture
def bucket(port: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in {**CREDENTIALS, "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    made = boto3.resource("s3", endpoint_url=f"http://127.0.0.1:{port}").Bucket(f"b{abs(hash(request.node.name))}")
    made.create()
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = hosted(tmp_path / "project", host="s3")
    assert call("--root", root).status == 0
    return root


def deploy(root: Path, port: int, bucket: Any, *more: str) -> Outcome:
    endpoint = f"http://127.0.0.1:{port}"
    return call("--root", root, "deploy", "--bucket", bucket.name, "--endpoint", endpoint, *more)


def keys(bucket: Any) -> set[str]:
    return {entry.key for entry in bucket.objects.all()}


def test_the_bucket_holds_the_site_with_types_cache_times_and_redirects(root: Path, port: int, bucket: Any) -> None:
    done = deploy(root, port, bucket)
    assert (done.status, done.err) == (0, "")
    built = {name: data for name, data in tree(root / "site").items() if name not in OURS}
    stored = {entry.key: bucket.Object(entry.key).get() for entry in bucket.objects.all()}
    assert set(stored) == {*built, ".appealsite-sent"}
    for name, data in built.items():
        assert stored[name]["Body"].read() == data
    assert stored["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert stored["index.html"]["CacheControl"] == "public, max-age=300, must-revalidate"
    assert stored["share/site.png"]["CacheControl"] == "public, max-age=31536000, immutable"
    assert stored["site.webmanifest"]["ContentType"].startswith("application/manifest+json")
    assert stored["reasons/fail-first.html"]["WebsiteRedirectLocation"] == "/reasons/step-therapy"


def test_the_next_deploy_sends_only_what_changed_and_removes_only_what_it_sent(
    root: Path, port: int, bucket: Any
) -> None:
    deploy(root, port, bucket)
    bucket.put_object(Key="report.pdf", Body=b"somebody else's")
    before = {entry.key: entry.last_modified for entry in bucket.objects.all()}
    (root / "content/pages/thanks.md").unlink()
    guide = root / "content/pages/guides/kinds-of-plan.md"
    guide.write_text(guide.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    (root / "site/proof.html").write_text("ours", "utf-8")  # a file that no build made is the site's, too
    assert call("--root", root).status == 0
    looked = deploy(root, port, bucket, "--dry-run")
    assert {entry.key: entry.last_modified for entry in bucket.objects.all()} == before
    sent = deploy(root, port, bucket)
    assert looked.out.replace(" would be sent", "") == sent.out
    lines = sent.out.splitlines()
    assert lines[:-1] == ["+ proof.html", "~ guides/kinds-of-plan/index.html", "- thanks/index.html"]
    assert lines[-1].startswith("1 new, 1 changed, 1 removed of ")
    assert "report.pdf" in keys(bucket)
    assert "thanks/index.html" not in keys(bucket)
    assert deploy(root, port, bucket).out.startswith("0 new, 0 changed, 0 removed")


def test_a_changed_redirect_is_sent_though_the_file_is_the_same(root: Path, port: int, bucket: Any) -> None:
    deploy(root, port, bucket)
    uploads = root / "site/.deploy/s3.json"
    uploads.write_text(uploads.read_text("utf-8").replace("max-age=300", "max-age=60"), "utf-8")
    assert "~ index.html" in deploy(root, port, bucket, "--dry-run").out


def test_a_deploy_that_broke_off_goes_on(root: Path, port: int, bucket: Any) -> None:
    deploy(root, port, bucket)
    bucket.Object(".appealsite-sent").delete()
    assert deploy(root, port, bucket).status == 0
    assert deploy(root, port, bucket).out.startswith("0 new, 0 changed, 0 removed")


@pytest.mark.parametrize("at", ["before the removals", "after the removals"])
def test_what_a_deploy_that_broke_off_had_sent_or_removed_is_set_right(
    root: Path, port: int, bucket: Any, at: str
) -> None:
    """Also where people go back to what they had, so that nothing seems to have changed."""
    deploy(root, port, bucket)
    content, before, first = root / "content/pages", tree(root / "content/pages"), keys(bucket)
    (content / "new.md").write_bytes(before["thanks.md"])
    (content / "guides/kinds-of-plan.md").write_bytes(before["guides/kinds-of-plan.md"] + b"\nA wrong claim.\n")
    (content / "thanks.md").unlink()
    assert call("--root", root).status == 0
    usual = Bucket._delete

    def delete(store: Bucket, names: tuple[str, ...]) -> None:
        if at == "after the removals":
            usual(store, names)
        raise KeyboardInterrupt

    with patch.object(Bucket, "_delete", delete):
        assert deploy(root, port, bucket).status == 1
    assert b"A wrong claim." in bucket.Object("guides/kinds-of-plan/index.html").get()["Body"].read()

    (content / "new.md").unlink()
    for name, data in before.items():
        (content / name).write_bytes(data)
    assert call("--root", root).status == 0
    looked = deploy(root, port, bucket, "--dry-run")
    assert {"~ guides/kinds-of-plan/index.html", "~ thanks/index.html", "- new/index.html"} <= {*looked.out.split("\n")}
    assert deploy(root, port, bucket).out == looked.out.replace(" would be sent", "")
    assert keys(bucket) == first
    for name, data in tree(root / "site").items():
        if name not in OURS:
            assert bucket.Object(name).get()["Body"].read() == data
    assert deploy(root, port, bucket).out.startswith("0 new, 0 changed, 0 removed")


def test_what_is_about_to_change_is_noted_before_anything_does(root: Path, port: int, bucket: Any) -> None:
    store = Bucket(bucket.name, f"http://127.0.0.1:{port}")
    change, now = store.plan(root / "site")
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")
    with (
        patch.object(store._client, "put_object", side_effect=refused) as asked,
        pytest.raises(ProblemsFound, match="AccessDenied"),
    ):
        store.send(root / "site", change, now, lambda *_: None)
    assert [one.kwargs["Key"] for one in asked.call_args_list] == [".appealsite-sent"]
    store.send(root / "site", change, now, lambda *_: None)
    with patch.object(store._client, "put_object") as asked:
        store.send(root / "site", *store.plan(root / "site"), lambda *_: None)
    assert len(asked.call_args_list) == 1


def test_no_page_is_sent_before_all_that_pages_show(root: Path, port: int, bucket: Any) -> None:
    store = Bucket(bucket.name, f"http://127.0.0.1:{port}")
    change, now = store.plan(root / "site")
    arrived: list[str] = []

    def put(**asked: Any) -> None:
        if not asked["Key"].endswith(".html"):
            time.sleep(0.05)
        arrived.append(asked["Key"])

    with patch.object(store._client, "put_object", side_effect=put):
        store.send(root / "site", change, now, lambda *_: None)
    pages = [at for at, key in enumerate(arrived) if key.endswith(".html")]
    assert pages == list(range(len(arrived) - 1 - len(pages), len(arrived) - 1))  # the list of what was sent is last


def test_what_cannot_be_deployed_is_told(root: Path, port: int, bucket: Any, tmp_path: Path) -> None:
    class Missing:
        name = "no-such-bucket"

    done = deploy(root, port, Missing)
    assert (done.status, "NoSuchBucket" in done.err, "Traceback" in done.err) == (1, True, False)
    bucket.put_object(Key=".appealsite-sent", Body=b"<html>")
    assert "is no list of sent files" in deploy(root, port, bucket).err
    call("--root", root, "--host", "plain")
    assert "was not built for an object store" in deploy(root, port, bucket).err
    done = call("--root", root, "deploy", "--dry-run", "--site", tmp_path)
    assert (done.status, "is no built site" in done.err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--dry-run", "--mark"),
        ("--mark", "--bucket", "b"),
        ("--bucket", "b", "--sent", "x"),
        ("--dry-run", "--endpoint", "http://127.0.0.1"),
    ],
)
def test_a_wrong_call_ends_with_status_2(root: Path, arguments: tuple[str, ...]) -> None:
    assert call("--root", root, "deploy", *arguments).status == 2


def test_any_host_sees_what_would_be_sent_since_the_last_mark(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", host="netlify")
    call("--root", root)
    first = call("--root", root, "deploy", "--dry-run")
    names = sorted(set(tree(root / "site")) - {".appealsite"})
    assert first.out.splitlines()[:-1] == [f"+ {name}" for name in names][:50] + first.out.splitlines()[50:-1]
    assert first.out.splitlines()[-1] == f"{len(names)} new, 0 changed, 0 removed of {len(names)} files would be sent"
    assert call("--root", root, "deploy", "--mark").status == 0
    (root / "content/pages/thanks.md").unlink()
    call("--root", root)
    again = call("--root", root, "deploy", "--dry-run")
    assert again.out.splitlines()[:-1] == ["- thanks/index.html"]


@pytest.mark.parametrize("arguments", [("--dry-run",), ("--mark",)])
def test_a_list_that_cannot_be_read_is_told(root: Path, arguments: tuple[str, ...]) -> None:
    shutil.rmtree(root / ".cache")
    (root / ".cache").touch()
    done = call("--root", root, "deploy", *arguments)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"{root}/.cache/sent.txt: cannot be read: Not a directory\n\n1 problem; ")


def test_a_list_that_cannot_be_written_is_told(root: Path) -> None:
    done = call("--root", root, "deploy", "--mark", "--sent", "/proc/nope/sent.txt")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("/proc/nope/sent.txt: cannot be written: No such file or directory\n\n1 problem; ")


def test_a_list_that_nobody_may_write_stays_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("--root", root, "deploy", "--mark")
    before = tree(root / ".cache")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "replace", refuse)
    done = call("--root", root, "deploy", "--mark")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"{root}/.cache/sent.txt: cannot be written: Permission denied\n\n1 problem; ")
    assert tree(root / ".cache") == before


def test_a_file_that_is_gone_when_it_is_to_be_sent_is_told(
    root: Path, port: int, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Bucket(bucket.name, f"http://127.0.0.1:{port}")
    change, now = store.plan(root / "site")
    (root / "site/404.html").unlink()
    with pytest.raises(ProblemsFound, match=r"404\.html"):
        store.send(root / "site", change, now, lambda *_: None)
    (root / "site/404.html").write_bytes(b"there again")
    again, _ = store.plan(root / "site")
    assert set(again.changed) == set(change.new)


def test_make_shows_what_a_deploy_would_send(tmp_path: Path) -> None:
    from tests.small_site import ROOT

    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = makefile.partition("deploy-dry-run:")[2].partition("\n\n")[0]
    commands = [line.strip().replace("$(BIN)/python", sys.executable) for line in recipe.splitlines()[1:]]
    assert commands
    root = hosted(tmp_path / "project")
    for command in commands:
        assert command.startswith(f"{sys.executable} build.py")
        told = command.replace("build.py", f"{ROOT}/build.py --root {root}")
        done = subprocess.run(told.split(), env=os.environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].endswith("would be sent")


def test_a_link_that_leads_out_of_the_site_is_not_sent(root: Path, tmp_path: Path) -> None:
    call("--root", root)
    secret = tmp_path / "secret.txt"
    secret.write_text("not for the site", "utf-8")
    (root / "site/out.txt").symlink_to(secret)
    done = call("--root", root, "deploy", "--dry-run")
    assert (done.status, done.out) == (1, "")
    assert "site/out.txt: is a link that leads out of the site\n    put the file itself there" in done.err
    (root / "site/out.txt").unlink()
    (root / "site/within.txt").symlink_to("robots.txt")
    assert "+ within.txt" in call("--root", root, "deploy", "--dry-run").out
