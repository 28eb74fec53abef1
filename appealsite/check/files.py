"""Files: nothing that people keep is without use, no page leads to what is not published, and allowances hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from appealsite.check.finding import Finding
from appealsite.check.rules import RULES, rule
from appealsite.plan.lacking import lacking
from appealsite.problems import Mark, suggest
from appealsite.read.content import ANYWHERE
from appealsite.read.examples import examples_in
from appealsite.read.expressions import names_in
from appealsite.read.site import MATRIX, PLAN_TYPES, Site
from appealsite.read.text import Body, Chunk


@rule(
    "D01",
    "note",
    "site",
    "A text that no page shows is kept current for nothing, or stands in the wrong folder.",
    "Add the combination it is written for to data/matrix.yaml, move it, or remove it. Drafts count as shown, and so"
    " does a text for any payer, service and reason: the next page shows it.",
)
def unused_text(site: Site, shown: Collection[str]) -> Iterator[Finding]:
    """Content files that no page, draft or not, shows, and no new one would for want of another."""
    used = {block for _, blocks in site.settings.outline for block in blocks}
    fallbacks = {cells.get(ANYWHERE) for block, cells in site.content.blocks.items() if block in used}
    for name in site.content.names:
        if name not in shown and name not in fallbacks:
            yield Finding(Mark(name), "D01", "no page shows this text", "add its combination, move it, or remove it")


@rule(
    "D02",
    "note",
    "data",
    "A payer, service, reason or kind of plan that no combination uses is kept current for nothing.",
    "Use it in a combination, or remove it.",
)
def unused_entry(site: Site) -> Iterator[Finding]:
    """Keys of the matrix that no combination names, and kinds of plan that nobody sells and no text names."""
    for axis in ("payer", "service", "reason"):
        used = {slug for entry in site.matrix.combinations for slug in getattr(entry, axis)}
        for slug in () if "all" in used else getattr(site.matrix, axis + "s"):
            if slug not in used:
                mark = site.documents[MATRIX].key_mark((axis + "s", slug))
                yield Finding(mark, "D02", f"no combination uses the {axis} '{slug}'", "use it, or remove it")


@rule(
    "D03",
    "error",
    "site",
    "A published page that leads to a draft leads nowhere.",
    "Publish the draft, or remove the link until its day.",
)
def link_to_draft(address: str) -> str:
    """The message for a link to a draft."""
    return f"a link to {address}, which is a draft"


@rule(
    "D04",
    "warning",
    "site",
    "An allowance is a promise that somebody looked; one for nothing hides the next mistake.",
    "Remove it from 'allow' in the file's front matter, or mend its code.",
)
def idle_allowance(
    allowed: Mapping[str, Mapping[str, str]], used: Collection[tuple[str, str]], run: Collection[str]
) -> Iterator[Finding]:
    """Allowances of rules that there are not, or that found nothing; ``run`` are the rules that were run."""
    for path, codes in sorted(allowed.items()):
        for code in codes:
            if code not in RULES:
                hint = suggest(code, RULES) or "python build.py check --explain all lists the rules"
                yield Finding(Mark(path, 1), "D04", f"there is no rule '{code}'", hint)
            elif code in run and (path, code) not in used:
                yield Finding(Mark(path, 1), "D04", f"{code} is allowed here and finds nothing", "remove the allowance")


@rule(
    "D05",
    "note",
    "site",
    "Rules of a kind of plan that no payer sells and no text names are kept current for nothing.",
    "Name them in a guide, add them to a payer, or remove them.",
)
def unused_plan_type(site: Site) -> Iterator[Finding]:
    """Kinds of plan that no payer sells and no text names."""
    used = {sale.plan_type for payer in site.matrix.payers.values() for sale in payer.sells}
    for name in site.content.names:
        if len(used) >= len(site.plan_types):
            return
        used.update(_plans_named(site.content.block(name).body))
    for slug in site.plan_types:
        if slug not in used:
            mark = site.documents[PLAN_TYPES].key_mark((slug,))
            yield Finding(
                mark, "D05", f"no payer sells and no text names the kind of plan '{slug}'", "use or remove it"
            )


@rule(
    "D06",
    "warning",
    "site",
    "A payer, service or reason without the text that most others have leaves a gap on its hub or its pages.",
    "Write the file. 'add' names such files as well.",
)
def text_lacking(site: Site) -> Iterator[Finding]:
    """Texts that most payers, services or reasons have, and one lacks."""
    for one in lacking(site):
        mark = site.documents[MATRIX].key_mark((one.axis + "s", one.slug))
        yield Finding(mark, "D06", f"most have a text such as {one.path}, and '{one.slug}' has none", "write it")


@rule(
    "D08",
    "note",
    "data",
    "An example address is nobody's; a named host refuses it, but 'plain' publishes it.",
    "Write the site's own address into data/site.yaml before visitors come.",
)
def example_address(site: Site) -> Iterator[Finding]:
    """Addresses of the settings that only stand for one."""
    for mark, address in examples_in(site):
        yield Finding(mark, "D08", f"'{address}' is an example", "write the real address before visitors come")


def _plans_named(body: Body) -> Iterator[str]:
    for part in body:
        if isinstance(part, Chunk):
            yield from (one.path[1] for one in part.placeholders if one.path[0] == "plans")
            continue
        for condition, inner in part.branches:
            if condition is not None:
                yield from (
                    name.path[1] for name in names_in(condition) if name.path[0] == "plans" and len(name.path) > 1
                )
            yield from _plans_named(inner)
