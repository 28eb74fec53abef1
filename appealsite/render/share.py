"""Pictures for link previews: 1200 x 630 pixels, the page's question, the site's name and its mark."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngImageFile

from appealsite.plan.pictures import Design
from appealsite.render.icons import draw_mark

WIDTH, HEIGHT = 1200, 630  # https://ogp.me/#structured; the ratio that link previews crop least
_MARGIN = 80
_TEXT_TOP, _TEXT_BOTTOM = 150, 500
_NAME_BASELINE = 575
_MARK_SIZE = 96
_MARK_TOP = 44
_SIZES = range(84, 31, -4)  # of the text, the largest that fits
_LEADING = 1.18
_SHADES = 32  # steps from ground to ink at the edges of letters
_REST = 64  # colours of everything else
_ELLIPSIS = "…"


class Easel:
    """Draws the pictures of one design. What all of them share is drawn once."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._font = lru_cache(maxsize=None)(self._load)
        self._base = self._background()

    def draw(self, text: str) -> bytes:
        """The PNG of a picture that says ``text``; the same bytes for the same design and text."""
        size, lines = self._fit(text)
        shades = Image.new("L", (WIDTH, _TEXT_BOTTOM - _TEXT_TOP))
        pen = ImageDraw.Draw(shades)
        step = round(size * _LEADING)
        top = (shades.height - step * len(lines)) // 2
        for number, line in enumerate(lines):
            pen.text((_MARGIN, top + number * step + size), line, fill=255, font=self._font(size), anchor="ls")
        picture = self._base.copy()
        steps = shades.point([shade * (_SHADES - 1) // 255 for shade in range(256)])
        picture.paste(Image.frombytes("P", steps.size, steps.tobytes()), (0, _TEXT_TOP))
        return _png(picture)

    def _fit(self, text: str) -> tuple[int, list[str]]:
        """The largest size at which the text fits, and its lines; one that fits at no size is cut."""
        for size in _SIZES:
            lines = self._wrap(text, size)
            if len(lines) * round(size * _LEADING) <= _TEXT_BOTTOM - _TEXT_TOP:
                return size, lines
        size = _SIZES[-1]
        room = (_TEXT_BOTTOM - _TEXT_TOP) // round(size * _LEADING)
        kept = self._wrap(text, size)[:room]
        while kept[-1] and self._font(size).getlength(kept[-1] + _ELLIPSIS) > WIDTH - 2 * _MARGIN:
            kept[-1] = kept[-1][:-1]
        return size, [*kept[:-1], kept[-1] + _ELLIPSIS]

    def _wrap(self, text: str, size: int) -> list[str]:
        """Lines no wider than the picture allows; a word that is wider is broken."""
        font, room = self._font(size), WIDTH - 2 * _MARGIN
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if font.getlength(longer) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            while font.getlength(word) > room:
                cut = next(end for end in range(len(word) - 1, 0, -1) if font.getlength(word[:end]) <= room)
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        return [*lines, line] if line else lines or [""]

    def _load(self, size: int) -> ImageFont.FreeTypeFont:
        if not self._design.font:
            plain = ImageFont.load_default(size)
            assert isinstance(plain, ImageFont.FreeTypeFont)
            return plain
        data = io.BytesIO(self._design.font)
        return ImageFont.truetype(data, size, layout_engine=ImageFont.Layout.BASIC)

    def _background(self) -> Image.Image:
        """Ground, mark and name in a palette whose first colours are the shades of text."""
        colours = self._design.colours
        canvas = Image.new("RGB", (WIDTH, HEIGHT), colours.band)
        pen = ImageDraw.Draw(canvas)
        pen.rectangle((0, HEIGHT - 14, WIDTH, HEIGHT), fill=colours.accent)
        left = _MARGIN
        if self._design.mark:
            mark = PngImageFile(io.BytesIO(draw_mark(self._design.mark, _MARK_SIZE))).convert("RGBA")
            canvas.paste(mark, (_MARGIN, _MARK_TOP), mark)
        pen.line((_MARGIN, _NAME_BASELINE - 58, _MARGIN + 96, _NAME_BASELINE - 58), fill=colours.accent, width=6)
        pen.text((left, _NAME_BASELINE), self._design.name, fill="#ffffff", font=self._font(40), anchor="ls")
        small = canvas.quantize(_REST, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        rest = (small.getpalette() or [])[: _REST * 3]
        ground = Image.new("RGB", (1, 1), colours.band).getpixel((0, 0))
        assert isinstance(ground, tuple)
        ramp = [round(low + (255 - low) * step / (_SHADES - 1)) for step in range(_SHADES) for low in ground]
        shifted = small.point([(index + _SHADES) % 256 for index in range(256)])
        base = Image.frombytes("P", shifted.size, shifted.tobytes())
        base.putpalette(ramp + rest)
        base.paste(0, (0, _TEXT_TOP, WIDTH, _TEXT_BOTTOM))
        return base


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)  # 9 takes nine times as long for a tenth less
    return out.getvalue()
