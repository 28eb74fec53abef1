"""The next deploy in words: for a terminal, for a pull request, for a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from appealsite.deploy.survey import Survey
from appealsite.plan.waves import Wave
from appealsite.problems import counted
from appealsite.read.vocabulary import written

SHOWN = 100  # addresses of one kind that are listed for people; programs get all

Show = Callable[[str], str]


def as_text(survey: Survey) -> str:
    """For a terminal."""
    return "\n".join(_lines(survey, heading=lambda text: text, item=lambda text: f"  {text}", address=str)) + "\n"


def as_markdown(survey: Survey) -> str:
    """For a comment on a pull request."""
    lines = _lines(survey, heading=lambda text: f"\n### {text}\n", item=lambda text: f"- {text}", address=_code)
    return "\n".join(lines).strip() + "\n"


def as_json(survey: Survey) -> str:
    """For a program: every address, nothing left out."""
    changes = survey.changes
    moved = dict(survey.redirects.moved)
    data = {
        "added": changes.added,
        "changed": [{"url": one.url, "kinds": one.kinds} for one in changes.changed],
        "retired": [{"url": url, "to": moved.get(url)} for url in changes.retired],
        "only_layout": changes.unchanged if changes.layout else 0,
        "unchanged": 0 if changes.layout else changes.unchanged,
        "waves": [
            {"date": wave.day.isoformat(), "urls": wave.urls, "lacking_text": wave.lacking} for wave in survey.waves
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def _code(text: str) -> str:
    return f"`{text}`"


def _lines(survey: Survey, heading: Show, item: Show, address: Show) -> Iterable[str]:
    changes = survey.changes
    moved = dict(survey.redirects.moved)
    if not changes:
        yield heading("The next deploy changes nothing")
    if changes.added:
        yield heading(f"Adds {_pages(changes.added)}")
        yield from _items([address(url) for url in changes.added], item)
    if changes.changed:
        yield heading(f"Changes {_pages(changes.changed)}")
        yield from _items([f"{address(one.url)} ({', '.join(one.kinds)})" for one in changes.changed], item)
    if changes.retired:
        yield heading(f"Retires {_pages(changes.retired)}")
        ends = {url: f"→ {address(moved[url])}" if url in moved else "gone" for url in changes.retired}
        yield from _items([f"{address(url)} {end}" for url, end in ends.items()], item)
    if changes.layout and changes.unchanged:
        yield heading(f"Changes only the layout of {changes.unchanged:,} more")
    for wave in survey.waves:
        yield from _wave(wave, heading, item, address)


def _wave(wave: Wave, heading: Show, item: Show, address: Show) -> Iterable[str]:
    yield heading(f"To come on {written(wave.day)}: {_pages(wave.urls)}")
    lacking = set(wave.lacking)
    note = " (the reason does not fit: write a text for it, or that day's build stops)"
    yield from _items([address(url) + (note if url in lacking else "") for url in wave.urls], item)


def _pages(found: Sequence[object]) -> str:
    return counted(len(found), "page")


def _items(found: Sequence[str], item: Show) -> Iterable[str]:
    yield from map(item, found[:SHOWN])
    if len(found) > SHOWN:
        yield item(f"and {len(found) - SHOWN:,} more; --format json names all")
