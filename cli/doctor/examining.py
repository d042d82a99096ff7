"""`cart doctor`: one line for each thing that a worker needs."""

import asyncio
import json
from dataclasses import asdict

import typer

from cli.doctor import Finding
from cli.doctor.broker import broker_findings
from cli.doctor.database import database_findings
from cli.doctor.progress import progress_findings
from cli.exits import Exit
from cli.servers import found_settings
from workers.settings import Settings


def examine(*, as_json: bool) -> None:
    """Print every finding; end with `REFUSED` if one is bad."""
    findings = asyncio.run(_findings(found_settings()))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            mark = typer.style("ok  ", fg="green") if finding.ok else typer.style("BAD ", fg="red")
            typer.echo(f"{mark} {finding.check}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.REFUSED)


async def _findings(settings: Settings) -> list[Finding]:
    return [
        *[finding async for finding in broker_findings(settings)],
        *[finding async for finding in database_findings(settings)],
        *[finding async for finding in progress_findings(settings)],
    ]
