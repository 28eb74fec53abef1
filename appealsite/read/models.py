"""The data files as values: one model for each thing a person writes in ``data/``.

Scalars arrive as text exactly as written (see ``yaml_tree``), so ``no``, ``on`` and ``012`` stay text and a field
becomes a number, a date or true/false only because its type here says so. Field descriptions are the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, get_args
from urllib.parse import urlsplit

from appealsite.read.model import After, Before, Model, Must, form, model, said


def _with_a_host(address: str) -> str:
    """An address of which a host and a port can be told."""
    try:
        _ = urlsplit(address).port
    except ValueError as error:
        raise ValueError(f"this is no address: {error}") from None
    return address


SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST = 200  # letters of a slug and of a part of an address: a file's name may have 255, endings of ours included
Slug = Annotated[
    str,
    form(rf"^{SLUG}$", "write lower-case letters, digits and single hyphens, such as step-therapy", LONGEST),
]
VISIBLE = r"[^\s\u00ad\u200b-\u200f\u2060-\u2064]"  # not a blank, nor a sign that only says how others are set
Text = Annotated[str, Must(min_length=1, pattern=VISIBLE)]
IDENTIFIER = r"[a-z][a-z0-9_]*"
Identifier = Annotated[
    str, form(rf"^{IDENTIFIER}$", "write lower-case letters, digits and underscores, such as part_d")
]
WebAddress = Annotated[
    str,
    form(
        r"^(https?://[^\s<>\"]+|mailto:[^\s<>\"]+|tel:\+?[0-9-]+)$",
        "write a whole address, such as https://www.example.org/page, mailto:name@example.org or tel:+1-555-0100",
    ),
    After(_with_a_host),
]
PageAddress = Annotated[str, form(rf"^/{SLUG}(?:/{SLUG})*/$", "write an address such as /guides/claim-file/")]
Price = Annotated[str, form(r"^\$[0-9]+(\.[0-9]{2})?$", "write a price such as $40 or $40.50")]

Kind = Literal["drug", "therapy", "procedure", "device", "test", "facility"]
ReasonClass = Literal["clinical", "contract", "paperwork", "access", "approval"]
HostName = Literal["plain", "netlify", "cloudflare-pages", "github-pages", "s3", "nginx"]
KINDS: tuple[str, ...] = get_args(Kind)
CLASSES: tuple[str, ...] = get_args(ReasonClass)


def _true_or_false(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("write true or false")
        return value == "true"
    return value


def _iso_date(value: object) -> object:
    if isinstance(value, str):
        try:
            if re.fullmatch(r"[2-9]\d{3}-\d{2}-\d{2}", value):  # an earlier year is a slip
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise ValueError("write a date that exists, from 2000 on, as YYYY-MM-DD, such as 2026-11-21")
    return value


Flag = Annotated[bool, Before(_true_or_false)]
Date = Annotated[date, Before(_iso_date)]


@model
class Period(Model):
    """A length of time as a law states it: a number and a unit, written ``180 days``, ``72 hours`` or ``4 months``."""

    FORM: ClassVar[str] = "a length of time, such as 180 days,"

    number: int = said(gt=0)
    unit: Literal["hour", "day", "business day", "week", "month", "year"]

    HOURS: ClassVar[dict[str, int]] = {
        "hour": 1, "day": 24, "business day": 34, "week": 168, "month": 730, "year": 8760,
    }  # fmt: skip

    @classmethod
    def as_fields(cls, value: object) -> object:
        """The number and the unit of what was written."""
        if isinstance(value, str):
            found = re.fullmatch(r"([1-9][0-9]{0,3}) (hour|day|business day|week|month|year)s?", value)
            if not found:
                raise ValueError("write a number and a unit, such as 180 days, 72 hours or 4 months")
            return {"number": int(found[1]), "unit": found[2]}
        return value

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'' if self.number == 1 else 's'}"

    def rough_hours(self) -> int:
        """Length in hours, good enough to order periods of different units."""
        return self.number * self.HOURS[self.unit]


@model
class ByKind(Model):
    """Text that may differ by kind of service; kinds that are not named use ``other``."""

    FORM: ClassVar[str] = "a text, or a mapping from kinds of service to texts,"

    other: Text
    drug: Text | None = None
    therapy: Text | None = None
    procedure: Text | None = None
    device: Text | None = None
    test: Text | None = None
    facility: Text | None = None

    @classmethod
    def as_fields(cls, value: object) -> object:
        """One text is for all kinds."""
        return {"other": value} if isinstance(value, str) else value

    def for_kind(self, kind: str | None) -> str:
        """The text for a service of this kind, or for no service in particular."""
        return (getattr(self, kind) if kind else None) or self.other


# ---------------------------------------------------------------- data/sources.yaml


@model
class Source(Model):
    """Something a page may cite, and how far we have checked it."""

    slug: Slug = said(exclude=True)
    title: Text = said(description="What the document calls itself, with its section or number.")
    publisher: Text = said(description="Who publishes it.")
    url: WebAddress = said(description="The official address a reader should open.")
    kind: Literal["law", "agency", "guideline", "payer", "research", "other"] = said(
        description="law (statute or regulation), agency (a government body's own page), guideline (a clinical body), "
        "payer (a health plan's own document), research, or other. Sources are listed in this order."
    )
    checked: Date = said(description="The day somebody last checked the fact against a copy of this source.")
    how: Literal["live", "archived", "secondary", "unopened"] = said(
        description="live: the page itself was opened. archived: a stored copy of the page was read. secondary: "
        "another publication quoting it was read. unopened: named as the place to look, nothing read yet."
    )
    via: Text | None = said(default=None, description="For secondary: where it was read.")
    dated: Text | None = said(default=None, description="The document's own date or version, as it states it.")

    PRIMARY: ClassVar[frozenset[str]] = frozenset({"law", "agency", "guideline", "payer"})

    def __post_init__(self) -> None:
        """See that what was read second-hand names its copy."""
        if self.how == "secondary" and not self.via:
            raise ValueError("a source checked second-hand must say where it was read, in 'via'")


# ---------------------------------------------------------------- data/plan_types.yaml


TERMS = "the terms of my plan"  # what a letter rests on where we know of no rule


@model
class Decision(Model):
    """How fast a plan must answer a first appeal, by situation. A situation the rule does not name is left out."""

    urgent: Period | None = said(default=None, description="When waiting could seriously harm the patient.")
    before_care: Period | None = said(default=None, description="Care not yet received (pre-service).")
    after_care: Period | None = said(default=None, description="Care already received; payment (post-service).")
    extension: Period | None = said(default=None, description="Urgent request to go on with approved treatment.")
    extension_asked_before: Period | None = said(
        default=None, description="How long before the approved treatment ends that request must be made."
    )
    part_b_drug: Period | None = said(default=None, description="Medicare Part B drug, not urgent.")
    exception: Period | None = said(
        default=None, description="Exception to a drug rule; from the prescriber's reasons."
    )
    exception_urgent: Period | None = said(default=None, description="The same where waiting could do serious harm.")
    before_care_two_levels: Period | None = said(default=None, description="Per level, where the plan has two.")
    after_care_two_levels: Period | None = said(default=None, description="Per level, where the plan has two.")
    sources: tuple[Slug, ...] = said(default=(), description="Ids for these clocks; the plan type's own unless given.")


@model
class OutsideReview(Model):
    """The step outside the plan that follows its last no."""

    name: Text = said(description="What it is called, as it stands in a sentence: 'external review'.")
    by: Text = said(description="Who decides.")
    within: Period | None = said(default=None, description="How long you have to ask, at the least.")
    within_from: Text | None = said(default=None, description="The event the time counts from: 'receipt of ...'.")
    within_note: Text | None = said(
        default=None, description="The same in words where some denials give more: '90 days from ..., or else 60 days.'"
    )
    within_counts: Literal["receipt", "notice-date"] = said(
        default="notice-date", description="The same for the calculator: receipt of the last no, or the date on it."
    )
    within_unanswered: Period | None = said(
        default=None, description="How long you have to ask where the plan does not answer; from your own request."
    )
    missing_day: Literal["day-before", "day-after"] = said(
        default="day-before",
        description="Where a month has no such day (30 February): its last day, or the first of the next month. Only "
        "where the law says so may it be day-after.",
    )
    to_working_day: Flag = said(
        default=False, description="true where the law moves a last day on a weekend or federal holiday to the next."
    )
    automatic: Flag = said(default=False, description="true where the plan must send the case on by itself.")
    scope: Text = said(description="Which denials it takes, in one plain sentence.")
    decided_standard: Period | None = None
    decided_urgent: Period | None = None
    cost: Text | None = None
    cite: Text = said(default=TERMS, description="The rule as a letter names it: 'I ask under ...'.")
    sources: tuple[Slug, ...] = said(min_length=1, description="Ids from data/sources.yaml.")


@model
class PlanType(Model):
    """One kind of health plan and the appeal rules that bind it."""

    slug: Identifier = said(exclude=True)
    name: Text = said(description="As a table row heading: 'Employer plan, self-funded'.")
    short: Text = said(default="", description="The name where there is little room; name unless given.")
    in_sentence: Text = said(description="As it stands in a sentence: 'a self-funded employer plan'.")
    recognise: Text = said(description="How a reader can tell that this is theirs, in one or two plain sentences.")
    law: Text = said(description="The rule by name, short: '29 CFR 2560.503-1 and 45 CFR 147.136'.")
    sources: tuple[Slug, ...] = said(min_length=1, description="Ids from data/sources.yaml that carry this row.")
    file_within: Period | None = said(default=None, description="Time to file the first appeal.")
    file_from: Literal["receipt", "notice-date"] | None = said(
        default=None, description="What it counts from: receipt of the denial, or the date on the notice."
    )
    file_note: Text | None = said(default=None, description="What a reader must know beside the number.")
    file_sources: tuple[Slug, ...] = said(default=(), description="Ids for this time; those of the row unless given.")
    file_urgent_within: Period | None = said(
        default=None, description="Time to ask for a fast review, where the law sets one; from receipt of the denial."
    )
    presumed_receipt: Period | None = said(
        default=None, description="How long after its date the law takes a notice as received; only where it says so."
    )
    keep_within: Period | None = said(
        default=None, description="Time to ask that an approved service goes on, from the date on the notice."
    )
    cite: Text = said(default=TERMS, description="The rule as a letter names it: 'I appeal under ...'.")
    cite_urgent: Text = said(
        default=TERMS, description="The same for a fast answer, where a rule of its own governs it; cite unless given."
    )
    decision: Decision = Decision()
    urgent_note: Text | None = said(
        default=None, description="How an urgent appeal goes where it has a way of its own or no rule sets its clock."
    )
    urgent_sources: tuple[Slug, ...] = said(
        default=(), description="Ids for what is said of urgent appeals; those of the plan type unless given."
    )
    decided_by: Text = said(default="the plan", description="Who answers the first appeal.")
    levels: int | None = said(default=None, ge=0, le=5, description="Required appeal levels inside the plan, at most.")
    outside_review: OutsideReview | None = None
    ongoing: Text | None = said(default=None, description="What protects treatment already under way, plainly.")
    ongoing_sources: tuple[Slug, ...] = said(
        default=(), description="Ids for that and for keep_within; those of the clocks unless given."
    )
    claim_file: Text | None = said(default=None, description="The right to see the file, plainly.")
    help: tuple[Slug, ...] = said(default=(), description="Ids from data/sources.yaml: who helps free of charge.")
    drug_answer: Period | None = said(default=None, description="How fast a request to approve a drug is answered.")
    drug_supply: Period | None = said(default=None, description="The supply of a drug that an emergency allows.")
    guide: PageAddress | None = said(
        default=None, description="The page of content/pages/ on this kind of plan, by its address: /guides/free-help/."
    )
    covers: tuple[Kind, ...] = said(
        default=(), description="The kinds of service it can pay for, where it does not pay for all."
    )
    checked: Date

    @classmethod
    def as_fields(cls, value: object) -> object:
        """One name and one rule, unless two are given."""
        if not isinstance(value, dict):
            return value
        known = {"short": value.get("name"), "cite_urgent": value.get("cite")}
        return {**{key: text for key, text in known.items() if isinstance(text, str) and text}, **value}

    def __post_init__(self) -> None:
        """See that a time to file has a start, or a note in its place."""
        if (self.file_within is None) != (self.file_from is None):
            raise ValueError("file_within and file_from go together: a deadline needs the event it counts from")
        if self.file_within is None and (self.file_urgent_within or self.file_sources):
            raise ValueError("file_urgent_within and file_sources say more of file_within, which is not given")
        if self.presumed_receipt and "receipt" not in (
            self.file_from,
            getattr(self.outside_review, "within_counts", ""),
        ):
            raise ValueError("presumed_receipt is for a time that counts from receipt, and none here does")
        if self.file_within is None and self.file_note is None:
            raise ValueError("without file_within, file_note must say how the reader finds the deadline")


# ---------------------------------------------------------------- data/matrix.yaml


@model
class Sale(Model):
    """A kind of plan that a payer sells or runs."""

    plan_type: Identifier
    until: Date | None = said(default=None, description="The last day these plans are in force, once announced.")
    note: Text | None = said(default=None, description="What a reader must know: states, who insures, who administers.")
    sources: tuple[Slug, ...] = ()


@model
class PolicyLibrary(Model):
    """Where the payer publishes its own coverage rules."""

    title: Text
    source: Slug


@model
class Reviewer(Model):
    """A company that reviews requests for a payer."""

    scope: Text = said(description="What it reviews, as it stands in a sentence: 'imaging and spine care'.")
    name: Text
    source: Slug | None = None


def _never_written(_: object) -> object:
    raise ValueError("name the kinds of plan under 'sells'")


@model
class Payer(Model):
    """A company whose name stands on the insurance card, as insurer or as administrator."""

    slug: Slug = said(exclude=True)
    name: Text = said(description="The name readers search for.")
    full_name: Text = said(description="The name in full, as it stands in a sentence.")
    also: tuple[Text, ...] = said(default=(), description="Other names that visitors may type into the finder.")
    parent: Text | None = said(default=None, description="The company that owns it.")
    sells: tuple[Sale, ...] = said(min_length=1, description="Only what this payer sells or administers now.")
    plan_types: Annotated[tuple[Identifier, ...], Before(_never_written)] = said(
        default=(), description="The kinds of plan under 'sells', for conditions in texts; never written by hand."
    )
    policy_library: PolicyLibrary
    pharmacy_manager: Text | None = said(default=None, description="Who runs its drug benefit.")
    reviewers: tuple[Reviewer, ...] = ()
    appeal_note: Text | None = said(
        default=None, description="Where its appeals go, beside what the letter says; no addresses."
    )
    sources: tuple[Slug, ...] = ()
    checked: Date = said(description="The day this record was last checked; every January at the latest.")

    def __post_init__(self) -> None:
        """Take the kinds of plan that are sold."""
        object.__setattr__(self, "plan_types", tuple(sale.plan_type for sale in self.sells))


@model
class Service(Model):
    """A treatment, device, test or stay that was denied."""

    slug: Slug = said(exclude=True)
    name: Text = said(description="As it stands at the start of a heading; never cased by code.")
    full_name: Text = said(description="As it stands in a sentence, in full.")
    short: Text = said(default="", description="As it stands in a sentence, short; full_name unless given.")
    article: Literal["a", "an", ""] = said(default="", description="The article before full_name, if it takes one.")
    abbr: Text | None = said(default=None, description="The abbreviation, spelled out at first use in a text.")
    also: tuple[Text, ...] = said(
        default=(), description="Other names that visitors may type into the finder, such as brands."
    )
    kind: Kind = said(description="drug, therapy, procedure, device, test or facility.")
    what: Text = said(description="What it is, in one or two plain sentences.")
    measures: tuple[Text, ...] = said(default=(), description="Tests and scores that records show for it.")
    sources: tuple[Slug, ...] = ()

    @classmethod
    def as_fields(cls, value: object) -> object:
        """The short name is the full one unless it is given."""
        if isinstance(value, dict) and isinstance(value.get("full_name"), str) and value["full_name"]:
            return {"short": value["full_name"], **value}
        return value


@model
class Code(Model):
    """A code that the explanation of benefits may show with this reason. The wording is ours: X12 owns its own."""

    set: Literal["CARC", "NCPDP"]
    code: Annotated[str, form(r"^[A-Z0-9]{1,4}$", "write one to four capital letters and digits, such as B8")]
    means: Text


@model
class Reason(Model):
    """A reason a plan gives for saying no."""

    slug: Slug = said(exclude=True)
    name: Text = said(description="As it stands at the start of a heading: 'Step therapy'.")
    in_sentence: Text = said(description="As it stands in a sentence: 'step therapy'.")
    denied: ByKind = said(description="Completes 'CIMT denied by Cigna ...?'; may differ by kind of service.")
    answer: ByKind = said(description="The one-line answer, plain and without a promise; may differ by kind.")
    reason_class: ReasonClass = said(alias="class", description="clinical, contract, paperwork, access or approval.")
    outside_review: Literal["medical-judgment", "contract", "depends"] = said(
        description="Whether federal outside review usually takes it: 45 CFR 147.136(d)."
    )
    codes: tuple[Code, ...] = ()
    phrases: tuple[Text, ...] = said(
        default=(), description="Words of denial letters that may mean this reason, as a letter would put them."
    )
    fits: tuple[Kind, ...] = said(min_length=1, description="Kinds of service this reason makes sense for.")
    gather: tuple[Text, ...] = said(default=(), description="What to collect for an appeal against it.")
    resolves: Text | None = said(default=None, description="What can resolve it, plainly.")
    sources: tuple[Slug, ...] = ()


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _all_or_some(value: tuple[str, ...]) -> tuple[str, ...]:
    if "all" in value and len(value) > 1:
        raise ValueError("'all' stands alone: remove the other names, or remove 'all'")
    return value


Axis = Annotated[tuple[Slug, ...], Must(min_length=1), Before(_one_or_many)]
AllOrSome = Annotated[Axis, After(_all_or_some)]


@model
class LeftOut(Model):
    """Cells left out of a combination: those that match every axis named here."""

    payer: Axis | None = None
    service: Axis | None = None
    reason: Axis | None = None

    def __post_init__(self) -> None:
        """See that it names something."""
        if not (self.payer or self.service or self.reason):
            raise ValueError("name at least one of payer, service or reason")


@model
class Combination(Model):
    """A line of the matrix: expands to the cross product of its payers, services and reasons."""

    payer: AllOrSome = said(description="A slug, a list of slugs, or all.")
    service: AllOrSome = said(description="A slug, a list of slugs, or all.")
    reason: AllOrSome = said(description="A slug, a list of slugs, or all.")
    exclude: tuple[LeftOut, ...] = said(default=(), alias="except", description="Cells to leave out.")
    status: Literal["published", "draft"] = "published"
    publish_on: Date | None = said(default=None, description="A draft until this day.")
    index: Flag = said(default=True, description="false keeps the page out of search engines and the sitemap.")


@model
class Matrix(Model):
    """``data/matrix.yaml``: the three axes, and which of their combinations get a page."""

    payers: dict[Slug, Payer] = said(min_length=1)
    services: dict[Slug, Service] = said(min_length=1)
    reasons: dict[Slug, Reason] = said(min_length=1)
    combinations: tuple[Combination, ...] = ()


# ---------------------------------------------------------------- data/site.yaml


@model
class Offer(Model):
    """The paid offer, shown after all free help and labelled as an advertisement."""

    title: Text
    text: Text
    list_price: Price
    first_price: Price
    code: Annotated[str, form(r"^[A-Z0-9]+$", "write capital letters and digits, such as SEO25")]
    button: Text
    url: WebAddress


@model
class Patterns(Model):
    """Text for each kind of page; may hold placeholders such as ``{{ payer.name }}``."""

    combination: Text
    payer: Text
    payer_service: Text
    service: Text
    reason: Text
    index: Text
    home: Text
    not_found: Text
    letter: Text = "Letters for {{ plan.in_sentence }}: {{ kind.words }}"
    words: Text = "What do the words on your letter mean?"


@model
class ReasonKind(Model):
    """A class of reasons, as pages that are about nothing else name it."""

    slug: ReasonClass = said(exclude=True)
    words: Text = said(description="The class as it stands in a sentence: 'a medical reason'.")


@model
class ReasonKinds(Model):
    """What each class of reasons is called."""

    clinical: Text = "a medical reason"
    contract: Text = "a limit in the plan"
    paperwork: Text = "a paperwork reason"
    access: Text = "a network reason"
    approval: Text = "a missing approval"


def _url_pattern(value: Any) -> Any:
    if isinstance(value, str):
        bare = re.sub(r"\{(payer|service|reason|kind|plan)\}", "x", value)
        if not re.fullmatch(r"/(?:[a-z0-9.-]+/)*(?:[a-z0-9.-]+)?", bare) or "//" in bare or "/." in bare:
            raise ValueError(
                "write a path such as /help/{payer}/{service}/ from lower-case words, {payer}, {service} and {reason}"
            )
    return value


# What each kind of page is about. A free-standing page is about none of the three.
AXES_OF: dict[str, tuple[str, ...]] = {
    "combination": ("payer", "service", "reason"),
    "payer_service": ("payer", "service"),
    "payer": ("payer",),
    "service": ("service",),
    "reason": ("reason",),
    "index": (),
    "home": (),
    "not_found": (),
    "letter": ("kind", "plan"),
    "words": (),
}


def _names_its_axes(kind: str, value: str) -> str:
    axes = AXES_OF[kind]
    if set(re.findall(r"\{(\w+)\}", value)) != set(axes):
        wanted = ", ".join("{" + axis + "}" for axis in axes) or "no axis"
        raise ValueError(f"the pattern for '{kind}' must hold {wanted} and nothing else in braces")
    return value


UrlPattern = Annotated[str, Before(_url_pattern), After(_names_its_axes, of_field=True)]


@model
class Urls(Model):
    """The address of each kind of page. With a trailing slash: a folder with index.html; without: a .html file."""

    combination: UrlPattern
    payer_service: UrlPattern
    payer: UrlPattern
    service: UrlPattern
    reason: UrlPattern
    index: UrlPattern
    letter: UrlPattern = "/letters/{kind}/{plan}/"
    words: UrlPattern = "/words-on-my-letter/"
    page: Annotated[str, form(r"^/(?:[a-z0-9-]+/)*\{page\}/?$", "write a path such as /{page}/")] = said(
        default="/{page}/", description="Free-standing pages from content/pages/; {page} is the path of the file."
    )


@model
class Outline(Model):
    """The blocks of each kind of page, in order: the only authority on order."""

    combination: tuple[Slug, ...] = said(min_length=1)
    payer: tuple[Slug, ...] = said(min_length=1)
    payer_service: tuple[Slug, ...] = said(min_length=1)
    service: tuple[Slug, ...] = said(min_length=1)
    reason: tuple[Slug, ...] = said(min_length=1)
    index: tuple[Slug, ...] = said(min_length=1)
    home: tuple[Slug, ...] = said(min_length=1)
    page: tuple[Slug, ...] = said(min_length=1)
    not_found: tuple[Slug, ...] = said(min_length=1)
    letter: tuple[Slug, ...] = said(
        default=(), description="Letters by class of reason and kind of plan; none made without."
    )
    words: tuple[Slug, ...] = said(default=(), description="Words on letters and their reasons; not made without.")


@model
class Wording(Model):
    """How a text about one kind of service speaks."""

    say: tuple[Text, ...] = said(default=(), description="Words that fit this kind of service; shown as advice.")
    never: tuple[Text, ...] = said(default=(), description="Words that belong to another kind of service.")


Percent = Annotated[int, Must(ge=0, le=100)]
Count = Annotated[int, Must(ge=0)]


@model
class Limits(Model):
    """What ``python build.py check`` measures pages and records against."""

    own_words: Count = said(default=350, description="The fewest words of a combination page that are its own.")
    own_share: Percent = said(default=58, description="The least share of its 5-word runs on no other page, percent.")
    nearest: Percent = said(default=40, description="The most it may share with any other one page, percent.")
    grade: Count = said(default=9, description="The highest reading grade (Flesch-Kincaid) of a block.")
    grade_words: Count = said(default=100, description="The fewest words of a block whose grade means something.")
    sentence_words: Count = said(default=25, description="The most words in a sentence.")
    title: Count = said(default=65, description="The most characters of a title for search results.")
    description_least: Count = said(default=70, description="The fewest characters of a description.")
    description_most: Count = said(default=160, description="The most characters of a description.")
    depth: Count = said(default=4, description="The most clicks from the home page to any page.")
    source_days: Count = said(default=366, description="Days after which a source must be checked again.")
    payer_days: Count = said(default=366, description="Days after which a payer's record must be checked again.")


@model
class Checks(Model):
    """What ``python build.py check`` knows of words and limits."""

    limits: Limits = Limits()
    promises: tuple[Text, ...] = said(default=(), description="Words that promise or sell; they stand nowhere.")
    names: tuple[Text, ...] = said(default=(), description="Names and abbreviations in their only right form.")
    abbreviations: tuple[Text, ...] = said(default=(), description="Abbreviations nobody needs to have spelled out.")
    misfit: tuple[Text, ...] = said(
        default=("not a drug", "drug rule", "not fit"),
        description="Words of which a page whose reason does not fit the service must hold one.",
    )
    wording: dict[Kind, Wording] = said(default_factory=dict, description="The words of each kind of service.")


@model
class Settings(Model):
    """``data/site.yaml``: the site's name, address, order of blocks, offer and limits."""

    name: Text
    url: Annotated[
        str,
        form(r"^https?://[a-z0-9.-]+(:[0-9]+)?$", "write scheme and host only, such as https://www.example.org"),
        After(_with_a_host),
    ] = said(description="Scheme and host, without a path or a final slash.")
    language: Annotated[str, form(r"^[a-z]{2}(-[A-Z]{2})?$", "write a language tag such as en or en-US")] = "en"
    description: Text
    contact: WebAddress = said(description="Where a reader reports an error: mailto: or https:.")
    urls: Urls
    headings: Patterns = said(description="The h1 of each kind of page.")
    titles: Patterns = said(description="The title for search results, without the site's name.")
    descriptions: Patterns = said(description="The description for search results.")
    outline: Outline
    reason_kinds: ReasonKinds = ReasonKinds()
    offer: Offer
    menu: tuple[Annotated[str, form(rf"^{SLUG}(?:/{SLUG})*$", "write a path such as guides/claim-file")], ...] = said(
        default=(), description="Pages of content/pages/ that every page links to, by path."
    )
    host: HostName = said(default="plain", description="Where the site is served; decides what is written beside it.")
    precompress: Flag = said(
        default=False, description="true writes a .br and a .gz beside each text file (for nginx and plain hosts)."
    )
    share_images: Literal["reason", "page", "none"] = said(
        default="reason", description="Pictures for link previews: one for each reason, for each page, or none."
    )
    neighbours: int = said(default=6, ge=1, le=50, description="The most links a list of neighbours shows.")
    check: Checks = said(default=Checks(), description="Words and limits of `python build.py check`.")
    indexnow_key: (
        Annotated[str, form(r"^[A-Za-z0-9-]{8,128}$", "write 8 to 128 letters, digits and hyphens of your choice")]
        | None
    ) = said(
        default=None, description="The key for IndexNow, which tells search engines of changes (build.py announce)."
    )


