"""For each rule of ``check``, a small site that it passes and one that it fails: edits to the site of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# A file with its whole text, with what to replace in it by what, or None to remove it.
Edits = Mapping[str, str | tuple[str, str] | None]

SITE, MATRIX, SOURCES, PLANS = "data/site.yaml", "data/matrix.yaml", "data/sources.yaml", "data/plan_types.yaml"
ANGLE = "content/angle/acme/walker/step-therapy.md"
NEXT = "content/next-steps.md"
GUIDE = "content/pages/guides/kinds-of-plan.md"
HEAD = "---\ntitle: Why steps?\n---\n"
GUIDE_HEAD = "---\ntitle: Which plan do you have?\ndescription: How to tell.\n---\n"
PAGE = "layouts/page.html"


# What the small site has wrong on purpose, for other tests, is put right first.
SOUND: Edits = {
    "content/angle/acme/speech-therapy/step-therapy.md": f"{HEAD}This is a drug rule ([Rule 1][rule-1]).\n",
    "content/angle/no/speech-therapy/012.md": f"{HEAD}Send the form ([rules][norm-rules]).\n",
    "content/answer/any/@drug/@contract.md": None,
    "content/rights.md": ("[Rule 1][rule-1]).", "[Rule 1][rule-1]):"),
    "content/answer/any/any/@contract.md": None,
    PAGE: ("{{ page.crumb }}", '<b aria-current="page">{{ page.crumb }}</b>'),
    GUIDE: f"{GUIDE_HEAD}Look at your card ([Rule 1][rule-1]).\n\n## Is it from a job?\n\nAsk.\n",
    SITE: ("{{ payer.name }} {{ service.short }}: {{ reason.in_sentence }}", "{{ payer.name }}, {{ service.name }}, "
           "{{ reason.in_sentence }}"),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Edits under which a rule finds nothing, and edits under which it finds ``says`` in the file ``where``."""

    passes: Edits
    fails: Edits
    where: str
    says: str
    settings: str = ""


def angle(text: str) -> Edits:
    """The site with this text as the angle of one page."""
    return {ANGLE: f"{HEAD}{text}\n"}


def words(count: int, start: int = 0) -> str:
    """A text of so many words, none of them twice."""
    return " ".join(f"word{'abcdefghij'[n // 100]}{'abcdefghij'[n // 10 % 10]}{'abcdefghij'[n % 10]}" for n in
                    range(start, start + count))  # fmt: skip


WORDS = """check:
  promises: [usually flip, simply]
  names: [EOB]
  abbreviations: [US]
  misfit: [a drug rule]
  wording:
    device: {say: [supplier], never: [refill]}
    drug: {never: [therapist]}
"""

