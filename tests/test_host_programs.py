"""What we write for Netlify and Cloudflare Pages, read by the programs of Netlify and Cloudflare themselves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hosted_site import ask, build_hosted, free_port, hosted, serving
from tests.small_site import ROOT

NODE = ROOT / "tests/node"
WRANGLER = NODE / "node_modules/wrangler/bin/wrangler.js"
PARSER = NODE / "node_modules/@netlify/headers-parser"
pytestmark = pytest.mark.skipif(
    (shutil.which("node") is None or not WRANGLER.is_file() or not PARSER.is_dir())
    and "APPEALSITE_ALL_TESTS" not in os.environ,
    reason="needs Node 20 and `npm install --prefix tests/node`",
)
IMMUTABLE = "public, max-age=31536000, immutable"
SECURITY = {
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
}


def built(folder: Path, host: str) -> Path:
    root = hosted(folder / "project", host=host)
    done = build_hosted(root)
    assert (done.status, done.err) == (0, "")
    return root / "site"


@pytest.fixture(scope="module")
def netlify(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    site = built(tmp_path_factory.mktemp("netlify"), "netlify")
    command = ["node", str(NODE / "netlify.mjs"), str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_netlify_reads_every_header_and_no_two_rules_set_the_same(netlify: dict[str, Any]) -> None:
    assert netlify["errors"] == []
    rules = {rule["for"]: rule["values"] for rule in netlify["headers"]}
    assert rules.keys() == {"/*", "/assets/*", "/share/*"}
    assert rules["/*"].keys() == SECURITY
    assert rules["/*"]["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert rules["/assets/*"] == rules["/share/*"] == {"Cache-Control": IMMUTABLE}


def test_netlify_reads_every_redirect(netlify: dict[str, Any]) -> None:
    found = [(rule.get("from") or rule["path"], rule["to"], rule["status"]) for rule in netlify["redirects"]]
    assert found == [
        ("/help/acme/old-walker/", "/help/acme/walker/", 301),
        ("/reasons/fail-first", "/reasons/step-therapy", 301),
        ("/words%20%26%20more/", "/help/", 301),
    ]


@pytest.fixture(scope="module")
def cloudflare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Cloudflare's own server for Pages, on this machine; it asks nobody anything."""
    site = built(tmp_path_factory.mktemp("cloudflare"), "cloudflare-pages")
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    command = ["node", str(WRANGLER), "pages", "dev", str(site), "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--inspector-port", str(free_port()), "--compatibility-date", "2026-01-01"]
    quiet = {"WRANGLER_SEND_METRICS": "false", "CLOUDFLARE_CF_FETCH_ENABLED": "false", "CI": "1", "HOME": str(folder)}
    with serving(command, port, folder, XDG_CONFIG_HOME=str(folder), **quiet) as running:
        yield running, folder / "server.log"


def test_cloudflare_takes_all_rules(cloudflare: tuple[int, Path]) -> None:
    said = cloudflare[1].read_text("utf-8")
    assert "Parsed 4 valid header rules" in said
    assert "Parsed 3 valid redirect rules" in said
    assert "invalid" not in said


def test_cloudflare_serves_the_site_with_our_headers(cloudflare: tuple[int, Path]) -> None:
    port = cloudflare[0]
    wanted = {name.lower() for name in SECURITY}
    for path, status in (("/", 200), ("/help/acme/walker/step-therapy/", 200), ("/reasons/012", 200), ("/no/", 404)):
        answer = ask(port, path)
        assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert wanted <= answer.headers.keys()
        assert "immutable" not in answer.headers["cache-control"]
        assert "x-robots-tag" not in answer.headers
    picture = ask(port, "/share/site.png?v=1")
    assert (picture.status, picture.headers["cache-control"]) == (200, IMMUTABLE)
    manifest = ask(port, "/site.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    for old, new in (
        ("/help/acme/old-walker/", "/help/acme/walker/"),
        ("/reasons/fail-first", "/reasons/step-therapy"),
    ):
        moved = ask(port, old)
        assert (moved.status, moved.headers["location"]) == (301, new)
    assert ask(port, "/help/gone/").status == 404
