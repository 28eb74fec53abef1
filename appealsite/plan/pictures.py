"""Which picture stands for a page in link previews: what it says, where it is, and what it looks like."""

from __future__ import annotations

import hashlib

from appealsite.read.colours import Colours, read_colours
from appealsite.read.layouts import MARK, STYLE
from appealsite.read.site import Site
from appealsite.values import value

FOLDER = "share"
_FONTS = (".ttf", ".otf")


@value
class Design:
    """What all pictures of a site share. ``font`` and ``mark``: bytes of files in ``layouts/brand``, or empty."""

    name: str
    font: bytes
    mark: bytes
    colours: Colours

    def digest(self) -> bytes:
        """The digest of everything here."""
        parts = (self.name, self.colours, hashlib.sha256(self.font).digest(), hashlib.sha256(self.mark).digest())
        return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


@value
class Picture:
    """A picture: the file below ``site/`` and the text on it."""

    file: str
    text: str


def design_of(site: Site) -> Design:
    """The look of a site's pictures, from ``layouts/brand`` and the stylesheet."""
    brand = site.layouts.brand
    fonts = sorted(name for name in brand if name.endswith(_FONTS))
    return Design(
        name=site.settings.name,
        font=brand[fonts[0]] if fonts else b"",
        mark=brand.get(MARK, b""),
        colours=read_colours(site.layouts.templates.get(STYLE, "")),
    )


def picture_of_page(file: str, heading: str) -> Picture:
    """The picture of one page, beside its file: ``help/x/index.html`` has ``share/help/x/index.png``."""
    return Picture(f"{FOLDER}/{file.removesuffix('.html')}.png", heading)


def page_of_picture(file: str) -> str:
    """The file of the page that a picture was drawn for, by the name alone."""
    return file.removeprefix(f"{FOLDER}/").removesuffix(".png") + ".html"


def picture_of_reason(slug: str, heading: str) -> Picture:
    """The picture that all pages of a reason share; pages of none share that of the site (an empty slug)."""
    return Picture(f"{FOLDER}/reason-{slug}.png" if slug else f"{FOLDER}/site.png", heading)


def address(picture: Picture, site_url: str, design: bytes) -> str:
    """The absolute address of a picture. It changes with the picture, as previews are kept by address."""
    version = hashlib.blake2b(design + picture.text.encode(), digest_size=4).hexdigest()
    return f"{site_url}/{picture.file}?v={version}"
