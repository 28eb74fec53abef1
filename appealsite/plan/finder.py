"""The one file that the home page's finder reads: the names of each axis, and which combinations have a page.

It grows with the axes and not with the pages: the reasons of a payer and service are a bitmap, equal bitmaps stand
once, and so do payers whose rows of bitmaps are equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from appealsite.read.site import Site

FINDER = "finder.json"  # an address that never changes, so that a new combination leaves other pages as they are


def finder_json(site: Site, reasons_of: Mapping[tuple[str, str], Sequence[str]]) -> bytes:
    """``url`` is the pattern of a combination's address; each axis lists slug, name and further words to search in.

    ``rows[payer_rows[p]][s]`` is the number of a set in ``sets``; a set is a bitmap in hexadecimal, whose lowest bit is
    the first reason.
    """
    matrix = site.matrix
    payers = sorted({payer for payer, _ in reasons_of})
    services = sorted({service for _, service in reasons_of})
    reasons = sorted({reason for found in reasons_of.values() for reason in found})
    bit = {slug: 1 << at for at, slug in enumerate(reasons)}
    sets: dict[int, int] = {0: 0}
    rows: dict[tuple[int, ...], int] = {}
    payer_rows = []
    for payer in payers:
        bitmaps = [sum(bit[reason] for reason in reasons_of.get((payer, service), ())) for service in services]
        row = tuple([sets.setdefault(bitmap, len(sets)) for bitmap in bitmaps])
        payer_rows.append(rows.setdefault(row, len(rows)))
    data = {
        "url": site.settings.urls.combination,
        "axes": [
            [
                [slug, one.name, _others(one.name, one.full_name, *one.also)]
                for slug in payers
                for one in (matrix.payers[slug],)
            ],
            [
                [slug, one.name, _others(one.name, one.full_name, one.short, one.abbr, *one.also)]
                for slug in services
                for one in (matrix.services[slug],)
            ],
            [
                [slug, one.name, _others(one.name, one.in_sentence, *one.phrases)]
                for slug in reasons
                for one in (matrix.reasons[slug],)
            ],
        ],
        "sets": [f"{bitmap:x}" for bitmap in sets],
        "rows": list(rows),
        "payer_rows": payer_rows,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _others(name: str, *words: str | None) -> str:
    return " ".join(dict.fromkeys(word for word in words if word and word.casefold() != name.casefold()))
