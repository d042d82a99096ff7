"""`cart send`: one command, or one call in a dialect, and its reply."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import typer
from pydantic import JsonValue

from cartwright import CartClient, DialectReply, Reply
from cartwright.client.calls import CallOptions, DialectOptions, SenderOptions
from cli.asking import answered
from cli.exits import Exit, fail, reported_errors
from cli.files import read_option
from cli.output import print_json, print_reply


@dataclass(frozen=True, slots=True)
class Request:
    """A command as the command line gives it."""

    kind: str
    data: dict[str, JsonValue]
    cart_id: str | None
    options: CallOptions


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a dialect as the command line gives it."""

    dialect: str
    operation: str
    parameters: JsonValue
    body: JsonValue
    cart_id: str | None
    options: DialectOptions


def read_json(option: str, given: str) -> JsonValue:
    """The JSON value that an option names."""
    try:
        value: JsonValue = json.loads(read_option(option, given).decode())
    except ValueError as error:
        fail(f"{option} can't be read: {error}", Exit.USAGE)
    return value


def read_object(option: str, given: str) -> dict[str, JsonValue]:
    """The JSON object that an option names."""
    value = read_json(option, given)
    if not isinstance(value, dict):
        fail(f"{option} is not a JSON object", Exit.USAGE)
    return value


def sender_options(message_id: str | None, lock_owner: str | None) -> SenderOptions:
    """What the sender says of itself, as far as it does."""
    said = {"message_id": message_id, "lock_owner": lock_owner}
    return cast("SenderOptions", {name: value for name, value in said.items() if value is not None})


def check_options(dialect: str | None, *, for_commands: bool, for_dialects: bool) -> None:
    """End with a sentence if options are given that are not for what is sent."""
    if dialect is not None and for_commands:
        fail("--data, --on-conflict, --explain and --no-reply are for commands, not for --dialect", Exit.USAGE)
    if dialect is None and for_dialects:
        fail("--parameters and --body need --dialect", Exit.USAGE)


def read_parameters(given: str, common: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The parameters of a call, with those that all operations have, as far as they are given."""
    parameters = read_object("--parameters", given)
    return {**parameters, **{name: value for name, value in common.items() if value is not None}}


def call_dialect(client: CartClient, call: Call) -> None:
    """Make the call and print the response as it came; an error of the document ends with `REFUSED`."""
    with reported_errors():
        reply = asyncio.run(_call_dialect(client, call))
    about = f"cart {reply.cart_id}" if reply.cart_id else ""
    version = f"version {reply.cart_version}" if reply.cart_version is not None else ""
    typer.echo(" ".join(filter(None, (str(reply.http_status), reply.status, about, version))), err=True)
    typer.echo(reply.raw.decode())
    if reply.refused:
        raise typer.Exit(Exit.REFUSED)


async def _call_dialect(client: CartClient, call: Call) -> DialectReply:
    async with client:
        return await client.call_dialect(
            call.dialect, call.operation, call.parameters, call.body, cart_id=call.cart_id, **call.options
        )


def ask(client: CartClient, request: Request, *, as_json: bool) -> None:
    """Send the command and print its reply; a refusal is printed too, and ends with `REFUSED`."""
    reply = answered(client, lambda opened: _ask(opened, request), as_json=as_json)
    (print_json if as_json else print_reply)(reply)


def tell(client: CartClient, request: Request, *, as_json: bool) -> None:
    """Send the command, and print its id once the broker has it."""
    with reported_errors():
        message_id = asyncio.run(_tell(client, request))
    typer.echo(json.dumps({"commandId": message_id}) if as_json else message_id)


async def _ask(client: CartClient, request: Request) -> Reply:
    return await client.call(request.kind, request.data, cart_id=request.cart_id, **request.options)


async def _tell(client: CartClient, request: Request) -> str:
    async with client:
        return await client.send(request.kind, request.data, cart_id=request.cart_id, **request.options)
