"""`cart schema`: the committed document, written or compared."""

import json
from pathlib import Path

import typer

from cli.exits import Exit, fail
from cli.schema import asyncapi_document


def rendered() -> str:
    """The document as the file holds it."""
    return json.dumps(asyncapi_document(), indent=2, ensure_ascii=False) + "\n"


def write_schema(output: Path) -> None:
    """Write the file."""
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(rendered(), encoding="utf-8")
    typer.echo(f"{output} written")


def check_schema(output: Path) -> None:
    """End with `REFUSED` if the file is not what the models say."""
    if not output.exists() or output.read_text(encoding="utf-8") != rendered():
        fail(f"{output} is stale; run 'cart schema' and commit it", Exit.REFUSED)
    typer.echo(f"{output} is up to date")
