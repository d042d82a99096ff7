"""The command line: `python -m benchmarks [--quick] [--pin] [--workloads spread,hot] [--systems cartwright,go]`."""

import argparse
from collections.abc import Callable
from dataclasses import replace

import uvloop
from rich.console import Console

from benchmarks.cores import Cores, allowed_cores, split
from benchmarks.report import print_results, write_results
from benchmarks.session import Session
from benchmarks.sizes import FULL, QUICK
from benchmarks.systems import SYSTEMS
from benchmarks.workloads import WORKLOADS
from stack import StackError


def main() -> None:
    """Measure what the options ask for, print the tables, and write the figures to benchmarks/results."""
    parser = _parser()
    options = parser.parse_args()
    cores = _cores(parser) if options.pin else None
    sizes = QUICK if options.quick else FULL
    given = {name: value for name in ("repeats", "seconds") if (value := getattr(options, name)) is not None}
    workloads = [each for each in WORKLOADS if not options.workloads or each.name in options.workloads]
    if options.quick:
        workloads = [replace(each, systems=each.quick) for each in workloads if each.quick]
    systems = [each for each in SYSTEMS if not options.systems or each.name in options.systems]
    console = Console()
    session = Session(replace(sizes, **given), workloads, systems, console, cores)
    try:
        results = uvloop.run(session.run())
    except StackError as error:
        parser.exit(1, f"{error}\n")
    print_results(console, workloads, results)
    console.print(f"written to {write_results(results, cores)}")


def _cores(parser: argparse.ArgumentParser) -> Cores:
    try:
        return split(allowed_cores())
    except ValueError as error:
        parser.error(f"--pin: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Cartwright against its peers.")
    parser.add_argument("--quick", action="store_true", help="the targets only, once, about four minutes")
    parser.add_argument(
        "--pin", action="store_true", help="servers and generator on half of the cores, systems on the others"
    )
    parser.add_argument("--repeats", type=int, help="how often each workload is run on each system")
    parser.add_argument("--seconds", type=float, help="how long each run is measured at most")
    parser.add_argument("--workloads", type=_names([each.name for each in WORKLOADS]), help="names, with commas")
    parser.add_argument("--systems", type=_names([each.name for each in SYSTEMS]), help="names, with commas")
    return parser


def _names(known: list[str]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
        return names

    return parse


if __name__ == "__main__":
    main()
