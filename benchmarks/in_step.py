"""Do Hugo's templates say what our layouts say? A look without Hugo, so that nobody waits for a run to learn it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from benchmarks.hugo_site import TEMPLATES
from benchmarks.workload import OUTLINE, PROJECT

# The benchmark has no drafts and no pages of letters, so that words for them stand in ours alone.
NOT_IN_HUGO = Counter(["Draft:", "not", "published", "Letters", "and", "full", "rules:"])

_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


def differences() -> list[str]:
    """Words that stand in one set of templates and not, or not as often, in the other; empty when they are in step."""
    ours = _words(PROJECT / "layouts", _left_out()) - NOT_IN_HUGO
    theirs = _words(TEMPLATES / "layouts", frozenset())
    found = [f"only in layouts/: {_shown(ours - theirs)}"] if ours - theirs else []
    return found + ([f"only in benchmarks/hugo/layouts/: {_shown(theirs - ours)}"] if theirs - ours else [])


def _left_out() -> frozenset[str]:
    """Layouts of blocks that no page of the benchmark shows, and what only they include."""
    outlines = {*OUTLINE, "block", "emergency", "neighbours", "offer", "pages", "text"}
    names = {path.name for path in (PROJECT / "layouts/blocks").glob("*.html") if path.stem not in outlines}
    return frozenset(names | {"letter.html"})


def _words(folder: Path, left_out: frozenset[str]) -> Counter[str]:
    """Every word that stands in the templates themselves, outside code and tags."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*.html"):
        if path.name in left_out:
            continue
        text = _CODE.sub(" \0 ", path.read_text("utf-8"))
        found.update(word for word in _TAG.sub(" ", _SCRIPT.sub(" ", text)).replace("\0", " ").split())
    return found


def _shown(words: Counter[str]) -> str:
    return " ".join(sorted(words.elements()))
