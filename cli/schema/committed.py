"""`cart schema`: what is generated and committed, written or compared: the document, and half of the client."""

import json
from pathlib import Path

import typer

from cli.exits import Exit, fail
from cli.schema import asyncapi_document
from cli.schema.client.files import stale_files, write_files


def rendered() -> str:
    """The document as the file holds it."""
    return json.dumps(asyncapi_document(), indent=2, ensure_ascii=False) + "\n"


def write_schema(output: Path) -> None:
    """Write the document, and what is stale of the client."""
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(rendered(), encoding="utf-8")
    for path in [output, *write_files()]:
        typer.echo(f"{path} written")


def check_schema(output: Path) -> None:
    """End with `REFUSED` if the document or the client is not what the models say."""
    stale = list(stale_files())
    if not output.exists() or output.read_text(encoding="utf-8") != rendered():
        stale.insert(0, output)
    if stale:
        fail(f"{', '.join(map(str, stale))}: stale; run 'cart schema' and commit what it writes", Exit.REFUSED)
    typer.echo(f"{output} and the client are up to date")
