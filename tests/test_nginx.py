"""A real nginx with the configuration we wrote answers every class of address as it should."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from tests.hosted_site import Answer, ask, build_hosted, free_port, hosted, serving

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
pytestmark = pytest.mark.skipif(
    (NGINX is None or not MODULE.exists()) and "APPEALSITE_ALL_TESTS" not in os.environ,
    reason="needs `apt-get install nginx-light libnginx-mod-http-brotli-static`",
)
SERVER = """
load_module {module};
daemon off;
master_process off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {site};
        include {site}/.deploy/nginx.conf;
        {more}
    }}
}}
"""
SECURITY = (
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
)
IMMUTABLE, SHORT = "public, max-age=31536000, immutable", "public, max-age=300, must-revalidate"
PAGE = "/help/acme/walker/step-therapy/"


def run(folder: Path, site: Path, more: str) -> Iterator[int]:
    port = free_port()
    user = "user root;" if os.getuid() == 0 else ""
    text = SERVER.format(module=MODULE, user=user, folder=folder, port=port, site=site, more=more)
    (folder / "nginx.conf").write_text(text, "utf-8")
    assert NGINX is not None
    with serving([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")], port, folder):
        yield port


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = hosted(tmp_path_factory.mktemp("nginx") / "project", host="nginx", precompress="true", share_images="page")
    done = build_hosted(root)
    assert (done.status, done.err) == (0, "")
    return root / "site"


@pytest.fixture(scope="module")
def port(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    yield from run(tmp_path_factory.mktemp("server"), site, f"include {site}/.deploy/nginx-brotli.conf;")


def protected(answer: Answer) -> bool:
    return all(name in answer.headers for name in SECURITY)


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/", "text/html; charset=utf-8", SHORT),
        (PAGE, "text/html; charset=utf-8", SHORT),
        ("/reasons/012", "text/html; charset=utf-8", SHORT),
        ("/sitemap.xml", "text/xml; charset=utf-8", SHORT),
        ("/robots.txt", "text/plain; charset=utf-8", SHORT),
        ("/favicon.ico", "image/x-icon", SHORT),
        ("/site.webmanifest", "application/manifest+json", SHORT),
        (f"/share{PAGE}index.png", "image/png", IMMUTABLE),
        (f"/share{PAGE}index.png?v=12345678", "image/png", IMMUTABLE),
    ],
)
def test_a_file_has_its_type_its_cache_time_and_all_security_headers(
    port: int, path: str, kind: str, cache: str
) -> None:
    answer = ask(port, path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["cache-control"] == cache
    assert protected(answer)


def test_hashed_assets_are_immutable(port: int, site: Path) -> None:
    for path in sorted((site / "assets").iterdir()):
        if path.suffix in (".png", ".svg"):
            answer = ask(port, f"/assets/{path.name}")
            assert (answer.status, answer.headers["cache-control"]) == (200, IMMUTABLE)
            assert answer.headers["content-type"].startswith("image/")
            assert protected(answer)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/help/acme/old-walker/", "/help/acme/walker/"),
        ("/help/acme/old-walker", "/help/acme/walker/"),
        ("/reasons/fail-first", "/reasons/step-therapy"),
        ("/reasons/fail-first/", "/reasons/step-therapy"),
        ("/words%20&%20more/", "/help/"),
        ("/help", "/help/"),
        ("/index.html", "/"),
        ("/help/acme/index.html?from=letter", "/help/acme/"),
    ],
)
def test_what_moved_is_redirected_for_good_to_a_page_that_is_there(port: int, old: str, new: str) -> None:
    answer = ask(port, old)
    assert (answer.status, answer.headers["location"]) == (301, new)
    assert protected(answer)
    assert ask(port, new).status == 200


def test_no_redirect_leads_to_another_site(port: int) -> None:
    for path in ("//evil.org/index.html", "//evil.org/%2e%2e/index.html", "/%0d%0aX:1/index.html", "//evil.org"):
        answer = ask(port, path)
        assert not re.match("//|[a-z]+:", answer.headers.get("location", "/")), path
        assert "x" not in answer.headers, path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere/", 404),
        ("/help/acme/nowhere", 404),
        ("/services/", 404),  # a folder with pages below it and none of its own
        ("/404.html", 404),
        ("/404", 404),
        ("/help/gone/", 410),
        ("/help/gone", 410),
        ("/.appealsite", 404),
        ("/.deploy/nginx.conf", 404),
        ("/.deploy/", 404),
        (f"{PAGE}index.html.br", 404),
        (f"{PAGE}index.html.gz", 404),
    ],
)
def test_what_is_not_there_is_answered_with_our_page(port: int, site: Path, path: str, status: int) -> None:
    answer = ask(port, path)
    assert answer.status == status
    assert answer.body == (site / "404.html").read_bytes()
    assert answer.headers["content-type"].startswith("text/html")
    assert protected(answer)


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br", "br"), ("identity", None)]
)
@pytest.mark.parametrize("path", ["/", PAGE, "/reasons/012", "/sitemap.xml", "/nowhere/", "/site.webmanifest"])
def test_bodies_were_compressed_beforehand(
    port: int, site: Path, path: str, accepts: str, encoding: str | None
) -> None:
    answer = ask(port, path, Accept_Encoding=accepts)
    assert answer.headers.get("content-encoding") == encoding
    plain = ask(port, path).body
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(answer.body) == plain
    if encoding:
        assert len(answer.body) < len(plain)
        assert "accept-encoding" in answer.headers["vary"].lower()
        if path == PAGE:
            ending = "gz" if encoding == "gzip" else "br"
            assert answer.body == (site / f"{PAGE.strip('/')}/index.html.{ending}").read_bytes()


def test_a_page_that_did_not_change_is_not_sent_again(port: int) -> None:
    first = ask(port, PAGE)
    again = ask(port, PAGE, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_without_siblings_nginx_compresses_by_itself(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", host="nginx", share_images="none")
    assert build_hosted(root).status == 0
    assert not list((root / "site").rglob("*.br"))
    (tmp_path / "server").mkdir()
    for port in run(tmp_path / "server", root / "site", ""):
        answer = ask(port, PAGE, Accept_Encoding="gzip")
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(answer.body) == ask(port, PAGE).body
