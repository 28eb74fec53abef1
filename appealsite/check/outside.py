"""The addresses on other people's servers that the data files and the texts name, each with where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from appealsite.check.examiner import Examiner
from appealsite.check.external import is_outside
from appealsite.check.places import place_of_link
from appealsite.check.written import Written
from appealsite.plan.page import Filled
from appealsite.problems import Mark
from appealsite.read.site import SETTINGS, SOURCES
from appealsite.read.text import all_chunks
from appealsite.render.markdown import ADDRESS, PIECE, Compiled, Gap


def outside_addresses(examiner: Examiner) -> dict[str, Mark]:
    """Every such address of the sources, the offer and the texts."""
    site = examiner.site
    found = {site.settings.offer.url: site.mark(SETTINGS, ("offer", "url"))}
    for slug, source in site.sources.items():
        found.setdefault(source.url, site.mark(SOURCES, (slug, "url")))
    for path, filled in _pieces(examiner):
        for node in LexborHTMLParser(examiner.maker.markdown.html(filled)).css("a[href]"):
            address = node.attributes.get("href") or ""
            if address not in found and is_outside(address):
                found[address] = place_of_link(Written(path, site.content.text(path)), filled, address)
    return found


def _pieces(examiner: Examiner) -> Iterator[tuple[str, Filled]]:
    """Every piece of text with its file; one with a link that depends on the page, as each page shows it."""
    content, compile_ = examiner.site.content, examiner.maker.markdown.compile
    varying: set[tuple[str, int]] = set()
    for path in content.names:
        for chunk in all_chunks(content.block(path).body):
            if _has_varying_link(compile_(chunk)):
                varying.add((path, chunk.line))
            else:
                yield path, Filled(chunk, ("",) * len(chunk.placeholders))
    known = set()
    for record in examiner.plan if varying else ():
        for section in examiner.plan.page(record).sections:
            for filled in section.body:
                place = (section.path, filled.chunk.line)
                if place in varying and (place, filled.values) not in known:
                    known.add((place, filled.values))
                    yield section.path, filled


def _has_varying_link(compiled: Compiled) -> bool:
    return any(isinstance(part, Gap) and part.where in (ADDRESS, PIECE) for part in compiled.parts)
