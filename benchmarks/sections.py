"""The Markdown of a generated project: shared blocks, blocks for one axis, and a text of about 4 KB for one page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.words import MARKER, Writer

_KIND_HINTS = """\
{% if service.kind == "drug" %}

Ask your prescriber for the dose and the dates of earlier drugs before you write about {{ service.full_name }}.

{% elif service.kind in ["therapy", "facility"] %}

Ask your therapist or the facility for the plan of care, your goals and the latest notes.

{% else %}

Ask the office for the exact name and code of what was ordered, and a dated list of earlier care.

{% endif %}"""

_SITUATIONS = (
    ("Write down the date on the letter", "your time to appeal may run from it"),
    ("Look at the card", "it can say {{ payer.name }} even if your employer pays the claims"),
    ("Ask human resources", '"Is our plan self-funded or insured?"'),
    ("Call the number on the card", "ask who decides your appeal at {{ payer.full_name }}"),
)


class Texts:
    """Writes blocks below ``content/``; each file's text depends on its name and the seed alone."""

    def __init__(self, folder: Path, seed: str, sources: tuple[str, ...], checked: str) -> None:
        self._folder = folder
        self._seed = seed
        self._sources = sources
        self._checked = checked

    def shared(self, settings: dict[str, Any], ours: Path) -> None:
        """The blocks that stand on all pages, and a text for each other block that an outline names and ours has."""
        self._answer()
        self._plan_type()
        self._rights()
        self._requirements()
        self._next_steps()
        self._free_help()
        self._about(settings)
        for block in sorted(set(chain.from_iterable(settings["outline"].values())) - {"pages"}):
            written = (self._folder / f"{block}.md").exists() or (self._folder / block).exists()
            if not written and ((ours / f"{block}.md").exists() or (ours / block).exists()):
                text = self._dice(block)
                self._write(block, "", text.paragraph(), text.paragraph())
        for path in settings["menu"]:
            text = self._dice(path)
            head = f"title: Where does {path.replace('/', ' ')} lead?\ndescription: {text.sentence()}\n"
            parts = [f"## {heading}\n\n{text.paragraph()}" for heading in text.headings(3)]
            self._write(f"pages/{path}", head, text.paragraph(), *parts)

    def by_axis(self, payers: Iterable[str], services: Iterable[str], reasons: Iterable[str]) -> None:
        """Blocks for one payer, one service or one reason."""
        for number, payer in enumerate(payers):
            intro = self._dice(payer)
            self._write(f"payer-intro/{payer}/any/any", "", intro.paragraph("{{ payer.full_name }} has rules."))
            if number % 3:
                self._payer_requirements(payer)
        for number, service in enumerate(services):
            intro = self._dice(service)
            self._write(f"service-intro/any/{service}/any", "", "{{ service.what }}", intro.paragraph())
            if number % 4 == 0:
                head = "title: What do plans ask for before {{ service.short }}?\n"
                name = f"requirements/any/{service}/any"
                text = self._dice(name)
                self._write(name, head, text.paragraph("{{ service.what }}"), text.items(4), text.table(3))
        for reason in reasons:
            intro = self._dice(reason)
            self._write(f"reason-intro/any/any/{reason}", "", "{{ reason.answer }}", intro.paragraph(), intro.items(3))
            self._reason_angle(reason, "any")
        self._reason_angle(next(iter(reasons)), "@drug")

    def by_pair(self, pairs: Iterable[tuple[str, str]]) -> None:
        """What one payer asks for before one service."""
        for payer, service in pairs:
            name = f"requirements/{payer}/{service}/any"
            text = self._dice(name)
            head = "title: What does {{ payer.name }} ask for before {{ service.short }}?\n"
            ask = "Ask {{ payer.name }}, as insurer or administrator, which rule it used."
            self._write(name, head, text.paragraph(ask), text.items(4), text.table(4), MARKER)

    def angle(self, payer: str, service: str, reason: str) -> None:
        """A text of about 4 KB for one page, with names written out as people write them."""
        name = f"angle/{payer}/{service}/{reason}"
        text = self._dice(name)
        first, second, third, fourth = text.headings(4)
        words = f"{service.replace('-', ' ')} and {reason.replace('-', ' ')}"
        self._write(
            name,
            f"title: Why was {words} put together?\ndescription: {text.sentence()} See what to ask for & who helps.\n",
            text.paragraph(f"This page is about {words}."),
            f"### {first}\n\n{text.paragraph()}\n\n{text.items(5)}",
            f"### {second}\n\n{text.paragraph(text.sentence())}\n\n> {text.sentence()}",
            f"### {third}\n\n{text.paragraph()}\n\n1. {text.cited()}\n2. {text.sentence()}\n3. {text.sentence()}",
            f"### {fourth}\n\n{text.table(6)}",
            text.paragraph(MARKER),
            text.paragraph(text.cited()),
        )

    # ------------------------------------------------------------ blocks of every page

    def _answer(self) -> None:
        self._write("answer", "", "{{ reason.answer }}")
        drug = "{{ reason.answer }} Your plan counts {{ service.full_name }} as a drug."
        self._write("answer/any/@drug/any", "", drug)

    def _plan_type(self) -> None:
        text = self._dice("plan-type")
        items = "\n".join(f"- **{action}:** {why}." for action, why in _SITUATIONS)
        self._write("plan-kind", "title: Which plan do you have?\n", text.cited(), items, text.sentence())

    def _rights(self) -> None:
        text = self._dice("rights")
        times = (
            'In many plans, {{ plans["employer_insured"].file_within }} is the time to appeal. '
            'An urgent answer takes at most {{ plans["employer_insured"].decision.urgent }}.'
        )
        self._write("rights", "title: What are your deadlines and rights?\n", times, text.items(6), text.cited())

    def _requirements(self) -> None:
        text = self._dice("requirements")
        self._write(
            "requirements",
            "title: What does the plan ask for?\n",
            "{{ payer.name }} publishes rules of its own, under the name {{ payer.policy_library.title }}.",
            text.paragraph("Your plan may have its own terms for {{ service.full_name }}."),
            text.items(3),
        )

    def _payer_requirements(self, payer: str) -> None:
        name = f"requirements/{payer}/any/any"
        text = self._dice(name)
        ask = "Your plan may have its own terms for {{ service.full_name }}."
        parts = (text.paragraph(ask), text.items(4), text.table(3))
        self._write(name, "title: What does {{ payer.name }} ask for?\n", *parts)

    def _reason_angle(self, reason: str, service: str) -> None:
        name = f"angle/any/{service}/{reason}"
        text = self._dice(name)
        first, second, third = text.headings(3)
        other_words = text.paragraph("A letter from {{ payer.name }} may use other words.")
        self._write(
            name,
            "title: Why would {{ payer.name }} deny {{ service.short }} {{ reason.denied }}?\n",
            text.paragraph("{{ service.name }}: {{ service.what }}"),
            f"### {first}\n\n{other_words}\n\n{text.items(4)}",
            _KIND_HINTS,
            f"### {second}\n\n{text.paragraph('{{ reason.name }} is the reason given.')}",
            f"### {third}\n\n{text.table(4)}",
            text.cited(),
        )

    def _next_steps(self) -> None:
        head = "title: What should you do next?\n"
        for name in ("next-steps", "next-steps/any/any/@paperwork", "next-steps/any/any/@contract"):
            text = self._dice(name)
            steps = "\n".join(f"{number}. {text.cited()}" for number in range(1, 7))
            urgent = 'An urgent case is decided within {{ plans["employer_insured"].decision.urgent }}.'
            self._write(name, head, steps, _KIND_HINTS, urgent)

    def _free_help(self) -> None:
        text = self._dice("free-help")
        self._write("free-help", "title: Who can help you free of charge?\n", text.items(6), f"{MARKER} {text.cited()}")

    def _about(self, settings: dict[str, Any]) -> None:
        text = self._dice("about")
        guide = f"Read our [guide](/{settings['menu'][0]}/)." if settings["menu"] else ""
        report = "Found a mistake? [Report an error]({{ site.contact }})."
        self._write("about", "title: About this page\n", text.sentence(), f"{text.sentence()} {guide}", report)

    def _dice(self, name: str) -> Writer:
        return Writer(f"{self._seed} {name}", self._sources)

    def _write(self, name: str, head: str, *parts: str) -> None:
        path = self._folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{head}checked: {self._checked}\n---\n" + "\n\n".join(parts) + "\n", "utf-8")
