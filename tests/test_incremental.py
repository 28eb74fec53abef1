"""An incremental build cannot be told from a clean one: any edits, any jobs, fork and spawn, any hash seed and zone."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from appealsite.deploy.record import record
from appealsite.last_build import LastBuild, LastBuilds, PageEntry
from appealsite.problems import ProblemsFound
from tests.real_site import ROOT
from tests.small_site import call

SMALL = ROOT / "tests/sites/small"
ROUNDS = 60 if "DEEP" in os.environ else 12

BUILD = """
import sys
from pathlib import Path
from appealsite.build import Options, build
from appealsite.problems import ProblemsFound
root, target, jobs, start, clean = sys.argv[1:]
from appealsite import workers
workers.WORTH_IT = 2
workers.SMALLEST = 3
try:
    build(Path(root), Path(target), Options(jobs=int(jobs), start=start, clean=clean == "clean"))
except ProblemsFound as found:
    sys.exit("\\n".join(map(str, found.problems)))
"""


def build(root: Path, target: Path, jobs: int = 1, start: str = "fork", clean: str = "", **more: str) -> str:
    """Build as told; the problems, or an empty text for a built site."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795219200", **more}
    command = [sys.executable, "-c", BUILD, str(root), str(target), str(jobs), start, clean]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def some_file(root: Path, pattern: str, dice: random.Random) -> Path:
    return dice.choice(sorted(path for path in root.glob(pattern) if path.is_file()))


def append(pattern: str, text: str) -> Callable[[Path, random.Random], None]:
    def edit(root: Path, dice: random.Random) -> None:
        path = some_file(root, pattern, dice)
        path.write_text(path.read_text("utf-8") + text.format(dice.randrange(10**6)), encoding="utf-8")

    return edit


def replace(pattern: str, old: str, new: str) -> Callable[[Path, random.Random], None]:
    def edit(root: Path, dice: random.Random) -> None:
        path = some_file(root, pattern, dice)
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new.format(dice.randrange(10**6)), 1), encoding="utf-8")

    return edit


def remove_block(root: Path, dice: random.Random) -> None:
    some_file(root, "content/*/**/*.md", dice).unlink()


def copy_block(root: Path, dice: random.Random) -> None:
    path = some_file(root, "content/*/*/*/*.md", dice)
    block = path.parts[len(root.parts) + 1]
    target = root / "content" / block / dice.choice(["any", path.parts[-3]]) / dice.choice(["any", path.parts[-2]])
    target.mkdir(parents=True, exist_ok=True)
    (target / dice.choice(["any.md", path.name])).write_bytes(path.read_bytes())


def harm_cache(root: Path, dice: random.Random) -> None:
    """What is in the cache is deleted, cut, written over in places, or emptied."""
    for path in sorted(path for path in (root / ".cache").rglob("*") if path.is_file()):
        data = bytearray(path.read_bytes())
        match dice.randrange(4):
            case 0:
                path.unlink()
            case 1:
                path.write_bytes(data[: dice.randrange(len(data) + 1)])
            case 2:
                for _ in range(40 if data else 0):
                    data[dice.randrange(len(data))] = dice.randrange(256)
                path.write_bytes(data)
            case 3:
                path.write_bytes(b"")


def harm_site(root: Path, dice: random.Random) -> None:
    """Files of the built site are gone."""
    for pattern in ("site/**/*.html", "site/**/*.html", "site/**/[!.]*.*"):
        some_file(root, pattern, dice).unlink(missing_ok=True)


def record_site(root: Path, _: random.Random) -> None:
    """What is built is recorded as published, where it is built from what stands there now."""
    with contextlib.suppress(ProblemsFound), patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "1795219200"}):
        record(root, root / "site")


def change_state(root: Path, dice: random.Random) -> None:
    """Days and digests of the published state are others, as after a merge."""
    path = root / "data/published.txt"
    if path.exists():
        lines = path.read_text("utf-8").splitlines(keepends=True)
        at = dice.randrange(2, len(lines))
        lines[at] = lines[at].replace("\t2026-11-21", dice.choice(["\t2026-02-03", "\t2025-04-05", ""]), 1)
        path.write_text("".join(lines), "utf-8")


def redirect(root: Path, dice: random.Random) -> None:
    old = [f"/old-{dice.randrange(100)}/", *(["/thanks/"] if dice.randrange(2) else [])]
    (root / "data/redirects.yaml").write_text(f"gone: [{', '.join(old)}]\n", "utf-8")


def deploy_settings(root: Path, dice: random.Random) -> None:
    """Another host, other pictures, compressed siblings or none, real addresses or examples."""
    path = root / "data/site.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(SETTINGS)]
    lines.append(f"host: {dice.choice(['plain', 'nginx', 'netlify', 'github-pages', 's3', 'cloudflare-pages'])}")
    lines.append(f"precompress: {dice.choice(['true', 'false', 'false'])}")
    lines.append(f"share_images: {dice.choice(['reason', 'page', 'none'])}")
    old, new = dice.choice([("small.example", "smallhelp.org"), ("smallhelp.org", "small.example")])
    path.write_text("\n".join(lines).replace(old, new) + "\n", encoding="utf-8")


def brand(root: Path, dice: random.Random) -> None:
    """A mark and a font come and go."""
    folder = root / "layouts/brand"
    if folder.is_dir() and dice.random() < 0.5:
        shutil.rmtree(folder)
    elif not folder.is_dir():
        shutil.copytree(ROOT / "layouts/brand", folder)


