"""No published address vanishes: it is a page, leads to one in a single step, or is said to be gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appealsite.make import Maker, Order
from appealsite.plan.redirects import Redirects, resolve
from appealsite.read.inputs import digests
from tests.published_site import LATER, STATE, edit, published_site, state
from tests.small_site import call, copy_small, tree

FRAME = "renamed:\n  services: {walker: frame}\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return published_site(tmp_path)


def redirects(root: Path) -> Redirects:
    """What the plan of a project hands on to whoever writes redirects for a host."""
    order = Order(root, date(2026, 12, 1), False, "python", False, None, digests(root))
    return Maker(order).plan.redirects


def rename_walker(root: Path, new: str = "frame", old: str = "walker") -> None:
    """Give a service another slug, as a person would: in the matrix, and in the paths of its texts."""
    matrix = root / "data/matrix.yaml"
    text = matrix.read_text("utf-8")
    text = text.replace(f"  {old}:\n", f"  {new}:\n").replace(f"[on, {old}]", f"[on, {new}]")
    matrix.write_text(text.replace(f"service: {old}", f"service: {new}"), "utf-8")
    for path in [*root.glob(f"content/*/*/{old}")]:
        path.rename(path.with_name(new))


def without_the_page_of_thanks(root: Path) -> None:
    (root / "content/pages/thanks.md").unlink()


def test_a_project_that_published_nothing_has_no_address_looked_at(tmp_path: Path) -> None:
    """A large site would pay for it in every build."""
    root = copy_small(tmp_path / "small")
    (root / "data/redirects.yaml").unlink(missing_ok=True)
    site = Maker(Order(root, date(2026, 12, 1), False, "python", False, None, digests(root))).site

    def live() -> Iterator[str]:
        yield from pytest.fail("an address is looked at")

    assert resolve(site, live(), []) == Redirects()


def test_a_renamed_service_stops_the_build_with_the_line_to_add(site: Path) -> None:
    before = tree(site / "site")
    rename_walker(site)
    done = call("--root", site, **LATER)
    assert done.status == 1
    assert (
        "if 'frame' is its new slug, write under 'renamed:' in data/redirects.yaml:  services: {walker: frame}"
        in done.err
    )
    assert "\n1 problem; nothing was published\n" in done.err
    assert tree(site / "site") == before


def test_a_page_of_letters_that_is_made_no_more_is_told_like_any_other(site: Path) -> None:
    first, second, *lines = (
        (site / STATE).read_text("utf-8").replace("/thanks/", "/letters/clinical/job-plan/").split("\n")
    )
    (site / STATE).write_text("\n".join([first, second, *sorted(filter(None, lines)), ""]), "utf-8")
    done = call("--root", site, **LATER)
    assert done.status == 1
    assert "/letters/clinical/job-plan/ was published, and no page has this address now" in done.err
    assert "\n1 problem; nothing was published\n" in done.err
    (site / "data/redirects.yaml").write_text("moved: {/letters/clinical/job-plan/: /help/}\n", "utf-8")
    assert call("--root", site, **LATER).status == 0


def test_with_that_line_every_address_of_the_service_leads_to_its_new_one(site: Path) -> None:
    old = {url for url in state(site) if "/walker/" in url}
    rename_walker(site)
    (site / "data/redirects.yaml").write_text(FRAME, "utf-8")
    assert call("--root", site, **LATER).status == 0
    assert dict(redirects(site).moved) == {url: url.replace("walker", "frame") for url in old}
    assert len(old) > 3


def test_the_line_is_needed_for_ever(site: Path) -> None:
    rename_walker(site)
    (site / "data/redirects.yaml").write_text(FRAME, "utf-8")
    call("--root", site, **LATER)
    assert call("--root", site, "record", **LATER).status == 0
    assert state(site)["/services/walker/"][1:] == ["2026-12-01", "retired"]
    assert call("--root", site, **LATER).status == 0
    (site / "data/redirects.yaml").unlink()
    assert "/services/walker/ was published, and no page has this address now" in call("--root", site, **LATER).err


def test_a_slug_renamed_twice_leads_to_the_last_one_in_one_step(site: Path) -> None:
    old = {url for url in state(site) if "/walker/" in url}
    rename_walker(site)
    (site / "data/redirects.yaml").write_text(FRAME, "utf-8")
    call("--root", site, **LATER)
    call("--root", site, "record", **LATER)
    rename_walker(site, "gait-aid", "frame")
    (site / "data/redirects.yaml").write_text("renamed:\n  services: {walker: frame, frame: gait-aid}\n", "utf-8")
    assert call("--root", site, **LATER).status == 0
    moved = dict(redirects(site).moved)
    assert {moved[url] for url in old} == {url.replace("walker", "gait-aid") for url in old}
    assert {moved[url.replace("walker", "frame")] for url in old} == {url.replace("walker", "gait-aid") for url in old}


def test_while_a_new_slug_is_misspelt_only_that_is_told(site: Path) -> None:
    rename_walker(site)
    (site / "data/redirects.yaml").write_text("renamed:\n  services: {walker: fram}\n", "utf-8")
    done = call("--root", site, **LATER)
    assert "unknown service 'fram'" in done.err
    assert done.err.endswith("\n1 problem; nothing was published\n")


def test_a_removed_page_stops_the_build_until_it_is_moved_or_gone(site: Path) -> None:
    without_the_page_of_thanks(site)
    done = call("--root", site)
    assert done.status == 1
    assert "/thanks/ was published, and no page has this address now" in done.err
    assert f"{STATE}:" in done.err
    assert "write under 'gone:' in data/redirects.yaml:  - /thanks/" in done.err
    (site / "data/redirects.yaml").write_text("gone:\n  - /thanks/\n", "utf-8")
    assert call("--root", site).status == 0
    assert redirects(site) == Redirects((), ("/thanks/",))
    (site / "data/redirects.yaml").write_text("moved:\n  /thanks/: /help/\n", "utf-8")
    assert call("--root", site).status == 0
    assert redirects(site) == Redirects((("/thanks/", "/help/"),), ())


@pytest.mark.parametrize("way", ["/%2e%2e/x/", "/a%2Fb/", "/a%5cb/", "/a%00/", "/a%1/", "/../x/", "/a/./b/"])
def test_no_address_leads_out_of_the_site(site: Path, way: str) -> None:
    (site / "data/redirects.yaml").write_text(f"moved:\n  {way}: /help/\n", "utf-8")
    done = call("--root", site)
    assert done.status == 1
    assert f"data/redirects.yaml:2:3: '{way}' has not the form expected here" in done.err


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("/sitemaps/pages-1.xml", "a file of the site"),
        ("/key-of-ours.txt", "a file of the site"),
        ("/%6Bey-of-ours.txt/", "a file of the site"),
        ("/assets/{asset}", "a file of the site or lies among them"),
        ("/share/site.png", "a file of the site or lies among them"),
        ("/assets/", "a file of the site or lies among them"),
    ],
)
def test_no_file_of_the_site_is_moved_or_gone(site: Path, url: str, what: str) -> None:
    with (site / "data/site.yaml").open("a", encoding="utf-8") as file:
        file.write("indexnow_key: key-of-ours\n")
    assert call("--root", site).status == 0
    url = url.format(asset=next((site / "site/assets").iterdir()).name)
    (site / "data/redirects.yaml").write_text(f"moved:\n  {url}: /help/\ngone:\n  - {url}\n", "utf-8")
    before = tree(site / "site")
    done = call("--root", site)
    assert f"data/redirects.yaml:2:3: {url} is {what}; it cannot be redirected" in done.err
    assert f"data/redirects.yaml:4:5: {url} is {what}\n" in done.err
    assert tree(site / "site") == before


@pytest.mark.parametrize(
    ("moved", "at", "told"),
    [
        ({"/old.html": "/help/", "/old.html/part/": "/help/"}, 3, "would lie below /old.html, which is a file"),
        ({"/reasons/012.html/old/": "/help/"}, 2, "would lie below /reasons/012.html, which is a file"),
        ({"/robots.txt/x": "/help/"}, 2, "would lie below /robots.txt, which is a file"),
        ({"/sitemaps/pages-1.xml/x": "/help/"}, 2, "would lie below /sitemaps/pages-1.xml, which is a file"),
        ({"/%61.html/b": "/help/", "/a": "/help/acme/"}, 2, "would lie below /a.html, which is a file"),
    ],
)
def test_no_redirect_lies_below_a_file(site: Path, moved: dict[str, str], at: int, told: str) -> None:
    lines = ["moved:", *(f"  {old}: {new}" for old, new in moved.items()), ""]
    (site / "data/redirects.yaml").write_text("\n".join(lines), "utf-8")
    done = call("--root", site)
    assert done.status == 1
    url = list(moved)[at - 2]
    assert f"data/redirects.yaml:{at}:3: {url} {told}" in done.err
    assert f"it cannot lead on; name it under 'gone:' in data/redirects.yaml:  - {url}" in done.err
    assert "1 problem; nothing was published" in done.err
    others = [f"  {old}: {new}" for old, new in moved.items() if old != url]
    lines = [*(["moved:"] if others else []), *others, "gone:", f"  - {url}", ""]
    (site / "data/redirects.yaml").write_text("\n".join(lines), "utf-8")
    assert call("--root", site).status == 0


def test_no_redirect_is_a_file_where_pages_lie(site: Path) -> None:
    edit(site / "data/site.yaml", "  service: /services/{service}/", "  service: /care.html/{service}/")
    gone = [f"  - {url}" for url in state(site) if url.startswith("/services/")]
    lines = ["moved:", "  /care: /help/", "gone:", *gone, ""]
    (site / "data/redirects.yaml").write_text("\n".join(lines), "utf-8")
    done = call("--root", site)
    assert "data/redirects.yaml:2:3: /care would be a file, and pages that stand lie below it" in done.err
    (site / "data/redirects.yaml").write_text("\n".join(lines).replace("/care:", "/caring:"), "utf-8")
    assert call("--root", site).status == 0


def test_a_page_turned_back_into_a_draft_has_vanished_too(site: Path) -> None:
    edit(
        site / "data/matrix.yaml",
        "    service: on\n    reason: [012",
        "    service: on\n    status: draft\n    reason: [012",
    )
    done = call("--root", site)
    assert done.status == 1
    assert "/help/no/on/ was published, and no page has this address now" in done.err
    assert "/help/no/on/012/ was published, and data/matrix.yaml:83:5 holds it back now" in done.err


def test_a_page_that_search_engines_are_told_to_skip_has_not_vanished(site: Path) -> None:
    edit(
        site / "data/matrix.yaml",
        "    service: on\n    reason: [012",
        "    service: on\n    index: false\n    reason: [012",
    )
    assert call("--root", site).status == 0


def test_a_retired_address_that_is_a_page_again_keeps_its_first_day(site: Path) -> None:
    text = (site / "content/pages/thanks.md").read_text("utf-8")
    without_the_page_of_thanks(site)
    (site / "data/redirects.yaml").write_text("gone: [/thanks/]\n", "utf-8")
    call("--root", site, **LATER)
    call("--root", site, "record", **LATER)
    (site / "content/pages/thanks.md").write_text(text, "utf-8")
    assert "/thanks/ is a page that stands" in call("--root", site, **LATER).err
    (site / "data/redirects.yaml").unlink()
    assert call("--root", site, **LATER).status == 0
    call("--root", site, "record", **LATER)
    assert state(site)["/thanks/"][:2] == ["2026-11-21", "2026-12-01"]


def test_chains_are_flattened_and_sorted(site: Path) -> None:
    lines = "moved:\n  /z/: /y/\n  /y/: /x/\n  /x/: /help/acme/\n  /a: /help/\n"
    (site / "data/redirects.yaml").write_text(lines, "utf-8")
    assert call("--root", site).status == 0
    assert redirects(site).moved == (
        ("/a", "/help/"), ("/x/", "/help/acme/"), ("/y/", "/help/acme/"), ("/z/", "/help/acme/"),
    )  # fmt: skip


def test_many_vanished_addresses_are_told_in_bounds(tmp_path: Path) -> None:
    root = copy_small(tmp_path / "small")
    digest = "-".join(["00000000"] * 5)
    rows = sorted(f"/old-{number}/\t2026-01-01\t2026-01-01\t{digest}" for number in range(500))
    call("--root", root)
    call("--root", root, "record")
    head = (root / STATE).read_text("utf-8").splitlines()[:2]
    (root / STATE).write_text("\n".join([*head, *rows, ""]), "utf-8")
    done = call("--root", root)
    assert "480 more published addresses have no page now" in done.err
    assert done.err.endswith("21 problems; nothing was published\n")


OWN = st.sampled_from(["/a/", "/b/", "/c/", "/d/", "/help/", "/thanks/", "/services/on/"])
RENAMED = st.sampled_from([f"/help/acme/{slug}/012/" for slug in ("crutch", "cane", "walker")])  # none is a page
NAMES = st.one_of(OWN, RENAMED)


@given(
    moved=st.one_of(st.dictionaries(NAMES, NAMES), st.dictionaries(RENAMED, NAMES)), gone=st.lists(NAMES, max_size=2)
)
def test_what_is_handed_on_is_flat_and_leads_to_pages(
    tmp_path_factory: pytest.TempPathFactory, moved: dict[str, str], gone: list[str]
) -> None:
    """Whatever the file says: it is refused, or each old address leads to a page in one step and is none itself."""
    root = _shared_copy(tmp_path_factory)
    lines = ["moved:", *(f"  {old}: {new}" for old, new in moved.items())] if moved else []
    lines += [f"gone: [{', '.join(gone)}]", "renamed:", "  services: {crutch: cane, cane: walker}", ""]
    (root / "data/redirects.yaml").write_text("\n".join(lines), "utf-8")
    problems_in = call("--root", root, "diff")
    assert "Traceback" not in problems_in.err
    if problems_in.status:
        assert problems_in.err
        return
    found = redirects(root)
    live = {"/help/", "/thanks/", "/services/on/"}
    assert {new for _, new in found.moved} <= live
    assert {old for old, _ in found.moved} == set(moved)
    assert not live & {*moved, *found.gone}
    assert not {*moved} & {*found.gone}


_copies: list[Path] = []


def _shared_copy(factory: pytest.TempPathFactory) -> Path:
    if not _copies:
        _copies.append(copy_small(factory.mktemp("shared") / "small"))
    return _copies[0]


@pytest.mark.parametrize("held", ["publish_on: 2027-02-01", "status: draft"])
def test_a_page_that_is_held_back_again_is_not_called_lost(tmp_path: Path, held: str) -> None:
    root = copy_small(tmp_path / "small")
    matrix = root / "data/matrix.yaml"
    edit(matrix, "reason: 012, publish_on: 2999-01-01", "reason: 012, publish_on: 2026-11-21")
    for command in ((), ("record",)):
        assert call("--root", root, *command).status == 0
    edit(matrix, "publish_on: 2026-11-21", held)
    done = call("--root", root)
    assert done.status == 1
    assert "/help/acme/on/012/ was published, and data/matrix.yaml:87:5 holds it back now" in done.err
    assert "publish it again, or write under 'moved:'" in done.err
    assert "and remove that line when the page comes back" in done.err
