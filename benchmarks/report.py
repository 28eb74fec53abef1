"""What the measurements say: a table of medians and ratios, JSON for machines, a plot for people."""

from __future__ import annotations

import importlib
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.contestants import hugo_version
from benchmarks.measure import Cost
from benchmarks.scenarios import COLD, COPY, SCENARIOS, Measured

HUGO = "Hugo"
_TITLES = ("", "wall s", "CPU s", "peak MB", "wall ÷ Hugo", "CPU ÷ Hugo", "wall ÷ cp", "others")


@dataclass(frozen=True)
class Row:
    """Medians of one contestant in one scenario, with ratios to Hugo's in the same run and to the plain copy.

    ``others`` is the part of the machine that other programs used meanwhile.
    """

    style: str
    scenario: str
    contestant: str
    wall: float
    cpu: float
    memory: float | None
    wall_to_hugo: float | None
    cpu_to_hugo: float | None
    wall_to_copy: float | None
    others: float


def rows(measured: Measured) -> Iterator[Row]:
    """The table of one workload. A ratio is the median of the ratios of each round, so noise of minutes drops out."""
    timed: dict[tuple[str, str], list[Cost]] = {}
    peaks: dict[tuple[str, str], float | None] = {}
    for result in measured.results:
        if result.turn:
            timed.setdefault((result.scenario, result.contestant), []).append(result.cost)
        else:
            peaks[result.scenario, result.contestant] = result.cost.memory
    copies = timed.get((COLD, COPY))
    for scenario, contestant in sorted(timed, key=lambda key: SCENARIOS.index(key[0])):
        costs = timed[scenario, contestant]
        hugo = timed[scenario, HUGO] if contestant not in (HUGO, COPY) else None
        yield Row(
            measured.workload.style,
            scenario,
            contestant,
            wall=median(cost.wall for cost in costs),
            cpu=median(cost.cpu for cost in costs),
            memory=peaks[scenario, contestant],
            wall_to_hugo=_ratio(costs, hugo, "wall"),
            cpu_to_hugo=_ratio(costs, hugo, "cpu"),
            wall_to_copy=_ratio(costs, copies, "wall") if contestant != COPY else None,
            others=median(cost.others for cost in costs),
        )


def _ratio(ours: Sequence[Cost], theirs: Sequence[Cost] | None, what: str) -> float | None:
    if theirs is None:
        return None
    ratios: list[float] = [getattr(our, what) / getattr(their, what) for our, their in zip(ours, theirs, strict=True)]
    return median(ratios)


def table(measured: Measured) -> str:
    """The rows as a Markdown table, under a line that says what was built."""
    built = f"{measured.workload.style}: {measured.pages:,} pages ({measured.workload.pages:,} combinations)"
    cells = [list(_TITLES), *map(_cells, rows(measured))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    lines = [f"{built}, {measured.megabytes:,.0f} MB; {measured.compared:,} pages read and equal", ""]
    for first, *others in cells:
        padded = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        lines.append(f"| {' | '.join(padded)} |")
    return "\n".join(lines)


def _cells(row: Row) -> list[str]:
    memory = "" if row.memory is None else f"{row.memory:,.0f}"
    ratios = (row.wall_to_hugo, row.cpu_to_hugo, row.wall_to_copy)
    return [
        f"{row.scenario}: {row.contestant}",
        *(_short(row.wall), _short(row.cpu), memory),
        *("" if ratio is None else _short(ratio) for ratio in ratios),
        f"{row.others:.0%}",
    ]


def _short(number: float) -> str:
    return f"{number:.3f}" if number < 1 else f"{number:.2f}"


def machine() -> dict[str, str | int]:
    """What the numbers were measured on."""
    return {
        "processors": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "hugo": hugo_version(),
    }


def write_json(path: Path, measured: Sequence[Measured]) -> None:
    """Every single measurement and the medians."""
    workloads = [
        {
            "style": one.workload.style,
            "combinations": one.workload.pages,
            "pages": one.pages,
            "megabytes": round(one.megabytes, 1),
            "compared": one.compared,
            "medians": [asdict(row) for row in rows(one)],
            "measurements": [asdict(result) for result in one.results],
        }
        for one in measured
    ]
    path.write_text(json.dumps({"machine": machine(), "workloads": workloads}, indent=1) + "\n", "utf-8")


def write_plot(path: Path, measured: Sequence[Measured]) -> None:
    """Bars of wall time for each scenario, one panel for each workload, on a logarithmic scale."""
    pyplot = importlib.import_module("matplotlib.pyplot")  # wanted for plots only
    figure, panels = pyplot.subplots(1, len(measured), figsize=(7 * len(measured), 4.5), squeeze=False, sharey=True)
    for panel, one in zip(panels[0], measured, strict=True):
        table_rows = list(rows(one))
        names = list(dict.fromkeys(row.contestant for row in table_rows))
        scenarios = list(dict.fromkeys(row.scenario for row in table_rows))
        width = 0.8 / len(names)
        for number, name in enumerate(names):
            walls = {row.scenario: row.wall for row in table_rows if row.contestant == name}
            places = [
                at + (number - (len(names) - 1) / 2) * width for at, label in enumerate(scenarios) if label in walls
            ]
            bars = panel.bar(places, list(walls.values()), width, label=name)
            panel.bar_label(bars, fmt="%.2f", fontsize=8)
        panel.set_xticks(range(len(scenarios)), scenarios)
        panel.set_yscale("log")
        panel.set_title(f"{one.workload.style}, {one.workload.pages:,} combinations")
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("seconds (median, logarithmic)")
    panels[0][0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=150)
