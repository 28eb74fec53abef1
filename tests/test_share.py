"""Pictures for link previews and icons: what they show, how large they are, and that none is drawn twice."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from appealsite.kept import Kept
from appealsite.plan.pictures import Design
from appealsite.read.colours import read_colours
from appealsite.read.layouts import MARK
from appealsite.render.share import Easel
from tests.hosted_site import hosted
from tests.real_site import ROOT, built_site, pages
from tests.small_site import call, tree

MOST_BYTES = 60_000
BRAND = ROOT / "layouts/brand"
COLOURS = read_colours((ROOT / "layouts/style/1-values.css").read_text("utf-8"))
DESIGN = Design("Denial & Help's", (BRAND / "Gelasio-Bold.ttf").read_bytes(), (BRAND / MARK).read_bytes(), COLOURS)
LONG = "Regenerative injection for the temporomandibular joint denied because of the plan's own rules & limits " * 6


def meta(page: HTMLParser, name: str) -> str | None:
    node = page.css_first(f"meta[property='{name}'], meta[name='{name}']")
    return node.attributes.get("content") if node else None


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_page_but_404_names_its_picture_and_what_it_shows(name: str) -> None:
    page = pages()[name]
    address = meta(page, "og:image")
    if name == "404.html":
        assert address is None
        return
    assert address is not None
    assert address.startswith("https://www.example.com/share/")
    data = (built_site() / address.removeprefix("https://www.example.com/").partition("?v=")[0]).read_bytes()
    assert len(data) < MOST_BYTES
    with Image.open(io.BytesIO(data)) as picture:
        size = (meta(page, "og:image:width"), meta(page, "og:image:height"))
        assert (str(picture.width), str(picture.height)) == size == ("1200", "630")
    assert meta(page, "og:image:type") == "image/png"
    assert meta(page, "twitter:card") == "summary_large_image"
    reason = name.split("/")[-2] if name.startswith("help/") and name.count("/") == 4 else None
    if reason:
        of_reason = pages()[f"reasons/{reason}/index.html"].css_first("h1")
        assert of_reason is not None
        assert meta(page, "og:image:alt") == of_reason.text()


def test_each_way_of_making_pictures_makes_its_own(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project", share_images="page", host="netlify")
    assert call("--root", root).status == 0
    built = tree(root / "site")
    found = {name for name in built if name.startswith("share/")}
    html = {name for name in built if name.endswith(".html")} - {"404.html"}
    assert found == {f"share/{name.removesuffix('.html')}.png" for name in html}
    settings = root / "data/site.yaml"
    settings.write_text(settings.read_text("utf-8").replace("share_images: page", "share_images: none"), "utf-8")
    assert call("--root", root).status == 0
    assert not [name for name in tree(root / "site") if name.startswith("share/")]


def ink(data: bytes) -> tuple[int, int, int, int]:
    """The box around all that is light in the middle of a picture, where the text stands."""
    picture = Image.open(io.BytesIO(data)).convert("L").crop((0, 150, 1200, 500))
    box = picture.point([255 if shade > 128 else 0 for shade in range(256)]).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(
    "text",
    ["CIMT denied?", LONG.strip(), "W" * 400, "Elm & Ash's Naïve Ærø žluťoučký — “quoted”?", "a " * 900, "?"],
)
def test_any_text_stays_within_its_margins_and_below_60_kb(text: str) -> None:
    data = Easel(DESIGN).draw(text)
    assert len(data) < MOST_BYTES
    left, top, right, bottom = ink(data)
    assert left >= 70
    assert right <= 1200 - 70
    assert top > 0
    assert bottom < 350


def test_a_long_title_is_set_smaller_and_one_without_end_is_cut() -> None:
    easel = Easel(DESIGN)
    sizes = [easel._fit(text)[0] for text in ("CIMT denied?", LONG[:200], LONG[:400])]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert easel._fit("word " * 500)[1][-1].endswith("…")
    assert not easel._fit(LONG[:200])[1][-1].endswith("…")
    assert " ".join(easel._fit(LONG[:200])[1]) == LONG[:200].strip()


def test_the_same_text_gives_the_same_bytes_and_another_text_others() -> None:
    assert Easel(DESIGN).draw("One") == Easel(DESIGN).draw("One") != Easel(DESIGN).draw("Two")


def test_a_picture_has_the_colours_of_the_stylesheet() -> None:
    picture = Image.open(io.BytesIO(Easel(DESIGN).draw("One"))).convert("RGB")
    assert picture.getpixel((5, 300)) == (0x0F, 0x3F, 0x3B)
    assert picture.getpixel((5, 625)) == (0xFF, 0xC9, 0x4D)


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    draw = Easel.draw

    def counted(easel: Easel, text: str) -> bytes:
        texts.append(text)
        return draw(easel, text)

    monkeypatch.setattr(Easel, "draw", counted)
    return texts


def test_nothing_is_drawn_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = drawn(monkeypatch)
    root = hosted(tmp_path / "project", share_images="page")
    call("--root", root, "--jobs", "1")
    first = len(texts)
    assert first == 25
    call("--root", root, "--jobs", "1")
    style = root / "layouts/block.html"
    style.write_text(style.read_text("utf-8") + "<!-- other -->\n", "utf-8")
    call("--root", root, "--jobs", "1")  # every page is made again
    call("--root", root, "--jobs", "1", "--output", tmp_path / "elsewhere")  # from nothing
    assert len(texts) == first
    guide = next((root / "content/pages").rglob("*.md"))
    guide.write_text(guide.read_text("utf-8").replace("title: ", "title: New ", 1), "utf-8")
    call("--root", root, "--jobs", "1")
    assert len(texts) == first + 1
    call("--root", root, "--jobs", "1", "--clean")
    assert len(texts) == first * 2 + 1


def test_a_new_colour_is_a_new_picture_at_a_new_address(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project")
    call("--root", root)
    before = tree(root / "site")
    style = root / "layouts/style.css"
    style.write_text(":root { --band: #123; --accent: #fedcba }\n" + style.read_text("utf-8"), "utf-8")
    call("--root", root)
    after = tree(root / "site")
    assert before["share/site.png"] != after["share/site.png"]
    assert before["site.webmanifest"] != after["site.webmanifest"]
    assert json.loads(after["site.webmanifest"])["theme_color"] == "#112233"
    picture = Image.open(io.BytesIO(after["share/site.png"])).convert("RGB")
    assert picture.getpixel((5, 300)) == (0x11, 0x22, 0x33)


def test_icons_come_in_every_form_from_one_mark(tmp_path: Path) -> None:
    site = built_site()
    for size in (180, 192, 512):
        (path,) = site.glob(f"assets/icon-{size}.*.png")
        with Image.open(path) as icon:
            assert icon.size == (size, size)
            if size == 180:
                assert icon.convert("RGBA").getchannel("A").getextrema() == (255, 255), "phones fill what is clear"
    with Image.open(site / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    manifest = json.loads((site / "site.webmanifest").read_bytes())
    assert manifest["theme_color"] == COLOURS.band
    for entry in manifest["icons"]:
        assert (site / entry["src"].lstrip("/")).is_file()
    page = pages()["index.html"]
    for selector in ("link[rel=icon]", "link[rel=apple-touch-icon]", "link[rel=manifest]"):
        node = page.css_first(selector)
        assert node is not None
        assert (site / (node.attributes["href"] or "").lstrip("/")).is_file()
    themes = [node.attributes["content"] for node in page.css("meta[name=theme-color]")]
    assert themes == [COLOURS.band, COLOURS.band_dark] == ["#0f3f3b", "#0c2c29"]


@pytest.mark.parametrize(
    ("file", "told"), [("mark.svg", "mark.svg: cannot be drawn"), ("Gelasio-Bold.ttf", "the font for pictures")]
)
def test_a_mark_or_font_that_is_none_is_told(tmp_path: Path, file: str, told: str) -> None:
    root = hosted(tmp_path / "project")
    (root / "layouts/brand" / file).write_bytes(b"<not this>")
    done = call("--root", root)
    assert (done.status, "Traceback" in done.err) == (1, False)
    assert told in done.err


def test_without_a_brand_there_are_pictures_in_a_plain_font_and_no_icons(tmp_path: Path) -> None:
    root = hosted(tmp_path / "project")
    for path in (root / "layouts/brand").iterdir():
        path.unlink()
    (root / "layouts/assets").mkdir(exist_ok=True)
    (root / "layouts/assets/icon.svg").write_bytes((BRAND / MARK).read_bytes())
    done = call("--root", root)
    assert (done.status, done.err) == (0, "")
    built = tree(root / "site")
    assert "share/site.png" in built
    assert "favicon.ico" not in built
    assert "site.webmanifest" not in built


def test_a_damaged_entry_of_the_store_counts_as_absent(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.put("a/b.png", b"key", b"data")
    assert kept.get("a/b.png", b"key") == b"data"
    assert kept.get("a/b.png", b"other") is None
    path = tmp_path / "a/b.png"
    path.write_bytes(path.read_bytes()[:-1])
    assert kept.get("a/b.png", b"key") is None
    assert Kept(tmp_path, fresh=True).get("a/b.png", b"key") is None
    assert Kept(None).get("a/b.png", b"key") is None
    kept.put("c.png", b"key", b"data")
    kept.forget_others({"c.png"})
    assert [file.name for file in tmp_path.rglob("*")] == ["c.png"]
