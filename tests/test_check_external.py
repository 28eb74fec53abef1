"""Links to other sites are asked about politely, for a bounded time; only what does not lead anywhere is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from appealsite.check.external import AGENT, Manners, ask_all, findings, is_outside
from appealsite.problems import Mark
from tests.small_site import call, copy_small

QUICK = Manners(pause=0.05, timeout=0.5, longest_wait=0.2, in_all=20)


class Server(ThreadingHTTPServer):
    """Answers by path: a number is a status; /slow never answers; /later is busy once. Notes who asked and when."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[float, str, str]] = []
        self.running = 0
        self.most = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.running += 1
        server.most = max(server.most, server.running)
        before = sum(path == self.path for _, path, _ in server.asked)
        server.asked.append((time.monotonic(), self.path, self.headers["User-Agent"]))
        if self.path == "/slow":
            time.sleep(1)
        status = int(self.path[1:]) if self.path[1:].isdigit() else 200
        if self.path == "/later":
            status = 200 if before else 503
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "0")
        self.end_headers()
        server.running -= 1

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def test_only_links_that_lead_nowhere_are_told() -> None:
    with serving() as server:
        paths = ("200", "404", "410", "403", "later", "slow")
        links = {server.url(path): Mark("data/sources.yaml", line) for line, path in enumerate(paths, 1)}
        links["https://host.example/"] = Mark("data/sources.yaml", 9)
        told = {one.mark.line: one for one in findings(links, lambda *_: None, QUICK)}
    assert set(told) == {2, 3, 4, 6}
    assert told[2].message.endswith("answers 404")
    assert "open it yourself" in told[4].hint
    assert "does not answer" in told[6].message
    assert all(one.code == "S20" for one in told.values())


def test_a_server_is_asked_one_thing_at_a_time_with_a_pause_and_is_told_who_asks() -> None:
    with serving() as server:
        list(ask_all([server.url(f"page{n}#part") for n in range(5)], QUICK))
        times = [at for at, _, _ in server.asked]
        assert server.most == 1
        assert all(later - earlier >= 0.04 for earlier, later in pairwise(times))
        assert {agent for _, _, agent in server.asked} == {AGENT}


def test_it_ends_in_time_and_says_what_it_did_not_ask() -> None:
    with serving() as server:
        answers = list(ask_all([server.url(f"page{n}") for n in range(50)], Manners(pause=0.1, in_all=0.35)))
    assert len(answers) == 50
    assert sum("no time left" in one.trouble for one in answers) > 30


@pytest.mark.parametrize(
    "url",
    [
        "mailto:a@b.org",
        "tel:1",
        "https://www.example.com/",
        "https://a.example/x",
        "https://www.example.org./",
        "http://a.test",
    ],
)
def test_examples_and_other_schemes_are_left_alone(url: str) -> None:
    assert not is_outside(url)


@pytest.mark.parametrize(
    "url", ["https://notexample.com/", "https://example.com.help.org/", "http://[::1", "HTTP://a.org"]
)
def test_an_address_that_only_looks_like_an_example_is_asked_for(url: str) -> None:
    assert is_outside(url)


def test_the_command_asks_for_sources_and_links_in_texts(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    with serving() as server:
        sources = root / "data/sources.yaml"
        sources.write_text(
            sources.read_text("utf-8").replace("https://frames.example/study", server.url("404")), "utf-8"
        )
        (root / "content/emergency.md").write_text(f"See [this page]({server.url('410')}).\n", "utf-8")
        done = call("--root", root, "check", "--external", "--select", "S20", "--strict")
    assert done.status == 1
    assert "data/sources.yaml:33" in done.out
    assert "answers 404" in done.out
    assert "content/emergency.md:1:17: warning S20" in done.out


@pytest.mark.parametrize(
    "url", ["https://exa[mple.net/x", "https://exa%5Bmple.net/", "https://[x/", "http://a.net:99999/", "https:///x"]
)
def test_an_address_that_no_server_can_have_is_told_and_not_asked(url: str) -> None:
    [told] = findings({url: Mark("content/answer.md", 3)}, lambda *_: None, QUICK)
    assert told.message == f"{url} is no address that a server can have"
    assert told.mark.line == 3


def test_links_in_texts_are_asked_about_however_they_are_written(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    with serving() as server:
        links = (
            f"[a]({server.url('Appeal_(law)')}) [b](https://exa[mple.net/x) [c]({server.url('{{ site.name }}/404')})\n"
            f'<{server.url("410")}> [d](<{server.url("a b")}>) [e]({server.url("x?a=1&b=2")} "title")\n'
        )
        (root / "content/emergency.md").write_text(links, "utf-8")
        varying = f"Ask.\n\nSee [f]({server.url('of/{{ payer.slug }}')}).\n"
        (root / "content/next-steps.md").write_text(varying, "utf-8")
        done = call("--root", root, "check", "--external", "--select", "S20")
        asked = {path for _, path, _ in server.asked}
    assert done.err == ""
    assert asked == {"/Appeal_(law)", "/SmallHelp/404", "/410", "/a%20b", "/x?a=1&b=2", "/of/acme", "/of/no"}
    column = links.index("https://exa") + 1
    assert f"content/emergency.md:1:{column}: warning S20: https://exa%5Bmple.net/x is no address" in done.out
    assert "content/emergency.md:2:2: warning S20" in done.out
