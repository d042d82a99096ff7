"""The demonstration from the first server to the exit code."""

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
from cli.exits import Exit, fail, reported_errors
from demo.audit import audit
from demo.evidence import Evidence, collect
from demo.history import SHOP, History
from demo.stage.day import HOURS, Day, Plan
from demo.stage.fleet import PARTITIONS, Fleet
from demo.stage.screen import Screen
from demo.stage.summary import Summary
from demo.stage.wire import Wire
from stack import Stack, StackError, running_stack
from storage.mongo.store import MongoStore
from workers.settings import Settings

_LOG_WIDTH = 120
_START, _AUDIT = "Servers and workers start", "The audit"


def run_demo(carts: int = 300, seconds: float = 30.0, *, as_json: bool = False) -> int:
    """Play a day with so many carts, spread over so many seconds, and judge it.

    Returns the exit code, 0 only if every guarantee holds; with `as_json` nothing but the summary is printed.
    """
    console = Console(highlight=False, quiet=as_json, width=None if sys.stdout.isatty() else _LOG_WIDTH)
    try:
        with reported_errors():
            summary = asyncio.run(play(Plan(carts, seconds), console))
    except StackError as error:
        fail(error, Exit.UNREACHABLE)
    if as_json:
        typer.echo(json.dumps(summary.as_json(), indent=2))
    else:
        summary.print_to(console)
    return 0 if summary.holds else Exit.REFUSED


async def play(plan: Plan, console: Console) -> Summary:
    """Bring everything up, play the day, take everything down but a database on servers that are not ours."""
    history = History()
    async with Screen(console, history, (_START, *HOURS, _AUDIT)) as screen:
        screen.begin(_START)
        screen.tell("workers", "starting RabbitMQ and MongoDB; where they are missing they are installed first")
        async with running_stack() as stack:
            screen.tell("workers", f"RabbitMQ and MongoDB are up ({stack.origin})")
            # Names of the demonstration's own: on servers that others use too, nothing of theirs is touched.
            name = f"demo-{uuid4().hex[:8]}"
            with tempfile.TemporaryDirectory(prefix="cart-demo-") as folder:
                fleet = Fleet(stack, name, Path(folder), partial(screen.tell, "workers"))
                try:
                    return await _with_workers(plan, stack, name, fleet, screen, history)
                finally:
                    await fleet.stop()


async def _with_workers(plan: Plan, stack: Stack, name: str, fleet: Fleet, screen: Screen, history: History) -> Summary:
    screen.fleet = fleet
    for _ in range(2):
        worker = await fleet.start()
        screen.tell("workers", f"worker {worker.name} is up, process {worker.pid}")
    client = CartClient(stack.amqp_url, tenant=SHOP, prefix=name)
    async with Wire(stack.amqp_url, name, history) as wire, client:
        day = Day(plan, history, screen, fleet, wire, client)
        history.began = time.monotonic()
        for title, hour in HOURS.items():
            screen.begin(title)
            await hour(day)
        seconds = time.monotonic() - history.began
        screen.begin(_AUDIT)
        evidence = await _evidence(stack, name, history)
        verdicts = audit(evidence)
        if stack.origin == "environment":
            await fleet.stop()
            await wire.remove_topology(Settings(prefix=name, partitions=PARTITIONS))
        return Summary(name, evidence, verdicts, seconds, day.handovers, day.repriced_per_second)


async def _evidence(stack: Stack, database: str, history: History) -> Evidence:
    store = MongoStore(stack.mongo_url, database)
    try:
        return await collect(store, history)
    finally:
        await store.close()
