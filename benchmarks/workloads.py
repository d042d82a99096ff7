"""The workloads: what is asked of a system, and what is read off it."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, cycle, repeat

from benchmarks.bench import Bench, Run
from benchmarks.dialect_calls import own_share
from benchmarks.execution import pricing_per_line, pure_execution
from benchmarks.promotions import FEW, MANY
from benchmarks.repricing import calls_beside_a_job, reprice
from benchmarks.results import Figures, Medians
from benchmarks.scene import LARGE, QUIET_TENANT, SMALL, quantity_changes, reads
from benchmarks.systems import AIO_PIKA, CARTWRIGHT, EXECUTION, FASTSTREAM, FLOOR, GO, NESTJS, System
from benchmarks.traffic import Commands

HOT_IN_FLIGHT = 100
_WARM_UP_SECONDS = 3.0
_AT_REST_SECONDS = 2.0
_FEW_CARTS = 100
_PAST_A_FLOOD = 12_000
"""The prefetch with which a worker sees what stands behind a flood (decision 29)."""
_EVENTS_SECONDS = 10.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload with the systems it is run on, in turn, as often as the sizes say or `once`.

    `compared` names the figure by which the systems are compared; a quick run takes the `quick` systems only.
    """

    name: str
    title: str
    systems: tuple[System, ...]
    measure: Callable[[Bench, System, Medians], Awaitable[Figures]]
    quick: tuple[System, ...] = ()
    once: bool = False
    compared: str = "commands/s"


async def spread(bench: Bench, system: System, _: Medians) -> Figures:
    """A backlog over all carts in turn."""
    async with bench.run(system) as run:
        return await _drain(run, quantity_changes(_spread(bench)), bench.sizes.spread, "applied")


