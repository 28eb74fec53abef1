"""The pictures of a build: drawn when they are needed for the first time, kept by content, drawn nowhere twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appealsite.generator import drawing_identity
from appealsite.kept import Kept
from appealsite.plan.page import Page
from appealsite.plan.pictures import Design, Picture, picture_of_page
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.publish.output import Writer

if TYPE_CHECKING:  # libraries that draw are for builds that draw
    from appealsite.render.share import Easel


class Painter:
    """Gives the bytes of a design's pictures; each worker process has one."""

    def __init__(self, design: Design, kept: Kept) -> None:
        self._design = design
        self._kept = kept
        self._key = drawing_identity().encode() + design.digest()
        self._easel: Easel | None = None

    def png(self, picture: Picture) -> bytes:
        """The picture as PNG. Raises ProblemsFound for a font that is none."""
        key = self._key + picture.text.encode()
        data = self._kept.get(picture.file, key)
        if data is None:
            data = self._ready().draw(picture.text)
            self._kept.put(picture.file, key, data)
        return data

    def write_for(self, page: Page, writer: Writer) -> str:
        """Write a page's own picture; its name where it differs from what stood there, else an empty text."""
        picture = picture_of_page(page.file, page.heading)
        return picture.file if writer.write(picture.file, self.png(picture)) else ""

    def _ready(self) -> Easel:
        if self._easel is None:
            from appealsite.render.share import Easel

            try:
                self._easel = Easel(self._design)
            except OSError:
                message = "the font for pictures cannot be read"
                hint = "put one .ttf or .otf file there, or none"
                raise ProblemsFound([Problem(Mark("layouts/brand"), message, hint)]) from None
        return self._easel
