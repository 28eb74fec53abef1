"""Invented names and sentences for generated projects: harmless, plain, and the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product

KINDS = ("drug", "therapy", "procedure", "device", "test", "facility")
MARKER = "Keep a copy of everything you send."  # stands once in each file that an edit may change
EDITED = "Keep a scan of everything you send."

_PAYER_FIRST = (
    *("Alder", "Birchwood", "Cedar Bay", "Dunmore", "Elm & Ash", "Fairhaven", "Granite", "Hart's Mill", "Inlet"),
    *("Juniper", "Kestrel", "Lake & Shore", "Maple Run", "Northgate", "O'Dell", "Pine & Prairie", "Quarry Hill"),
    *("Rowan", "St. Anne's", "Tamarack", "Upland", "Verdant", "Willow & Reed", "Yarrow"),
)
_PAYER_SECOND = ("Health", "Mutual", "Health Plan", "Care", "Benefit Trust", "Assurance", "Community Plan", "Choice")
_SERVICE_FIRST = (
    *("Lumbar", "Cervical", "Knee", "Shoulder", "Hip", "Wrist", "Ankle", "Hand & arm", "Ear & sinus", "Jaw", "Cardiac"),
    *("Renal", "Hepatic", "Pelvic", "Spinal", "Retinal", "Parkinson's", "Crohn's", "Child's", "Voice", "Gait", "Sleep"),
    *("Wound", "Lung", "Liver", "Thyroid", "Bone & joint", "Skin", "Vestibular", "Nerve", "Graves'", "Ménière's"),
)
_SERVICE_SECOND = {
    "drug": ("infusion", "injection drug", "tablet course"),
    "therapy": ("training", "movement therapy", "group therapy"),
    "procedure": ("surgery", "graft", "nerve block"),
    "device": ("brace", "monitor", "pump"),
    "test": ("imaging", "genetic test", "biopsy study"),
    "facility": ("day program", "inpatient stay", "rehabilitation stay"),
}
# name, as it stands in a sentence, class, whether outside review takes it
_REASONS = (
    ("Prior authorization", "prior authorization", "paperwork", "depends"),
    ("Medical necessity", "medical necessity", "clinical", "medical-judgment"),
    ("Out of network", "an out-of-network provider", "access", "contract"),
    ("Experimental care", "experimental care", "clinical", "medical-judgment"),
    ("Plan exclusion", "a plan exclusion", "contract", "contract"),
    ("Late filing", "late filing", "paperwork", "contract"),
    ("Missing records", "missing records", "paperwork", "depends"),
    ("Coding error", "a coding error", "paperwork", "contract"),
    ("Benefit maximum", "a benefit maximum", "contract", "contract"),
    ("Level of care", "level of care", "clinical", "medical-judgment"),
    ("Duplicate claim", "a duplicate claim", "paperwork", "contract"),
    ("Site of care", "site of care", "clinical", "depends"),
    ("Eligibility", "eligibility", "contract", "contract"),
    ("Referral missing", "a missing referral", "access", "contract"),
    ("Other insurance first", "other insurance first", "contract", "contract"),
    ("Frequency", "frequency of care", "clinical", "depends"),
    ("Bundled service", "a bundled service", "contract", "contract"),
    ("Not a covered provider", "a provider who is not covered", "access", "contract"),
    ("Custodial care", "custodial care", "clinical", "depends"),
    ("Lower-cost care", "lower-cost care", "clinical", "medical-judgment"),
)

_SUBJECTS = (
    *("The plan", "Your letter", "The reviewer", "The office that treats you", "A nurse at the plan", "Your employer"),
    *("The person who signed the notice", "Your treating clinician", "The written rule", "The claim file"),
)
_VERBS = ("may name", "should show", "can leave out", "has to explain", "may point to", "can ask for", "may rest on")
_OBJECTS = (
    *("the page of the rule it used", "earlier care and its dates", "the test scores from the first visit"),
    *("a code that says little by itself", "records that nobody has sent yet", "the plan's own list of terms"),
    *("a part of your contract – not a view of your health", "notes from the last three visits", "a shorter stay"),
)
_ENDINGS = (
    *("so ask for it in writing", "and the date counts", "even if the words sound final", "before it decides again"),
    *("when you call the number on your card", "and you can answer it", "so read it beside your own plan’s papers"),
)
_ACTIONS = (
    *("Write down the day you got the letter", "Ask for the rule by its name and number", "List each visit & its date"),
    *("Put the scores in one table", "Ask who made the decision", "Send the letter so that you can prove the day"),
    *("Call the office that treats you", "Mark the sentence that you disagree with", "Note each call, name and time"),
    *("Compare the codes with the bill", "Ask what would change the answer", "Attach the clinician's own words"),
)
HEADINGS = (
    *("What may the letter really mean?", "Can you appeal this denial?", "What should you gather?"),
    *("Match each point to a record", "What may not work?", "Who decided, and how?", "What do studies say?"),
    *("How do you ask for the rule?", "What if care has started?", "Which words carry weight?"),
)


def payers(count: int) -> list[str]:
    """Names of invented payers, all different."""
    return _mixed(product(_PAYER_FIRST, _PAYER_SECOND), count, "payers")


def services(count: int) -> list[tuple[str, str]]:
    """Names of services, all different, each with its kind."""
    seconds = [(second, kind) for kind in KINDS for second in _SERVICE_SECOND[kind]]
    kind_of = {f"{first} {second}": kind for first in _SERVICE_FIRST for second, kind in seconds}
    names = _mixed(product(_SERVICE_FIRST, [second for second, _ in seconds]), count, "services")
    return [(name, kind_of[name]) for name in names]


def reasons(count: int) -> Sequence[tuple[str, str, str, str]]:
    """Name, form in a sentence, class, and the kind of outside review of each reason."""
    assert count <= len(_REASONS)
    return _REASONS[:count]


def _mixed(pairs: product[tuple[str, str]], count: int, seed: str) -> list[str]:
    names = [" ".join(pair) for pair in pairs]
    assert count <= len(names), f"there are names for {len(names)} {seed} only"
    random.Random(seed).shuffle(names)  # noqa: S311 - names, not secrets
    return names[:count]


class Writer:
    """Writes plain text with the dice of one file, so that a file's text depends on its name and the seed alone."""

    def __init__(self, seed: str, sources: Sequence[str]) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - text, not secrets
        self._sources = sources

    def sentence(self) -> str:
        """A sentence of about fifteen words."""
        choice = self._dice.choice
        return f"{choice(_SUBJECTS)} {choice(_VERBS)} {choice(_OBJECTS)}, {choice(_ENDINGS)}."

    def cited(self) -> str:
        """A sentence that cites a source."""
        source = self._dice.choice(self._sources)
        return f"{self.sentence()[:-1]} ([{source.replace('-', ' ')}][{source}])."

    def paragraph(self, *also: str) -> str:
        """Two sentences, what is given, and a citation."""
        return " ".join([self.sentence(), *also, self.sentence(), self.cited()])

    def items(self, count: int) -> str:
        """A list of things to do."""
        lines = [f"- **{action}.** {self.sentence()}" for action in self._dice.sample(_ACTIONS, count)]
        return "\n".join(lines)

    def table(self, rows: int) -> str:
        """A table of three columns, the last of them for the reader."""
        lines = ["| What the plan may ask | What to show | Where it stands |", "|---|---|---:|"]
        lines += [
            f"| {action}? | {self._dice.choice(_OBJECTS)} | page {self._dice.randint(1, 90)} |"
            for action in self._dice.sample(_ACTIONS, rows)
        ]
        return "\n".join(lines)

    def headings(self, count: int) -> list[str]:
        """Different questions, in a fixed order."""
        return sorted(self._dice.sample(HEADINGS, count), key=HEADINGS.index)
