"""The coverage map: for each payer, service and reason whether there is a page, what it rests on and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from appealsite.check.last import Last, last
from appealsite.plan.cells import ANGLE, Cell, becomes_page, is_misfit
from appealsite.plan.explain import files_of
from appealsite.plan.urls import address
from appealsite.preview.studio import Studio
from appealsite.read.site import MATRIX, Site

WRITTEN, SHARED, DRAFT, BLOCKED, ABSENT = "written", "shared", "draft", "blocked", "absent"
PORTION = 400  # pages whose sources are looked at in one request

Key = tuple[str, str, str]


def axes(studio: Studio) -> dict[str, Any]:
    """What the map can be asked for, and how many cells there are of each state in the whole matrix."""
    site = studio.site
    if site is None:
        return {"version": studio.version, "problems": True}
    matrix = site.matrix
    known = last(studio.root)
    return {
        "version": studio.version,
        "problems": False,
        "checked": known.day if known else "",
        "payers": [{"slug": slug, "name": payer.name} for slug, payer in matrix.payers.items()],
        "services": [{"slug": slug, "name": one.name, "group": one.kind} for slug, one in matrix.services.items()],
        "reasons": [
            {"slug": slug, "name": reason.name, "group": reason.reason_class} for slug, reason in matrix.reasons.items()
        ],
    }


def portion(studio: Studio, payer: str, reason: str) -> dict[str, Any]:
    """The cells of one payer, or of one reason: rows of slugs, state, why, words, own share and findings."""
    site = studio.site
    if site is None:
        return {"version": studio.version, "cells": [], "totals": {}}
    known = last(studio.root)
    by_url: Counter[str] = Counter(url for one in known.findings for url in one.pages) if known else Counter()
    by_file = known.by_file() if known else {}
    rows = [_row(studio, site, key, known, by_url, by_file) for key in _keys(site, payer, reason)]
    return {"version": studio.version, "cells": rows, "totals": Counter(row[3] for row in rows)}


def ages(studio: Studio, payer: str, reason: str, first: int) -> dict[str, Any]:
    """For some of the cells that have a page, from the ``first`` on, the age in days of the oldest source."""
    site, plan = studio.site, studio.plan
    if site is None or plan is None:
        return {"ages": [], "next": None}
    found: list[list[Any]] = []
    shown = (key for key in _keys(site, payer, reason) if plan.cells_by_slugs.cell(*key) is not None)
    for key in islice(shown, first, first + PORTION):
        record = plan.find(_url(site, key))
        sources = studio.page(record).sources if record is not None else ()
        days = [(studio.day - site.sources[source.slug].checked).days for source in sources]
        found.append([*key, max(days, default=None)])
    studio.forget_told()
    return {"ages": found, "next": first + PORTION if len(found) == PORTION else None}


def cell(studio: Studio, payer: str, service: str, reason: str) -> dict[str, Any]:
    """One cell: its page and files, or the YAML that would make it one."""
    site, plan = studio.site, studio.plan
    key = (payer, service, reason)
    if site is None or plan is None or not _is_known(site, key):
        return {}
    url = _url(site, key)
    found = plan.cells_by_slugs.cell(*key)
    state, why = _state(site, key, found, studio.day)
    record = plan.find(url) if found else None
    own = f"content/{ANGLE}/{payer}/{service}/{reason}.md"
    told: dict[str, Any] = {"url": url, "state": state, "why": why, "own": own}
    if found is not None and record is not None:
        told["origin"] = str(site.mark(MATRIX, ("combinations", found.entry)))
        told["files"] = [file for file in files_of(site, record) if site.content.cells.get(file)]  # not the menu's
        return told
    told["yaml"] = f"  - {{payer: {payer}, service: {service}, reason: {reason}}}"
    told["command"] = f"python build.py add combination --payer {payer} --service {service} --reason {reason}"
    if is_misfit(site, service, reason):
        told["why"] = f"'{reason}' does not fit a {site.matrix.services[service].kind}, so it needs a text that says so"
    return told


def _row(
    studio: Studio, site: Site, key: Key, known: Last | None, by_url: Counter[str], by_file: dict[str, int]
) -> list[Any]:
    assert studio.plan is not None
    found = studio.plan.cells_by_slugs.cell(*key)
    state, why = _state(site, key, found, studio.day)
    if found is None:
        return [*key, state, why, None, None, None]
    url = _url(site, key)
    words, own = known.measures.get(url, (None, None)) if known else (None, None)
    own_file = site.content.blocks.get(ANGLE, {}).get(key, "")
    findings = max(by_url[url], by_file.get(own_file, 0)) if known else None
    return [*key, state, why, words, own, findings]


def _state(site: Site, key: Key, found: Cell | None, day: date) -> tuple[str, str]:
    """The state of a cell, and why it is no published page."""
    if found is None:
        return ABSENT, ""
    entry = site.matrix.combinations[found.entry]
    own = key in site.content.blocks.get(ANGLE, {})
    if entry.status == "draft":
        return DRAFT, "its entry says 'status: draft'"
    if entry.publish_on is not None and entry.publish_on > day:
        return BLOCKED, f"not before {entry.publish_on.isoformat()}"
    if not becomes_page(entry, own):
        return BLOCKED, "comes from 'all', and has no text of its own"
    if not own and is_misfit(site, key[1], key[2]):
        return BLOCKED, f"'{key[2]}' does not fit a {site.matrix.services[key[1]].kind}, and no text says so"
    return (WRITTEN if own else SHARED), ""


def _keys(site: Site, payer: str, reason: str) -> Iterator[Key]:
    matrix = site.matrix
    if payer in matrix.payers:
        return ((payer, service, other) for other in matrix.reasons for service in matrix.services)
    if reason in matrix.reasons:
        return ((other, service, reason) for other in matrix.payers for service in matrix.services)
    return iter(())


def _is_known(site: Site, key: Key) -> bool:
    matrix = site.matrix
    return key[0] in matrix.payers and key[1] in matrix.services and key[2] in matrix.reasons


def _url(site: Site, key: Key) -> str:
    return address(site.settings.urls.combination, payer=key[0], service=key[1], reason=key[2])
