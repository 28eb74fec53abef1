"""A preview on this machine: built with drafts into a folder of its own, rebuilt and reloaded when a file changes."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

from livereload import Server

from appealsite.build import Options, build
from appealsite.problems import Mark, Problem, ProblemsFound

if TYPE_CHECKING:
    from appealsite.report import Reporter

HOST = "127.0.0.1"
WATCHED = ("data", "content", "layouts")


def serve(root: Path, port: int, open_browser: bool, reporter: Reporter) -> None:
    """Build, serve and watch until interrupted. A problem is reported and the last good pages stay on view."""
    _check_port(port)
    target = root / ".cache" / "preview"

    def rebuild() -> None:
        try:
            summary = build(root, target, Options(drafts=True))
        except ProblemsFound as found:
            reporter.problems(found.problems)
        else:
            reporter.say(f"built {summary.pages:,} pages in {summary.seconds:.2f} s")

    rebuild()
    server = Server()
    for folder in WATCHED:
        server.watch(f"{root / folder}/", rebuild)
    reporter.say(f"preview at http://{HOST}:{port}/ (Ctrl-C ends it)")
    target.mkdir(parents=True, exist_ok=True)
    server.serve(
        root=str(target),
        host=HOST,
        port=port,
        open_url_delay=1 if open_browser else None,
        default_filename="index.html",
    )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            problem = Problem(
                Mark("--port"), f"port {port} cannot be used: {error.strerror}", "name another with --port"
            )
            raise ProblemsFound([problem]) from error
