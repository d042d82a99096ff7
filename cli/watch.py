"""`cart watch`: events as they happen."""

import asyncio
from contextlib import suppress

import typer
from rich.markup import escape

from cartwright import CartClient, Event, UnreadableMessage
from cartwright.wire.events import CartEvent, CartExportedEvent, JobEvent
from cli.asking import client_for
from cli.exits import reported_errors
from cli.output import console, describe_change, describe_price_change, print_json


def watch_events(tenant: str, kinds: tuple[str, ...], queue: str | None, count: int | None, *, as_json: bool) -> None:
    """Print events, one JSON object a line if asked to, until `count` are shown or the user interrupts."""
    with reported_errors(), suppress(KeyboardInterrupt):
        asyncio.run(_watch(client_for(tenant), kinds, queue, count, as_json=as_json))


async def _watch(
    client: CartClient, kinds: tuple[str, ...], queue: str | None, count: int | None, *, as_json: bool
) -> None:
    async with client, client.events(*kinds, queue=queue) as events:
        typer.echo("listening", err=True)
        shown = 0
        while count is None or shown < count:
            try:
                event = await anext(events)
            except UnreadableMessage as error:
                typer.echo(f"cart: {error}", err=True)
                continue
            if as_json:
                print_json(event, indent=None)
            else:
                _print(event)
            shown += 1


def _print(event: Event) -> None:
    when = f"{event.at:%H:%M:%S} " if event.at else ""
    console.print(f"{when}[bold]{escape(event.type)}[/bold] {escape(_subject(event))}")
    if isinstance(event, CartEvent):
        for change in event.changes:
            console.print(f"  {escape(describe_change(change))}")
        for moved in event.price_changes:
            console.print(f"  {escape(describe_price_change(moved))}")


def _subject(event: Event) -> str:
    if isinstance(event, CartEvent):
        why = f" ({event.reason})" if event.reason else ""
        return f"{event.cart_id} version {event.version}{why}"
    if isinstance(event, JobEvent):
        return f"{event.job_id} {event.job.state}, {event.job.counts.seen} of {event.job.counts.total} carts"
    return f"{event.cart_id} version {event.version}" if isinstance(event, CartExportedEvent) else ""
