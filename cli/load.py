"""`cart load`: a catalog out of a file.

The file holds a list of catalog commands, each with `type` and `data`. They are sent in order, and each waits for the
one before it, because prices refer to offerings. The first refusal ends the load; what was sent before stays applied.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import typer
from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from cartwright import CartClient, RefusedError
from cartwright.wire.replies import CatalogUpdated
from cartwright.wire.schema import StrictModel
from cli.exits import Exit, fail, reported_errors
from cli.output import print_refusal

SAMPLE = "sample"
SAMPLE_FILE = Path(__file__).with_name("samples") / "catalog.json"


class LoadedCommand(StrictModel):
    """One catalog command of the file."""

    type: str = Field(pattern=r"^(upsert-[a-z-]+|set-configuration)$")
    data: dict[str, JsonValue]


def load_catalog(client: CartClient, file: str, timeout: float) -> None:
    """Send the commands of a file, of standard input (`-`), or of the sample catalog (`sample`)."""
    commands = read_commands(file)
    with reported_errors():
        try:
            asyncio.run(_load(client, commands, timeout))
        except RefusedError as refused:
            print_refusal(refused.reply)
            raise typer.Exit(Exit.REFUSED) from refused


def read_commands(file: str) -> list[LoadedCommand]:
    """The commands in the file; a file that can't be read ends the program."""
    try:
        path = SAMPLE_FILE if file == SAMPLE else Path(file)
        text = typer.get_text_stream("stdin").read() if file == "-" else path.read_text(encoding="utf-8")
        return TypeAdapter(list[LoadedCommand]).validate_python(json.loads(text))
    except (OSError, ValidationError, ValueError) as error:
        fail(f"{file} can't be read: {error}", Exit.USAGE)


async def _load(client: CartClient, commands: Sequence[LoadedCommand], seconds: float) -> None:
    async with client:
        for command in commands:
            reply = await client.call(command.type, command.data, timeout=seconds)
            rows = sum(len(each) for each in command.data.values() if isinstance(each, list))
            revision = f", catalog revision {reply.catalog_revision}" if isinstance(reply, CatalogUpdated) else ""
            typer.echo(f"{command.type}: {rows} rows, {reply.status}{revision}")
            for warning in reply.warnings:
                typer.echo(f"  {warning.path or '/'} {warning.code}: {warning.message}", err=True)
