"""`cart parking drop`: parked messages are deleted for good."""

import asyncio

import typer

from cartwright import CartClient, ParkedMessage, Parking, Wanted
from cartwright.client.parked import grouped
from cli.exits import Exit
from cli.parking.looking import report_unknown, visit
from cli.parking.showing import echo_json, message_fields, print_groups


def drop_parked(wanted: Wanted, *, sure: bool, as_json: bool) -> None:
    """Delete messages, if the user says yes; just those that were shown, whatever is parked meanwhile."""

    async def act(_client: CartClient, parking: Parking) -> tuple[list[ParkedMessage], bool]:
        messages = parking.messages
        if messages and not sure:
            if not as_json:
                print_groups(grouped(messages))
            # In a thread, so that the connection lives on while the user thinks.
            agreed = await asyncio.to_thread(typer.confirm, f"Drop {len(messages)} messages for good?", err=True)
            if not agreed:
                return messages, False
        await parking.drop(messages)
        return messages, True

    messages, dropped = visit(wanted, act, bodies=False)
    if not dropped:
        typer.echo("nothing is dropped", err=True)
        raise typer.Exit(Exit.REFUSED)
    if as_json:
        echo_json({"dropped": [message_fields(message) for message in messages]})
    else:
        typer.echo(f"{len(messages)} messages dropped")
    report_unknown(wanted, messages)
