"""The preview: each page as a build makes it, at once, whatever people write in between."""

from __future__ import annotations

import html
import http.client
import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from appealsite.build import Options, build
from appealsite.problems import ProblemsFound
from tests.previewed import WAIT, Preview, previewed, without_script
from tests.small_site import TODAY, call, copy_small

PAGE = "/help/acme/on/step-therapy/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "small")


@pytest.fixture
def preview(root: Path) -> Iterator[Preview]:
    with previewed(root) as running:
        running.wait_for(PAGE, "Onadrine")
        yield running


def edit(path: Path, old: str, new: str) -> None:
    """Put ``new`` in the place of the first ``old`` in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def built_pages(root: Path, target: Path) -> dict[str, bytes]:
    """Every page of a build with drafts by its address, built by the code that the command runs."""
    build(root, target, Options(drafts=True, jobs=1))
    found = {}
    for path in target.rglob("*.html"):
        name = path.relative_to(target).as_posix()
        found["/" + name.removesuffix("index.html")] = path.read_bytes()
    return found


def test_every_page_and_asset_is_that_of_a_build(
    root: Path, preview: Preview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    pages = built_pages(root, tmp_path / "built")
    assert len(pages) > 26
    for url, data in pages.items():
        status, page = preview.get(url)
        assert status == 200
        assert without_script(page) == data, url
    for path in (tmp_path / "built" / "assets").iterdir():
        assert preview.get(f"/assets/{path.name}") == (200, path.read_bytes())
    for path in (tmp_path / "built" / "share").rglob("*.png"):
        name = path.relative_to(tmp_path / "built").as_posix()
        assert preview.get(f"/{name}") == (200, path.read_bytes())


@pytest.mark.parametrize("path", [
    "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/%5c..%5cetc",
    "/assets/../data/site.yaml", "/_preview/static/../app.py", "/_preview/static/%2e%2e/app.py", "/%00", "/%ff",
    "//etc/passwd", "/data/site.yaml",
])  # fmt: skip
def test_paths_outside_the_site_are_refused(preview: Preview, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=10)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status in (400, 404)
    assert b"root:" not in answer.read()
    connection.close()


def test_a_site_elsewhere_cannot_ask_through_a_browser(preview: Preview) -> None:
    assert preview.get("/", host="evil.example")[0] == 403


@pytest.mark.parametrize(
    ("port", "host", "status"),
    [
        (80, "127.0.0.1", "200"),
        (80, "localhost", "200"),
        (80, "localhost:80", "200"),
        (80, "evil.example", "403"),
        (8000, "localhost:8000", "200"),
        (8000, "localhost", "403"),
    ],
)
def test_a_browser_leaves_out_port_80_and_no_other(root: Path, port: int, host: str, status: str) -> None:
    from appealsite.build import build_date
    from appealsite.preview.app import App
    from appealsite.preview.server import hosts
    from appealsite.preview.studio import Studio

    start_response = Mock()
    asked = {"REQUEST_METHOD": "GET", "HTTP_HOST": host, "PATH_INFO": "/_preview/version"}
    App(Studio(root, build_date), hosts(port))(asked, start_response)
    assert start_response.call_args.args[0].startswith(status)


def test_mistakes_in_data_and_layouts_are_shown_on_every_page_and_clear_themselves(
    root: Path, preview: Preview
) -> None:
    for file, old, new, told in (
        ("data/matrix.yaml", "service: [on, walker]", "service: [on, wolker]", "did you mean &#x27;walker&#x27;"),
        ("data/matrix.yaml", "status: draft", "status: drift", "data/matrix.yaml:"),
        ("data/matrix.yaml", "combinations:\n", "combinations:\n  - {payer: acme, service: on, reason: step-therapy}\n",
         "listed twice"),
        ("data/site.yaml", "urls:\n", "urls:\n\t", "a tab"),
        ("layouts/page.html", "{{ page.heading }}", "{{ page.haeding }}", "layouts/page.html:"),
        ("layouts/page.html", "{% for section in sections %}", "{% for section on sections %}", "layouts/page.html:"),
        ("layouts/page.html", "</body>", "{{ '\\ud800' }}</body>", "layouts/page.html"),
    ):  # fmt: skip
        before = (root / file).read_text("utf-8")
        edit(root / file, old, new)
        for url in ("/", PAGE, "/nothing/here/"):
            status, page = preview.get(url)
            assert status == 500
            assert told in page.decode(), (file, new)
        (root / file).write_text(before, "utf-8")
        assert preview.get(PAGE)[0] == 200


def test_layouts_that_are_too_deep_together_are_told_at_their_place(root: Path, preview: Preview) -> None:
    begin, end = "{% for one in page.contents %}" * 11, "{% endfor %}" * 11
    (root / "layouts/deep.html").write_text(f"{begin}x{end}", "utf-8")
    edit(root / "layouts/page.html", "</body>", f'{begin}{{% include "deep.html" %}}{end}</body>')
    status, page = preview.get(PAGE)
    assert status == 500
    assert "is nested too deeply" in page.decode()
    assert "ProblemsFound" not in page.decode()


@pytest.mark.parametrize(
    ("text", "told", "file", "entry"),
    [
        (
            "---\ntitle: Why?\n---\nSee [T][new-one].\n",
            "unknown source 'new-one'",
            "data/sources.yaml",
            "new-one: {title: New, publisher: N, url: https://new.example/, kind: law,\n"
            "  checked: 2026-01-02, how: live}\n",
        ),
        (
            '---\ntitle: Why?\n---\nIn {{ plans["other_plan"].in_sentence }}.\n',
            "other_plan",
            "data/plan_types.yaml",
            "other_plan: {name: Other plan, in_sentence: another plan, recognise: It is another., law: Rule 2,\n"
            "  sources: [rule-2], file_note: The letter says how long you have., checked: 2026-03-02}\n",
        ),
        (
            "---\ntitle: Why?\nreviewed_by: {jane-roe: 2026-11-01}\n---\nText.\n",
            "unknown person 'jane-roe'",
            "data/people.yaml",
            "jane-roe: {name: Jane Roe, credentials: MD, role: clinician}\n",
        ),
    ],
    ids=["source", "kind of plan", "person"],
)
def test_a_mistake_in_a_text_that_is_mended_in_a_data_file_clears_itself(
    root: Path, preview: Preview, text: str, told: str, file: str, entry: str
) -> None:
    (root / "content/angle/acme/walker/step-therapy.md").write_text(text, "utf-8")
    url = "/help/acme/walker/step-therapy/"
    status, page = preview.get(url)
    assert status == 500
    assert told in html.unescape(page.decode())
    with (root / file).open("a", encoding="utf-8") as data:
        data.write(entry)
    assert preview.get(url)[0] == 200
    assert json.loads(preview.page("/_preview/problems.json")) == []


def test_a_value_that_the_menu_lacks_is_told_until_a_data_file_has_it(root: Path, preview: Preview) -> None:
    title = '---\nmenu_title: Within {{ plans["market_plan"].file_within }}\n'
    edit(root / "content/pages/guides/kinds-of-plan.md", "---\n", title)
    preview.wait_for(PAGE, "is empty")
    note, days = "  file_note: The letter says how long you have.\n", "  file_within: 90 days\n  file_from: receipt\n"
    edit(root / "data/plan_types.yaml", note, days)
    status, page = preview.get(PAGE)
    assert status == 200
    assert "Within 90 days" in page.decode()


def test_a_data_file_that_nothing_reads_is_told_until_it_is_gone(root: Path, preview: Preview) -> None:
    stray = root / "data/redirect.yaml"
    stray.write_text("gone: [/old/]\n", "utf-8")
    preview.wait_for(PAGE, "did you mean &#x27;data/redirects.yaml&#x27;?")
    stray.rename(root / "data/.redirect.yaml.swp")
    preview.wait_for(PAGE, "Onadrine")


def test_a_mistake_in_another_file_leaves_this_page_on_view_and_is_told(root: Path, preview: Preview) -> None:
    (root / "content/angle/acme/walker/step-therapy.md").write_text("{{ payr.name }}\n", "utf-8")
    assert preview.get(PAGE)[0] == 200
    preview.wait_for(f"/_preview/bar.json?url={PAGE}", "unknown name 'payr'")
    assert preview.get("/help/acme/walker/step-therapy/")[0] == 500


def test_the_bar_shows_findings_as_bad_as_the_check_said(root: Path) -> None:
    (root / "content/emergency.md").write_text("Call within 3 days. Call the the plan.\n", "utf-8")
    call("--root", root, "check")
    with previewed(root) as preview:
        bar = json.loads(preview.wait_for(f"/_preview/bar.json?url={PAGE}", '"findings": [{'))
    told = {one["code"]: one["severity"] for one in bar["page"]["findings"]}
    assert (told["C01"], told["T04"]) == ("error", "warning")


@pytest.mark.parametrize("small", [2_000, 3])
@pytest.mark.parametrize("text", ["Ask {{ payer.pharmacy_manager }}.", "Ask {{ payer.nam }}."])
@pytest.mark.parametrize("asked", ["bar", "map", "picture"])
def test_what_is_told_of_a_page_that_cannot_be_made_stays_off_the_next(
    root: Path, asked: str, text: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was asked about the page, on small sites and on those where texts are opened when they are needed."""
    from appealsite.build import build_date
    from appealsite.preview import studio as module
    from appealsite.preview.bar import bar
    from appealsite.preview.coverage import ages

    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setattr(module, "SMALL", small)
    edit(root / "data/site.yaml", "share_images: none", "share_images: page")
    (root / "content/angle/no/speech-therapy/012.md").write_text(text + "\n", "utf-8")
    studio = module.Studio(root, build_date)
    url = "/help/no/speech-therapy/012/"
    ask: dict[str, Callable[[], object]] = {
        "bar": lambda: bar(studio, url),
        "map": lambda: ages(studio, "no", "", 0),
        "picture": lambda: studio.file(f"share{url}index.png"),
    }
    assert ask[asked]()
    assert studio.show(PAGE).problems == ()
    assert studio.show(PAGE).data
    assert len(studio.show(url).problems) == 1


