"""The demonstration from the first server to the verdict."""

import asyncio
import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from uuid import uuid4

import typer
from rich.console import Console

from cartwright import CartClient
from demo.record import SHOP, Record
from demo.stage.day import HOURS, Day, Plan
from demo.stage.fleet import PARTITIONS, Fleet
from demo.stage.screen import Screen
from demo.stage.summary import Summary
from demo.verdicts import Evidence, collect, judge
from demo.wire import Wire
from stack import Stack, running_stack
from storage.mongo.store import MongoStore
from workers.settings import Settings

_LOG_WIDTH = 120
_START, _AUDIT = "Servers and workers start", "The audit"


def run_demo(carts: int = 300, seconds: float = 30.0, *, as_json: bool = False) -> bool:
    """Play a day with `carts` carts, spread over `seconds`, and judge it.

    Returns whether every guarantee holds; with `as_json` nothing but the summary is printed. Raises `StackError`
    without servers, and what the client raises.
    """
    console = Console(highlight=False, quiet=as_json, width=None if sys.stdout.isatty() else _LOG_WIDTH)
    summary = asyncio.run(play(Plan(carts, seconds), console))
    if as_json:
        typer.echo(json.dumps(summary.as_json(), indent=2))
    else:
        summary.print_to(console)
    return summary.holds


async def play(plan: Plan, console: Console) -> Summary:
    """Start everything, play the day, remove everything except a database on servers that are not ours."""
    record = Record()
    async with Screen(console, record, (_START, *HOURS, _AUDIT)) as screen:
        screen.begin(_START)
        screen.tell("workers", "starting RabbitMQ and MongoDB; where they are missing they are installed first")
        async with running_stack() as stack:
            screen.tell("workers", f"RabbitMQ and MongoDB are up ({stack.origin})")
            # The demo uses names of its own, so that on shared servers nothing else is touched.
            name = f"demo-{uuid4().hex[:8]}"
            with tempfile.TemporaryDirectory(prefix="cart-demo-") as folder:
                fleet = Fleet(stack, name, Path(folder), partial(screen.tell, "workers"))
                try:
                    return await _with_workers(plan, stack, name, fleet, screen, record)
                finally:
                    await fleet.stop()


async def _with_workers(plan: Plan, stack: Stack, name: str, fleet: Fleet, screen: Screen, record: Record) -> Summary:
    screen.fleet = fleet
    for _ in range(2):
        worker = await fleet.start()
        screen.tell("workers", f"worker {worker.name} is up, process {worker.pid}")
    client = CartClient(stack.amqp_url, tenant=SHOP, prefix=name)
    async with Wire(stack.amqp_url, name, record) as wire, client:
        day = Day(plan, record, screen, fleet, wire, client)
        record.began = time.monotonic()
        for title, hour in HOURS.items():
            screen.begin(title)
            await hour(day)
        seconds = time.monotonic() - record.began
        screen.begin(_AUDIT)
        evidence = await _evidence(stack, name, record)
        verdicts = judge(evidence)
        if stack.origin == "environment":
            await fleet.stop()
            await wire.remove_topology(Settings(prefix=name, partitions=PARTITIONS))
        return Summary(name, record, evidence, verdicts, seconds, day.handovers, day.repriced_per_second)


async def _evidence(stack: Stack, database: str, record: Record) -> list[Evidence]:
    store = MongoStore(stack.mongo_url, database)
    try:
        return await collect(store, record)
    finally:
        await store.close()