async def promoted(bench: Bench, system: System, _: Medians) -> Figures:
    """A backlog over as many carts with promotions, in turn."""
    ids = cycle([f"promoted{SMALL}-{number}" for number in range(bench.sizes.carts)])
    async with bench.run(system) as run:
        return await _drain(run, quantity_changes(ids), bench.sizes.spread // 2, "applied")


async def mixed(bench: Bench, system: System, _: Medians) -> Figures:
    """A backlog in which few carts get most commands (Zipf: the n-th cart gets 1/n as many as the first)."""
    weights = list(accumulate(1 / rank for rank in range(1, bench.sizes.carts + 1)))
    chance = random.Random(1)
    ids = (f"c-{number}" for _ in repeat(None) for number in chance.choices(range(len(weights)), cum_weights=weights))
    async with bench.run(system) as run:
        return await _drain(run, quantity_changes(ids), bench.sizes.spread, "applied")


async def dry_runs(bench: Bench, system: System, _: Medians) -> Figures:
    """A backlog of dry runs."""
    async with bench.run(system) as run:
        return await _drain(run, quantity_changes(_spread(bench), dryRun=True), bench.sizes.spread, "dry-run")


async def queries(bench: Bench, system: System, _: Medians) -> Figures:
    """A backlog of reads."""
    async with bench.run(system) as run:
        return await _drain(run, reads(_spread(bench)), bench.sizes.spread, "read")


async def two_workers(bench: Bench, system: System, _: Medians) -> Figures:
    """The spread backlog over two partitions, with a worker for each."""
    async with bench.run(system, processes=2, partitions=2) as run:
        return await _drain(run, quantity_changes(_spread(bench)), bench.sizes.spread, "applied")


async def long_backlog(bench: Bench, system: System, _: Medians) -> Figures:
    """A backlog long enough to fill any memory that is not bounded."""
    async with bench.run(system) as run:
        commands = quantity_changes(_spread(bench))
        return await _drain(run, commands, bench.sizes.backlog, "applied", bench.sizes.backlog_seconds)


async def cached_carts(bench: Bench, system: System, _: Medians) -> Figures:
    """As many commands over few carts, then over many: how much more memory is resident afterwards."""
    many, traffic_seconds = bench.sizes.carts, bench.sizes.backlog_seconds
    async with bench.run(system) as run:
        traffic, resident = run.traffic, []
        traffic.begin("applied")
        for turn, ids in enumerate((cycle([f"c-{number}" for number in range(_FEW_CARTS)]), _spread(bench)), 1):
            await traffic.fill(quantity_changes(ids), many)
            if turn == 1:
                await run.running.start()
                await traffic.first_reply()
            await traffic.replies(turn * many, traffic_seconds)
            await asyncio.sleep(_AT_REST_SECONDS)
            resident.append(run.running.resident())
        await _check(run, len(traffic.tally.times), "applied")
        if len(traffic.tally.times) < 2 * many:
            raise RuntimeError(f"{len(traffic.tally.times)} of {2 * many} commands were answered")
        before, after = resident
        return {
            "carts": many,
            "resident MB": after / 1e6,
            "MB per 10,000 carts": (after - before) / (many - _FEW_CARTS) * 10_000 / 1e6,
        }


async def hot(bench: Bench, system: System, _: Medians) -> Figures:
    """One cart, always the same number of commands in flight."""
    async with bench.run(system) as run:
        await run.warm_up(quantity_changes(_spread(bench)), "applied")
        return await _closed(run, quantity_changes(repeat("hot-0")), HOT_IN_FLIGHT, bench.sizes.seconds)


def big_carts(lines: int, prefix: str = "big") -> Callable[[Bench, System, Medians], Awaitable[Figures]]:
    """Carts of `lines` lines, one command at a time: what one update costs."""

    async def measure(bench: Bench, system: System, _: Medians) -> Figures:
        async with bench.run(system) as run:
            await run.warm_up(quantity_changes(_spread(bench)), "applied")
            ids = cycle(f"{prefix}{lines}-{number}" for number in range(bench.sizes.big_carts))
            return await _closed(run, quantity_changes(ids, lines), 1, bench.sizes.seconds)

    return measure


async def calls_at_low_load(bench: Bench, system: System, _: Medians) -> Figures:
    """Calls at a rate that keeps no system busy."""
    return await _open(bench, system, bench.sizes.low_rate)


async def calls_at_half_peak(bench: Bench, system: System, medians: Medians) -> Figures:
    """Calls at half the rate that (a) reached on the spread backlog."""
    return await _open(bench, system, medians["spread", FASTSTREAM.name]["commands/s"] / 2)


async def flood(bench: Bench, system: System, _: Medians) -> Figures:
    """Calls of one tenant at a low rate: alone, and as long as another tenant's many commands wait before them."""
    sizes = bench.sizes
    ids = cycle([f"quiet-{number}" for number in range(sizes.quiet_carts)])
    flooded = quantity_changes(cycle([f"c-{number}" for number in range(sizes.flooded_carts)]))
    async with bench.run(system, prefetch=_PAST_A_FLOOD) as run, run.caller(QUIET_TENANT) as quiet:
        await run.warm_up(flooded, "applied")
        calls = quantity_changes(ids)
        await quiet.called(calls, sizes.low_rate, _WARM_UP_SECONDS)
        alone = await quiet.called(calls, sizes.low_rate, sizes.latency_seconds)
        run.traffic.begin("applied")
        answered = run.traffic.tally.times
        await run.traffic.fill(flooded, sizes.flood)
        begun, before = time.perf_counter(), len(answered)
        under = await quiet.called(calls, sizes.low_rate, sizes.backlog_seconds, lambda: len(answered) >= sizes.flood)
        elapsed, during = time.perf_counter() - begun, len(answered) - before
        await run.traffic.replies(sizes.flood, sizes.backlog_seconds)
        await _check(run, len(answered), "applied")
        return {
            "alone, p50 ms": alone.percentile(50),
            "alone, p99 ms": alone.percentile(99),
            "p50 ms": under.percentile(50),
            "p99 ms": under.percentile(99),
            "p99, × alone": under.percentile(99) / alone.percentile(99),
            "flood, commands/s": during / elapsed,
        }


async def _drain(run: Run, commands: Commands, many: int, status: str, seconds: float | None = None) -> Figures:
    """Fill the queue, then start the system; measured after a while of warming up, to the end of queue or time."""
    sizes, traffic, bench = run.bench.sizes, run.traffic, run.bench
    await traffic.fill(commands, many)
    traffic.begin(status)
    await run.running.start()
    await traffic.first_reply()
    await traffic.replies(many, sizes.warm_up_seconds)
    times = traffic.tally.times
    warm = len(times)
    if warm >= many:
        raise RuntimeError("the queue was empty before the warm-up was over: it has to be longer")
    cpu, trips, servers = run.running.usage().cpu, await bench.round_trips(), bench.servers_cpu()
    await traffic.replies(many, seconds or sizes.seconds)
    usage, answered = run.running.usage(), len(times)
    trips = await bench.round_trips() - trips
    await _check(run, answered, status)
    measured = answered - warm
    return {
        "commands/s": measured / (times[answered - 1] - times[warm - 1]),
        "CPU µs": (usage.cpu - cpu) / measured * 1e6,
        **_per_core(measured, usage.cpu - cpu, servers, bench.servers_cpu()),
        "round trips": trips / measured,
        "resident MB": usage.resident / 1e6,
    }


def _per_core(commands: int, own: float, before: float | None, after: float | None) -> Figures:
    """Commands per second of CPU of the system, the broker and the database together, if all can be counted.

    `own` are the CPU seconds of the system for these commands, `before` and `after` those of the servers altogether.
    """
    return {} if before is None or after is None else {"commands/core-s": commands / (own + after - before)}


async def _closed(run: Run, commands: Commands, in_flight: int, seconds: float) -> Figures:
    run.traffic.begin("applied")
    cpu = run.running.usage().cpu
    begun = time.perf_counter()
    await run.traffic.closed_loop(commands, in_flight, seconds)
    elapsed = time.perf_counter() - begun
    tally = run.traffic.tally
    cpu = run.running.usage().cpu - cpu
    answered = len(tally.times)
    await _check(run, answered, "applied")
    return {
        "commands/s": answered / elapsed,
        "p50 ms": tally.percentile(50),
        "p99 ms": tally.percentile(99),
        "CPU µs": cpu / answered * 1e6,
    }


async def _open(bench: Bench, system: System, rate: float) -> Figures:
    async with bench.run(system) as run:
        commands = quantity_changes(_spread(bench))
        await run.warm_up(commands, "applied")
        run.traffic.begin("applied")
        await run.traffic.open_loop(commands, rate, bench.sizes.latency_seconds)
        tally = run.traffic.tally
        await _check(run, len(tally.times), "applied")
        percentiles = {f"p{percent:g} ms": tally.percentile(percent) for percent in (50, 90, 99, 99.9)}
        return {"calls/s": rate, **percentiles}


async def _check(run: Run, answered: int, status: str) -> None:
    """Refuse to report figures of a system that did something else: other replies, or too few events."""
    tally = run.traffic.tally
    if not answered or tally.others:
        raise RuntimeError(
            f"{run.system.title}: {tally.others} of {answered} replies are not {status}: {tally.example}"
        )
    if status == "applied":
        await _arrived(run, 2 * answered)


async def _arrived(run: Run, many: int) -> None:
    """Wait for events: a system that sends them at once with the reply may have some still on their way."""
    due = time.perf_counter() + _EVENTS_SECONDS
    while (events := await run.events()) < many:
        if time.perf_counter() > due:
            raise RuntimeError(f"{run.system.title}: only {events} of {many} events")
        await asyncio.sleep(_POLL_SECONDS)


def _spread(bench: Bench) -> Iterator[str]:
    return cycle([f"c-{number}" for number in range(bench.sizes.carts)])


_EVERY = (CARTWRIGHT, FASTSTREAM, AIO_PIKA, NESTJS, GO)
_PAIR = (CARTWRIGHT, FASTSTREAM)
_PYTHON = (*_PAIR, AIO_PIKA)
_ALONE = (EXECUTION,)
_OWN = (CARTWRIGHT,)
WORKLOADS = (
    Workload("spread", "backlog over many carts", (*_EVERY, FLOOR), spread, (*_PAIR, NESTJS, FLOOR, GO)),
    Workload("execution", "(e) pure execution", _ALONE, pure_execution(SMALL, 0), _ALONE),
    Workload("hot", f"one cart, {HOT_IN_FLIGHT} in flight", _EVERY, hot, _PAIR),
    Workload("calls-low", "calls at low load", _EVERY, calls_at_low_load, _PAIR, compared="p50 ms"),
    Workload("calls-half", "calls at half of (a)'s peak", _EVERY, calls_at_half_peak, _PAIR, compared="p99 ms"),
    Workload("lines-5", "carts of 5 lines, one at a time", _PAIR, big_carts(5), compared="p50 ms"),
    Workload("lines-50", "carts of 50 lines, one at a time", _PAIR, big_carts(50), _OWN, compared="p50 ms"),
    Workload("lines-500", "carts of 500 lines, one at a time", _PAIR, big_carts(500), _OWN, compared="p50 ms"),
    Workload(f"promoted-{SMALL}", f"backlog, {SMALL} lines, {FEW} promotions", _PYTHON, promoted, _PAIR),
    Workload(
        f"promoted-{LARGE}",
        f"{LARGE} lines, {MANY} promotions, one at a time",
        _PYTHON,
        big_carts(LARGE, "promoted"),
        _OWN,
        compared="p50 ms",
    ),
    Workload(f"execution-{SMALL}", f"(e), {SMALL} lines, {FEW} promotions", _ALONE, pure_execution(SMALL, FEW), _ALONE),
    Workload(
        f"execution-{LARGE}", f"(e), {LARGE} lines, {MANY} promotions", _ALONE, pure_execution(LARGE, MANY), _ALONE
    ),
    Workload("pricing", f"pricing alone, {FEW} promotions: CPU µs per line", _ALONE, pricing_per_line, _ALONE),
    Workload("dialects", "the dialects' own cost of a call", _ALONE, own_share, _ALONE),
    Workload("backlog", "a long backlog", _OWN, long_backlog, _OWN, once=True),
    Workload("cached", "memory of carts in the cache", _OWN, cached_carts, compared="MB per 10,000 carts"),
    Workload("mixed", "backlog, Zipf over carts", _EVERY, mixed),
    Workload("dry-runs", "backlog of dry runs", _EVERY, dry_runs),
    Workload("reads", "backlog of reads", _EVERY, queries),
    Workload("flood", "calls under another tenant's flood", _OWN, flood, _OWN, compared="p99 ms"),
    Workload("beside-job", "calls beside a job", _OWN, calls_beside_a_job, _OWN, once=True, compared="p99 ms"),
    Workload("reprice", "a job over carts of 20 lines", _OWN, reprice, _OWN, once=True, compared="carts/s"),
    Workload("two-workers", "spread, two partitions, two workers", _OWN, two_workers),
)
"""In the order of measurement; a later one may use the medians of those before it."""
