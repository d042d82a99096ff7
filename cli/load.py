"""`cart load`: a catalog out of files.

All rows are read and checked before the first one is sent, so a slip of the pen writes nothing. They are sent in the
order in which they need each other, and each command waits for the one before it. The first refusal ends the load;
what was sent before stays applied, and the same load again goes on from there: rows that are there already change
nothing.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from cartwright import CartClient, RefusedError, Reply
from cartwright.wire.refusals import Problem, Refusal
from cartwright.wire.replies import CatalogUpdated
from cli.asking import answered
from cli.catalog.batches import Batch, batches, checked
from cli.catalog.rows import read_rows
from cli.exits import Exit

UNCHANGED = "unchanged"


def load_catalog(client: CartClient, given: str, seconds: float, *, as_json: bool) -> None:
    """Send the rows of a directory, of a file, of standard input (`-`), or of the sample catalog (`sample`)."""
    files, made = _ready(given, as_json=as_json)
    replies: list[Reply] = []
    answered(client, lambda opened: _load(opened, made, seconds, replies, as_json=as_json), as_json=as_json)
    if as_json:
        commands = [
            {**_command(batch), "reply": reply.model_dump(mode="json", by_alias=True)}
            for batch, reply in zip(made, replies, strict=True)
        ]
        _print_json(files, commands=commands)
    else:
        typer.echo(_summary(files, made, replies))


def check_catalog(given: str, *, as_json: bool) -> None:
    """Say that the rows can be read, or why not; nothing is sent."""
    files, made = _ready(given, as_json=as_json)
    if as_json:
        _print_json(files, commands=[_command(batch) for batch in made])
        return
    rows = sum(len(batch.rows) for batch in made)
    typer.echo(f"{_counted(rows, 'row')} of {_counted(len(files), 'file')} can be sent; the worker may still say more")


def _ready(given: str, *, as_json: bool) -> tuple[list[str], list[Batch]]:
    """The files, and their rows as commands; ends if a row can't be right."""
    files, rows = read_rows(given)
    made = batches(rows)
    problems = [problem for batch, refusal in checked(made) for problem in _problems(batch, refusal)]
    if not problems:
        return files, made
    if as_json:
        _print_json(files, problems=problems)
    else:
        for each in problems:
            typer.echo(f"{each['place']} {each['code']}: {each['message']}", err=True)
        typer.echo("nothing was sent", err=True)
    raise typer.Exit(Exit.REFUSED)


async def _load(
    client: CartClient, made: Sequence[Batch], seconds: float, replies: list[Reply], *, as_json: bool
) -> None:
    for number, batch in enumerate(made):
        try:
            reply = await client.call(batch.command, batch.data, timeout=seconds)
        except RefusedError as refused:
            if not as_json:
                _print_refusal(batch, refused, sum(len(each.rows) for each in made[:number]))
                raise typer.Exit(Exit.REFUSED) from refused
            raise
        replies.append(reply)
        if not as_json:
            typer.echo(f"{batch.command}: {_counted(len(batch.rows), 'row')}, {_outcome(reply)}")
            for warning in reply.warnings:
                typer.echo(f"  {batch.place(warning.path or '')} {warning.code}: {warning.message}", err=True)


def _outcome(reply: Reply) -> str:
    return (
        f"{reply.status}, catalog revision {reply.catalog_revision}"
        if isinstance(reply, CatalogUpdated)
        else reply.status
    )


def _print_refusal(batch: Batch, refused: RefusedError, loaded: int) -> None:
    """The refusal with files and rows in the place of pointers, and what became of the rows before."""
    typer.echo(f"{batch.command} was refused ({refused.code}): {refused.message}", err=True)
    for problem in refused.problems:
        typer.echo(f"  {batch.place(problem.path)} {problem.code}: {problem.message}", err=True)
    typer.echo(f"{_counted(loaded, 'row')} before it are loaded; loading again goes on from there", err=True)


def _problems(batch: Batch, refusal: Refusal) -> Iterator[dict[str, str]]:
    for problem in refusal.problems or (Problem("", refusal.code, refusal.message),):
        yield {"place": batch.place(problem.path), "code": problem.code, "message": problem.message}


def _summary(files: Sequence[str], made: Sequence[Batch], replies: Sequence[Reply]) -> str:
    rows = sum(len(batch.rows) for batch in made)
    changed = [reply for reply in replies if reply.status != UNCHANGED]
    came = "the catalog has changed" if changed else "nothing has changed"
    return f"{_counted(rows, 'row')} of {_counted(len(files), 'file')}: {came}"


def _command(batch: Batch) -> dict[str, Any]:
    return {"rows": len(batch.rows), "type": batch.command}


def _print_json(files: Sequence[str], **found: Sequence[Any]) -> None:
    typer.echo(json.dumps({"files": files, **found}, indent=2, ensure_ascii=False))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