def test_new_renamed_and_removed_texts_are_noticed(root: Path, preview: Preview) -> None:
    angle = root / "content/angle/acme/on/step-therapy.md"
    angle.parent.mkdir(parents=True)
    angle.write_text("---\ntitle: New?\n---\nA text that is new.\n", "utf-8")
    preview.wait_for(PAGE, "A text that is new.")
    angle.rename(angle.with_name("stp-therapy.md"))
    preview.wait_for(PAGE, "unknown reason &#x27;stp-therapy&#x27;")
    shutil.rmtree(angle.parent)
    preview.wait_for(PAGE, "Onadrine")
    assert "A text that is new." not in preview.page(PAGE)


def test_a_folder_that_takes_the_place_of_another_is_watched_too(root: Path, preview: Preview) -> None:
    """As where a branch without texts was checked out; browsers ask for nothing until they are told to reload."""

    def replace_folder() -> None:
        (root / "content").rename(root / "old")
        shutil.copytree(root / "old", root / "content")

    def write() -> None:
        edit(root / "content/emergency.md", "In", "Words. In")

    for change in (replace_folder, write, write):
        before = preview.page("/_preview/version")
        change()
        end = time.monotonic() + WAIT
        while preview.page("/_preview/version") == before:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_a_port_that_is_taken_is_passed_over(root: Path) -> None:
    import socket

    from appealsite.preview.server import HOST, PORT, _port

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, PORT))
            taken.listen()
        except OSError:
            pass  # somebody has it already
        assert _port(None) > PORT


