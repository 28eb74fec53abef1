"""The preview as a WSGI application: pages made when they are asked for, and what stands below /_preview/."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from appealsite.hosts.types import content_type
from appealsite.preview import coverage
from appealsite.preview.bar import bar, every_problem
from appealsite.preview.problem_page import problem_page
from appealsite.preview.studio import Studio
from appealsite.read.layouts import read_asset

OWN = "/_preview/"
STATIC = Path(__file__).parent / "static"
HEAD_END = b"</head>"
HTML = "text/html; charset=utf-8"
JSON = "application/json"

Answer = tuple[HTTPStatus, str, bytes]  # status, content type, body
Query = Mapping[str, str]


class App:
    """Answers requests from the state of the preview. Nothing is looked up on the disk by a path that was asked for."""

    def __init__(self, studio: Studio, hosts: Iterable[str]) -> None:
        self._studio = studio
        self._hosts = frozenset(hosts)
        self._own: dict[str, Callable[[Query], Answer]] = {
            "version": lambda _: (HTTPStatus.OK, "text/plain", studio.version.encode()),
            "bar.json": lambda query: _json(bar(studio, query.get("url", "/"))),
            "problems.json": lambda _: _json(every_problem(studio)),
            "axes.json": lambda _: _json(coverage.axes(studio)),
            "cells.json": lambda query: _json(
                coverage.portion(studio, query.get("payer", ""), query.get("reason", ""))
            ),
            "ages.json": lambda query: _json(
                coverage.ages(studio, query.get("payer", ""), query.get("reason", ""), _number(query.get("first", "")))
            ),
            "cell.json": lambda query: _json(
                coverage.cell(studio, query.get("payer", ""), query.get("service", ""), query.get("reason", ""))
            ),
        }
        self._static = {path.name: path for path in STATIC.iterdir() if path.is_file()}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body = self._answer(environ)
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(f"{status.value} {status.phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, "the preview only shows")
        if environ.get("HTTP_HOST", "") not in self._hosts:  # a site elsewhere whose name was pointed here
            return _plain(HTTPStatus.FORBIDDEN, "the preview is for this machine only")
        try:
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8")
        except UnicodeError:
            path = ""
        if not path.startswith("/") or "\\" in path or "\0" in path or {".", ".."} & set(path.split("/")):
            return _plain(HTTPStatus.BAD_REQUEST, "this path leads out of the site")
        if path.startswith(OWN) or path == OWN.rstrip("/"):
            query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
            return self._of_preview(path[len(OWN) :], query)
        return self._of_site(path)

    def _of_site(self, path: str) -> Answer:
        studio = self._studio
        url = path.removesuffix("index.html") if path.endswith("/index.html") else path.removesuffix(".html")
        shown = studio.show(url)
        if shown.problems:
            heading = f"{path} cannot be shown until then."
            page = problem_page(shown.problems, heading)
            return HTTPStatus.INTERNAL_SERVER_ERROR, HTML, self._with_script(page)
        if not shown.found:
            data = studio.file(path[1:])
            if data is not None:
                return HTTPStatus.OK, content_type(path), data
            if studio.record(url + "/") is not None:  # as hosts do
                body = f'<meta http-equiv="refresh" content="0; url={url}/">'.encode()
                return HTTPStatus.OK, HTML, body
        status = HTTPStatus.OK if shown.found else HTTPStatus.NOT_FOUND
        return status, HTML, self._with_script(shown.data)

    def _with_script(self, page: bytes) -> bytes:
        """The page with the one element that the preview adds."""
        script = reload_script(self._studio.version)
        if HEAD_END not in page:  # a layout that is being written
            return page + script
        return page.replace(HEAD_END, script + HEAD_END, 1)

    def _of_preview(self, name: str, query: Query) -> Answer:
        if name in self._own:
            return self._own[name](query)
        if name == "":
            return self._map()
        static = self._static.get(name.removeprefix("static/")) if name.startswith("static/") else None
        if static is not None:
            return HTTPStatus.OK, content_type(static.name), read_asset(static)
        return _plain(HTTPStatus.NOT_FOUND, "the preview has no such page")

    def _map(self) -> Answer:
        wrong = self._studio.problems_of_all()
        if wrong:
            return HTTPStatus.INTERNAL_SERVER_ERROR, HTML, self._with_script(problem_page(wrong, "There is no map."))
        return HTTPStatus.OK, HTML, self._with_script(read_asset(self._static["map.html"]))


def reload_script(version: str) -> bytes:
    """The element that reloads a page when the project is no longer what the page was made of."""
    return f'<script src="/_preview/static/page.js" data-version="{version}" async></script>'.encode()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _plain(status: HTTPStatus, words: str) -> Answer:
    return status, "text/plain; charset=utf-8", words.encode()


def _json(value: Any) -> Answer:
    return HTTPStatus.OK, JSON, json.dumps(value, ensure_ascii=False).encode()
