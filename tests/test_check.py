"""What ``build.py check`` promises: our pages pass, copied and broken text does not, and each cause is told once."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.check_cases import ANGLE, HEAD, words
from tests.real_site import FIVE, ROOT
from tests.small_site import Outcome, call, copy_small, tree

SEEDS = ROOT.parent / "shared" / "seeds"
PAIRS = [name.removeprefix("help/") for name in FIVE]


SOURCE = """only-here:
  title: T
  publisher: P
  url: https://x.example/
  kind: law
  checked: 2026-01-01
  how: live
"""


def check(root: Path, *options: str) -> Outcome:
    return call("--root", root, "check", *options)


def told(root: Path, *options: str) -> list[dict[str, Any]]:
    """The findings of a check."""
    done = check(root, "--format", "json", *options)
    assert done.err == ""
    findings: list[dict[str, Any]] = json.loads(done.out)["findings"]
    return findings


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's own site."""
    return copy_of_ours(tmp_path_factory.mktemp("ours") / "site")


def copy_of_ours(folder: Path) -> Path:
    for name in ("data", "content", "layouts"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


# ---------------------------------------------------------------- our pages


def newest_day(root: Path) -> str:
    """The last day on which anybody checked something of a project, for SOURCE_DATE_EPOCH: from then on all is true."""
    files = [*(root / "content").rglob("*.md"), *(root / "data").glob("*.yaml")]
    days = (re.findall(r"(?m)^ *checked: (\d{4}-\d{2}-\d{2})$", file.read_text("utf-8")) for file in files)
    newest = datetime.fromisoformat(max(day for found in days for day in found))
    return str(int(newest.replace(tzinfo=UTC).timestamp()))


def test_our_pages_pass_with_warnings_as_errors(ours: Path) -> None:
    done = call("--root", ours, "check", "--strict", "--format", "json", SOURCE_DATE_EPOCH=newest_day(ours))
    report = json.loads(done.out)
    assert [one for one in report["findings"] if one["severity"] != "note"] == []
    assert done.status == 0


def test_nothing_is_allowed_on_our_pages_but_the_words_of_misfits(ours: Path) -> None:
    allowed = json.loads(check(ours, "--format", "json").out)["allowed"]
    assert [one for one in allowed if one["code"][0] != "F" or one["reason"] == ""] == []


def test_our_pages_are_measured_and_none_is_too_much_like_another(ours: Path) -> None:
    settings = ours / "data/site.yaml"
    text = settings.read_text("utf-8")
    try:
        settings.write_text(re.sub(r"own_share: \d+", "own_share: 100", text), "utf-8")
        measured = {page for one in told(ours, "--select", "O") for page in one["pages"]}
    finally:
        settings.write_text(text, "utf-8")
    assert measured & {f"/{name}/" for name in FIVE}
    assert told(ours, "--select", "O") == []


# ---------------------------------------------------------------- text as marketers paste it


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the texts are not beside this checkout")
def test_text_pasted_in_as_it_is_fails_for_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    root = copy_of_ours(tmp_path / "site")
    for source, pair in zip(sorted(SEEDS.glob("*.txt")), PAIRS, strict=True):
        question, answer, *lines = source.read_text("utf-8").split("\n")
        text = "\n\n".join(re.sub("^## ", "### ", line) for line in lines)
        (root / f"content/answer/{pair}.md").write_text(f"{answer}\n", "utf-8")
        (root / f"content/angle/{pair}.md").write_text(f"---\ntitle: {question}\n---\n{text}\n", "utf-8")
    found = told(root)
    codes: dict[str, set[str]] = {}
    for one in found:
        codes.setdefault(one["code"], set()).add(one["file"])
    angles = {f"content/angle/{pair}.md" for pair in PAIRS}
    for code in ("C01", "C03", "C09", "F01", "F02", "T05", "T07"):
        assert angles <= codes[code], code
    messages = {one["message"] for one in found}
    assert "'usually flip' promises or sells" in messages
    assert {"'Cimt' is written 'CIMT'", "'Tmj' is written 'TMJ'"} <= messages
    assert "'prescribing label' stands on pages about a therapy" in messages
    assert "'prescribing label' stands on pages about a procedure" in messages
    assert "a table run together into one line" in messages
    assert "a numbered list run together into one line" in messages
    assert "'step-therapy' does not fit a therapy, and this text does not say so" in messages


# ---------------------------------------------------------------- pages alike


def many_payers(root: Path, count: int, text: str) -> None:
    """A site with so many payers, each with a page whose angle differs in the payer's name alone."""
    matrix = (root / "data/matrix.yaml").read_text("utf-8")
    payers = "".join(
        f"  p{n}:\n    name: Payer{n}x\n    full_name: Payer{n}x Health\n    sells: [{{plan_type: job_plan}}]\n"
        f"    policy_library: {{title: Rules, source: norm-rules}}\n    checked: 2026-01-31\n"
        for n in range(count)
    )
    slugs = ", ".join(f"p{n}" for n in range(count))
    matrix = matrix.replace("payers:\n", f"payers:\n{payers}", 1)
    matrix = matrix[: matrix.index("combinations:")]
    matrix += f"combinations:\n  - {{payer: [{slugs}], service: walker, reason: 012}}\n"
    (root / "data/matrix.yaml").write_text(matrix, "utf-8")
    shutil.rmtree(root / "content/angle")
    for n in range(count):
        path = root / f"content/angle/p{n}/walker/012.md"
        path.parent.mkdir(parents=True)
        path.write_text(f"---\ntitle: Why Payer{n}x?\n---\n{text.replace('PAYER', f'Payer{n}x')}\n", "utf-8")


def test_two_thousand_pages_that_differ_in_the_payers_name_are_one_finding(small: Path) -> None:
    text = " ".join(f"word{n} and PAYER" if n % 40 == 0 else f"word{n}" for n in range(400))
    many_payers(small, 2000, text)
    [finding] = told(small, "--select", "O")
    assert finding["code"] == "O02"
    assert finding["count"] == 2000
    assert "content/angle/p" in finding["hint"]


def test_text_of_a_page_that_search_engines_skip_is_compared_with_none(small: Path) -> None:
    text = f"---\ntitle: Why?\n---\n{words(100)}\n"
    (small / ANGLE).write_text(text, "utf-8")
    skipped = small / "content/angle/no/walker/not-covered.md"  # index: false in the matrix
    skipped.parent.mkdir()
    skipped.write_text(f"{text}More.\n", "utf-8")
    first = told(small, "--select", "O02")
    assert all("/help/acme/walker/step-therapy/" not in one["pages"] for one in first)
    assert told(small, "--select", "O02") == first


def test_what_a_page_lacks_is_told_where_it_is_to_be_written(small: Path) -> None:
    settings = small / "data/site.yaml"
    text = settings.read_text("utf-8") + "check: {limits: {own_words: 1000, own_share: 100, nearest: 100}}\n"
    settings.write_text(text, "utf-8")
    long = " ".join(f"word{n}" for n in range(300))
    (small / "content/next-steps.md").write_text(f"---\ntitle: What next?\n---\n{long}\n", "utf-8")
    places = {
        (one["code"], page): (one["file"], one["line"]) for one in told(small, "--select", "O") for page in one["pages"]
    }
    assert places["O01", "/help/acme/walker/step-therapy/"] == ("content/angle/acme/walker/step-therapy.md", 1)
    assert places["O01", "/help/acme/on/step-therapy/"] == ("data/matrix.yaml", 74)
    assert places["O01", "/help/no/on/012/"] == ("data/matrix.yaml", 83)
    shared = {file for (code, _), (file, _) in places.items() if code == "O02"}
    assert shared
    assert all(file == "data/matrix.yaml" or file.startswith("content/angle/") for file in shared)


def test_a_fault_in_a_shared_block_is_told_once_with_the_number_of_pages(small: Path) -> None:
    many_payers(small, 20, "Ask PAYER.")
    (small / "content/next-steps/any/any/@paperwork.md").write_text("Send it within 3 days.\n", "utf-8")
    [finding] = [one for one in told(small, "--select", "C01") if one["file"].startswith("content/next-steps/")]
    assert (finding["file"], finding["line"], finding["column"], finding["count"]) == (
        "content/next-steps/any/any/@paperwork.md", 1, 16, 20,
    )  # fmt: skip
    assert len(finding["pages"]) == 3


# ---------------------------------------------------------------- days


def test_a_text_checked_on_a_day_that_lies_ahead_is_told_until_that_day(small: Path) -> None:
    intro = small / "content/payer-intro/acme/any/any.md"
    intro.write_text(intro.read_text("utf-8").replace("checked: 2026-04-03", "checked: 2026-11-22"), "utf-8")
    for _ in ("afresh", "remembered"):
        [finding] = told(small, "--select", "C05")
        assert (finding["file"], finding["line"], finding["column"]) == ("content/payer-intro/acme/any/any.md", 3, 10)
        assert finding["message"] == "this text was checked on 2026-11-22, which lies ahead"
        assert finding["severity"] == "warning"
    done = call("--root", small, "check", "--select", "C05", "--format", "json", SOURCE_DATE_EPOCH="1795305600")
    assert json.loads(done.out)["findings"] == []


def test_a_payer_checked_on_a_day_that_lies_ahead_is_told(small: Path) -> None:
    matrix = small / "data/matrix.yaml"
    matrix.write_text(matrix.read_text("utf-8").replace("checked: 2026-02-28", "checked: 2026-11-22"), "utf-8")
    [finding] = told(small, "--select", "C07")
    assert (finding["file"], finding["hint"]) == ("data/matrix.yaml", "mend the date")


# ---------------------------------------------------------------- links


NO_PAGE = "an address of this site begins with /, any other with https://"


@pytest.mark.parametrize(
    ("link", "message", "hint"),
    [
        ("rule-2", "a link to 'rule-2', where there is no page", "for a source write [title][id]"),
        ("guides/x?a=1&b=2", "a link to 'guides/x?a=1&b=2', where", NO_PAGE),
        ("www.cigna.com", "a link to 'www.cigna.com', where", NO_PAGE),
        ("/guides/x/#y", "a link to /guides/x/, where there is no page", "mend it"),
        ("/guides/kinds-of-plan", "a link to /guides/kinds-of-plan, wh", "did you mean '/guides/kinds-of-plan/'?"),
        ("/Guides/kind-of-plan/", "a link to /Guides/kind-of-plan/, wh", "did you mean '/guides/kinds-of-plan/'?"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_once_at_its_place(small: Path, link: str, message: str, hint: str) -> None:
    text = (
        "Ask ([a][rule-1]).\n\n{% if payer.name %}\n\nFirst.\n\nOf {{ payer.name }}: [Rule 2](LINK).\n\n{% endif %}\n"
    )
    text = f"---\ntitle: What next?\n---\n{text.replace('LINK', link)}"
    (small / "content/next-steps.md").write_text(text, "utf-8")
    [finding] = told(small, "--select", "S08")
    assert (finding["file"], finding["line"], finding["column"]) == ("content/next-steps.md", 10, 31)
    assert finding["message"].startswith(message)
    assert finding["hint"] == hint
    assert finding["count"] == 4


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        (
            "/guides/kinds-of-plan/#is-it-for-a-job",
            "no part of /guides/kinds-of-plan/ has the id 'is-it-for-a-job'",
            "did you mean 'is-it-from-a-job'?",
        ),
        ("#next-step", "no part of the page has the id 'next-step'", "did you mean 'next-steps'?"),
        (
            "#quite-another",
            "no part of the page has the id 'quite-another'",
            "the id of a heading is made from its words",
        ),
    ],
)
def test_a_link_to_a_part_that_is_not_there_is_told_at_its_place(
    small: Path, target: str, message: str, hint: str
) -> None:
    (small / ANGLE).write_text(f"{HEAD}See [that part]({target}).\n", "utf-8")
    [found] = told(small, "--select", "S09")
    assert (found["file"], found["line"], found["column"]) == (ANGLE, HEAD.count("\n") + 1, 17)
    assert (found["message"], found["hint"]) == (message, hint)


def test_a_link_to_a_preview_is_told(small: Path) -> None:
    (small / "content/next-steps.md").write_text("Ask.\n\nSee [it](http://127.0.0.1:8000/about/).\n", "utf-8")
    [finding] = told(small, "--select", "S08")
    assert (finding["file"], finding["line"]) == ("content/next-steps.md", 3)
    assert finding["message"].startswith("a link to http://127.0.0.1:8000/about/: a preview")


def test_every_file_that_a_build_makes_may_be_linked_to(small: Path) -> None:
    shutil.copytree(ROOT / "layouts/brand", small / "layouts/brand")
    settings = small / "data/site.yaml"
    text = settings.read_text("utf-8").replace("share_images: none", "share_images: reason")
    settings.write_text(f"{text}indexnow_key: 0123456789abcdef\n", "utf-8")
    assert call("--root", small).status == 0
    files = [name for name in tree(small / "site") if not name.startswith(".") and not name.endswith(".html")]
    assert {"feed.xml", "finder.json", "favicon.ico", "sitemaps/pages-1.xml", "share/site.png"} <= set(files)
    links = "".join(f"- [{name}](/{name})\n" for name in [*files, "sitemaps/pages-2.xml"])
    (small / "content/emergency.md").write_text(f"Files:\n\n{links}", "utf-8")
    [finding] = told(small, "--select", "S08")
    assert finding["message"] == "a link to /sitemaps/pages-2.xml, where there is no page"


def test_a_link_with_a_placeholder_that_leads_nowhere_is_told_at_its_line(small: Path) -> None:
    (small / "content/next-steps.md").write_text("Ask.\n\nSee [it](/nowhere/{{ service.slug }}/).\n", "utf-8")
    found = {(one["file"], one["line"], one["message"]) for one in told(small, "--select", "S08")}
    assert ("content/next-steps.md", 3, "a link to /nowhere/walker/, where there is no page") in found


# ---------------------------------------------------------------- what cannot be checked


@pytest.fixture
def broken(small: Path) -> Path:
    """A site with a payer that is not there, and a data file that says nothing."""
    matrix = small / "data/matrix.yaml"
    matrix.write_text(matrix.read_text("utf-8").replace("payer: acme,", "payer: acne,", 1), "utf-8")
    (small / "data/people.yaml").touch()
    return small


def test_what_stops_a_build_is_told_as_findings(broken: Path) -> None:
    done = check(broken, "--format", "json")
    assert (done.status, done.err) == (1, "")
    report = json.loads(done.out)
    assert (report["pages"], report["texts"], report["allowed"]) == (0, 0, [])
    first, second = report["findings"]
    assert (first["file"], first["code"], first["severity"]) == ("data/matrix.yaml", "build", "error")
    assert first["line"] > 1
    assert first["column"] > 1
    assert (first["message"], first["hint"]) == ("unknown payer 'acne'", "did you mean 'acme'?")
    assert (second["file"], second["message"]) == ("data/people.yaml", "says nothing")


def test_what_stops_a_build_is_an_annotation_each(broken: Path) -> None:
    done = check(broken, "--format", "github")
    assert (done.status, done.err) == (1, "")
    first, second = done.out.splitlines()
    place = r"file=data/matrix\.yaml,line=\d+,col=\d+,endColumn=\d+,title=build"
    assert re.fullmatch(rf"::error {place}::unknown payer 'acne'; did you mean 'acme'\?", first)
    assert second == "::error file=data/people.yaml,line=1,title=build::says nothing; put its entries back"


@pytest.mark.parametrize("options", [(), ("--sources",), ("--sources", "--format", "json")])
def test_a_check_for_people_says_that_nothing_was_checked(broken: Path, options: tuple[str, ...]) -> None:
    done = check(broken, *options)
    assert (done.status, done.out) == (1, "")
    assert "unknown payer 'acne'" in done.err
    assert done.err.endswith("\n2 problems; nothing was checked\n")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_mistake_in_a_text_that_no_page_shows_stops_a_check_as_it_stops_a_build(small: Path, jobs: str) -> None:
    """Of more texts than one process looks at."""
    for number in range(70):
        (small / f"content/pages/p{number}.md").write_text("---\ntitle: P\ndescription: P\n---\nText.\n", "utf-8")
    hidden = small / "content/angle/acme/on/@access.md"
    hidden.parent.mkdir(parents=True)
    hidden.write_text("Word.\n\nAsk {{ payer.nam }} in citation70x.\n", "utf-8")
    build = call("--root", small)
    done = check(small, "--jobs", jobs)
    assert (done.status, done.out) == (1, "")
    assert done.err == build.err.replace("nothing was published", "nothing was checked")
    assert done.err.endswith("\n2 problems; nothing was checked\n")


# ---------------------------------------------------------------- what is remembered


def test_a_second_check_says_the_same_and_so_does_one_on_any_number_of_processes(small: Path) -> None:
    first = check(small, "--format", "json")
    assert check(small, "--format", "json") == first
    assert check(small, "--format", "json", "--jobs", "2") == first
    (small / ".cache/check.sqlite").write_bytes(b"not a database" * 500)
    assert check(small, "--format", "json") == first
    shutil.rmtree(small / ".cache")
    assert check(small, "--format", "json") == first


def test_an_edit_is_seen_at_once(small: Path) -> None:
    guide = small / "content/pages/guides/kinds-of-plan.md"
    before = guide.read_text("utf-8")
    clean = check(small)
    guide.write_text(before + "\nAsk the the plan.\n", "utf-8")
    assert any(one["code"] == "T04" for one in told(small))
    guide.write_text(before, "utf-8")
    assert check(small) == clean


def test_text_that_an_edit_brings_to_pages_that_did_not_show_its_file_is_seen(small: Path) -> None:
    hidden = small / "content/next-steps/acme/walker/any.md"
    hidden.parent.mkdir(parents=True)
    hidden.write_text('{% if service.kind == "drug" %}\n\nText.\n\n{% endif %}\n', "utf-8")
    check(small)
    more = '\n{% if service.kind == "device" %}\n\nSee [it](/nowhere/).\n\n{% endif %}\n'
    hidden.write_text(hidden.read_text("utf-8") + more, "utf-8")
    after = check(small, "--format", "json")
    assert [one["file"] for one in json.loads(after.out)["findings"] if one["code"] == "S08"] == [
        "content/next-steps/acme/walker/any.md"
    ]
    shutil.rmtree(small / ".cache")
    assert check(small, "--format", "json") == after


# ---------------------------------------------------------------- how it is told


def test_findings_are_grouped_by_file_with_a_table_at_the_end(small: Path) -> None:
    (small / "content/next-steps.md").write_text("---\ntitle: What next?\n---\nAsk the the plan.\n", "utf-8")
    done = check(small, "--select", "T")
    assert "content/next-steps.md:\n  content/next-steps.md:4:5: warning T04: 'the' stands twice\n" in done.out
    assert "      4 | Ask the the plan.\n" in done.out
    assert re.search(r"^  Text +1 +1 +0$", done.out, re.MULTILINE)
    assert done.out.endswith("1 error, 1 warning\n")


def test_warnings_fail_a_strict_check_only(small: Path) -> None:
    (small / "content/next-steps.md").write_text("---\ntitle: What next?\n---\nAsk the the plan.\n", "utf-8")
    assert check(small, "--select", "T04").status == 0
    assert check(small, "--select", "T04", "--strict").status == 1
    assert check(small, "--select", "T", "--ignore", "T01", "--ignore", "T04", "--strict").status == 0


def test_annotations_for_github_keep_to_one_line_each(small: Path) -> None:
    (small / "content/next-steps.md").write_text("---\ntitle: What next?\n---\nAsk the the plan, 100% now.\n", "utf-8")
    lines = check(small, "--select", "T04", "--select", "C01", "--format", "github").out.splitlines()
    place = "file=content/next-steps.md,line=4,col=5,endColumn=12"
    assert f"::warning {place},title=T04::'the' stands twice; remove one (4 pages)" in lines
    assert any("title=C01::" in line and "100%25" in line for line in lines)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_what_a_file_allows_is_listed_with_its_reason(small: Path) -> None:
    text = "---\ntitle: What next?\nallow: {T04: as the letter has it}\n---\nAsk the the plan.\n"
    (small / "content/next-steps.md").write_text(text, "utf-8")
    done = check(small, "--select", "T04", "--strict")
    assert done.status == 0
    assert "content/next-steps.md: T04, 1 time: as the letter has it" in done.out


def test_an_allowance_needs_a_reason(small: Path) -> None:
    (small / "content/next-steps.md").write_text("---\nallow: {T04: }\n---\nAsk the the plan.\n", "utf-8")
    done = check(small)
    assert done.status == 1
    assert "content/next-steps.md:2:9" in done.err


def test_sources_to_open_are_listed_with_what_rests_on_them(small: Path) -> None:
    done = check(small, "--sources")
    assert done.status == 0
    assert "acme-rules (unopened, 2026-01-05): Acme coverage rules\n    https://acme.example/rules\n" in done.out
    assert "    for payer acme" in done.out
    assert "frame-study" not in done.out
    plans = small / "data/plan_types.yaml"
    text = plans.read_text("utf-8")
    assert "    for payer acme, plan type market_plan" not in done.out
    plans.write_text(f"{text}  urgent_note: Call.\n  urgent_sources: [acme-rules]\n", "utf-8")
    assert "    for payer acme, plan type market_plan" in check(small, "--sources").out


@pytest.mark.parametrize(
    "field",
    [
        "file_within: 9 days\n  file_from: receipt\n  file_sources",
        "urgent_note: Call.\n  urgent_sources",
        "ongoing: Ask.\n  ongoing_sources",
        "decision: {urgent: 9 hours, sources: [only-here]}\n  help",
    ],
)
def test_a_source_that_any_field_of_a_plan_type_names_is_used(small: Path, field: str) -> None:
    sources, plans = small / "data/sources.yaml", small / "data/plan_types.yaml"
    sources.write_text(f"{sources.read_text('utf-8')}{SOURCE}", "utf-8")
    assert "no page uses the source 'only-here'" in check(small, "--select", "C04").out
    plans.write_text(f"{plans.read_text('utf-8')}  {field}: [only-here]\n", "utf-8")
    done = check(small, "--select", "C04")
    assert done.err == ""
    assert "only-here" not in done.out


# ---------------------------------------------------------------- in a build


def test_a_build_stops_at_words_that_promise_and_the_old_site_stays(small: Path) -> None:
    site = small / "data/site.yaml"
    site.write_text(site.read_text("utf-8") + "check: {promises: [usually flip]}\n", "utf-8")
    assert call("--root", small).status == 0
    before = (small / "site/index.html").read_bytes()
    (small / "content/emergency.md").write_text("Denials usually flip.\n", "utf-8")
    done = call("--root", small)
    assert done.status == 1
    assert done.err.startswith("content/emergency.md:1:9: 'usually flip' promises or sells (C03)\n")
    assert (small / "site/index.html").read_bytes() == before
    (small / "content/emergency.md").write_text("---\nallow: {C03: a quotation}\n---\nDenials usually flip.\n", "utf-8")
    assert call("--root", small).status == 0


def test_an_address_with_a_name_in_small_letters_stops_no_build_and_the_name_alone_does(small: Path) -> None:
    text = "Sign in at acme.com or write to appeals@acme.com, with acme-form.pdf.{}\n"
    (small / "content/emergency.md").write_text(text.format(""), "utf-8")
    assert call("--root", small).status == 0
    (small / "content/emergency.md").write_text(text.format(" Ask acme."), "utf-8")
    assert "content/emergency.md:1:75: 'acme' is written 'Acme' (F03)\n" in call("--root", small).err


def test_a_check_of_a_site_that_cannot_be_built_says_why(small: Path) -> None:
    (small / "content/emergency.md").write_text("{{ payer.nam }}\n", "utf-8")
    done = check(small)
    assert done.status == 1
    assert "unknown name 'nam'" in done.err
    assert "Traceback" not in done.err


def test_a_review_on_a_day_that_lies_ahead_is_told(small: Path) -> None:
    (small / "data/people.yaml").write_text("jane-roe: {name: Jane Roe, credentials: MD, role: clinician}\n", "utf-8")
    intro = small / "content/payer-intro/acme/any/any.md"
    text = intro.read_text("utf-8")
    day = "checked: 2026-04-03\n"
    for written, line, column in (
        ("reviewed_by: {jane-roe: 2026-11-22}\n", 4, 25),
        ("reviewed_by:\n  jane-roe: 2026-11-22\n", 5, 13),
    ):
        intro.write_text(text.replace(day, day + written), "utf-8")
        [finding] = told(small, "--select", "C05")
        assert (finding["file"], finding["line"], finding["column"]) == (
            "content/payer-intro/acme/any/any.md", line, column,
        )  # fmt: skip
        assert finding["message"] == "this text was reviewed on 2026-11-22, which lies ahead"