class Scribe:
    """Edits a project at random: sometimes right, sometimes wrong, sometimes back to what it was."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.first = {path: path.read_bytes() for path in self._files()}
        self.deeds: list[Callable[[], None]] = [
            *[self.word] * 6, *[self.restore] * 8, self.placeholder, self.citation, self.cut, self.remove,
            self.new_text, self.misplaced, self.status, self.name, self.double, self.tab, self.style, self.layout,
            self.broken_layout,
        ]  # fmt: skip

    def act(self) -> str:
        """One edit; its name."""
        deed = self.random.choice(self.deeds)
        deed()
        return deed.__name__

    def restore_all(self) -> None:
        for path in self._files():
            if path not in self.first:
                path.unlink()
        for path, data in self.first.items():
            if not path.exists() or path.read_bytes() != data:
                self._write(path, data)

    def restore(self) -> None:
        now = {path: path.read_bytes() for path in self._files()}
        touched = [path for path in {*now, *self.first} if now.get(path) != self.first.get(path)]
        if touched:
            path = self.random.choice(sorted(touched))
            if path in self.first:
                self._write(path, self.first[path])
            else:
                path.unlink()

    def word(self) -> None:
        path = self._text()
        self._write(path, path.read_bytes() + f"\nWord {self.random.randrange(10**6)}.\n".encode())

    def placeholder(self) -> None:
        path = self._text()
        self._write(path, path.read_bytes() + b"\nAsk {{ payer.nam }}.\n")

    def citation(self) -> None:
        path = self._text()
        self._write(path, path.read_bytes() + b"\nSee [this][no-such-source].\n")

    def cut(self) -> None:
        path = self.random.choice(sorted(self._files()))
        data = path.read_bytes()
        self._write(path, data[: self.random.randrange(len(data) + 1)])

    def remove(self) -> None:
        self._text().unlink()

    def new_text(self) -> None:
        slugs = (("acme", "no", "any"), ("on", "walker", "@drug", "any"), ("step-therapy", "012", "@contract", "any"))
        block = self.random.choice(("angle", "answer", "next-steps"))
        path = self.root / "content" / block / "/".join(self.random.choice(axis) for axis in slugs)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path.with_name(path.name + ".md"), f"New {self.random.randrange(10**6)}.\n".encode())

    def misplaced(self) -> None:
        path = self.root / "content/angle/acme/wolker/step-therapy.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path, b"Text.\n")

    def status(self) -> None:
        self._in_matrix(b"reason: step-therapy\n", b"reason: step-therapy\n    status: draft\n")

    def name(self) -> None:
        self._in_matrix(b"name: Acme\n", f"name: Acme {self.random.randrange(99)}\n".encode())

    def double(self) -> None:
        self._in_matrix(b"combinations:\n", b"combinations:\n  - {payer: acme, service: on, reason: step-therapy}\n")

    def tab(self) -> None:
        self._in_matrix(b"  acme:", b"\tacme:")

    def style(self) -> None:
        path = self.root / "layouts/style.css"
        self._write(path, path.read_bytes() + f"\n.x{self.random.randrange(999)} {{ color: red }}".encode())

    def layout(self) -> None:
        path = self.root / "layouts/page.html"
        self._write(path, path.read_bytes().replace(b"<h1>", f"<h1 id='h{self.random.randrange(99)}'>".encode()))

    def broken_layout(self) -> None:
        path = self.root / "layouts/block.html"
        self._write(path, path.read_bytes() + b"{{ section.nothing }}")

    def _in_matrix(self, old: bytes, new: bytes) -> None:
        path = self.root / "data/matrix.yaml"
        self._write(path, path.read_bytes().replace(old, new, 1))

    def _write(self, path: Path, data: bytes) -> None:
        """In place, or as careful editors do: beside it, and then renamed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.random.random() < 0.5:
            path.write_bytes(data)
        else:
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(data)
            beside.replace(path)

    def _text(self) -> Path:
        return self.random.choice(sorted(path for path in self._files() if path.suffix == ".md"))

    def _files(self) -> list[Path]:
        return [
            path
            for folder in ("data", "content", "layouts")
            for path in (self.root / folder).rglob("*")
            if path.is_file() and path.suffix in (".md", ".yaml", ".html", ".css") and not path.name.startswith(".")
        ]