# ---------------------------------------------------------------- data/people.yaml


@model
class Person(Model):
    """Somebody outside the team who reviews pages. Only real people who agreed to be named."""

    slug: Slug = said(exclude=True)
    name: Text = said(description="As the person signs.")
    credentials: Text = said(description="What entitles them to judge: 'MD, neurologist', 'attorney, New York'.")
    role: Literal["clinician", "lawyer"] = said(description="What they review: medicine or law.")
    profile: WebAddress | None = said(default=None, description="Where a reader can check who this is.")


# ---------------------------------------------------------------- data/redirects.yaml

# Nothing that a file's name could not hold, and no way out of the site: no dot, slash or control character escaped.
_ESCAPED = "%(?:2[0-9A-Da-d]|5[0-9ABD-Fabd-f]|[346-9A-Fa-f][0-9A-Fa-f])"
_PART = f"(?:[A-Za-z0-9_~-]|{_ESCAPED})(?:[A-Za-z0-9._~-]|{_ESCAPED})*"


def _with_short_parts(path: str) -> str:
    """An address whose parts can be names of folders."""
    if any(len(part) > LONGEST for part in path.split("/")):
        raise ValueError(f"a part of this address is longer than {LONGEST} letters")
    return path


SitePath = Annotated[
    str,
    form(
        rf"^/(?:{_PART}(?:/{_PART})*/?)?$",
        "write an address of this site from its first slash, such as /help/cigna/",
    ),
    After(_with_short_parts),
]


