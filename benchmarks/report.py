"""Results for people (tables) and for machines (JSON)."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.cores import Cores
from benchmarks.results import Medians, Results
from benchmarks.systems import CARTWRIGHT
from benchmarks.targets import TARGETS
from benchmarks.workloads import Workload

FOLDER = Path(__file__).parent / "results"
_PACKAGES = ("faststream", "aio-pika", "motor", "pymongo", "uvloop", "pydantic", "orjson")


def print_results(console: Console, workloads: Sequence[Workload], results: Results) -> None:
    """Print every workload's table and the targets."""
    for workload in workloads:
        console.print(_workload_table(workload, results))
        for failure in results.failures:
            if failure.workload == workload.name:
                console.print(f"{failure.system}: {failure.reason}", style="red", markup=False)
    console.print(_targets_table(results.medians()))


def write_results(results: Results, cores: Cores | None) -> Path:
    """Write everything that was measured, and on which cores, into a file of its own; return its path."""
    at = datetime.now(UTC)
    medians = results.medians()
    report = {
        "at": at,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "pinned": cores,
        "packages": {name: version(name) for name in _PACKAGES},
        "measurements": results.measurements,
        "failures": results.failures,
        "medians": [{"workload": key[0], "system": key[1], "figures": figures} for key, figures in medians.items()],
        "targets": [
            {"target": each.title, "wanted": each.wanted(), "measured": each.measured(medians)} for each in TARGETS
        ],
    }
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{at:%Y%m%dT%H%M%SZ}.json"
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return path


def _workload_table(workload: Workload, results: Results) -> Table:
    """One row per system: its medians, and how many times as good Cartwright is."""
    medians = results.medians()
    own = medians.get((workload.name, CARTWRIGHT.name))
    names = next((list(figures) for key, figures in medians.items() if key[0] == workload.name), [])
    table = Table(title=f"{workload.name}: {workload.title}", title_justify="left")
    for name in ("system", *names, "Cartwright ×"):
        table.add_column(name, justify="left" if name == "system" else "right")
    for system in workload.systems:
        figures = medians.get((workload.name, system.name))
        if figures is not None:
            ratio = f"{own[workload.compared] / figures[workload.compared]:.2f}" if own else ""
            table.add_row(system.title, *(_number(figures[name]) for name in names), ratio)
    return table


def _targets_table(medians: Medians) -> Table:
    """Every target with what was reached."""
    table = Table(title="targets (medians of this run)", title_justify="left")
    for name in ("target", "wanted", "measured", "result"):
        table.add_column(name, justify="right" if name in ("wanted", "measured") else "left")
    for target in TARGETS:
        figure = target.measured(medians)
        if figure is None:
            table.add_row(target.title, target.wanted(), "", "not measured")
        else:
            outcome = "[green]pass" if target.met(figure) else "[red]FAIL"
            table.add_row(target.title, target.wanted(), _number(figure), outcome)
    return table


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
