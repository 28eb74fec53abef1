"""The command line: the only place that prints."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

import click

from appealsite.problems import Problem, ProblemsFound, counted, look_alikes, suggest
from appealsite.report import Reporter, as_json_text

if TYPE_CHECKING:
    from appealsite.add.entry import Kind, Wanted
    from appealsite.read.models import HostName

ENDPOINT = "https://api.indexnow.org/indexnow"  # for all search engines that take part: indexnow.org/faq
_MEANT = {  # what other tools call a command, and what it is called here
    **dict.fromkeys(("preview", "watch", "dev", "run", "start"), "did you mean 'serve'?"),
    **dict.fromkeys(("lint", "test", "validate"), "did you mean 'check'?"),
    **dict.fromkeys(("new", "create"), "did you mean 'add'?"),
    **dict.fromkeys(("publish", "upload"), "did you mean 'deploy'?"),
    "build": "without a command, the site is built",
    "help": "did you mean '--help'?",
}
ROOT = Path(__file__).resolve().parent.parent

_root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=ROOT,
    show_default="this project",
    help="The folder that holds data/, content/ and layouts/.",
)


def _output_option(meaning: str) -> Callable[[Any], Any]:
    """The folder of the site, which a build writes and other commands read."""
    return click.option(
        "--output", type=click.Path(path_type=Path), default=None, show_default="site/ in the root", help=meaning
    )


_built_option = _output_option("The folder of the built site.")


class _Commands(click.Group):
    """A group that also knows the words of other tools, and where its own option belongs."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As usual, but a word that is no command gets an answer in any case."""
        word = args[0]
        if word in self.commands or word.startswith("-"):
            return super().resolve_command(ctx, args)
        near = look_alikes(word, _MEANT)
        meant = _MEANT[near[0]] if near else f"known here: {', '.join(sorted(self.commands))}"
        raise click.UsageError(f"no command '{word}'; {suggest(word, self.commands) or meant}", ctx)

    def invoke(self, ctx: click.Context) -> Any:
        """As usual, but told where to write --root."""
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            if error.option_name != "--root":
                raise
            raise click.UsageError("--root stands before the command", error.ctx) from None


