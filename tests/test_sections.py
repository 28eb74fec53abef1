"""Which sections a page shows: blocks with nothing to say leave no heading behind, unless a layout speaks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_site import call, copy_small

PAGE = "help/acme/on/step-therapy/index.html"
OTHER = "help/no/walker/not-covered/index.html"
ONLY_OF_ACME = '{% if payer.slug == "acme" %}\n\nWrite to Acme first.\n\n{% endif %}\n'


@pytest.mark.parametrize(("block", "stays"), [("next-steps", False), ("rights", True)])
def test_a_text_whose_conditions_leave_nothing_shows_no_heading_of_its_own(
    tmp_path: Path, block: str, stays: bool
) -> None:
    root = copy_small(tmp_path / "small")
    for file in (root / "content" / block).rglob("*.md"):
        file.unlink()
    (root / f"content/{block}.md").write_text(f"---\ntitle: Only of Acme\n---\n{ONLY_OF_ACME}", "utf-8")
    done = call("--root", root)
    assert done.status == 0, done.err
    pages = {name: (root / "site" / name).read_text("utf-8") for name in (PAGE, OTHER)}
    assert f'id="{block}"' in pages[PAGE]
    assert "Write to Acme first." in pages[PAGE]
    assert "Write to Acme first." not in pages[OTHER]
    assert (f'id="{block}"' in pages[OTHER]) == stays
