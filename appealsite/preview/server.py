"""The preview on this machine: livereload's server around the application, with news from the operating system."""

from __future__ import annotations

import errno
import gc
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from webbrowser import open_new_tab

from livereload import Server
from livereload.handlers import LiveReloadHandler
from tornado.ioloop import IOLoop
from tornado.web import FallbackHandler
from tornado.wsgi import WSGIContainer

from appealsite.build import build_date
from appealsite.preview.app import App
from appealsite.preview.studio import Studio
from appealsite.preview.watcher import Watcher
from appealsite.preview.whole import Examination
from appealsite.problems import Mark, Problem, ProblemsFound

HOST = "127.0.0.1"
PORT = 8000
USUAL = 80  # the port that browsers leave out
NEXT = 50  # ports tried after the usual one
QUIET = 0.7  # seconds without a change before the whole of a large site is looked at

Say = Callable[[str], None]
Tell = Callable[[tuple[Problem, ...]], None]


def serve(root: Path, port: int | None, open_browser: bool, say: Say, tell: Tell) -> None:
    """Serve until interrupted. Without ``port``, the first free one from 8000 on.

    ``say`` is given lines about what happens, ``tell`` what is wrong after a change.
    """
    port = _port(port)
    Preview(root, port, say, tell).run(open_browser)


def hosts(port: int) -> tuple[str, ...]:
    """The names by which a browser on this machine asks for the preview at a port."""
    ends = (f":{port}", "") if port == USUAL else (f":{port}",)
    return tuple(f"{name}{end}" for name in (HOST, "localhost") for end in ends)


class Preview:
    """The server's side of a preview: takes in changes, reloads browsers, has large sites looked at as a whole."""

    def __init__(self, root: Path, port: int, say: Say, tell: Tell) -> None:
        self._port = port
        self._say = say
        self._tell = tell
        self._root = root
        gc.disable()  # what is read at the start stays: looking through it again and again would delay pages
        self.studio = Studio(root, build_date)
        gc.freeze()
        gc.enable()
        self._shown = self.studio.version
        self._known: tuple[Problem, ...] = ()
        self._examination: Examination | None = None
        self._waiting: object = None
        self._loop: IOLoop | None = None

    def run(self, open_browser: bool) -> None:
        """Serve until interrupted."""
        address = f"http://{HOST}:{self._port}/"
        self._say(f"preview at {address} (Ctrl-C ends it); the coverage map at {address}_preview/")
        self._report()
        watcher = Watcher(self._root, self._changed)
        server = _Server(App(self.studio, hosts(self._port)), watcher=watcher)
        self._loop = IOLoop.current()
        self._loop.call_later(0.2, self._look_everywhere)  # what changed before the watcher began
        self._look_at_whole_soon()
        if open_browser:
            self._loop.call_later(0.1, lambda: open_new_tab(address))
        try:
            server.serve(port=self._port, host=HOST, debug=False)
        finally:
            watcher.stop()
            self._end_examination()

    def _look_everywhere(self) -> None:
        self.studio.notice()
        self._changed(set())

    def _changed(self, names: set[str]) -> None:
        self.studio.notice(names)
        if self.studio.version != self._shown:  # a request may have noticed the change before
            self._news()

    def _news(self) -> None:
        """Reload what browsers show, and say on the terminal what is wrong now."""
        self._shown = self.studio.version
        LiveReloadHandler.reload_waiters("*")
        self._report()
        self._look_at_whole_soon()

    def _report(self) -> None:
        wrong = (*self.studio.problems_of_all(), *self.studio.problems_elsewhere())
        if wrong and wrong != self._known:
            self._tell(wrong)
        elif self._known and not wrong:
            self._say("all is well again")
        self._known = wrong

    # ------------------------------------------------------------ the whole of a large site

    def _look_at_whole_soon(self) -> None:
        assert self._loop is not None
        self._end_examination()
        if self._waiting is not None:
            self._loop.remove_timeout(self._waiting)
            self._waiting = None
        if not self.studio.is_small and not self.studio.problems_of_all():
            self._waiting = self._loop.call_later(QUIET, self._look_at_whole)

    def _look_at_whole(self) -> None:
        assert self._loop is not None
        self._waiting = None
        self._examination = Examination(self._root, self.studio.day, texts=self.studio.has_unseen_texts)
        version = self.studio.version
        self._loop.add_handler(self._examination.answer.fileno(), lambda *_: self._learn(version), IOLoop.READ)

    def _learn(self, version: str) -> None:
        assert self._examination is not None
        found, texts = self._examination.result(), self._examination.texts
        self._end_examination()
        if found is not None and self.studio.learn(version, found, texts=texts):
            self._shown = self.studio.version
            LiveReloadHandler.reload_waiters("*")
            self._report()

    def _end_examination(self) -> None:
        if self._examination is not None and self._loop is not None:
            self._loop.remove_handler(self._examination.answer.fileno())
            self._examination.end()
        self._examination = None


class _Server(Server):  # type: ignore[misc]  # livereload has no types
    """livereload's server without its own script, which the application writes, and without its chatter."""

    def get_web_handlers(self, _script: bytes) -> list[Any]:
        return [(r".*", FallbackHandler, {"fallback": WSGIContainer(self.app)})]

    def _setup_logging(self) -> None:
        logging.getLogger("livereload").setLevel(logging.WARNING)
        logging.getLogger("tornado.access").setLevel(logging.CRITICAL)


def _port(wanted: int | None) -> int:
    """The port to use; ProblemsFound where the one that was asked for is taken."""
    for port in (wanted,) if wanted else range(PORT, PORT + NEXT):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if wanted is None and error.errno == errno.EADDRINUSE:
                    continue
                message = f"port {port} cannot be used: {error.strerror}"
                raise ProblemsFound([Problem(Mark("--port"), message, "name another with --port")]) from error
            return port
    message = f"no port from {PORT} to {PORT + NEXT - 1} is free"
    raise ProblemsFound([Problem(Mark("--port"), message, "name another with --port")])
