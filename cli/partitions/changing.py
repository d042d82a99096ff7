"""`cart partitions set`: the number of partitions is changed while callers send and workers work."""

import asyncio
from time import monotonic

import typer

from cli.exits import Exit, fail
from cli.partitions.phases import WORDS
from cli.partitions.servers import broker_url, on_servers
from cli.store import live_runs
from storage.mongo.store import MongoStore
from workers.broker.declaration import ENABLE_PLUGIN, has_consistent_hashing
from workers.broker.establishing import established
from workers.settings import Settings

POLL_SECONDS = 0.2
PATIENCE_SECONDS = 10.0
"""After so long in one phase it is said who is waited for."""


def set_partitions(number: int, timeout: float, *, wait: bool) -> None:
    """Change the number of partitions, or wait for a change to it that is under way."""
    on_servers(lambda settings, store: _change(settings, store, number, timeout if wait else 0.0))


async def _change(settings: Settings, store: MongoStore, number: int, seconds: float) -> None:
    layout = await established(broker_url(settings), settings, store.layouts)
    if layout.changing and layout.following != number:
        fail(f"a change to {layout.following} is under way; wait until it is done", Exit.REFUSED)
    if not layout.changing and layout.partitions == number:
        typer.echo(f"there are {number} partitions already")
        return
    if not layout.changing:
        if not await has_consistent_hashing(broker_url(settings)):
            fail(f"a change needs RabbitMQ's consistent-hash plugin: run '{ENABLE_PLUGIN}'", Exit.REFUSED)
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
