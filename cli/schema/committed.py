"""`cart schema`: writes or compares what is generated and committed: five documents, and half of the client."""

import json
from pathlib import Path

import typer

from cli.exits import Exit, fail
from cli.schema.client.files import stale_files, write_files
from cli.schema.command_line import command_line
from cli.schema.document import asyncapi_document
from cli.schema.patches import patches
from cli.schema.reference import reference
from cli.schema.schemas import standalone_schema, summary
from cli.schema.states import states
from handlers.registry import commands


def rendered() -> str:
    """The AsyncAPI document as the file holds it."""
    return json.dumps(asyncapi_document(), indent=2, ensure_ascii=False) + "\n"


def _files(output: Path, app: typer.Typer) -> dict[Path, str]:
    """What each file should hold; the pages are beside the document."""
    return {
        output: rendered(),
        output.with_name("commands.md"): reference(),
        output.with_name("command-line.md"): command_line(app),
        output.with_name("patches.md"): patches(),
        output.with_name("states.md"): states(),
    }


def write_schema(output: Path, app: typer.Typer) -> None:
    """Write the documents, and the stale files of the client; `app` is the command line that one of them shows."""
    output.parent.mkdir(parents=True, exist_ok=True)
    documents = _files(output, app)
    for path, text in documents.items():
        path.write_text(text, encoding="utf-8")
    for path in [*documents, *write_files()]:
        typer.echo(f"{path} written")


def check_schema(output: Path, app: typer.Typer) -> None:
    """End with `REFUSED` if a document or the client differs from the models."""
    documents = _files(output, app)
    stale = [path for path, text in documents.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    stale += stale_files()
    if stale:
        fail(f"{', '.join(map(str, stale))}: stale; run 'cart schema' and commit what it writes", Exit.REFUSED)
    typer.echo(f"{', '.join(map(str, documents))} and the client are up to date")


def print_schema(name: str) -> None:
    """Print the JSON schema of a command or of another type."""
    try:
        schema = standalone_schema(name)
    except LookupError as error:
        fail(f"{error.args[0]}; 'cart commands' lists the commands", Exit.USAGE)
    typer.echo(json.dumps(schema, indent=2, ensure_ascii=False))


def list_commands(*, as_json: bool) -> None:
    """Print every command with what it does."""
    found = {kind: summary(entry) for kind, entry in commands().items()}
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = max(map(len, found))
    for kind, text in found.items():
        typer.echo(f"{kind:{width}}  {text}")
