"""One run of the benchmarks: every workload on every system in turn, as often as the sizes say."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.nest import install_nest
from benchmarks.results import Failure, Measurement, Results
from benchmarks.sizes import Sizes
from benchmarks.systems import NESTJS, System
from benchmarks.workloads import Workload
from stack import running_stack


@dataclass(slots=True)
class Session:
    """What is to be measured, and what has been."""

    sizes: Sizes
    workloads: Sequence[Workload]
    systems: Sequence[System]
    console: Console
    results: Results = field(default_factory=Results)

    async def run(self) -> Results:
        """Measure everything on servers of its own; what fails is a failure in the results, and the rest goes on."""
        missing = await asyncio.to_thread(install_nest) if NESTJS in self.systems else None
        async with running_stack() as stack:
            bench = Bench(stack, self.sizes)
            for system in {each: None for _, _, each in self._plan() if each.command}:
                await bench.seed(system)
            for workload, repetition, system in self._plan():
                if system is NESTJS and missing:
                    self.results.fail(Failure(workload.name, system.name, f"skipped: {missing}"))
                else:
                    await self._measure(bench, workload, system, repetition)
            await bench.close()
        return self.results

    def _plan(self) -> Iterator[tuple[Workload, int, System]]:
        for workload in self.workloads:
            for repetition in range(1 if workload.once else self.sizes.repeats):
                yield from ((workload, repetition, each) for each in workload.systems if each in self.systems)

    async def _measure(self, bench: Bench, workload: Workload, system: System, repetition: int) -> None:
        try:
            figures = await workload.measure(bench, system, self.results.medians())
        except (RuntimeError, TimeoutError, KeyError) as error:
            self.results.fail(Failure(workload.name, system.name, str(error) or type(error).__name__))
            self.console.print(f"{workload.name} {system.name}: failed, {error!r}", style="red", markup=False)
            return
        self.results.measurements.append(Measurement(workload.name, system.name, repetition, figures))
        shown = ", ".join(f"{name} {value:.4g}" for name, value in figures.items())
        self.console.print(f"{workload.name} {system.name}: {shown}", markup=False, highlight=False)