@pytest.mark.parametrize("seed", range(5))
def test_100_random_edits_leave_no_stale_page_and_no_other_bytes_than_a_build(
    root: Path, tmp_path: Path, preview: Preview, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five times 100: after each edit every page is that of a build, or the build fails and the preview tells why."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    scribe = Scribe(root, seed)
    sound = 0
    for number in range(100):
        if number % 10 == 9:
            scribe.restore_all()
        deed = scribe.act()
        try:
            pages = built_pages(root, tmp_path / "built")
        except ProblemsFound as found:
            urls = ["/", PAGE, "/help/acme/", "/thanks/"]
            shown = [preview.get(url) for url in urls]
            assert {status for status, _ in shown} <= {200, 404, 500}
            told = "".join(page.decode() for status, page in shown if status == 500)
            told += preview.page("/_preview/problems.json")
            missing = [one for one in found.problems if str(one.mark) not in told and "layouts/" not in one.mark.path]
            assert not missing or told.count("layouts/"), (deed, number, missing)
            continue
        sound += 1
        for url in sorted(pages):
            assert without_script(preview.get(url)[1]) == pages[url], (deed, number, url)
    assert sound > 20
    assert preview.process.poll() is None
    assert "Traceback" not in preview.end()


def test_the_version_that_a_page_names_is_the_one_it_was_made_of(root: Path, preview: Preview) -> None:
    def version(page: str) -> str:
        found = re.search(r'data-version="([^"]+)"', page)
        assert found
        return found[1]

    first = version(preview.page(PAGE))
    assert preview.page("/_preview/version") == first
    (root / "content/emergency.md").write_text("Call 911 at once.\n", "utf-8")
    second = version(preview.page(PAGE))
    assert second != first
    assert preview.page("/_preview/version") == second


def test_a_large_site_is_looked_at_as_a_whole_while_pages_are_shown(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only the whole shows is told a moment later; a changed text at once."""
    from appealsite.build import build_date
    from appealsite.preview import studio as module
    from appealsite.preview.whole import Examination

    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setattr(module, "SMALL", 3)
    (root / "content/thanks.md").unlink(missing_ok=True)
    (root / "content/angle/acme/walker/step-therapy.md").write_text("{{ payr.name }}\n", "utf-8")
    edit(root / "data/matrix.yaml", "combinations:\n", "combinations:\n  - {payer: acme, service: on, reason: 012}\n")
    studio = module.Studio(root, build_date)
    assert not studio.is_small
    assert studio.show(PAGE).data
    examination = Examination(root, studio.day, texts=studio.has_unseen_texts)
    found = examination.result()
    examination.end()
    assert found is not None
    assert not studio.learn("an older state", found, texts=True)
    assert studio.learn(studio.version, found, texts=True)
    assert not studio.has_unseen_texts
    assert [problem.message for problem in studio.show(PAGE).problems] == [
        "the combination acme/on/012 is listed twice"
    ]
    assert "unknown name 'payr'" in {problem.message for problem in studio.problems_elsewhere()}
    edit(root / "data/matrix.yaml", "combinations:\n  - {payer: acme, service: on, reason: 012}\n", "combinations:\n")
    assert studio.show(PAGE).data, "an edit is a new state, of which nothing is known to be wrong"
    (root / "content/rights.md").write_text("{{ payer.nam }}\n", "utf-8")
    assert studio.notice(["content/rights.md"])
    assert "unknown name 'nam' in 'payer.nam'" in {problem.message for problem in studio.problems_elsewhere()}


def test_all_texts_of_a_large_site_are_looked_at_again_when_what_they_may_name_is_another(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from appealsite.build import build_date
    from appealsite.preview import studio as module

    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setattr(module, "SMALL", 3)
    studio = module.Studio(root, build_date)

    def looks_again_after(name: str, old: str, new: str) -> bool:
        studio.learn(studio.version, (), texts=True)
        assert not studio.has_unseen_texts
        edit(root / name, old, new)
        assert studio.notice([name])
        return studio.has_unseen_texts

    assert looks_again_after("data/sources.yaml", "help-desk:", "desk:")
    assert looks_again_after("data/sources.yaml", "desk:", "help-desk:")
    assert not looks_again_after("data/sources.yaml", "title: Help desk", "title: Desk")
    assert looks_again_after("data/matrix.yaml", "  walker:", "  wolker:")
    (root / "content/answer/acme/on").mkdir(parents=True)
    (root / "content/answer/acme/on/012.md").write_text("New.\n", "utf-8")
    studio.learn(studio.version, (), texts=True)
    assert studio.notice(["content/answer/acme/on/012.md"])
    assert studio.has_unseen_texts
