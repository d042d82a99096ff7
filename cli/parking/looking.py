"""`cart parking list` and `show`: what is parked, and why."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from cartwright import CartClient, ParkedMessage, Parking, Wanted
from cartwright.client.parked import grouped
from cli.exits import Exit, fail, reported_errors
from cli.parking.choosing import client
from cli.parking.showing import (
    echo_json,
    group_fields,
    message_fields,
    print_groups,
    print_message,
    print_messages,
    whole_fields,
)
from cli.servers import found_settings

PATIENCE_SECONDS = 10.0
"""How long to wait while somebody else is at the parking queue."""

T = TypeVar("T")


def list_parked(wanted: Wanted, *, each: bool, as_json: bool) -> None:
    """Print the groups, and the messages if asked to."""
    limit = found_settings().parking_messages
    seen, messages = visit(wanted, _looked, bodies=False)
    groups = grouped(messages)
    if as_json:
        listed = {"messages": [message_fields(message) for message in messages]} if each else {}
        echo_json({"parked": seen, "groups": [group_fields(group) for group in groups], **listed})
        return
    typer.echo(f"{seen} messages parked, of at most {limit}; {len(messages)} of them are listed here")
    if messages:
        print_groups(groups)
    if each and messages:
        print_messages(messages)


def show_parked(wanted: Wanted, *, secrets: bool, as_json: bool) -> None:
    """Print messages at length; end with `REFUSED` if one is not there."""
    _, messages = visit(wanted, _looked)
    if as_json:
        echo_json([whole_fields(message, secrets=secrets) for message in messages])
    else:
        for message in messages:
            print_message(message, secrets=secrets)
    report_unknown(wanted, messages)


def print_body(wanted: Wanted) -> None:
    """Print the body of the one message that is wanted, as it is."""
    _, messages = visit(wanted, _looked)
    report_unknown(wanted, messages)
    if len(messages) != 1:
        fail(
            f"{len(messages)} messages have this id; name one of {', '.join(each.id for each in messages)}", Exit.USAGE
        )
    typer.echo(messages[0].body, nl=False)


def visit(
    wanted: Wanted,
    act: Callable[[CartClient, Parking], Awaitable[T]],
    *,
    bodies: bool = True,
    connected: bool = False,
) -> T:
    """Act during one visit to the parking queue; with a client that is `connected`, if it sends anything."""

    async def visiting() -> T:
        chosen = client()
        if connected:
            await chosen.open()
        try:
            async with chosen.parking(wanted, bodies=bodies, patience=PATIENCE_SECONDS) as parking:
                if parking.missing:
                    typer.echo(
                        f"cart: {parking.missing} messages were taken by somebody else, or can't be read", err=True
                    )
                return await act(chosen, parking)
        finally:
            await chosen.close()

    with reported_errors():
        return asyncio.run(visiting())


def report_unknown(wanted: Wanted, messages: list[ParkedMessage]) -> None:
    """End with `REFUSED` if an id that was asked for is not there."""
    there = {each.id for each in messages} | {each.message_id for each in messages}
    if unknown := sorted(wanted.ids - there):
        fail(f"not parked: {', '.join(unknown)}", Exit.REFUSED)


async def _looked(_client: CartClient, parking: Parking) -> tuple[int, list[ParkedMessage]]:
    return parking.seen, parking.messages