SETTINGS = ("host:", "precompress:", "share_images:")
EDITS: dict[str, Callable[[Path, random.Random], None]] = {
    "text": append("content/**/*.md", "\nNumber {}.\n"),
    "style": append("layouts/style.css", "\n.n{} {{ color: red }}\n"),
    "template": append("layouts/*.html", "<!-- {} -->\n"),
    "asset": append("layouts/assets/*", "<!-- {} -->"),
    "comment": append("data/*.yaml", "\n# {}\n"),
    "name": replace("data/site.yaml", "name: ", "name: N{} "),
    "address": replace("data/site.yaml", "https://", "https://n{}."),
    "matrix": replace("data/matrix.yaml", "name: ", "name: N{} "),
    "broken text": append("content/**/*.md", "\n{{{{ nobody.name }}}} {}\n"),
    "broken data": append("data/*.yaml", "\nbroken {}: [\n"),
    "broken layout": append("layouts/*.html", "{{% if %}} {}\n"),
    "remove": remove_block,
    "copy": copy_block,
    "cache": harm_cache,
    "site": harm_site,
    "record": record_site,
    "state": change_state,
    "redirect": redirect,
    "deploy settings": deploy_settings,
    "brand": brand,
}


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_the_tree_is_that_of_a_clean_build(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    root = tmp_path / "project"
    shutil.copytree(SMALL, root, ignore=shutil.ignore_patterns("expected", ".cache"))
    assert build(root, root / "site") == ""
    for number in range(ROUNDS):
        kept = tmp_path / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(root, kept, ignore=shutil.ignore_patterns("site", ".cache", ".site-*"))
        before = tree(root / "site")
        names = dice.sample(sorted(EDITS), dice.randint(1, 3))
        for name in names:
            EDITS[name](root, dice)
        harmed = "site" in names
        jobs, start = dice.choice([(1, "fork"), (2, "fork"), (5, "fork"), (2, "spawn")])
        said = build(root, root / "site", jobs, start)
        clean = tmp_path / f"clean-{number}"
        clean_said = build(root, clean, 1, "fork", "clean", PYTHONHASHSEED=str(dice.randrange(1000)), TZ="Asia/Tokyo")
        assert said == clean_said, names
        if said:
            assert harmed or tree(root / "site") == before, names
            for folder in ("data", "content", "layouts"):  # the last good input, with the site and cache as they are
                shutil.rmtree(root / folder)
                shutil.copytree(kept / folder, root / folder)
            assert build(root, root / "site") == ""
        else:
            assert tree(root / "site") == tree(clean), names
        shutil.rmtree(clean, ignore_errors=True)


def test_jobs_start_seed_locale_and_zone_do_not_show(tmp_path: Path) -> None:
    expected = None
    cases = [(1, "fork", "0", "UTC"), (2, "fork", "1", "Asia/Tokyo"), (5, "fork", "2", "UTC"), (2, "spawn", "3", "UTC")]
    for jobs, start, seed, zone in cases:
        target = tmp_path / f"{jobs}{start}"
        said = build(SMALL, target, jobs, start, "clean", PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C")
        assert said == ""
        expected = expected or tree(target)
        assert tree(target) == expected
    shutil.rmtree(SMALL / ".cache", ignore_errors=True)


@pytest.mark.parametrize("part", range(12))
def test_a_record_that_was_damaged_anywhere_is_not_used(tmp_path: Path, part: int) -> None:
    root = tmp_path / "project"
    shutil.copytree(SMALL, root, ignore=shutil.ignore_patterns("expected", ".cache"))
    assert "there is no site yet" in call("--root", root).out
    (path,) = (root / ".cache").glob("build-*.last")
    data = bytearray(path.read_bytes())
    data[(len(data) - 1) * part // 11] ^= 1
    path.write_bytes(data)
    assert "a full build, as the cache was not used" in call("--root", root).out
    assert call("--root", root).out.startswith("nothing changed")


@pytest.mark.parametrize("pages", [0, 1, 4096, 4097, 9000])
def test_a_record_says_what_was_recorded_whatever_its_size(tmp_path: Path, pages: int) -> None:
    made = {
        f"help/{number}/index.html": PageEntry(bytes([number % 251]) * 16, f"é {number}") for number in range(pages)
    }
    last = LastBuild("b", "t", "s", "h", 7, 3, {"content/é.md": b"digest", "data/x.yaml": b""}, made)
    file = LastBuilds(tmp_path / "cache" / "build.last")
    assert file.read() is None
    assert file.damage == ""
    file.write(last)
    assert LastBuilds(tmp_path / "cache" / "build.last").read() == last
    for cut in (0, 5, 20, 100):
        data = (tmp_path / "cache" / "build.last").read_bytes()
        (tmp_path / "cut").write_bytes(data[:cut])
        assert LastBuilds(tmp_path / "cut").read() is None


def test_nothing_is_done_when_nothing_changed_and_the_cache_says_why_it_was_not_used(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(SMALL, root, ignore=shutil.ignore_patterns("expected", ".cache"))
    command = [sys.executable, str(ROOT / "build.py"), "--root", str(root)]

    def said() -> str:
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795219200"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert "a full build, as there is no site yet" in said()
    assert said().startswith("nothing changed")
    (cache,) = (root / ".cache").glob("build-*.last")
    cache.write_bytes(b"not a database at all, by far")
    assert "a full build, as the cache was not used: it is from another version or damaged" in said()
    cache.unlink()
    assert "a full build, as the cache was not used: there is none" in said()
    assert said().startswith("nothing changed")
