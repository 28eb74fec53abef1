"""The command line: the only place that prints."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import click

from appealsite.problems import ProblemsFound
from appealsite.report import Reporter, as_json_text

ENDPOINT = "https://api.indexnow.org/indexnow"  # for all search engines that take part: indexnow.org/faq
ROOT = Path(__file__).resolve().parent.parent

_root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=ROOT,
    show_default="this project",
    help="The folder that holds data/, content/ and layouts/.",
)
_output_option = click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    show_default="site/ in the root",
    help="The folder to build into.",
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_root_option
@_output_option
@click.option("--clean", is_flag=True, help="Use nothing of earlier builds.")
@click.option("--jobs", type=click.IntRange(1, 256), default=None, show_default="all cores", help="Processes.")
@click.option(
    "--parser",
    type=click.Choice(["auto", "python", "fast"]),
    default="auto",
    show_default=True,
    help="What compiles Markdown: markdown-it-py (python), or its fast twin where both agree (extra 'fast').",
)
@click.option("--timings", is_flag=True, help="Say which layouts, texts and pages took the longest.")
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
            raise click.UsageError("--parser fast needs the extra 'fast': pip install -e '.[fast]'")
        reporter = Reporter(quiet or as_json)
        target = _target(context.obj, output)
        options = Options(jobs=jobs or 0, clean=clean, parser=parser, timings=timings)
        with reporter.progress() as progress:
            summary = build(context.obj, target, options, progress)
        if as_json:
            click.echo(as_json_text(summary))
        else:
            reporter.summary(summary)
    elif output or clean or jobs or parser != "auto" or timings or as_json or quiet:
        raise click.UsageError("of these options, only --root goes with a command")


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port on 127.0.0.1.")
@click.option("--open", "open_browser", is_flag=True, help="Open the home page in a browser.")
@click.pass_obj
def serve(root: Path, port: int, open_browser: bool) -> None:
    """Preview on 127.0.0.1: drafts included, rebuilt and reloaded when a file changes. site/ is left alone."""
    from appealsite.preview.server import serve as run

    run(root, port, open_browser, Reporter(quiet=False))


@cli.command()
@_output_option
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
@_output_option
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
@_output_option
@click.option("--endpoint", default=ENDPOINT, show_default=True, help="Where the announcement is sent.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.pass_obj
def announce(root: Path, output: Path | None, endpoint: str, dry_run: bool) -> None:
    """Tell search engines, by IndexNow, which addresses the deployed site adds, changes and retires.

    Comes after the deploy and before `record`.
    """
    from appealsite.deploy.announce import batches, send

    if not endpoint.startswith(("https://", "http://")):
        raise click.BadParameter(
            "write a whole address, such as https://api.indexnow.org/indexnow", param_hint="--endpoint"
        )
    reporter = Reporter(quiet=False)
    with _ending("the announcement is not complete"):
        found = batches(root, _target(root, output))
        reporter.to_announce(found, endpoint, dry_run)
        if not dry_run:
            for count in send(found, endpoint):
                reporter.say(f"accepted: {count:,} addresses")


def _target(root: Path, output: Path | None) -> Path:
    return (output or root / "site").absolute()


@contextlib.contextmanager
def _ending(words: str) -> Iterator[None]:
    """Problems end a command with status 1, and these words say what comes of them."""
    try:
        yield
    except ProblemsFound as found:
        Reporter(quiet=False).problems(found.problems, words)
        sys.exit(1)


def main() -> None:
    """Run the command line; problems are printed and end the run with status 1."""
    try:
        cli(standalone_mode=True)
    except ProblemsFound as found:
        Reporter(quiet=False).problems(found.problems)
        sys.exit(1)
