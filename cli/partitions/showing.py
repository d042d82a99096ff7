"""`cart partitions`: which worker owns which, and what waits in them."""

import json
from dataclasses import dataclass
from typing import Any

import typer
from rich.table import Table

from cli.exits import Exit, fail
from cli.output import console
from cli.partitions.phases import WORDS
from cli.partitions.servers import broker_url, on_servers
from cli.store import live_runs, owner_of
from storage.layout import Layout
from storage.mongo.store import MongoStore
from storage.records import Run
from workers.broker.asking import asking, waiting
from workers.broker.topology import INTERIM, Topology
from workers.settings import Settings


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
    seen = on_servers(_look)
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


async def _look(settings: Settings, store: MongoStore) -> Seen:
    layout = await store.layouts.read(settings.prefix)
    if layout is None:
        fail("no worker has run yet on these servers with this prefix", Exit.REFUSED)
    topology = Topology(settings, layout)
    async with asking(broker_url(settings)) as open_channel:
        counts = {each: await waiting(open_channel, topology.partition(each)) or 0 for each in topology.consumed}
    return Seen(layout, topology, counts, await live_runs(store))
