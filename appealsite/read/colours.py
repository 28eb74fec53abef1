"""The colours of the site, read from the one place that names them: the custom properties of ``layouts/style/``."""

from __future__ import annotations

import re

from appealsite.values import value

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ROOT = re.compile(r":root\s*\{([^}]*)\}")
_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{\s*:root\s*\{([^}]*)\}")
_COLOUR = re.compile(r"--([a-z-]+)\s*:\s*#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\s*(?:;|$)")


@value
class Colours:
    """Colours as ``#rrggbb``: the band at the top of a page in both schemes, the ground, and the accent on the band."""

    band: str = "#202020"
    band_dark: str = "#202020"
    ground: str = "#ffffff"
    accent: str = "#ffffff"


def read_colours(style: str) -> Colours:
    """The colours of a stylesheet, from ``--band``, ``--ground`` and ``--accent``; plain ones where it names none."""
    text = _COMMENT.sub(" ", style)
    dark = _DARK.search(text)
    light = _ROOT.search(text.replace(dark[0], "") if dark else text)
    named = _named(light[1] if light else "")
    plain = Colours()
    band = named.get("band", plain.band)
    return Colours(
        band=band,
        band_dark=_named(dark[1] if dark else "").get("band", band),
        ground=named.get("ground", plain.ground),
        accent=named.get("accent", plain.accent),
    )


def _named(declarations: str) -> dict[str, str]:
    return {name: _long(digits) for name, digits in _COLOUR.findall(declarations)}


def _long(digits: str) -> str:
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)).lower()
