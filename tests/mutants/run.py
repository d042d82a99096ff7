"""Plant each bug of the catalogue in a copy of the tree and see it caught: `run.py [part of a name …]`.

The tests run on the unharmed copy first: what fails anyway proves nothing. Prints a line for each mutant and the kill
rate; exits 1 unless all are killed.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from time import monotonic

from catalogue import Mutant, StaleError, load
from copies import SLOW_SECONDS, Copy, Ending, Run, copied

from stack import running_stack

AT_ONCE = 2
VERDICTS = {Ending.FAILED: "killed", Ending.HUNG: "killed", Ending.PASSED: "SURVIVED", Ending.BROKEN: "BROKEN"}


class Bench:
    """Runs tests on a few copies side by side."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self._copies = copies
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for each in copies:
            self._free.put(each)

    async def unharmed(self, tests: Sequence[str]) -> list[Run]:
        """The tests on the tree as it is, each on one of the copies."""
        parts = [tests[number :: len(self._copies)] for number in range(len(self._copies))]
        return await asyncio.gather(
            *(
                asyncio.to_thread(copy.run, part, SLOW_SECONDS)
                for copy, part in zip(self._copies, parts, strict=True)
                if part
            )
        )

    async def harmed(self, mutant: Mutant, number: int) -> Run:
        """A mutant's tests with its bug; broken if it can't be planted, or if they never import what it is in."""
        return await asyncio.to_thread(self._harmed, mutant, number)

    def _harmed(self, mutant: Mutant, number: int) -> Run:
        copy = self._free.get()
        try:
            with copy.with_bug(mutant, number):
                run = copy.run(mutant.tests)
        except (StaleError, SyntaxError, FileNotFoundError) as error:
            return Run(Ending.BROKEN, str(error))
        finally:
            self._free.put(copy)
        if run.imported and Path(mutant.file) not in run.imported:
            return Run(Ending.BROKEN, f"its tests import no {mutant.file}")
        return run


async def judge(bench: Bench, mutants: Sequence[Mutant]) -> Mapping[str, Run]:
    """How each mutant's tests went, by its name; each is told as soon as it is known."""

    async def judged(number: int, mutant: Mutant) -> tuple[str, Run]:
        run = await bench.harmed(mutant, number)
        print(f"{VERDICTS[run.ending]:<8}  {mutant.name}: {run.reason[:100]}", flush=True)
        return mutant.name, run

    return dict(await asyncio.gather(*(judged(number, mutant) for number, mutant in enumerate(mutants))))


def summary(mutants: Sequence[Mutant], runs: Mapping[str, Run]) -> Iterator[str]:
    """What was not killed, with all that is known of it, and the kill rate."""
    for mutant in mutants:
        run = runs[mutant.name]
        if VERDICTS[run.ending] != "killed":
            yield f"\n{VERDICTS[run.ending]}: {mutant.name} ({mutant.file})\n  {mutant.breaks}\n  {run.reason}"
            yield from (f"  {test}" for test in mutant.tests)
    killed = sum(VERDICTS[runs[mutant.name].ending] == "killed" for mutant in mutants)
    yield f"mutants: {killed}/{len(mutants)} killed ({100 * killed // len(mutants)} %)"


async def main(names: Sequence[str]) -> int:
    """Judge the mutants whose names contain one of these, or all."""
    mutants = [each for each in load() if not names or any(name in each.name for name in names)]
    if not mutants:
        print(f"no mutant is called {', '.join(names)}", file=sys.stderr)
        return 2
    began = monotonic()
    async with running_stack(in_memory=True) as stack:
        with ExitStack() as stay:
            environment = {
                **os.environ,
                "CART_AMQP_URL": stack.amqp_url,
                "CART_MONGO_URL": stack.mongo_url,
                # Most of a short run is importing: compiled files are kept, wherever else they are not.
                "PYTHONPYCACHEPREFIX": stay.enter_context(TemporaryDirectory(prefix="mutants-compiled-")),
                "PYTHONDONTWRITEBYTECODE": "",
            }
            copies = [stay.enter_context(copied(environment)) for _ in range(AT_ONCE)]
            bench = Bench(copies)
            tests = sorted({test for mutant in mutants for test in mutant.tests})
            for run in await bench.unharmed(tests):
                if run.ending is not Ending.PASSED:
                    print(f"the tests fail without any bug: {run.ending}, {run.reason}", file=sys.stderr)
                    return 1
            print(f"{len(tests)} tests pass without any bug", flush=True)
            runs = await judge(bench, mutants)
    print("\n".join(summary(mutants, runs)), f"in {monotonic() - began:.0f} s")
    return 0 if all(VERDICTS[run.ending] == "killed" for run in runs.values()) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
