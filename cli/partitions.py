"""`cart partitions`: which worker owns which, what waits in them; and how many there are to be."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import typer
from aio_pika.exceptions import AMQPError
from rich.table import Table

from cli.doctor.broker import plugin_finding
from cli.exits import Exit, error_text, fail
from cli.output import console
from cli.servers import found_settings
from cli.store import live_runs, opened_store, owner_of, reported_storage
from storage.layout import Layout, Phase
from storage.mongo.store import MongoStore
from storage.records import Run
from workers.broker.asking import asking
from workers.broker.establishing import established
from workers.broker.routes import waiting
from workers.broker.topology import INTERIM, Topology
from workers.settings import Settings

POLL_SECONDS = 0.2
PATIENCE_SECONDS = 10.0
"""After so long in one phase it is said who is waited for."""
WORDS = {
    Phase.PREPARING: "workers take note",
    Phase.LEAVING: "new commands wait beside; workers finish the old queues",
    Phase.LEFT: "it is made sure that the old queues are done with",
    Phase.REBUILDING: "the new queues are declared",
    Phase.ENTERING: "new commands go to the new queues; workers finish those that waited beside",
    Phase.ENTERED: "it is made sure that none waits beside any more",
}
"""What happens in each phase of a change."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The layout, the commands that wait in the queue of each partition that is consumed, and live workers."""

    layout: Layout
    topology: Topology
    waiting: dict[int, int]
    workers: tuple[Run, ...]

    def owner(self, partition: int) -> str | None:
        """The worker that owns a partition."""
        owner = owner_of(partition, self.workers)
        return owner.id if owner is not None else None

    def document(self) -> dict[str, Any]:
        """As data, for scripts."""
        return {
            "count": self.layout.partitions,
            "following": self.layout.following,
            "phase": self.layout.phase.value,
            "partitions": [
                {
                    "number": number if number != INTERIM else None,
                    "queue": self.topology.partition(number),
                    "owner": self.owner(number),
                    "waiting": count,
                }
                for number, count in self.waiting.items()
            ],
            "workers": [
                {"id": each.id, "partitions": list(each.partitions), "holds": each.waiting} for each in self.workers
            ],
        }


def show_partitions(*, as_json: bool) -> None:
    """Print partitions, their owners and what waits."""
    settings = found_settings()
    with _reachable():
        seen = asyncio.run(_look(settings))
    if as_json:
        typer.echo(json.dumps(seen.document(), indent=2))
        return
    table = Table()
    for heading in ("partition", "queue", "owner", "waiting"):
        table.add_column(heading)
    for number, count in seen.waiting.items():
        name = "interim" if number == INTERIM else str(number)
        table.add_row(name, seen.topology.partition(number), seen.owner(number) or "nobody yet", str(count))
    console.print(table)
    idle = [each.id for each in seen.workers if not each.partitions]
    console.print(f"{len(seen.workers)} workers" + (f", without a partition: {', '.join(idle)}" if idle else ""))
    if seen.layout.changing:
        console.print(f"changing from {seen.layout.partitions} to {seen.layout.following}: {WORDS[seen.layout.phase]}")


def set_partitions(number: int, timeout: float, *, wait: bool) -> None:
    """Change the number of partitions, or wait for a change to it that is under way."""
    settings = found_settings()
    with _reachable():
        asyncio.run(_change(settings, number, timeout if wait else 0.0))


async def _look(settings: Settings) -> Seen:
    async with opened_store(settings) as store:
        layout = await store.layouts.read(settings.prefix)
        if layout is None:
            fail("no worker has run yet on these servers with this prefix", Exit.REFUSED)
        topology = Topology(settings, layout)
        async with asking(_broker(settings)) as open_channel:
            found = {each: await waiting(open_channel, topology.partition(each)) for each in topology.consumed}
        return Seen(layout, topology, {each: count or 0 for each, count in found.items()}, await live_runs(store))


async def _change(settings: Settings, number: int, seconds: float) -> None:
    async with opened_store(settings) as store:
        layout = await established(_broker(settings), settings, store.layouts)
        if layout.changing and layout.following != number:
            fail(f"a change to {layout.following} is under way; wait until it is done", Exit.REFUSED)
        if not layout.changing and layout.partitions == number:
            typer.echo(f"there are {number} partitions already")
            return
        if not layout.changing:
            finding = await plugin_finding(_broker(settings), needed=True)
            if not finding.ok:
                fail(f"a change needs RabbitMQ's consistent-hash plugin: {finding.detail}", Exit.REFUSED)
            if not await store.layouts.write(settings.prefix, layout.change_to(number)):
                fail("somebody else has begun a change just now; look at 'cart partitions'", Exit.REFUSED)
        if not await live_runs(store):
            typer.echo("no worker runs: the change begins when one does", err=True)
        if seconds and not await _changed(store, settings, seconds):
            fail("the change is not done yet; it goes on without this command", Exit.NO_ANSWER)
        typer.echo(f"{number} partitions" if seconds else f"the change to {number} partitions has begun")


async def _changed(store: MongoStore, settings: Settings, seconds: float) -> bool:
    """Say what happens until the change is done; whether that was in time."""
    end, revision, since, said = monotonic() + seconds, 0, monotonic(), False
    while monotonic() < end:
        layout = await store.layouts.read(settings.prefix)
        if layout is None or not layout.changing:
            return True
        if layout.revision != revision:
            revision, since, said = layout.revision, monotonic(), False
            typer.echo(f"{layout.phase.value}: {WORDS[layout.phase]}", err=True)
        elif monotonic() - since > PATIENCE_SECONDS and not said:
            said = True
            behind = [each.id for each in await live_runs(store) if each.layout < layout.revision]
            if behind:
                typer.echo(f"waiting for workers that don't follow yet: {', '.join(behind)}", err=True)
        await asyncio.sleep(POLL_SECONDS)
    return False


@contextmanager
def _reachable() -> Iterator[None]:
    """End with a sentence if a server can't be reached."""
    with reported_storage():
        try:
            yield
        except (AMQPError, OSError) as error:
            fail(f"the broker is not reachable: {error_text(error)}", Exit.UNREACHABLE)


def _broker(settings: Settings) -> str:
    return settings.amqp_url.get_secret_value()
