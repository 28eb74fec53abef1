"""The files of ``layouts/``: templates and styles as text, assets and the brand's files as bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from appealsite.problems import Mark, Problem, cannot_be_read, changed_meanwhile
from appealsite.read.files import mark_in, read_text
from appealsite.read.inputs import digest, file_names
from appealsite.values import value

LAYOUTS = "layouts"
ASSETS = "assets"
BRAND = "brand"  # what pictures are drawn from; not published
MARK = "mark.svg"  # in the folder of the brand
STYLE = "style.css"
STYLES = "style"  # a folder whose files, joined in order of name, are the stylesheet
MAX_ASSET_BYTES = 8 * 1024 * 1024

_NO_ADDRESS = re.compile(r"[#?%\\]")  # what browsers take for more than a sign of a name
_END_OF_CODE = re.compile("</(?:style|script)", re.IGNORECASE)


@value
class Layouts:
    """Templates by name (``partials/sources.html``), the stylesheet among them as ``style.css``; assets by name
    (``icon.svg``), and the brand's files by name."""

    templates: Mapping[str, str]
    assets: Mapping[str, bytes]
    brand: Mapping[str, bytes]


def read_asset(path: Path) -> bytes:
    """A file of the generator itself, as it is."""
    return path.read_bytes()


def read_layouts(root: Path, problems: list[Problem], expected: Mapping[str, bytes] | None = None) -> Layouts:
    """Read every file below ``root/layouts``; hidden files are left alone.

    ``expected`` holds the digests of all input files as a build began, if there is one; one that changed is a problem.
    """
    templates: dict[str, str] = {}
    bytes_of: dict[str, dict[str, bytes]] = {ASSETS: {}, BRAND: {}}
    styles: list[str] = []
    listed = file_names(root, LAYOUTS, problems) if expected is None else expected
    names = [name for name in listed if name.startswith(f"{LAYOUTS}/")]
    expected = expected or {}
    for name in sorted(names, key=lambda name: name.split("/")):
        parts = name.split("/")[1:]
        if parts[0] in bytes_of and len(parts) > 1:
            if parts[0] == ASSETS:
                _tell_of_name(name, problems)
            data = _asset(root / name, name, problems, expected.get(name))
            if data is not None:
                bytes_of[parts[0]]["/".join(parts[1:])] = data
            continue
        text = read_text(root / name, name, problems, expected=expected.get(name))
        if text is not None and not name.endswith(".html"):
            _tell_of_end(text, name, problems)
        if text is not None and parts[0] == STYLES:
            styles.append(text)
        elif text is not None:
            templates["/".join(parts)] = text
    if styles:
        templates[STYLE] = "\n".join([*filter(None, [templates.get(STYLE)]), *styles])
    return Layouts(templates, bytes_of[ASSETS], bytes_of[BRAND])


def _tell_of_name(name: str, problems: list[Problem]) -> None:
    """Tell of a name that would lead browsers elsewhere."""
    found = _NO_ADDRESS.search(name)
    if found:
        problems.append(Problem(Mark(name), f"no address leads to a name with '{found[0]}'", "rename it"))


def _tell_of_end(code: str, name: str, problems: list[Problem]) -> None:
    """Tell of what would end the element of a page that this code stands in."""
    lines = code.split("\n")
    for number, line in enumerate(lines):
        found = _END_OF_CODE.search(line)
        if found:
            mark = mark_in(name, lines, number, found.start(), len(found[0]))
            hint = r"write '<\/' in place of '</': in a text of the code it means the same"
            problems.append(Problem(mark, f"'{found[0]}' would end this code in the middle of itself", hint))


def _asset(path: Path, name: str, problems: list[Problem], expected: bytes | None) -> bytes | None:
    """The bytes of a file; None and a problem where it is too large, cannot be read or is not as ``expected``."""
    try:
        if path.stat().st_size > MAX_ASSET_BYTES:
            problems.append(Problem(Mark(name), f"is larger than {MAX_ASSET_BYTES:,} bytes"))
            return None
        data = path.read_bytes()
    except OSError as error:
        problems.append(cannot_be_read(name, error))
        return None
    if expected is not None and digest(data) != expected:
        problems.append(changed_meanwhile(name))
        return None
    return data