CASES: dict[str, Case] = {
    "C01": Case(
        angle(
            "Acme answers within 30 days ([Rule 1][rule-1]). Is it most of them? Ask 2 people.\n\n"
            "Bring notes of the past two months. Ask for the law by its number, and which state rule fits.\n\n"
            'Say: "I could not walk alone on 4 of 6 days this week."'
        ),
        angle("Acme answers within 30 days."),
        ANGLE,
        "states a number ('30 days')",
    ),
    "C02": Case(
        angle("Use it for 180 days after the operation."),
        angle("You can appeal for 180 days."),
        ANGLE,
        "the deadline '180 days' is typed",
    ),
    "C03": Case(
        angle('A flip chart, and [a link](/guides/kinds-of-plan/ "simply").'),
        angle("Such denials usually flip."),
        ANGLE,
        "'usually flip' promises",
        WORDS,
    ),
    "C04": Case(
        angle("See [the study][frame-study]."),
        {
            SOURCES: (
                "help-desk:\n",
                "unused-one:\n  title: T\n  publisher: P\n  url: https://x.example/\n"
                "  kind: law\n  checked: 2026-01-01\n  how: live\nhelp-desk:\n",
            )
        },
        SOURCES,
        "no page uses the source 'unused-one'",
    ),
    "C05": Case(
        {SOURCES: ("checked: 2026-01-06", "checked: 2025-11-22")},
        {SOURCES: ("checked: 2026-01-06", "checked: 2025-11-01")},
        SOURCES,
        "'frame-study' was checked 385 days ago",
    ),
    "C06": Case(
        {},
        {SOURCES: ('  dated: "2019"\n', "")},
        SOURCES,
        "the source 'frame-study' has no date",
    ),
    "C07": Case(
        {},
        {MATRIX: ("checked: 2026-02-28", "checked: 2025-02-28")},
        MATRIX,
        "the record of 'acme' was checked 631 days ago",
    ),
    "C08": Case(
        angle('You have {{ plans["job_plan"].file_within }}.'),
        {
            "content/next-steps/acme/walker/step-therapy.md": 'You have {{ plans["va"].file_within }}.\n',
            PLANS: (
                "market_plan:\n",
                "va:\n  name: VA\n  in_sentence: a VA plan\n  recognise: A card.\n  law: R\n"
                "  sources: [rule-2]\n  file_within: 1 year\n  file_from: receipt\n  checked: 2026-03-01\n"
                "market_plan:\n",
            ),
        },
        "content/next-steps/acme/walker/step-therapy.md",
        "'Acme' does not sell the kind of plan 'va'",
    ),
    "C09": Case(
        angle("See the [rule][rule-1]."),
        angle("Ask which rule."),
        ANGLE,
        "what is written for this combination cites no source",
    ),
    "F01": Case(
        angle("This is a drug rule."),
        angle("This is a rule."),
        ANGLE,
        "'step-therapy' does not fit a device",
        WORDS,
    ),
    "F02": Case(
        {**angle("Ask the supplier."), "content/next-steps/acme/@drug/any.md": "Ask for a refill.\n"},
        angle("Ask for refills."),
        ANGLE,
        "'refills' stands on pages about a device",
        WORDS,
    ),
    "F03": Case(
        angle(
            "The EOB of Acme ([EOB](/guides/kinds-of-plan/), `eob`), and two EOBs. They ship it. "
            "See [EOB codes] [eob-codes], ([eob-codes]) and [EOB](eob-codes] too. Sign in at acme.com or "
            "www.Acme.com/acme/eob, write to appeals@acme.example, or send acme-form.pdf and eob.html."
        ),
        angle("The Eob of Acme."),
        ANGLE,
        "'Eob' is written 'EOB'",
        WORDS,
    ),
    "F04": Case(
        angle(
            'An explanation of benefits (EOB). In the US, the EOB says why. It may say "ABC". It was once called AIM.'
        ),
        angle("The EOB says why."),
        ANGLE,
        "'EOB' is not spelled out",
        WORDS,
    ),
    "F05": Case(
        angle("An MRI, a CT, an HMO, a PPO and a FAQ. A UPMC plan, a USPSTF grade, a UPPP, a UTI, an URGENT case."),
        angle("A MRI scan."),
        ANGLE,
        "'A MRI' should begin with 'an'",
    ),
    "F06": Case(
        {MATRIX: ("full_name: walking frame", "full_name: UPPP surgery")},
        {MATRIX: ("article: a\n", "article: an\n")},
        MATRIX,
        "'an walking frame' should be 'a ...'",
    ),
    "O01": Case(
        {SITE: ("language: en", "language: en\ncheck: {limits: {own_words: 8}}")},
        {SITE: ("language: en", "language: en\ncheck: {limits: {own_words: 100}}")},
        "content/angle/acme/speech-therapy/step-therapy.md",
        "words of their own; the least is 100",
    ),
    "O02": Case(
        {
            ANGLE: f"{HEAD}{words(200)}\n",
            "content/angle/acme/speech-therapy/step-therapy.md": f"{HEAD}{words(200, 300)}\n",
            "content/angle/no/speech-therapy/012.md": f"{HEAD}{words(200, 600)}\n",
            "content/angle/acme/speech-therapy/012.md": f"{HEAD}{words(90, 800)} x\n",
            "content/angle/acme/on/step-therapy.md": f"{HEAD}{words(90, 900)} y\n",
            "content/angle/no/on/012.md": f"{HEAD}Another text entirely, {words(99, 500).replace('word', 'other')}.\n",
            "content/angle/no/on/not-covered.md": f"{HEAD}Once more, {words(99, 400).replace('word', 'third')}.\n",
        },
        {
            ANGLE: f"{HEAD}Acme says {words(200)}\n",
            "content/angle/acme/speech-therapy/step-therapy.md": f"{HEAD}Norm & Oak says {words(200)}\n",
            "content/angle/no/speech-therapy/012.md": f"{HEAD}{words(200, 600)}\n",
            "content/angle/acme/speech-therapy/012.md": f"{HEAD}{words(90, 800)} x\n",
            "content/angle/acme/on/step-therapy.md": f"{HEAD}{words(90, 900)} y\n",
            "content/angle/no/on/012.md": f"{HEAD}Another text entirely, {words(99, 500).replace('word', 'other')}.\n",
            "content/angle/no/on/not-covered.md": f"{HEAD}Once more, {words(99, 400).replace('word', 'third')}.\n",
        },
        "content/angle/acme/speech-therapy/step-therapy.md",
        "2 pages too much like others: 0% of the text",
        "check: {limits: {own_words: 0, own_share: 58, nearest: 40}}\n",
    ),
    "T01": Case(
        angle("A plain sentence with **weight** & [a link](/guides/kinds-of-plan/)."),
        angle("A plain ** sentence."),
        ANGLE,
        "readers see '**'",
    ),
    "T02": Case(
        {},
        {"layouts/block.html": ("{{ section.html }}", "{{ section.html }}<p></p>")},
        PAGE,
        "an empty <p> on the page",
    ),
    "T03": Case(
        {},
        {PAGE: ("<h1>{{ page.heading }}</h1>", "<h1>{{ page.heading }}</h1><h4>Deep</h4>")},
        PAGE,
        "the heading 'Deep' is h4 after h1",
    ),
    "T04": Case(
        angle("He had had it. Ask which edition of [Rule 1][rule-1] it used."),
        angle("Ask the the plan."),
        ANGLE,
        "'the' stands twice",
    ),
    "T05": Case(
        angle("Ask the plan. " * 60),
        angle("Administrative determinations necessitate comprehensive institutional documentation. " * 20),
        ANGLE,
        "this block reads at grade",
    ),
    "T06": Case(
        angle("Ask them. " * 20 + "It may be Part B. " * 9), angle("ask " * 26 + "."), ANGLE, "a sentence of 26 words"
    ),
    "T07": Case(
        angle("1. Write.\n2. Wait.\n\nSee section 2. It says so. The 2. part.\n\n| A | B |\n|---|---|\n| c | d |"),
        angle("Do 1. Write it. 2. Wait for it. 3. Ask."),
        ANGLE,
        "a numbered list run together",
    ),
    "S01": Case(
        {},
        {PAGE: ("<title>{{ page.title }}</title>", "<title>Help</title>")},
        PAGE,
        "the title is not the page's",
    ),
    "S02": Case(
        {ANGLE: f"---\nsearch_title: {'x' * 40}\n---\nText.\n"},
        {ANGLE: f"---\nsearch_title: {'x' * 60}\n---\nText.\n"},
        ANGLE,
        "the title is longer than 65 characters",
    ),
    "S03": Case(
        {ANGLE: f"---\ndescription: {'x' * 90}\n---\nText.\n"},
        {ANGLE: f"---\ndescription: {'x' * 200}\n---\nText.\n"},
        ANGLE,
        "the description is longer than 160 characters",
        "check: {limits: {description_least: 0}}\n",
    ),
    "S04": Case(
        {},
        {SITE: ('payer: "{{ payer.name }} denials"', 'payer: "All denials"')},
        SITE,
        "pages have the title 'All denials | SmallHelp'",
    ),
    "S05": Case({}, {PAGE: ("<h1>", "<h1>One</h1><h1>")}, PAGE, "2 headings of the first level"),
    "S06": Case(
        {},
        {PAGE: ("{{ page.canonical }}", "{{ page.url }}")},
        PAGE,
        "the canonical address is not the page's own",
    ),
    "S07": Case(
        {},
        {PAGE: ("<h1>{{ page.heading }}</h1>", "<h1>{{ page.title }}</h1>")},
        PAGE,
        "the structured data's 'name' is not what the page shows",
    ),
    "S08": Case(
        {},
        angle("See [this](/guides/nowhere/)."),
        ANGLE,
        "a link to /guides/nowhere/, where there is no page",
    ),
    "S09": Case(
        {GUIDE: f"{GUIDE_HEAD}See [below](#is-it-from-a-job).\n\n## Is it from a job?\n\nYes.\n"},
        angle("See [the guide](/guides/kinds-of-plan/#is-it-from-school)."),
        ANGLE,
        "no part of /guides/kinds-of-plan/ has the id 'is-it-from-school'",
    ),
    "S10": Case(
        {PAGE: ("<h1>", '<img src="{{ assets["icon.svg"] }}" alt="" width="1" height="1"><h1>')},
        {PAGE: ("<h1>", '<img src="{{ assets["icon.svg"] }}" width="1"><h1>')},
        PAGE,
        "has no alt and no height",
    ),
    "S11": Case(
        {"content/pages/lonely.md": "---\ntitle: Lonely\ndescription: D.\nindex: false\n---\nText.\n"},
        {"content/pages/lonely.md": "---\ntitle: Lonely\ndescription: D.\n---\nText.\n"},
        "content/pages/lonely.md",
        "no link leads here from the home page",
    ),
    "S12": Case(
        {},
        {SITE: ("language: en", "language: en\ncheck: {limits: {depth: 1}}")},
        MATRIX,
        "more than 1 clicks from the home page",
    ),
    "D01": Case(
        {"content/angle/no/walker/012.md": "Text of a draft.\n"},
        {"content/angle/no/on/step-therapy.md": "Text.\n"},
        "content/angle/no/on/step-therapy.md",
        "no page shows this text",
    ),
    "D02": Case(
        {},
        {
            MATRIX: (
                "  walker:\n    name",
                "  spare:\n    name: Spare\n    full_name: spare\n    kind: test\n"
                "    what: Nothing.\n  walker:\n    name",
            )
        },
        MATRIX,
        "no combination uses the service 'spare'",
    ),
    "D03": Case(
        angle("See [it](/help/acme/walker/step-therapy/)."),
        angle("See [it](/help/acme/on/012/)."),
        ANGLE,
        "a link to /help/acme/on/012/, which is a draft",
    ),
    "D04": Case(
        {ANGLE: "---\nallow: {T04: a quotation}\n---\nAsk the the plan.\n"},
        {ANGLE: "---\nallow: {T99: a quotation}\n---\nAsk the plan.\n"},
        ANGLE,
        "there is no rule 'T99'",
    ),
    "D06": Case(
        {},
        {"content/answer/any/walker/any.md": "Text.\n"},
        MATRIX,
        "most have a text such as content/answer/any/speech-therapy/any.md",
    ),
    "D07": Case(
        {"content/angle/no/walker/012.md": "Ask for the form.\n", **angle("TODO: ask for the rule.")},
        {"content/angle/no/walker/012.md": "TODO: ask for the form.\n"},
        "content/angle/no/walker/012.md",
        "still to write",
    ),
    "D08": Case(
        {SITE: ("small.example", "smallhelp.org")},
        {},
        SITE,
        "'mailto:errors@small.example' is an example",
    ),
    "D05": Case(
        {},
        {
            PLANS: (
                "market_plan:\n",
                "spare:\n  name: S\n  in_sentence: a plan\n  recognise: A card.\n  law: R\n"
                "  sources: [rule-2]\n  file_note: See the letter.\n  checked: 2026-03-01\nmarket_plan:\n",
            )
        },
        PLANS,
        "the kind of plan 'spare'",
    ),
}
CASES["O03"] = Case(
    CASES["O02"].passes,
    {
        **CASES["O02"].passes,
        ANGLE: f"{HEAD}{words(120)} {words(80, 900).replace('word', 'mine')}\n",
        "content/angle/acme/speech-therapy/step-therapy.md": f"{HEAD}{words(120)} "
        f"{words(80, 800).replace('word', 'else')}\n",
    },
    "content/angle/acme/speech-therapy/step-therapy.md",
    "too much like others",
    "check: {limits: {own_words: 0, own_share: 10, nearest: 50}}\n",
)
