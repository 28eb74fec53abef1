"""A generated project of any size that builds like ours: our layouts, our laws and sources, invented payers and texts.

``python -m benchmarks.workload DIR --pages 10000 --style composed`` writes one to look at.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

import click
import yaml

from benchmarks.sections import Texts
from benchmarks.words import KINDS, payers, reasons, services

PROJECT = Path(__file__).resolve().parent.parent
CHECKED = "2026-11-21"
MOST_PAGES = 1_000_000
STYLES = ("composed", "unique")
OUTLINE = ("answer", "plan-kind", "rights", "requirements", "angle", "next-steps", "free-help", "sources", "about")


@dataclass(frozen=True)
class Edit:
    """A file of the project, one of whose sentences is to be changed, and an address where the change must show."""

    file: str
    url: str


@dataclass(frozen=True)
class Workload:
    """A project that was written: where it is, what it holds, and the two edits to try on it."""

    root: Path
    style: str
    pages: int
    one_edit: Edit
    shared_edit: Edit


@dataclass(frozen=True)
class Axes:
    """The slugs of each axis, and as many of their combinations as pages are wanted."""

    payers: tuple[str, ...]
    services: tuple[str, ...]
    reasons: tuple[str, ...]

    def cells(self, pages: int) -> Iterator[tuple[str, str, str]]:
        """The combinations in the order in which matrix entries take them."""
        return islice(product(self.payers, self.services, self.reasons), pages)

    def entries(self, pages: int) -> list[dict[str, Any]]:
        """At most three matrix entries whose cross products are exactly the first ``pages`` combinations."""
        whole_payers, rest = divmod(pages, len(self.services) * len(self.reasons))
        whole_services, some_reasons = divmod(rest, len(self.reasons))
        entries: list[dict[str, Any]] = []
        if whole_payers:
            entries.append(_entry(self.payers[:whole_payers], self.services, self.reasons))
        if whole_services:
            entries.append(_entry((self.payers[whole_payers],), self.services[:whole_services], self.reasons))
        if some_reasons:
            one_service = (self.services[whole_services],)
            entries.append(_entry((self.payers[whole_payers],), one_service, self.reasons[:some_reasons]))
        return entries


def _entry(*axes: tuple[str, ...]) -> dict[str, Any]:
    return {
        axis: list(slugs) if len(slugs) > 1 else slugs[0]
        for axis, slugs in zip(("payer", "service", "reason"), axes, strict=True)
    }


def sizes(pages: int) -> tuple[int, int, int]:
    """How many payers, services and reasons to invent for so many pages: a real site has most services."""
    reason_count = min(20, max(2, round(pages**0.27)))
    service_count = max(1, round((pages / reason_count) ** 0.5 * 1.25))
    payer_count = -(-pages // (reason_count * service_count))
    return payer_count, service_count, reason_count


def generate(root: Path, pages: int, style: str, seed: str = "1") -> Workload:
    """Write a project with ``pages`` combination pages into ``root``, which must not exist."""
    if not 1 <= pages <= MOST_PAGES:
        raise ValueError(f"between 1 and {MOST_PAGES:,} pages")
    shutil.copytree(PROJECT / "layouts", root / "layouts")
    data = root / "data"
    data.mkdir()
    shutil.copy(PROJECT / "data/sources.yaml", data / "sources.yaml")
    plan_types = _load(PROJECT / "data/plan_types.yaml")
    for plan in plan_types.values():
        plan.pop("covers", None)  # Hugo's side shows all kinds of plan whatever the service
        plan.pop("guide", None)  # the benchmark has no pages of its own
    _dump(data / "plan_types.yaml", plan_types)
    sources = _load(data / "sources.yaml")
    settings = _load(PROJECT / "data" / "site.yaml")
    settings["outline"]["combination"] = [*OUTLINE, "neighbours"]
    for kind in ("letter", "words"):  # pages that Hugo's side of the benchmark has not
        settings["outline"].pop(kind, None)
    settings["check"]["names"] = []  # invented citations are named by their ids, which would stop the build
    settings["share_images"] = "none"  # Hugo draws none either; pictures have a benchmark of their own
    _dump(data / "site.yaml", settings)
    axes = _write_matrix(data, pages, sources)
    texts = Texts(root / "content", seed, tuple(sources), CHECKED)
    texts.shared(settings, PROJECT / "content")
    texts.by_axis(axes.payers, axes.services, axes.reasons)
    cells = list(axes.cells(pages))
    pairs = list(dict.fromkeys((payer, service) for payer, service, _ in cells))
    texts.by_pair([pair for number, pair in enumerate(pairs) if number % len(axes.services) == 0])
    first = "/".join(cells[0])
    one = f"content/requirements/{'/'.join(pairs[0])}/any.md"
    if style == "unique":
        one = f"content/angle/{first}.md"
        for cell in cells:
            texts.angle(*cell)
    url = settings["urls"]["combination"].format(payer=cells[0][0], service=cells[0][1], reason=cells[0][2])
    return Workload(root, style, pages, Edit(one, url), Edit("content/free-help.md", url))


def _write_matrix(data: Path, pages: int, sources: dict[str, Any]) -> Axes:
    payer_count, service_count, reason_count = sizes(pages)
    plan_types = list(_load(data / "plan_types.yaml"))
    libraries = [slug for slug, source in sources.items() if source["kind"] == "payer"]
    laws = [slug for slug, source in sources.items() if source["kind"] == "law"]
    payer_entries = {}
    for number, name in enumerate(payers(payer_count)):
        sold: list[dict[str, Any]] = [
            {"plan_type": plan_types[(number + 5 * step) % len(plan_types)]} for step in range(3)
        ]
        sold[0]["note"] = f"Your employer may pay the claims. {name} then runs the plan as its administrator."
        if number % 4 == 0:
            sold[2]["until"] = "2027-12-31"
        payer_entries[slug_of(name)] = {
            "name": name,
            "full_name": f"{name}, Inc.",
            "sells": sold,
            "policy_library": {"title": "Coverage Rules", "source": libraries[number % len(libraries)]},
            "checked": CHECKED,
        }
    service_entries = {}
    for name, kind in services(service_count):
        in_sentence = name if "'" in name else name[0].lower() + name[1:]
        service_entries[slug_of(name)] = {
            "name": name,
            "full_name": in_sentence,
            "kind": kind,
            "what": f"Care of the kind that doctors call {in_sentence}. It is planned with you, step by step.",
            "measures": ["Pain score from 0 to 10", "Walking test, in meters", "Scale of daily life"],
        }
    reason_entries = {}
    for number, (name, in_sentence, class_, review) in enumerate(reasons(reason_count)):
        reason_entries[slug_of(name)] = {
            "name": name,
            "in_sentence": in_sentence,
            "denied": {"other": f"because of {in_sentence}", "drug": f"as a drug, because of {in_sentence}"},
            "answer": {
                "other": f"The letter names {in_sentence}. Ask which rule it means, and then answer that rule.",
                "drug": f"The letter names {in_sentence}. Ask for the rule & the drugs it lists, then answer it.",
            },
            "class": class_,
            "outside_review": review,
            "codes": [{"set": "CARC", "code": str(10 + number), "means": "The plan gives a reason of this kind."}],
            "fits": list(KINDS),
            "gather": ["The denial letter", "The exact rule it names", "Notes from the last visits"],
            "sources": [laws[number % len(laws)]],
        }
    axes = Axes(tuple(payer_entries), tuple(service_entries), tuple(reason_entries))
    matrix = {"payers": payer_entries, "services": service_entries, "reasons": reason_entries}
    _dump(data / "matrix.yaml", {**matrix, "combinations": axes.entries(pages)})
    return axes


def slug_of(name: str) -> str:
    """The slug that a person would write for a name."""
    plain = unicodedata.normalize("NFKD", name.replace("'", "")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _load(path: Path) -> dict[str, Any]:
    """A data file with every scalar as text, as the generator reads it."""
    value = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - makes text only
    assert isinstance(value, dict)
    return value


def _dump(path: Path, value: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120), "utf-8")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=False))
@click.option("--pages", default=10_000, show_default=True, type=click.IntRange(1, MOST_PAGES))
@click.option("--style", default="composed", show_default=True, type=click.Choice(STYLES))
@click.option("--seed", default="1", show_default=True, help="Another seed, another text.")
def main(folder: Path, pages: int, style: str, seed: str) -> None:
    """Write a generated project into FOLDER, which must not exist."""
    if folder.exists():
        raise click.UsageError(f"{folder} exists")
    made = generate(folder, pages, style, seed)
    click.echo(f"{made.pages:,} {made.style} pages; edit {made.one_edit.file} or {made.shared_edit.file}")


if __name__ == "__main__":
    main()
