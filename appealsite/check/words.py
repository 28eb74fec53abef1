"""The words of a site that rules look for: names in their right form, promises, deadlines, wording by kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from appealsite.check.written import lowered
from appealsite.read.model import Model
from appealsite.read.models import KINDS, Checks, Matrix, Period, PlanType
from appealsite.read.site import Site
from appealsite.values import value

GAP = r"(?:[^\S\n]{1,3}|[^\S\n]{0,3}\n[^\S\n]*)"  # between two words, also of two lines; blanks are longer
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
TENS = [f"{stem}ty" for stem in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")]
NUMBERS = {word: number for number, word in enumerate([*_ONES, "ten", "eleven", "twelve", *_TEENS], 1)} | {
    f"{tens}-{one}" if one else tens: 10 * number + more
    for number, tens in enumerate(TENS, 2)
    for more, one in enumerate(["", *_ONES])
}
_CAPITALS = re.compile(r"\b(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z0-9]{2,}\b")


@value
class Words:
    """What rules know of a site's words."""

    checks: Checks
    names: dict[str, str]  # a name in lower case and the only right way to write it
    abbreviations: frozenset[str]  # that nobody needs to have spelled out
    periods: dict[tuple[int, str], tuple[str, ...]]  # 180, 'day' and the placeholders that say so, one a plan type
    units: frozenset[str]  # of those periods: 'day', 'hour'
    never: dict[str, re.Pattern[str]]  # by kind: words that belong to another kind of service
    promises: re.Pattern[str] | None
    promised: dict[str, list[list[str]]]  # the words of each in lower case, by one without which none of them stands
    prices: frozenset[str]  # of our own offer, which are no claims about the world
    payer_claims: re.Pattern[str]


_PAYER_VERBS = (
    "requires?|covers?|considers?|calls?|excludes?|denies|den[iy]|lists?|treats?|rates?|limits?|applies|apply|asks for|"
    "defines?|demands?|insists|accepts?|rejects?|overturns?|approves?|must|publishes|typically|usually|often"
)


def words_of(site: Site) -> Words:
    """The words of a site."""
    checks, matrix = site.settings.check, site.matrix
    payers = list(dict.fromkeys(payer.name for payer in matrix.payers.values()))
    periods = _periods(site.plan_types.values())
    return Words(
        checks=checks,
        names=_names(checks, matrix),
        abbreviations=frozenset(checks.abbreviations),
        periods=periods,
        units=frozenset(unit for _, unit in periods),
        never={kind: compiled for kind in KINDS if (compiled := _never(checks, kind)) is not None},
        promises=any_of(checks.promises),
        promised=_by_rare_word([lowered(promise).split() for promise in checks.promises]),
        prices=frozenset({site.settings.offer.list_price, site.settings.offer.first_price}),
        payer_claims=(
            re.compile(rf"\b(?:{'|'.join(map(re.escape, payers))})(?:'s|’s)?\b[^.?!]{{0,60}}?\b(?:{_PAYER_VERBS})\b")
            if len(payers) <= 200
            else re.compile(rf"\b[A-Z]\w+(?:'s|’s) [^.?!]{{0,60}}?\b(?:{_PAYER_VERBS})\b")
        ),
    )


def _by_rare_word(promises: list[list[str]]) -> dict[str, list[list[str]]]:
    """The promises by their longest word, which is likely to be rare, or by a shorter one of another's in it."""
    longest = [max(promise, key=len, default="") for promise in promises]
    found: dict[str, list[list[str]]] = {}
    for promise, word in zip(promises, longest, strict=True):
        found.setdefault(min((one for one in longest if one in word), key=len), []).append(promise)
    return found


def any_of(words: Iterable[str], plural: bool = False) -> re.Pattern[str] | None:
    """A pattern for any of these words, whole and in any case; None for no words."""
    listed = sorted(words, key=len, reverse=True)
    if not listed:
        return None
    ending = "(?:s|es)?" if plural else ""
    inner = "|".join(re.sub("['’]", "['’]", re.escape(word).replace(r"\ ", GAP)) for word in listed)
    return re.compile(rf"(?<![\w-])(?:{inner}){ending}(?![\w-])", re.IGNORECASE)


def _never(checks: Checks, kind: str) -> re.Pattern[str] | None:
    wording = checks.wording.get(kind)  # type: ignore[call-overload]  # every kind is a text
    return any_of(wording.never, plural=True) if wording else None


def _names(checks: Checks, matrix: Matrix) -> dict[str, str]:
    """Names of one word whose form is their own: payers, abbreviations, and what the settings add."""
    names = {}
    for payer in matrix.payers.values():
        if " " not in payer.name and payer.name[:1].isupper():
            names[payer.name.lower()] = payer.name
    for service in matrix.services.values():
        for text in (service.name, service.short, service.abbr or ""):
            for word in _CAPITALS.findall(text):
                names[word.lower()] = word
    for name in checks.names:
        names[name.lower()] = name
    return names


def _periods(plan_types: Iterable[PlanType]) -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], dict[str, str]] = {}
    for plan in plan_types:
        for field, period in _periods_in(plan):
            placeholder = f'{{{{ plans["{plan.slug}"]{field} }}}}'
            found.setdefault((period.number, period.unit.rpartition(" ")[2]), {}).setdefault(plan.slug, placeholder)
    return {period: tuple(by_plan.values()) for period, by_plan in found.items()}


def _periods_in(value: object, field: str = "") -> Iterator[tuple[str, Period]]:
    """Every length of time in a value, with the fields that lead to it: ``.decision.urgent``."""
    if isinstance(value, Period):
        yield field, value
    elif isinstance(value, Model):
        for name, inner in value:
            yield from _periods_in(inner, f"{field}.{name}")