@model
class Renamed(Model):
    """Slugs of ``data/matrix.yaml`` that changed, the old one first: every published address with it moves along."""

    payers: dict[Slug, Slug] = said(default_factory=dict)
    services: dict[Slug, Slug] = said(default_factory=dict)
    reasons: dict[Slug, Slug] = said(default_factory=dict)


@model
class Redirections(Model):
    """``data/redirects.yaml``: where visitors of addresses go that no page has any more."""

    renamed: Renamed = said(default=Renamed(), description="Slugs that changed: services: {old: new}.")
    moved: dict[SitePath, SitePath] = said(default_factory=dict, description="Single addresses: '/old/: /new/'.")
    gone: tuple[SitePath, ...] = said(default=(), description="Addresses that nothing replaces.")


@model
class FrontMatter(Model):
    """The head of a Markdown file."""

    title: Text | None = said(default=None, description="The block's heading (h2), or a page's h1.")
    description: Text | None = said(default=None, description="The search description of the page that shows this.")
    search_title: Text | None = said(default=None, description="A page's title for search results.")
    menu_title: Text | None = said(default=None, description="A page's name in the menu, where its title is long.")
    checked: Date | None = said(default=None, description="The day the text was last checked against its sources.")
    reviewed_by: dict[Slug, Date] = said(
        default_factory=dict,
        description="People of data/people.yaml who reviewed this text, each with the day: {jane-roe: 2026-12-01}.",
    )
    reference: Flag = said(default=False, description="true for text that is the same wherever it stands.")
    index: Flag = said(default=True, description="Pages only: false keeps it out of search engines.")
    allow: dict[str, Text] = said(
        default_factory=dict, description="Rules of `check` that this file may break, by code, each with the reason."
    )

    @classmethod
    def of_plain(cls, said: object) -> FrontMatter | None:
        """Front matter that says texts, days and flags alone, as nearly all does, without pydantic. None for any other,
        which may be sound as well."""
        if not isinstance(said, dict) or not said.keys() <= _PLAIN.keys():
            return None
        if not all(isinstance(value, str) and _SURELY_SEEN.search(value) for value in said.values()):
            return None
        try:
            return cls(**{key: _PLAIN[key](value) for key, value in said.items()})
        except ValueError:
            return None


_SURELY_SEEN = re.compile("[A-Za-z0-9]")
_PLAIN: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("title", "description", "search_title", "menu_title"), str),
    **dict.fromkeys(("reference", "index"), _true_or_false),
    "checked": _iso_date,
}
