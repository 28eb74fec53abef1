"""The site's icons in every form that browsers ask for, all drawn from one SVG mark; and the web manifest."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from appealsite.generator import drawing_identity
from appealsite.kept import Kept
from appealsite.problems import Mark, Problem
from appealsite.read.colours import Colours, read_colours
from appealsite.read.layouts import MARK, STYLE, Layouts, read_layouts

ICON = "icon.svg"
APPLE = 180  # https://developer.apple.com/library/archive/documentation/AppleApplications/Reference/SafariWebContent/
SIZES = (192, 512)  # https://www.w3.org/TR/appmanifest/#icons-member; what Chromium asks for
FAVICON = (16, 32, 48)
ICO = "favicon.ico"
MANIFEST = "site.webmanifest"


def draw_mark(svg: bytes, size: int, ground: str | None = None) -> bytes:
    """The mark as a square PNG of ``size`` pixels, on ``ground`` where it is transparent."""
    import resvg_py

    return resvg_py.svg_to_bytes(
        svg_string=svg.decode(), width=size, height=size, background=ground, skip_system_fonts=True
    )


def with_icons(layouts: Layouts, kept: Kept, problems: list[Problem]) -> Layouts:
    """The layouts with ``icon.svg`` and its PNGs among the assets, where ``layouts/brand`` has a mark."""
    svg = layouts.brand.get(MARK)
    if svg is None:
        return layouts
    grounds: dict[int, str | None] = {
        **dict.fromkeys(SIZES),
        APPLE: read_colours(layouts.templates.get(STYLE, "")).band,
    }  # a phone fills transparency with black
    drawn = {ICON: svg}
    for size, ground in grounds.items():
        name = f"icon-{size}.png"
        key = f"{drawing_identity()} {size} {ground} ".encode() + svg
        data = kept.get(name, key)
        if data is None:
            try:
                data = draw_mark(svg, size, ground)
            except ValueError as error:
                problems.append(Problem(Mark(f"layouts/brand/{MARK}"), f"cannot be drawn: {error}"))
                return layouts
            kept.put(name, key, data)
        drawn[name] = data
    return replace(layouts, assets={**layouts.assets, **drawn})


def favicon(svg: bytes, kept: Kept) -> bytes:
    """``favicon.ico`` for whoever asks for it without reading a page."""
    key = f"{drawing_identity()} {FAVICON} ".encode() + svg
    data = kept.get(ICO, key)
    if data is None:
        data = _ico({size: draw_mark(svg, size) for size in FAVICON})
        kept.put(ICO, key, data)
    return data


def _ico(pictures: Mapping[int, bytes]) -> bytes:
    """An icon file of PNGs by their size in pixels: a head, an entry for each, and the pictures as they are
    (https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)). A library would draw each anew."""
    at = 6 + 16 * len(pictures)
    head = struct.pack("<HHH", 0, 1, len(pictures))
    for size, png in pictures.items():
        head += struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), at)
        at += len(png)
    return head + b"".join(pictures.values())


def draw_icons(root: Path, kept: Kept) -> None:
    """Draw all icons of a project, which are then kept; if they cannot be drawn, whoever draws them next tells why."""
    problems: list[Problem] = []
    layouts = with_icons(read_layouts(root, problems), kept, problems)
    if MARK in layouts.brand and not problems:
        favicon(layouts.brand[MARK], kept)


def web_manifest(name: str, language: str, colours: Colours, assets: Mapping[str, str]) -> bytes:
    """``site.webmanifest`` (https://www.w3.org/TR/appmanifest/); ``assets`` are addresses by name."""
    icons = [{"src": assets[ICON], "type": "image/svg+xml", "sizes": "any"}]
    icons += [{"src": assets[f"icon-{size}.png"], "type": "image/png", "sizes": f"{size}x{size}"} for size in SIZES]
    manifest = {
        "name": name,
        "short_name": name,
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "background_color": colours.ground,
        "theme_color": colours.band,
        "icons": icons,
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
