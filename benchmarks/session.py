"""One run of the benchmarks: every workload on every system in turn, as often as the sizes say."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pymongo.errors import PyMongoError
from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.cores import Cores, kept_to
from benchmarks.golang import build_go
from benchmarks.nest import install_nest
from benchmarks.results import Failure, Measurement, Results
from benchmarks.sizes import Sizes
from benchmarks.systems import GO, NESTJS, System
from benchmarks.workloads import Workload
from stack import StackError, running_stack

_PREPARATIONS = {NESTJS: install_nest, GO: build_go}
"""What has to be there before a system can be started; each says why it can't be, if it can't."""
_CACHE_GB = 2.0
"""The database's cache. With the least, 0.25, it makes room about once a second, and whoever writes then waits."""
_TOLD = 500
"""Characters of an error that are told: the database's may hold thousands of documents."""


@dataclass(slots=True)
class Session:
    """What is to be measured, and on which cores if not on any; and what has been."""

    sizes: Sizes
    workloads: Sequence[Workload]
    systems: Sequence[System]
    console: Console
    cores: Cores | None = None
    results: Results = field(default_factory=Results)

    async def run(self) -> Results:
        """Measure everything on servers of its own; what fails is a failure in the results, and the rest goes on.

        Raises StackError if there are no servers, or none that can be kept to cores.
        """
        planned = dict.fromkeys(each for _, _, each in self._plan())
        missing = {each: await asyncio.to_thread(prepare) for each, prepare in _PREPARATIONS.items() if each in planned}
        with kept_to(self.cores.servers if self.cores else None):
            await self._measure_all(planned, missing)
        return self.results

    async def _measure_all(self, planned: Iterable[System], missing: Mapping[System, str | None]) -> None:
        async with running_stack(cache_gb=_CACHE_GB) as stack:
            if self.cores and stack.origin != "local":
                raise StackError(f"only local servers can be kept to cores; these come from: {stack.origin}")
            bench = Bench(stack, self.sizes, self.cores)
            for system in planned:
                if system.command and not missing.get(system):
                    await bench.seed(system)
            for workload, repetition, system in self._plan():
                if reason := missing.get(system):
                    self.results.fail(Failure(workload.name, system.name, f"skipped: {reason}"))
                else:
                    await self._measure(bench, workload, system, repetition)
            await bench.close()

    def _plan(self) -> Iterator[tuple[Workload, int, System]]:
        for workload in self.workloads:
            for repetition in range(1 if workload.once else self.sizes.repeats):
                yield from ((workload, repetition, each) for each in workload.systems if each in self.systems)

    async def _measure(self, bench: Bench, workload: Workload, system: System, repetition: int) -> None:
        try:
            figures = await workload.measure(bench, system, self.results.medians())
        except (RuntimeError, TimeoutError, KeyError, PyMongoError) as error:
            told = (str(error) or type(error).__name__)[:_TOLD]
            self.results.fail(Failure(workload.name, system.name, told))
            self.console.print(f"{workload.name} {system.name}: failed, {told}", style="red", markup=False)
            return
        self.results.measurements.append(Measurement(workload.name, system.name, repetition, figures))
        shown = ", ".join(f"{name} {value:.4g}" for name, value in figures.items())
        self.console.print(f"{workload.name} {system.name}: {shown}", markup=False, highlight=False)
