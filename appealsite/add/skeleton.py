"""The Markdown file of a new combination: the headings that this class of reason and this kind of service need.

Each heading has a line that begins with TODO and says what to write there. ``check`` reports every one that is left: as
a note while the combination is a draft, as an error once a page shows the file.
"""

from __future__ import annotations

import re
import sys

from appealsite.add.entry import as_yaml
from appealsite.read.models import Kind, Payer, Reason, ReasonClass, Service

MARKUP = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\]\[")  # which a text takes for more than words

_MISFIT = (
    (
        "What may the letter really mean?",
        "the rules that the words may stand for, each with the code that goes with it",
    ),
    ("What should you ask the plan for?", "the written rule, and where a reader finds it"),
)
_BY_CLASS: dict[ReasonClass, tuple[tuple[str, str], ...]] = {
    "clinical": (
        ("What does the plan's rule ask for?", "what the rule requires, with its source"),
        ("Why may the denial be wrong?", "the words of guidelines and studies, with their sources"),
    ),
    "contract": (
        ("Where is this written in your plan?", "which page of the contract to ask for, and what it must say"),
        ("When does the limit not apply?", "exceptions, and counts that may be wrong, with their sources"),
    ),
    "paperwork": (
        ("What is missing or wrong?", "the form, code or date that this denial is about"),
        ("How is it put right without an appeal?", "who corrects it, and how long that may take"),
    ),
    "access": (
        ("Is there care within reach in the network?", "how to find out, and what to write down"),
        ("How do you ask for an exception?", "who may ask, and what the plan looks at"),
    ),
    "approval": (
        (
            "Was approval needed, and who had to ask?",
            "where the plan lists what needs approval, and its rule on who asks",
        ),
        ("Can the plan still approve it?", "how to ask before care, or for a look back after it"),
    ),
}
_GATHER: dict[Kind, str] = {
    "drug": "each drug tried, with its dose, its dates and its result",
    "therapy": "visits, goals and scores, each with its date",
    "procedure": "the exam and imaging reports that show why it is needed",
    "device": "the order, the measurements, and notes of a trial with it",
    "test": "how the result would change the treatment",
    "facility": "the notes of each day, and why care at home was not safe",
}
_CLOSING: dict[ReasonClass, tuple[str, str]] = {
    "clinical": ("What may not work?", "arguments that sound strong and are weak"),
    "contract": ("When may the denial stand?", "when the contract decides, and what is left to do"),
    "paperwork": ("When is an appeal needed all the same?", "the deadline, and what to send"),
    "access": ("What may not work?", "arguments that sound strong and are weak"),
    "approval": ("When may the denial stand?", "when nobody asked in time, and who then bears the cost"),
}


def angle(payer: Payer, service: Service, reason: Reason, day: str) -> str:
    """The file of a combination's own section, to be filled in."""
    fits = service.kind in reason.fits
    denied = reason.denied.for_kind(service.kind)
    headings = _BY_CLASS[reason.reason_class] if fits else _MISFIT
    care = f"{service.article} {service.full_name}" if service.article else service.short
    lead = f"in one or two sentences, what {payer.name} may mean when it denies {care} {denied}"
    if not fits:
        lead += f". Say that this reason does not fit a {service.kind}"
    lines = [
        "---",
        f"title: {_quoted(f'Why would {payer.name} deny {care} {denied}?')}",
        "description: TODO - what a search shows under the title, 120 to 155 characters",
        f"checked: {day}",
        "---",
        f"TODO: {lead}.",
    ]
    for heading, words in headings:
        lines += ["", f"### {heading}", "", f"TODO: {words}."]
    lines += ["", "### What should you gather?", "", "- TODO: the denial letter and the exact rule it names"]
    lines += [f"- TODO: {_GATHER[service.kind]}"]
    if reason.reason_class == "clinical":
        lines += ["", "### Worksheet: match each rule to a record", ""]
        lines += ["| What the plan may ask | What to show | Where in your records |", "|---|---|---|"]
        lines += ["| TODO: a point of the rule | TODO: the record that answers it | |"]
    heading, words = _CLOSING[reason.reason_class]
    lines += ["", f"### {heading}", "", f"TODO: {words}."]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """The text as YAML has it on one line, in quotes where it needs them, however long it is."""
    return as_yaml({"title": text}, width=sys.maxsize)[0].removeprefix("title: ")
