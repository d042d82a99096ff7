"""Cartwright's targets, each a ratio of medians of one run, or a figure that all machines share."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.results import Medians
from benchmarks.scene import SMALL
from benchmarks.systems import CARTWRIGHT, EXECUTION, FASTSTREAM, FLOOR, GO, NESTJS, System


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that must be at least (`most=False`) or at most (`most=True`) the bound."""

    title: str
    bound: float
    most: bool
    figure: Callable[[Medians], float]

    def measured(self, medians: Medians) -> float | None:
        """The figure, if everything that it needs was measured."""
        try:
            return self.figure(medians)
        except KeyError:
            return None

    def met(self, figure: float) -> bool:
        """Whether the figure is good enough."""
        return figure <= self.bound if self.most else figure >= self.bound

    def wanted(self) -> str:
        """The bound as people read it."""
        return f"{'≤' if self.most else '≥'} {self.bound:g}"


def _ratio(workload: str, name: str, other: System) -> Callable[[Medians], float]:
    return lambda medians: medians[workload, CARTWRIGHT.name][name] / medians[workload, other.name][name]


def _own(above: str, below: str, name: str) -> Callable[[Medians], float]:
    return lambda medians: medians[above, CARTWRIGHT.name][name] / medians[below, CARTWRIGHT.name][name]


def _plain(workload: str, name: str) -> Callable[[Medians], float]:
    return lambda medians: medians[workload, CARTWRIGHT.name][name]


def _pricing_spread(medians: Medians) -> float:
    costs = medians["pricing", EXECUTION.name].values()
    return max(costs) / min(costs)


def _dearest_dialect(medians: Medians) -> float:
    costs = medians["dialects", EXECUTION.name]
    return (
        max(cost for name, cost in costs.items() if name.endswith(" µs")) / medians["spread", CARTWRIGHT.name]["CPU µs"]
    )


def _lines_of_job(medians: Medians) -> float:
    spread = medians["spread", CARTWRIGHT.name]["commands/s"] * SMALL
    return medians["reprice", CARTWRIGHT.name]["all touched, lines/s"] / spread


TARGETS = (
    Target("spread throughput, × (a)", 4, False, _ratio("spread", "commands/s", FASTSTREAM)),
    Target("spread throughput, × (c)", 1.5, False, _ratio("spread", "commands/s", NESTJS)),
    Target("spread throughput, × (d)", 0.7, False, _ratio("spread", "commands/s", FLOOR)),
    Target("spread throughput, × (f)", 1.5, False, _ratio("spread", "commands/s", GO)),
    Target("hot cart throughput, × (a)", 30, False, _ratio("hot", "commands/s", FASTSTREAM)),
    Target("hot cart throughput, × own spread", 1, False, _own("hot", "spread", "commands/s")),
    Target("calls at low load, p50, × (a)", 1.1, True, _ratio("calls-low", "p50 ms", FASTSTREAM)),
    Target("calls at half of (a)'s peak, p99, × (a)", 0.6, True, _ratio("calls-half", "p99 ms", FASTSTREAM)),
    Target("one update, 500 lines × 50 lines", 10, True, _own("lines-500", "lines-50", "p50 ms")),
    Target("pricing a line, 5 to 500 lines, dearest × cheapest", 2, True, _pricing_spread),
    Target("resident memory with a long backlog, MB", 200, True, _plain("backlog", "resident MB")),
    Target("a dialect's own cost, × CPU of a command in spread", 0.25, True, _dearest_dialect),
    Target("calls under another tenant's flood, p99, × alone", 2, True, _plain("flood", "p99, × alone")),
    Target("calls beside a job, p99, × alone", 1.5, True, _plain("beside-job", "p99, × alone")),
    Target("a repricing job, × calls with 100 in flight", 20, False, _plain("reprice", "× calls")),
    Target("untouched carts of a job, × repriced ones", 30, False, _plain("reprice", "untouched, × all touched")),
    Target("lines/s of a job that touches all, × spread", 1.5, False, _lines_of_job),
    Target("database round trips per command, spread", 0.05, True, _plain("spread", "round trips")),
)
