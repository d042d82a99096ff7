"""What was measured, and its medians."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

Figures = dict[str, float]
"""Figures by name; the names carry the units, e.g. `commands/s`, `p50 ms`."""
Medians = Mapping[tuple[str, str], Figures]
"""The median of every figure over the repetitions, by workload and system."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The figures of one system under one workload, once."""

    workload: str
    system: str
    repetition: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a system has no figures under a workload, or fewer."""

    workload: str
    system: str
    reason: str


@dataclass(slots=True)
class Results:
    """All measurements and failures of a run."""

    measurements: list[Measurement] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def fail(self, failure: Failure) -> None:
        """Note a failure; once, however often it repeats."""
        if failure not in self.failures:
            self.failures.append(failure)

    def medians(self) -> Medians:
        """The medians so far."""
        grouped: dict[tuple[str, str], list[Figures]] = {}
        for each in self.measurements:
            grouped.setdefault((each.workload, each.system), []).append(each.figures)
        return {
            key: {name: median(figures[name] for figures in many) for name in many[0]} for key, many in grouped.items()
        }
