"""Residue: signs of Markdown and templates, HTML tags and notes to ourselves that readers would see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from appealsite.check.finding import Finding
from appealsite.check.prose import Passage
from appealsite.check.rules import rule
from appealsite.check.written import Spot, Written
from appealsite.read.models import SLUG

_ELEMENTS = (
    "a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|center|code|col|colgroup|dd|del|details|dfn|div"
    "|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li"
    "|link|main|mark|meta|nav|object|ol|option|p|picture|pre|q|s|samp|script|section|select|small|source|span|strike"
    "|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|video"
)
NOTES = ("TODO", "TBD", "FIXME", "XXX")
_SIGNS = (  # each kind of sign with what to do about it
    (
        "placeholder",
        r"(?:\{\s*)+[\w.\[\]\"' ]{0,80}?(?:\s*\})+|\{[{%]?|%\}|\}+",
        "a placeholder is {{ name }}, a condition a line {% if ... %}",
    ),
    (
        "heading",
        r"^#\s|(?:^|(?<=\s))#{2,6}\s|^#{2,6}|^#(?=[^\W\d_])",
        "a heading is a line of its own: ### and a space",
    ),
    ("underline", r"^=+$", "a heading is not underlined: write ### and a space before it"),
    ("item", r"^-[^\W\d_]\w*", "an item is a dash and a space, the first below an empty line"),
    ("tag", rf"</?(?:{_ELEMENTS})\b[^<>]*>|<!--", "texts hold Markdown and no HTML"),
    ("note", rf"\b(?:{'|'.join(NOTES)})\b|\blorem ipsum\b", "write what is still missing, or remove it"),
    (
        "entity",
        r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|hellip|bull|reg|trade|copy|sect|#x?[\da-f]+);",
        "type the sign itself",
    ),
    ("other", r"\*\*|(?<!\w)__\w|\]\(|\]\[|`{3}|\bplaceholder\d|\bcitation7\d", "mend the Markdown around it"),
)
_RESIDUE = re.compile("|".join(f"(?P<{kind}>{signs})" for kind, signs, _ in _SIGNS), re.IGNORECASE | re.MULTILINE)
_HINTS = {kind: hint for kind, _, hint in _SIGNS}
_EMPTY_LINK = re.compile(r"\[[^\[\]]*\]\(\s*(?:<\s*>)?\s*\)")
_APART = re.compile(r"\[[^\[\]]*\]\s+\((?:/|#|https?:|mailto:)[^()\s]*\)")
_BARE = re.compile(r"(?<!\]\()(?<!\]\( )(?<![<\[\w])https?://[^\s<>()\[\]]+(?<![.,;:?!\"'])")
_LONE = re.compile(rf"(?<![\]\\!])\[({SLUG})\](?![\[(])")


@rule(
    "T01",
    "error",
    "text",
    "Readers must never see Markdown signs, template braces, HTML tags or notes to ourselves.",
    "Mend the Markdown around these signs, or write them another way.",
)
def residue(passage: Passage) -> Iterator[tuple[str, str, str]]:
    """Every sign of Markdown, templates or notes in visible text; of a tag that is opened and closed, the opening."""
    if passage.tag == "pre":
        return
    opened = set()
    for found in _RESIDUE.finditer(passage.lines or passage.text):
        said = " ".join(found[0].split())
        if found.lastgroup == "tag":
            name = re.split(r"[\s/>]", said.lstrip("</"))[0].lower()
            if said.startswith("</") and name in opened:
                continue
            opened.add(name)
        yield said, _seen(said), _HINTS[found.lastgroup or "other"]


def _seen(said: str) -> str:
    return f"readers see '{said}'"


@rule(
    "D07",
    "note",
    "site",
    "No reader sees a draft; where its text says TODO, somebody has still to write before it is published.",
    "Write what the line asks for, in its place. Once a page shows the file, T01 tells of each TODO as an error.",
)
def of_draft(finding: Finding) -> Finding:
    """A finding in a file that only drafts show: a TODO, of which a new file is full, is but a note there."""
    if (finding.code, finding.message) != ("T01", _seen("TODO")):
        return finding
    return Finding(finding.mark, "D07", "still to write", "no reader sees it as long as this is a draft")


def stray_brackets(written: Written, sources: Collection[str]) -> Iterator[Spot]:
    """Links to nowhere, and ids of sources in brackets without a title before them (rule T01).

    Words in brackets may be a blank in a letter. They count as an id when a source has it, or, outside a quotation,
    when they are one word with a hyphen or a number, as of a footnote.
    """
    for number, line in enumerate(written.uncoded if "[" in written.text else ()):
        for found in _EMPTY_LINK.finditer(line):
            hint = "write its address between the round brackets"
            yield Spot(number, found.start(), len(found[0]), f"the link '{found[0]}' leads nowhere", hint)
        for found in _APART.finditer(line):
            hint = "no space stands between its brackets"
            yield Spot(number, found.start(), len(found[0]), f"readers see '{found[0]}', a link in two parts", hint)
        quoted = line.lstrip().startswith(">")
        for found in _LONE.finditer(line):
            if found[1] in sources or (("-" in found[1] or found[1].isdigit()) and not quoted):
                message = f"readers see '{found[0]}', an id without a title"
                yield Spot(number, found.start(), len(found[0]), message, "a citation is [title][id], without a space")


def bare_addresses(written: Written) -> Iterator[Spot]:
    """Addresses that are no links: a reader can only copy them out (rule T01)."""
    for number, line in enumerate(written.uncoded if "://" in written.text else ()):
        apart = [found.span() for found in _APART.finditer(line)]
        for found in _BARE.finditer(line):
            if not any(start < found.start() < end for start, end in apart):
                hint = "make words of yours a link: [words](address)"
                yield Spot(number, found.start(), len(found[0]), f"'{found[0]}' is no link", hint)
