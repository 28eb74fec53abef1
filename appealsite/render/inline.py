"""The inline code of the templates, for a Content-Security-Policy by hash: it must be the same bytes on every page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

from appealsite.problems import Problem
from appealsite.read.files import mark_in
from appealsite.read.layouts import STYLE, Layouts
from appealsite.render.assets import compact_css, compact_js
from appealsite.values import value

BOOT = "boot.js"
_NOT_TEXT = re.compile(r"\{#.*?#\}", re.DOTALL)
_ELEMENT = re.compile(r"<(style|script)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_BEGINNING = re.compile(r"<(style|script)\b([^>]*)", re.IGNORECASE)
_CONSTANT = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}")
_DATA = re.compile(r"""\btype\s*=\s*["']?application/(?:ld\+)?json\b""", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*=", re.IGNORECASE)
_IMPORT = re.compile(r"\bimport\s*\(")
_STYLESHEET = re.compile(r"<link\b[^>]*\brel\s*=\s*[\"']?stylesheet\b", re.IGNORECASE)
_OTHERS = r"""(?:[^<>"']|"[^"]*"|'[^']*')*?"""  # attributes before the one that is looked for
_ELSEWHERE = re.compile(
    rf"""<(?:script|img|iframe|embed|source|audio|video|track)\b{_OTHERS}\ssrc\s*=\s*["']?((?:https?:)?//)"""
    rf"""|<link\b(?=[^<>]*\brel\s*=\s*["']?stylesheet\b){_OTHERS}\shref\s*=\s*["']?((?:https?:)?//)""",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"<[a-z][^<>]*?\s(style|on[a-z]+)\s*=", re.IGNORECASE)


@value
class Inline:
    """Sources of code for the policy: ``'sha256-...'`` for what is inline, ``'self'`` where files are loaded."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]


def code_of(layouts: Layouts) -> dict[str, str]:
    """The code that templates may put into a style or script, by the name they have for it."""
    source = layouts.templates.get
    return {"css": compact_css(source(STYLE, "")), "boot": compact_js(source(BOOT, ""))}


def inline_code(templates: Mapping[str, str], constants: Mapping[str, str], problems: list[Problem]) -> Inline:
    """Find all style and script elements. ``constants`` are what a template may put into one: equal on every page.

    Data blocks (``application/ld+json``) are not run by browsers and need no hash.
    """
    found: dict[str, set[str]] = {"style": set(), "script": set()}
    for name, source in sorted(templates.items()):
        text = _NOT_TEXT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
        if _STYLESHEET.search(text):
            found["style"].add("'self'")
        for match in _ELEMENT.finditer(text):
            kind, attributes, code = match[1].lower(), match[2], match[3]
            if kind == "script" and _DATA.search(attributes):
                continue
            if kind == "script" and _SOURCE.search(attributes):
                found[kind].add("'self'")
                continue
            constant = _CONSTANT.fullmatch(code)
            if constant and constant[1] in constants:
                found[kind].add(hashed(constants[constant[1]]))
                if _IMPORT.search(constants[constant[1]]):
                    found[kind].add("'self'")
            elif "{#" in source[match.start(3) : match.end(3)]:
                _complain(name, source, match.start(), f"take the template's comment out of this {kind}", problems)
            elif "{{" in code or "{%" in code:
                _complain(name, source, match.start(), f"this {kind} may differ from page to page", problems)
            else:
                found[kind].add(hashed(code))
        for match in _ELSEWHERE.finditer(text):
            message = "the security policy lets pages load nothing from another server"
            hint = "put the file into layouts/assets and write {{ assets['its name'] }} here"
            _complain(name, source, match.start(match.lastindex or 0), message, problems, hint)
        for match in _ATTRIBUTE.finditer(_ELEMENT.sub(lambda element: " " * len(element[0]), text)):
            _complain(name, source, match.start(1), f"the attribute '{match[1]}' holds inline code", problems)
    return Inline(tuple(sorted(found["style"])), tuple(sorted(found["script"])))


def holds_code(text: str) -> bool:
    """Whether code that the policy names by its hash begins in a piece of a template."""
    for begun in _BEGINNING.finditer(text):
        loaded = _DATA.search(begun[2]) or _SOURCE.search(begun[2])
        if begun[1].lower() == "style" or not loaded:
            return True
    return False


def hashed(code: str) -> str:
    """The source expression for inline code (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


_BY_HASH = "the security policy names code by its hash: write it once in a style or script, the same for all pages"


def _complain(name: str, source: str, at: int, message: str, problems: list[Problem], hint: str = _BY_HASH) -> None:
    before = source[:at]
    column = at - before.rfind("\n") - 1
    mark = mark_in(f"layouts/{name}", source.split("\n"), before.count("\n"), column)
    problems.append(Problem(mark, message, hint))
