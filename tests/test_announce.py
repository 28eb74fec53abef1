"""`build.py announce` tells IndexNow what changed: once, in bounded requests, and never an example address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from appealsite.cli import ENDPOINT
from appealsite.deploy import announce
from appealsite.deploy.announce import LONGEST_WAIT, TRIES, Batch, is_endpoint, send
from appealsite.problems import ProblemsFound
from tests.published_site import LATER, build_later, edit, published_site, state
from tests.small_site import call

KEY = "0123456789abcdef"
WALKER = "/help/acme/walker/step-therapy/"
PAGE = "---\ntitle: News\ndescription: New.\n---\nNews.\n"
ADDRESS = "https://www.smallhelp.us"


class Engine:
    """A search engine on this machine that answers as told and remembers what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.requests: list[dict[str, Any]] = []
        engine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                engine.requests.append({"type": self.headers["Content-Type"], **json.loads(body)})
                status, headers = engine.answers.pop(0) if engine.answers else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/indexnow"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def engine() -> Iterator[Engine]:
    started = Engine()
    yield started
    started.server.shutdown()
    started.server.server_close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A published site with a real address and a key, then changed: one page more, one changed, one gone."""
    root = published_site(tmp_path)
    old = root / "content/pages/old.md"
    old.write_text(PAGE, "utf-8")
    edit(root / "data/site.yaml", "url: https://small.example\n", f"url: {ADDRESS}\nindexnow_key: {KEY}\n")
    build_later(root)
    call("--root", root, "record", **LATER)
    edit(root / "content/angle/acme/walker/step-therapy.md", "Ask for `the rule`.", "Ask for it.")
    old.unlink()
    (root / "data/redirects.yaml").write_text("gone: [/old/]\n", "utf-8")
    (root / "content/pages/news.md").write_text(PAGE, "utf-8")
    build_later(root)
    return root


def test_what_changed_is_sent_with_the_key(site: Path, engine: Engine) -> None:
    done = call("--root", site, "announce", "--endpoint", engine.url, **LATER)
    assert (done.status, done.err) == (0, "")
    (request,) = engine.requests
    assert request == {
        "type": "application/json; charset=utf-8",
        "host": "www.smallhelp.us",
        "key": KEY,
        "keyLocation": f"{ADDRESS}/{KEY}.txt",
        "urlList": [ADDRESS + url for url in (WALKER, "/news/", "/old/")],
    }
    assert "accepted: 3 addresses" in done.out


def test_the_key_is_online(site: Path) -> None:
    assert (site / f"site/{KEY}.txt").read_text("utf-8") == KEY


def test_a_dry_run_sends_nothing_and_names_everything(site: Path, engine: Engine) -> None:
    done = call("--root", site, "announce", "--endpoint", engine.url, "--dry-run", **LATER)
    assert done.status == 0
    assert engine.requests == []
    assert f"would send 3 addresses of www.smallhelp.us to {engine.url}" in done.out
    assert f"  {ADDRESS}{WALKER}\n" in done.out


def test_after_recording_there_is_nothing_to_announce(site: Path, engine: Engine) -> None:
    call("--root", site, "record", **LATER)
    done = call("--root", site, "announce", "--endpoint", engine.url, **LATER)
    assert done.out == "nothing to announce: no address that search engines may list has changed\n"
    assert engine.requests == []


def test_pages_that_search_engines_skip_are_not_announced(site: Path, engine: Engine) -> None:
    hidden = [url for url, columns in state(site).items() if columns[-1] == "noindex"]
    edit(site / "content/next-steps.md", "2. Wait.", "2. Wait a while.")
    build_later(site)
    call("--root", site, "announce", "--endpoint", engine.url, **LATER)
    sent = {url.removeprefix(ADDRESS) for url in engine.requests[0]["urlList"]}
    assert "/help/no/walker/not-covered/" in hidden
    assert not sent & set(hidden)


@pytest.mark.parametrize("address", ["https://small.example", "https://www.example.com."])
def test_an_example_address_is_never_announced(tmp_path: Path, engine: Engine, address: str) -> None:
    root = published_site(tmp_path)
    edit(root / "data/site.yaml", "name: SmallHelp\n", f"name: NewHelp\nindexnow_key: {KEY}\n")
    edit(root / "data/site.yaml", "url: https://small.example\n", f"url: {address}\n")
    build_later(root)
    done = call("--root", root, "announce", "--endpoint", engine.url, **LATER)
    assert done.status == 1
    assert f"data/site.yaml:3:6: {address} is an example" in done.err
    assert engine.requests == []


def test_without_a_key_the_message_says_how_to_get_one(tmp_path: Path) -> None:
    root = published_site(tmp_path)
    done = call("--root", root, "announce")
    assert done.status == 1
    assert "has no 'indexnow_key'" in done.err
    assert done.err.endswith("1 problem; the announcement is not complete\n")


def test_a_site_that_is_not_current_is_not_announced(site: Path, engine: Engine) -> None:
    edit(site / "content/next-steps.md", "2. Wait.", "2. Wait a while.")
    done = call("--root", site, "announce", "--endpoint", engine.url, **LATER)
    assert done.status == 1
    assert "was built before content/next-steps.md changed" in done.err
    assert engine.requests == []


def batch(count: int = 2) -> Batch:
    return Batch("h", KEY, f"https://h/{KEY}.txt", tuple(f"https://h/{number}/" for number in range(count)))


def test_a_passing_fault_is_tried_again_and_waited_for(engine: Engine) -> None:
    waited: list[float] = []
    engine.answers = [(503, {}), (429, {"Retry-After": "7"}), (202, {})]
    assert list(send([batch()], engine.url, waited.append)) == [2]
    assert waited == [2.0, 7.0]
    assert len(engine.requests) == 3


def test_no_wait_is_longer_than_a_minute(engine: Engine) -> None:
    waited: list[float] = []
    engine.answers = [(429, {"Retry-After": "86400"})]
    list(send([batch()], engine.url, waited.append))
    assert waited == [LONGEST_WAIT]


def test_a_lasting_fault_ends_after_few_tries(engine: Engine) -> None:
    engine.answers = [(500, {})] * 20
    with pytest.raises(ProblemsFound) as found:
        list(send([batch()], engine.url, lambda _: None))
    assert f"did not accept 2 addresses in {TRIES} tries" in str(found.value)
    assert len(engine.requests) == TRIES


@pytest.mark.parametrize(
    ("status", "words"), [(403, "the key is not accepted"), (422, "do not belong"), (400, "not understood")]
)
def test_a_refusal_is_not_tried_again_and_explained(engine: Engine, status: int, words: str) -> None:
    engine.answers = [(status, {})]
    with pytest.raises(ProblemsFound, match=words):
        list(send([batch()], engine.url, lambda _: None))
    assert len(engine.requests) == 1


def test_a_server_that_does_not_answer_is_a_message() -> None:
    with pytest.raises(ProblemsFound, match="no answer"):
        list(send([batch()], "http://127.0.0.1:9/", lambda _: None, timeout=1))


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    silent = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # accepts and says nothing
    try:
        with pytest.raises(ProblemsFound, match="no answer"):
            list(send([batch()], f"http://127.0.0.1:{silent.server_address[1]}/", lambda _: None, timeout=0.2))
    finally:
        silent.server_close()


def test_no_request_is_larger_than_the_protocol_allows(
    site: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert announce.MOST == 10_000
    monkeypatch.setattr(announce, "MOST", 2)
    assert call("--root", site, "announce", "--endpoint", engine.url, **LATER).status == 0
    assert [len(request["urlList"]) for request in engine.requests] == [2, 1]


@pytest.mark.parametrize("endpoint", [
    "file:///etc/passwd", "https://", "http:///path", "http://[::1", "http://127.0.0.1:abc/", "http://127.0.0.1:99999/",
    "http://two..dots/", "http://two words/", "http://me:secret@host/", "www.example.org", "",
])  # fmt: skip
def test_an_endpoint_that_is_no_web_address_is_a_wrong_call(site: Path, endpoint: str) -> None:
    done = call("--root", site, "announce", "--endpoint", endpoint)
    assert (done.status, done.out) == (2, "")
    assert "write a whole address" in done.err


@pytest.mark.parametrize("endpoint", [ENDPOINT, "http://[::1]:8080/indexnow", "HTTP://localhost:80"])
def test_a_web_address_is_an_endpoint(endpoint: str) -> None:
    assert is_endpoint(endpoint)


def test_an_engine_that_leads_to_no_address_is_a_message(engine: Engine) -> None:
    engine.answers = [(302, {"Location": "http://[::1"})] * TRIES
    with pytest.raises(ProblemsFound, match="no answer"):
        list(send([batch()], engine.url, lambda _: None))