_site_option = click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    show_default="site/ in the root",
    help="The built site.",
)


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_root_option
@_output_option("The folder to build into.")
@click.option("--clean", is_flag=True, help="Use nothing of earlier builds.")
@click.option("--jobs", type=click.IntRange(1, 256), default=None, show_default="all cores", help="Processes.")
@click.option(
    "--parser",
    type=click.Choice(["auto", "python", "fast"]),
    default="auto",
    show_default=True,
    help="What compiles Markdown: markdown-it-py (python), its twin in Rust where both agree (fast, the extra 'fast'), "
    "or the faster of those installed (auto).",
)
@click.option(
    "--host",
    type=click.Choice(["plain", "netlify", "cloudflare-pages", "github-pages", "s3", "nginx"]),
    default=None,
    show_default="as data/site.yaml says",
    help="Write what this host needs, and check its limits.",
)
@click.option("--timings", is_flag=True, help="Say which layouts, texts and pages of this build took the longest.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but problems.")
@click.pass_context
def cli(
    context: click.Context,
    root: Path,
    output: Path | None,
    clean: bool,
    jobs: int | None,
    parser: Literal["auto", "python", "fast"],
    host: HostName | None,
    timings: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Build the site from data/, content/ and layouts/ into site/.

    Exit status: 0 when the site was built, 1 when something people wrote is wrong (the old site/ then stays as it was),
    2 for a wrong call.
    """
    context.obj = root.resolve()
    if context.invoked_subcommand is None:
        from appealsite.build import Options, build, lacks_parser

        if lacks_parser(parser):
            raise click.UsageError(
                "--parser fast needs Python 3.11 or 3.12 and the extra 'fast': pip install -e '.[fast]'"
            )
        reporter = Reporter(quiet or as_json)
        target = _target(context.obj, output)
        options = Options(jobs=jobs or 0, clean=clean, parser=parser, timings=timings, host=host)
        with _ending("nothing was published"), reporter.progress() as progress:
            summary = build(context.obj, target, options, progress)
        if as_json:
            click.echo(as_json_text(summary))
        else:
            reporter.summary(summary)
    elif output or clean or jobs or parser != "auto" or host or timings or as_json or quiet:
        raise click.UsageError("of these options, only --root goes with a command")


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=None,
    show_default="8000, or the next that is free",
    help="The port on 127.0.0.1.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the home page in a browser.")
@click.pass_obj
def serve(root: Path, port: int | None, open_browser: bool) -> None:
    """Preview on 127.0.0.1: each page made when it is looked at, drafts included, reloaded when a file changes.

    What is wrong is shown in the browser. site/ is left alone.
    """
    from appealsite.preview.server import serve as run

    reporter = Reporter(quiet=False)
    with _ending("the preview has not begun"):
        run(
            root,
            port,
            open_browser,
            reporter.say,
            lambda wrong: reporter.problems(wrong, "the page comes back when they are mended"),
        )


@cli.command()
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a GitHub workflow.",
)
@click.option("--select", multiple=True, metavar="CODE", help="Only these rules: codes such as C01, or C for a group.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these rules.")
@click.option(
    "--explain", metavar="CODE", help="Say why a rule exists and how to mend what it finds; 'all' lists them."
)
@click.option("--sources", is_flag=True, help="List the sources a person has still to open, with what depends on each.")
@click.option("--external", is_flag=True, help="Ask other people's servers whether our links still lead somewhere.")
@click.option("--jobs", type=click.IntRange(1, 256), default=None, show_default="all cores", help="Processes.")
@click.pass_obj
def check(
    root: Path,
    strict: bool,
    form: Literal["text", "json", "github"],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    explain: str | None,
    sources: bool,
    external: bool,
    jobs: int | None,
) -> None:
    """Check every page: its claims, fit, originality, text, search and files.

    Exit status: 0 when there is nothing to mend, 1 for errors (with --strict, for warnings too), 2 for a wrong call.
    """
    if explain is not None:
        click.echo(_explained(explain))
        return
    from appealsite.build import CACHE, build_date
    from appealsite.check import external as outside
    from appealsite.check import formats, last, run

    unknown = run.unknown((*select, *ignore))
    if unknown is not None:
        raise click.UsageError(f"no rule begins with '{unknown}'; --explain all lists them")
    reporter = Reporter(quiet=form != "text")
    with _ending("nothing was checked"), reporter.progress() as progress:
        options = run.Options(select, ignore, jobs or 0, external=external)
        try:
            report = run.check(root, root / CACHE, build_date(), options, progress)
        except ProblemsFound as found:
            if sources or form == "text":
                raise
            report = run.stopped(found.problems)
        else:
            if not select and not ignore:
                last.keep(root, report.findings, report.measures, build_date())
        if external and options.wants(outside.CODE):
            report.findings = sorted([*report.findings, *outside.findings(report.addresses, progress)])
    if sources:
        lines = formats.sources_as_text(report.sources)
    elif form == "json":
        lines = iter([formats.as_json(report)])
    else:
        lines = formats.as_text(report) if form == "text" else formats.as_github(report)
    for line in lines:
        click.echo(line)
    if not sources and (report.count("error") or (strict and report.count("warning"))):
        sys.exit(1)


def _explained(code: str) -> str:
    from appealsite.check import formats
    from appealsite.check.rules import RULES

    if code == "all":
        return "\n".join(formats.rules_as_text())
    if code not in RULES:
        raise click.UsageError(f"no rule '{code}'; {suggest(code, RULES) or '--explain all lists them'}")
    return RULES[code].explained()


@cli.command()
@click.argument("target", metavar="URL|FILE")
@click.pass_obj
def explain(root: Path, target: str) -> None:
    """Say where each block of a page comes from, by its address; or which pages use a file, by its path.

    TARGET is an address such as /help/cigna/cimt/step-therapy/, whole or from its first slash, or a file of content/.
    """
    from appealsite.build import build_date
    from appealsite.explain import explain_file, explain_page

    with _ending("nothing can be explained until then"):
        target = target.removeprefix(f"{root}/").removeprefix("./")
        lines = (explain_file if target.startswith("content/") else explain_page)(root, target, build_date())
    for line in lines:
        click.echo(line)


@cli.group(invoke_without_command=True)
@click.option(
    "--from",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Add every row of this CSV file, or none; its first row names the columns.",
)
@click.pass_context
def add(context: click.Context, table: Path | None) -> None:
    """Add a payer, a service, a reason or a combination, with the file to fill in.

    What is left out is asked for on a terminal. All is checked first: where anything is wrong, nothing is changed.
    """
    if (table is None) == (context.invoked_subcommand is None):
        raise click.UsageError("say what to add (payer, service, reason, combination), or --from FILE.csv")
    if table is not None:
        from appealsite.add.table import read_table

        problems: list[Problem] = []
        rows = read_table(table, problems)
        _add(context.obj, rows, problems, table.name)


def _add(root: Path, wanted: Sequence[Wanted], problems: Sequence[Problem] = (), table: str = "") -> None:
    from appealsite.add.adding import add as run
    from appealsite.build import CACHE, build_date

    with _ending("nothing was changed"):
        found = list(problems)
        try:
            added = run(root, root / CACHE, wanted, build_date(), table)
        except ProblemsFound as more:
            found += more.problems
        if found:
            raise ProblemsFound(found)
    Reporter(quiet=False).added(added)


def _known_in(root: Path) -> Mapping[str, Collection[str]]:
    from appealsite.add.adding import known_in

    with _ending("nothing was changed"):
        return known_in(root)


def _on_a_terminal() -> bool:
    return bool(sys.stdin and sys.stdin.isatty())


def _adding(kind: Kind) -> None:
    """A command that adds one thing of a kind, with an option for each of its fields."""
    from appealsite.add.entry import ASKED, COLUMNS, HELP, NEEDED, Wanted, proposed_slug, refused

    def ask(name: str, there: Mapping[str, Collection[str]], default: str | None = None) -> str:
        def checked(text: str) -> str:
            told = refused(kind, name, text.strip(), there) if text else None
            if told:
                raise click.UsageError("; ".join(filter(None, told)))  # and it is asked again
            return text.strip()

        question = f"{name.replace('_', ' ')} ({HELP[kind, name]})"
        return str(click.prompt(question, default=default, show_default=bool(default), value_proc=checked))

    def command(root: Path, **given: str | None) -> None:
        known = {name: value.strip() for name, value in given.items() if value is not None}
        known = {name.removesuffix("_"): value for name, value in known.items()}
        missing = [name for name in NEEDED[kind] if not known.get(name)]
        if missing and not _on_a_terminal():
            raise click.UsageError(f"say {', '.join('--' + name.replace('_', '-') for name in missing)}")
        there = _known_in(root) if missing else {}
        asked = {} if "publish_on" in known else ASKED.get(kind, {})
        for name in COLUMNS[kind] if missing else ():
            if name in missing or (name in asked and name not in known):
                known[name] = ask(name, there, asked.get(name))
        if missing and "slug" in COLUMNS[kind] and "slug" not in known:
            known["slug"] = click.prompt("slug, for ever part of addresses", default=proposed_slug(known["name"]))
        _add(root, [Wanted(kind, known)])

    command.__doc__ = f"Add a {kind} to data/matrix.yaml" + (
        ", as a draft, with its Markdown file to fill in." if kind == "combination" else "."
    )
    for name in reversed(COLUMNS[kind]):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name if name != "class" else "class_", help=HELP[kind, name])(command)
    add.command(kind)(click.pass_obj(command))


for _kind in ("payer", "service", "reason", "combination"):
    _adding(_kind)


@cli.command()
@_built_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="For a terminal, for a pull request, or for a program.",
)
@click.pass_obj
def diff(root: Path, output: Path | None, form: Literal["text", "markdown", "json"]) -> None:
    """Say what the next deploy adds, changes and retires, and what each coming publish_on date publishes.

    Compares with data/published.txt, and writes nothing.
    """
    from appealsite.deploy import wording
    from appealsite.deploy.survey import survey

    words = {"text": wording.as_text, "markdown": wording.as_markdown, "json": wording.as_json}
    with _ending("the next build would stop here"):
        click.echo(words[form](survey(root, _target(root, output))), nl=False)


@cli.command()
@_built_option
@click.pass_obj
def record(root: Path, output: Path | None) -> None:
    """Write to data/published.txt what is online: the deploy's last step.

    The site must be built from what data/, content/ and layouts/ say now. A file that a merge has left with conflicts,
    or that is damaged, is mended instead.
    """
    from appealsite.deploy.record import record as run

    with _ending("nothing was recorded"):
        Reporter(quiet=False).recorded(run(root, _target(root, output)))


@cli.command()
@_built_option
@click.option("--endpoint", default=ENDPOINT, show_default=True, help="Where the announcement is sent.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.pass_obj
def announce(root: Path, output: Path | None, endpoint: str, dry_run: bool) -> None:
    """Tell search engines, by IndexNow, which addresses the deployed site adds, changes and retires.

    Comes after the deploy and before `record`.
    """
    from appealsite.deploy.announce import batches, is_endpoint, send

    if not is_endpoint(endpoint):
        raise click.BadParameter(
            "write a whole address, such as https://api.indexnow.org/indexnow", param_hint="--endpoint"
        )
    reporter = Reporter(quiet=False)
    with _ending("the announcement is not complete"):
        found = batches(root, _target(root, output))
        reporter.to_announce(found, endpoint, dry_run)
        if not dry_run:
            for count in send(found, endpoint):
                reporter.say(f"accepted: {counted(count, 'address', 'addresses')}")


@cli.command()
@_site_option
@click.option("--dry-run", is_flag=True, help="Only say which files are new, changed and removed.")
@click.option(
    "--sent",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    show_default=".cache/sent.txt; with --bucket, kept in the bucket",
    help="The list of what the last deploy sent.",
)
@click.option("--mark", is_flag=True, help="Write that list: another tool has just sent the site.")
@click.option("--bucket", metavar="NAME", help="Upload to this bucket what changed since the last time.")
@click.option("--endpoint", metavar="URL", help="The object store, where it is not Amazon's.")
@click.pass_obj
def deploy(
    root: Path,
    site: Path | None,
    dry_run: bool,
    sent: Path | None,
    mark: bool,
    bucket: str | None,
    endpoint: str | None,
) -> None:
    """Say what a deploy sends, or send it to an object store. The site must be built."""
    from appealsite.deploy import sent as lists
    from appealsite.deploy.s3 import Bucket

    if sum((dry_run, mark)) + (bool(bucket) and not dry_run) != 1 or (bucket and sent) or (endpoint and not bucket):
        raise click.UsageError("choose --dry-run, --mark, or --bucket (with --dry-run to look first, and no --sent)")
    folder = (site or root / "site").absolute()
    reporter = Reporter(quiet=False)
    outcome = "the deploy is not complete" if bucket else "nothing was noted"
    with _ending("nothing can be compared until then" if dry_run else outcome):
        if bucket:
            store = Bucket(bucket, endpoint)
            change, now = store.plan(folder)
            if not dry_run:
                with reporter.progress() as progress:
                    store.send(folder, change, now, progress)
        else:
            path = sent or root / ".cache" / "sent.txt"
            now = lists.files_of(folder)
            change = lists.difference(now, lists.read_sent(path))
            if mark:
                lists.write_sent(path, now)
    reporter.deploy(change, len(now), dry_run)


def _target(root: Path, output: Path | None) -> Path:
    target = (output or root / "site").absolute()
    return target.resolve() if ".." in target.parts else target  # what lies beside a folder goes by its name


@contextlib.contextmanager
def _ending(words: str) -> Iterator[None]:
    """Problems end a command with status 1, and these words say what comes of them."""
    try:
        yield
    except ProblemsFound as found:
        Reporter(quiet=False).problems(found.problems, words)
        sys.exit(1)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the run with status 1, even where it comes while a class is made and is told as an error of that."""
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.default_int_handler(number, frame)

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else whoever started us leaves it out
    if usual:
        signal.signal(signal.SIGINT, press)
    try:
        yield
    except Exception:
        if not pressed:
            raise
        sys.exit(1)
    finally:
        if usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _escape_what_cannot_be_printed() -> None:
    """Let standard output write signs that its encoding lacks as escapes, as standard error does by itself."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # not where it is closed, or somebody takes in what is printed
        sys.stdout.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command line; what it prints is out when this ends, by SystemExit."""
    _escape_what_cannot_be_printed()
    try:
        try:
            with _interruptible():
                cli(standalone_mode=True)
        finally:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
    except OSError as error:  # of what this prints, most likely: files of a project are told at their places
        click.echo(f"{error.filename or 'the output'}: {error.strerror}", err=True)
        sys.exit(1)
