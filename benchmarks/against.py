"""This build against an earlier one: `python -m benchmarks.against b6cb655 --workloads spread,promoted-5 --rounds 3`.

Each build measures itself, in its own environment, with its own catalog and carts, on servers of its own; the builds
take turns. So the earlier one needs nothing but its own `make bench`.
"""

import argparse
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.results import Figures
from benchmarks.systems import CARTWRIGHT, ROOT

BUILDS = ROOT / ".cache" / "builds"
Measured = dict[tuple[str, str], list[float]]
"""The values of each figure in all rounds, by workload and figure."""


def main() -> None:
    """Measure both builds in turn, and print the medians and their ratios."""
    options = _parser().parse_args()
    earlier = checked_out(options.build)
    measured: dict[Path, Measured] = {earlier: defaultdict(list), ROOT: defaultdict(list)}
    for _ in range(options.rounds):
        for build, found in measured.items():
            for workload, figures in once(build, options.workloads):
                for name, value in figures.items():
                    found[workload, name].append(value)
    _print(measured[earlier], measured[ROOT], options.build)


def checked_out(revision: str) -> Path:
    """A working tree of that revision, with its environment; made if it is not there."""
    commit = _output(ROOT, "git", "rev-parse", "--verify", f"{revision}^{{commit}}").strip()
    folder = BUILDS / commit[:12]
    if not folder.exists():
        _output(ROOT, "git", "worktree", "add", "--detach", str(folder), commit)
    _output(folder, "make", ".venv/bench")
    return folder


def once(build: Path, workloads: str) -> list[tuple[str, Figures]]:
    """The figures of one run, by workload."""
    python = str(build / ".venv" / "bin" / "python")
    options = ("--repeats", "1", "--workloads", workloads, "--systems", CARTWRIGHT.name)
    results = build / "benchmarks" / "results"
    before = set(results.glob("*.json"))
    _output(build, python, "-m", "benchmarks", *options)
    [written] = set(results.glob("*.json")) - before
    report: dict[str, Any] = orjson.loads(written.read_bytes())
    written.unlink()
    for each in report["failures"]:
        Console(stderr=True).print(f"{build.name}: {each['workload']}: {each['reason']}")
    return [(each["workload"], each["figures"]) for each in report["measurements"]]


def _output(folder: Path, *command: str) -> str:
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def _print(earlier: Measured, now: Measured, revision: str) -> None:
    table = Table("workload", "figure", revision, "this build", "ratio", "ratios of the rounds")
    for key in earlier:
        if key in now:
            before, after = earlier[key], now[key]
            ratios = [mine / theirs for mine, theirs in zip(after, before, strict=False) if theirs]
            ratio = f"{median(after) / median(before):.2f}" if median(before) else ""
            shown = " ".join(f"{each:.2f}" for each in ratios)
            table.add_row(*key, f"{median(before):.1f}", f"{median(after):.1f}", ratio, shown)
    Console().print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against", description="Measure an earlier build, too.")
    parser.add_argument("build", help="a commit, a tag or a branch")
    parser.add_argument("--workloads", default="spread", help="names, with commas")
    parser.add_argument("--rounds", type=int, default=3, help="how often each build is measured")
    return parser


if __name__ == "__main__":
    main()
