"""`cart send`: one command and its reply."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import JsonValue

from cartwright import CartClient, RefusedError, Reply
from cartwright.client.calls import CallOptions
from cli.exits import Exit, fail, reported_errors
from cli.output import print_json, print_refusal, print_reply


@dataclass(frozen=True, slots=True)
class Request:
    """A command as the command line gives it."""

    kind: str
    data: dict[str, JsonValue]
    cart_id: str | None
    options: CallOptions


def read_data(given: str) -> dict[str, JsonValue]:
    """The JSON object that `--data` names: the text itself, `@file`, or `-` for standard input."""
    try:
        if given == "-":
            text = sys.stdin.read()
        else:
            text = Path(given[1:]).read_text(encoding="utf-8") if given.startswith("@") else given
        data = json.loads(text)
    except (OSError, ValueError) as error:
        fail(f"--data can't be read: {error}", Exit.USAGE)
    if not isinstance(data, dict):
        fail("--data is not a JSON object", Exit.USAGE)
    return data


def ask(client: CartClient, request: Request, *, as_json: bool) -> None:
    """Send the command and print its reply; a refusal is printed too, and ends with `REFUSED`."""
    with reported_errors():
        try:
            reply = asyncio.run(_ask(client, request))
        except RefusedError as refused:
            (print_json if as_json else print_refusal)(refused.reply)
            raise typer.Exit(Exit.REFUSED) from refused
    (print_json if as_json else print_reply)(reply)


def tell(client: CartClient, request: Request, *, as_json: bool) -> None:
    """Send the command, and print its id once the broker has it."""
    with reported_errors():
        message_id = asyncio.run(_tell(client, request))
    typer.echo(json.dumps({"commandId": message_id}) if as_json else message_id)


async def _ask(client: CartClient, request: Request) -> Reply:
    async with client:
        return await client.call(request.kind, request.data, cart_id=request.cart_id, **request.options)


async def _tell(client: CartClient, request: Request) -> str:
    async with client:
        return await client.send(request.kind, request.data, cart_id=request.cart_id, **request.options)
