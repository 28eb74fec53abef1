"""What is to be added, as plain values, and how each is written in ``data/matrix.yaml``."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Literal, get_args

from appealsite.values import value

Kind = Literal["payer", "service", "reason", "combination"]


@value
class Wanted:
    """One thing to add: what a person gave for each column or option, and where: a line of a table, or 0."""

    kind: Kind
    given: Mapping[str, str]
    line: int = 0


# What each kind takes, in the order of the file; the first of each is what a slug is proposed from.
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "payer": ("name", "full_name", "plan_types", "policy_title", "policy_source", "slug"),
    "service": ("name", "full_name", "short", "article", "abbr", "kind", "what", "slug"),
    "reason": ("name", "in_sentence", "denied", "answer", "class", "outside_review", "fits", "slug"),
    "combination": ("payer", "service", "reason", "status", "publish_on"),
}
NEEDED: dict[Kind, tuple[str, ...]] = {
    "payer": ("name", "plan_types", "policy_title", "policy_source"),
    "service": ("name", "kind", "what"),
    "reason": ("name", "denied", "answer", "class", "outside_review", "fits"),
    "combination": ("payer", "service", "reason"),
}

# What is asked on a terminal beside what is needed, with what stands for no answer.
ASKED: dict[Kind, dict[str, str]] = {"service": {"article": ""}, "combination": {"status": "draft"}}
_MANY = frozenset({"plan_types", "fits", "payer", "service", "reason"})  # columns that take several names
_CALLED = {"plan_types": "kind of plan", "policy_source": "source"}  # one word of a column
_BETWEEN = re.compile(r"[\s,;]+")

_SLUG = "the key in addresses, which never changes; proposed from the name unless given"
HELP: dict[tuple[Kind, str], str] = {
    ("payer", "name"): "the name readers search for",
    ("payer", "full_name"): "the name in full, as it stands in a sentence",
    ("payer", "plan_types"): "kinds of plan it sells now: ids of data/plan_types.yaml, with spaces between",
    ("payer", "policy_title"): "what it calls its library of coverage rules",
    ("payer", "policy_source"): "the id of that library in data/sources.yaml",
    ("payer", "slug"): _SLUG,
    ("service", "name"): "as it stands at the start of a heading",
    ("service", "full_name"): "as it stands in a sentence, in full",
    ("service", "short"): "as it stands in a sentence, short",
    ("service", "article"): "the article before the full name, if it takes one: a or an",
    ("service", "abbr"): "the abbreviation",
    ("service", "kind"): "drug, therapy, procedure, device, test or facility",
    ("service", "what"): "what it is, in one or two plain sentences",
    ("service", "slug"): _SLUG,
    ("reason", "name"): "as it stands at the start of a heading",
    ("reason", "in_sentence"): "as it stands in a sentence",
    ("reason", "denied"): "completes 'CIMT denied by Cigna ...?', such as: for failing step therapy",
    ("reason", "answer"): "the one-line answer, plain and without a promise",
    ("reason", "class"): "clinical, contract, paperwork, access or approval",
    ("reason", "outside_review"): "whether outside review takes it: medical-judgment, contract or depends",
    ("reason", "fits"): "kinds of service it makes sense for, with spaces between",
    ("reason", "slug"): _SLUG,
    ("combination", "payer"): "its slug, or several with spaces between, or all",
    ("combination", "service"): "its slug, or several with spaces between, or all",
    ("combination", "reason"): "its slug, or several with spaces between, or all",
    ("combination", "status"): "draft unless published is said",
    ("combination", "publish_on"): "the day from which it is published, such as 2027-01-15",
}


def refused(kind: Kind, name: str, text: str, known_there: Mapping[str, Collection[str]]) -> tuple[str, str] | None:
    """What is wrong with the words given for a column, and what to write instead; None where nothing seems to be.

    ``known_there`` are the words that the site has for the columns that name something of it.
    """
    from appealsite.read.references import instead_of  # not for commands that add nothing

    words = [text]
    if name in _MANY:
        words = _BETWEEN.split(text.strip(" ,;"))
        if re.search("[,;]", text):
            return f"{name.replace('_', ' ')} are divided by spaces alone", f"write {' '.join(words)}"
    known = known_there.get(name) or _one_of(kind).get(name, ())
    for word in words if known else ():
        if word and word not in known:
            what = _CALLED.get(name, name)
            return f"unknown {what} '{word}'", instead_of(word, known, what)
    return None


def _one_of(kind: Kind) -> dict[str, tuple[str, ...]]:
    """The words of which a column takes one, or several of them."""
    from appealsite.read.model import written_fields  # not for commands that add nothing
    from appealsite.read.models import CLASSES, KINDS, Combination, Reason

    if kind == "service":
        return {"kind": KINDS, "article": ("a", "an")}
    if kind == "reason":
        outside = get_args(written_fields(Reason)["outside_review"].type)
        return {"class": CLASSES, "outside_review": outside, "fits": KINDS}
    return {"status": get_args(written_fields(Combination)["status"].type)} if kind == "combination" else {}


def proposed_slug(name: str) -> str:
    """The slug that a name suggests; a person may choose another before it is written down, and never after."""
    from slugify import slugify

    return slugify(name)


def slug_of(wanted: Wanted) -> str:
    """The key of an entry."""
    return wanted.given.get("slug") or proposed_slug(wanted.given.get("name", ""))


def entry_of(wanted: Wanted, day: date) -> dict[str, Any]:
    """The entry as the file holds it, in the order of its other entries."""
    given = wanted.given
    name = given.get("name", "")
    in_sentence = name[:1].lower() + name[1:] if name[1:2].islower() else name
    entry: dict[str, Any]
    if wanted.kind == "payer":
        entry = {
            "name": name,
            "full_name": given.get("full_name") or name,
            "sells": [{"plan_type": slug} for slug in given.get("plan_types", "").split()],
            "policy_library": {"title": given.get("policy_title", ""), "source": given.get("policy_source", "")},
            "checked": day,
        }
    elif wanted.kind == "service":
        entry = {"name": name, "full_name": given.get("full_name") or in_sentence}
        entry |= {key: given[key] for key in ("short", "article", "abbr") if given.get(key)}
        entry |= {"kind": given.get("kind", ""), "what": given.get("what", "")}
    elif wanted.kind == "reason":
        entry = {"name": name, "in_sentence": given.get("in_sentence") or in_sentence}
        entry |= {key: given.get(key, "") for key in ("denied", "answer", "class", "outside_review")}
        entry["fits"] = given.get("fits", "").split()
    else:
        entry = {axis: _one_or_many(given.get(axis, "")) for axis in ("payer", "service", "reason")}
        if given.get("publish_on"):
            entry["publish_on"] = _date(given["publish_on"])
        status = given.get("status") or ("published" if "publish_on" in entry else "draft")  # a day holds back as well
        if status != "published":
            entry["status"] = status
    return entry


def _date(text: str) -> date | str:
    """A day, so that it is written without quotes; what is none stays text, and its model will say so."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _one_or_many(text: str) -> str | list[str]:
    words = text.split()
    return words if len(words) > 1 else text.strip()


def as_yaml(value: Any, *, flow: bool = False, width: int = 118) -> list[str]:
    """A value as lines of YAML in the style of ``data/matrix.yaml``; ``flow`` puts it on one line, in braces.

    A line of more characters than ``width`` is folded where it can be.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    def styled(inner: Any) -> Any:
        if isinstance(inner, dict):
            mapping = CommentedMap({key: styled(one) for key, one in inner.items()})
            if flow and not isinstance(next(iter(inner.values()), None), dict):
                mapping.fa.set_flow_style()
            return mapping
        if isinstance(inner, list):
            sequence = CommentedSeq([styled(one) for one in inner])
            if inner and isinstance(inner[0], str):
                sequence.fa.set_flow_style()
            return sequence
        return inner

    yaml = YAML()
    yaml.width = width
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(styled(value), text)
    return text.getvalue().rstrip("\n").split("\n")
