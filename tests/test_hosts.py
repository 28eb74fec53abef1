"""For each host the files it needs, and no deploy that its limits, or an example address, would spoil."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from appealsite.hosts.addresses import encoded
from appealsite.hosts.headers import FOREVER, SHORT
from appealsite.hosts.host import Built, Host
from appealsite.hosts.known import HOSTS
from appealsite.plan.redirects import Redirects
from appealsite.read.examples import is_example
from tests.hosted_site import hosted
from tests.small_site import call, copy_small, tree

NAMED = sorted(set(HOSTS) - {"plain"})
OWN = {
    "plain": set[str](),
    "netlify": {"_headers", "_redirects"},
    "cloudflare-pages": {"_headers", "_redirects"},
    "github-pages": {".nojekyll", "CNAME"},
    "s3": {".deploy/s3.json"},
    "nginx": {".deploy/nginx.conf"},
}
PAGES = {"help/acme/old-walker/index.html", "reasons/fail-first.html", "words more/index.html"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    root = hosted(tmp_path_factory.mktemp("base") / "project")
    (root / "data/redirects.yaml").unlink()
    call("--root", root)
    return set(tree(root / "site"))


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_each_host_gets_its_files_and_every_redirect(host: str, tmp_path: Path, base: set[str]) -> None:
    root = hosted(tmp_path / "project")
    done = call("--root", root, "--host", host)
    assert (done.status, done.err) == (0, "")
    built = tree(root / "site")
    knows_redirects = host in ("netlify", "cloudflare-pages", "nginx")
    assert set(built) - base == OWN[host] | (set() if knows_redirects else PAGES)
    assert base <= set(built)
    listed = set(built[".appealsite"].decode().split("\n")) - {""}
    assert listed == set(built) - {".appealsite"}
    if not knows_redirects:
        page = built["reasons/fail-first.html"].decode()
        assert '<meta http-equiv="refresh" content="0; url=/reasons/step-therapy">' in page
        assert '<link rel="canonical" href="https://smallhelp.org/reasons/step-therapy">' in page
    if host == "github-pages":
        assert built["CNAME"] == b"smallhelp.org\n"


def test_a_change_of_host_leaves_nothing_of_the_other(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", precompress="false")
    for host in ("netlify", "nginx", "plain"):
        assert call("--root", root, "--host", host).status == 0
        left = set(tree(root / "site"))
        others = {name for other, names in OWN.items() if other != host for name in names} - OWN[host]
        assert not left & others, host
        assert OWN[host] <= left
    settings = root / "data/site.yaml"
    settings.write_text(settings.read_text("utf-8").replace("precompress: false", "precompress: true"), "utf-8")
    call("--root", root)
    assert (root / "site/index.html.br").is_file()
    settings.write_text(settings.read_text("utf-8").replace("precompress: true", "precompress: false"), "utf-8")
    call("--root", root)
    assert not [name for name in tree(root / "site") if name.endswith((".br", ".gz"))]


def test_the_list_of_uploads_has_every_file_with_its_type_cache_time_and_redirect(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", host="s3")
    assert call("--root", root).status == 0
    listed = json.loads((root / "site/.deploy/s3.json").read_bytes())
    entries = {entry["key"]: entry for entry in listed["objects"]}
    assert set(entries) == set(tree(root / "site")) - {".appealsite", ".deploy/s3.json"}
    assert entries["index.html"]["content_type"] == "text/html; charset=utf-8"
    assert entries["index.html"]["cache_control"] == SHORT
    assert entries["share/site.png"] == {
        "key": "share/site.png",
        "content_type": "image/png",
        "cache_control": FOREVER,
    }
    assert entries["reasons/fail-first.html"]["website_redirect_location"] == "/reasons/step-therapy"
    assert entries["site.webmanifest"]["content_type"].startswith("application/manifest+json")
    assert "application/octet-stream" not in {entry["content_type"] for entry in entries.values()}
    assert "Content-Security-Policy" in listed["headers"]


# ---------------------------------------------------------------- limits


def built(sizes: Mapping[str, int] | int, moved: int = 0, header: str = "", folder: str = "") -> Built:
    """A build of so many small files or of these files, with so many redirects."""
    files = {f"{folder}{number}.html": 10 for number in range(sizes)} if isinstance(sizes, int) else sizes
    pairs = tuple((f"/old/{number}/", "/new/") for number in range(moved))
    return Built("https://help.org", files, Redirects(pairs), (("X-Long", header),))


def broken(host: str, build: Built) -> list[str]:
    chosen: Host = HOSTS[host]  # type: ignore[index]
    return list(chosen.limits(build, chosen.files(build)))


MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("host", "most", "over", "message"),
    [
        (
            "cloudflare-pages",
            built(20_000),
            built(20_001),
            "the site has 20,001 files; Cloudflare Pages takes 20,000 on its free plan",
        ),
        (
            "cloudflare-pages",
            built({"a.pdf": 25 * MIB}),
            built({"a.pdf": 25 * MIB + 1}),
            "a.pdf has 26,214,401 bytes (25.0 MiB); Cloudflare Pages takes 26,214,400 bytes (25.0 MiB) in a file",
        ),
        (
            "cloudflare-pages",
            built(1, moved=2000),
            built(1, moved=2001),
            "there are 2,001 redirects; Cloudflare Pages takes 2,000",
        ),
        (
            "cloudflare-pages",
            built(1, header="x" * 1990),
            built(1, header="x" * 1991),
            "the header X-Long has 2,001 characters; Cloudflare Pages takes 2,000",
        ),
        (
            "netlify",
            built(54_000, folder="a/"),
            built(54_001, folder="a/"),
            "/a holds 54,001 files; Netlify takes 54,000 in one folder",
        ),
        (
            "netlify",
            built(1, moved=9_999),
            built(1, moved=10_000),
            "there are 10,000 redirects; Netlify advises fewer than 10,000",
        ),
        (
            "github-pages",
            built({"a": 999_999_991}),
            built({"a": 999_999_992}),
            "the site has 1,000,000,001 bytes (953.7 MiB); GitHub Pages takes 1,000,000,000 bytes (953.7 MiB)",
        ),
        (
            "s3",
            built({"k" * 1024: 1}),
            built({"k" * 1025: 1}),
            f"the key {'k' * 60}... has 1,025 bytes; S3 takes 1,024",
        ),
    ],
)
def test_a_limit_is_told_with_the_number_and_not_before_it_is_passed(
    host: str, most: Built, over: Built, message: str
) -> None:
    assert broken(host, most) == []
    assert broken(host, over) == [message]


def test_a_long_redirect_and_a_long_list_are_told() -> None:
    long = Built("https://help.org", {}, Redirects((("/" + "o" * 990, "/new/"),)), ())
    assert broken("cloudflare-pages", long)[0].endswith("has 1,001 characters; Cloudflare Pages takes 1,000")
    wide = Built("https://help.org", {}, Redirects(tuple((f"/{n:0>80}/", "/new/") for n in range(1100))), ())
    assert broken("cloudflare-pages", wide) == ["_redirects has 102,300 bytes; Cloudflare Pages reads 100,000"]


def test_a_build_beyond_a_limit_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = hosted(tmp_path / "project", host="cloudflare-pages")
    assert call("--root", root).status == 0
    before = tree(root / "site")
    monkeypatch.setattr("appealsite.hosts.cloudflare_pages.MOST_FILES", 20)
    (root / "layouts/style.css").write_text("body { margin: 0 }\n", "utf-8")
    done = call("--root", root)
    assert done.status == 1
    line = len((root / "data/site.yaml").read_text("utf-8").splitlines())
    assert f"data/site.yaml:{line}:7: the site has {len(before) - 3} files; Cloudflare Pages takes 20" in done.err
    assert tree(root / "site") == before
    assert "--host cloudflare-pages: the site has" in call("--root", root, "--host", "cloudflare-pages").err


# ---------------------------------------------------------------- addresses and settings


@pytest.mark.parametrize("host", NAMED)
def test_a_named_host_refuses_every_example_address_at_its_place(host: str, tmp_path: Path) -> None:
    root = copy_small(tmp_path / "project")
    done = call("--root", root, "--host", host)
    assert done.status == 1
    told = [line for line in done.err.splitlines() if line.startswith("data/")]
    assert told == [
        f"data/site.yaml:2:6: 'https://small.example' is an example, and {host} would publish it",
        f"data/site.yaml:5:10: 'mailto:errors@small.example' is an example, and {host} would publish it",
        f"data/site.yaml:65:8: 'https://small.example/start' is an example, and {host} would publish it",
    ]
    assert not (root / "site").exists()
    assert call("--root", root).status == 0


@pytest.mark.parametrize(
    ("address", "example"),
    [
        ("https://www.example.com", True),
        ("https://example.org/start", True),
        ("https://small.example", True),
        ("https://localhost:8000", True),
        ("mailto:errors@example.com", True),
        ("mailto:errors@mail.example.net?subject=x", True),
        ("https://www.example.com.", True),
        ("https://my-example.com", False),
        ("https://example.com.help.org", False),
        ("mailto:example.com@help.org", False),
        ("https://exampletest.org", False),
        ("tel:+1-555-0100", False),
    ],
)
def test_an_example_is_a_reserved_domain_and_nothing_else(address: str, example: bool) -> None:
    assert is_example(address) is example


def test_a_preview_needs_no_real_address_and_no_host(tmp_path: Path) -> None:
    from appealsite.build import Options, build

    root = copy_small(tmp_path / "project")
    settings = root / "data/site.yaml"
    settings.write_text(settings.read_text("utf-8") + "host: netlify\nprecompress: true\n", "utf-8")
    build(root, tmp_path / "preview", Options(drafts=True))
    assert not (tmp_path / "preview/_headers").exists()


@pytest.mark.parametrize("host", ["netlify", "cloudflare-pages", "github-pages", "s3"])
def test_files_that_a_host_would_serve_to_nobody_are_refused(host: str, tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", host=host, precompress="true")
    done = call("--root", root)
    assert done.status == 1
    assert f"{host} compresses by itself" in done.err
    assert "precompress: true" in done.err


def test_addresses_are_written_so_that_a_line_of_words_holds_them() -> None:
    assert encoded("/a b/") == "/a%20b/"
    assert encoded("/a%20b/") == "/a%20b/"
    assert encoded('/"$x;\n/') == "/%22%24x%3B%0A/"
    assert encoded("/help/acme/") == "/help/acme/"
