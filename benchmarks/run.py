"""The one command: ``python benchmarks/run.py`` builds the same site with us and with Hugo and says what it cost."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # so that it runs as a file, installed or not

from benchmarks.compare import Different
from benchmarks.contestants import Missing, hugo_binary
from benchmarks.in_step import differences
from benchmarks.measure import Failed
from benchmarks.report import machine, table, write_json, write_plot
from benchmarks.scenarios import SCENARIOS, run
from benchmarks.workload import MOST_PAGES, STYLES

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
SHORT = {scenario.split()[0]: scenario for scenario in SCENARIOS}
PARSERS = ("python", "fast")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", default=10_000, show_default=True, type=click.IntRange(1, MOST_PAGES))
@click.option("--style", default="composed", show_default=True, type=click.Choice([*STYLES, "both"]))
@click.option(
    "--runs", default=3, show_default=True, type=click.IntRange(1, 100), help="Timed rounds; a first one checks."
)
@click.option(
    "--scenario", "scenarios", multiple=True, type=click.Choice(list(SHORT)), help="Only these; all unless given."
)
@click.option("--parser", "parsers", multiple=True, type=click.Choice(PARSERS), help="Only these; all that are there.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write every measurement.")
@click.option(
    "--plot", "plot_path", type=click.Path(path_type=Path, dir_okay=False), help="Draw the medians (matplotlib)."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None,
    show_default=str(MEMORY_FOLDER),
    help="Where to work; one in memory keeps the disk out of the numbers.",
)
def main(
    pages: int,
    style: str,
    runs: int,
    scenarios: tuple[str, ...],
    parsers: tuple[str, ...],
    json_path: Path | None,
    plot_path: Path | None,
    folder: Path | None,
) -> None:
    """Measure our build, Hugo's build of the same site, and a plain copy of the result, side by side."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the folder is removed then as well
    chosen = [SHORT[word] for word in SHORT if word in scenarios or not scenarios]
    try:
        hugo_binary()
        if differences():
            raise Different("\n".join(["Hugo's templates are out of step with layouts/.", *differences()]))
        measured = []
        for one in STYLES if style == "both" else (style,):
            with tempfile.TemporaryDirectory(prefix="appealsite-bench-", dir=folder) as work:
                measured.append(run(Path(work), pages, one, runs, chosen, parsers or PARSERS, click.echo))
    except (Missing, Failed, Different) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo("\n" + ", ".join(f"{name}: {value}" for name, value in machine().items()))
    for found in measured:
        click.echo("\n" + table(found))
    if json_path:
        write_json(json_path, measured)
    if plot_path:
        write_plot(plot_path, measured)


if __name__ == "__main__":
    main()
