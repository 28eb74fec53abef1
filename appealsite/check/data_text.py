"""The words people write in the data files, under the rules about written lines and residue."""

from __future__ import annotations

from collections.abc import Iterator

from appealsite.check.blocks import SOURCE_RULES
from appealsite.check.finding import Finding
from appealsite.check.fit import other_wording
from appealsite.check.prose import Passage
from appealsite.check.residue import residue, stray_brackets
from appealsite.check.words import Words
from appealsite.check.writing import doubled_word
from appealsite.check.written import Written
from appealsite.problems import Mark
from appealsite.read.data_texts import PATTERNS, texts_of
from appealsite.read.document import Where
from appealsite.read.models import ByKind
from appealsite.read.site import MATRIX, PLAN_TYPES, SETTINGS, Site

_NOT_SHOWN = frozenset({"check", "urls", "url", "outline", "checked", "sources", "law", "help"})

_NO_DEADLINE = "leave the number out: pages show it for each kind of plan, and texts of data files take no placeholders"
_NO_PLACEHOLDER = "leave it out: texts of data files take no placeholders"


def data_findings(site: Site, words: Words) -> Iterator[Finding]:
    """What the rules say of the prose in the matrix, the settings and the plan types."""
    rules = (*SOURCE_RULES, ("T01", lambda written, _: stray_brackets(written, site.sources)))
    for path in (MATRIX, PLAN_TYPES, SETTINGS):
        document = site.documents[path]
        for where, text in texts_of(document.value, _NOT_SHOWN):
            if " " not in text:
                continue  # a word, an id or an address is no prose
            written = Written(path, text)
            for code, look in rules:
                if code == "C02" and path == PLAN_TYPES:
                    continue  # the one place where deadlines stand
                for spot in look(written, words):
                    said = written.lines[spot.line][spot.column : spot.column + spot.length]
                    hint = _NO_DEADLINE if code == "C02" else spot.hint
                    yield Finding(document.find(where, said), code, spot.message, hint)
            passage = Passage("p", text, text, cited=True, quoted=False)
            shown = "\n".join(written.visible) if path == SETTINGS else text  # patterns hold placeholders
            for said, message, hint in residue(Passage("p", shown, shown, cited=True, quoted=False)):
                takes_none = said[0] in "{}%" and where[0] not in PATTERNS
                yield Finding(document.find(where, said), "T01", message, _NO_PLACEHOLDER if takes_none else hint)
            for said, message, hint in doubled_word(passage):
                yield Finding(document.find(where, said), "T04", message, hint)
    yield from _wording(site, words)


def _wording(site: Site, words: Words) -> Iterator[Finding]:
    """Words of another kind of service in what services and reasons say of one kind."""
    document = site.documents[MATRIX]

    def told(kind: str, text: str, where: Where) -> Iterator[Finding]:
        for said, hint in other_wording(Passage("p", text, text, cited=True, quoted=False), kind, words):
            mark: Mark = document.find(where, said)
            yield Finding(mark, "F02", f"'{said}' stands on pages about a {kind}", hint)

    for slug, service in site.matrix.services.items():
        yield from told(service.kind, service.what, ("services", slug, "what"))
    for slug, reason in site.matrix.reasons.items():
        for field in ("denied", "answer"):
            texts: ByKind = getattr(reason, field)
            for kind in sorted(_kinds_with(slug, site)):
                own = getattr(texts, kind) is not None
                where: Where = ("reasons", slug, field, kind if own else "other")
                yield from told(kind, texts.for_kind(kind), where)


def _kinds_with(reason: str, site: Site) -> set[str]:
    """The kinds of service that some combination has with a reason."""
    services = site.matrix.services
    return {
        service.kind
        for entry in site.matrix.combinations
        if reason in entry.reason or "all" in entry.reason
        for slug, service in services.items()
        if slug in entry.service or "all" in entry.service
    }
