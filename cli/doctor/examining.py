"""`cart doctor`: one line for each thing that a worker needs."""

import asyncio
import json
from dataclasses import asdict, replace
from time import monotonic

import typer

from cli.doctor.broker import broker_findings
from cli.doctor.database import database_findings, stored_layout
from cli.doctor.finding import Finding
from cli.doctor.progress import progress_findings
from cli.exits import Exit
from cli.servers import found_settings
from workers.masking import masked
from workers.settings import Settings

AGAIN_SECONDS = 1.0


def examine(wait: float = 0.0, *, as_json: bool) -> None:
    """Print every finding, after up to `wait` seconds until all are good; end with `REFUSED` if one is bad."""
    findings = asyncio.run(_awaited(found_settings(), wait))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            mark = typer.style("ok  ", fg="green") if finding.ok else typer.style("BAD ", fg="red")
            typer.echo(f"{mark} {finding.check}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.REFUSED)


async def _awaited(settings: Settings, wait: float) -> list[Finding]:
    end = monotonic() + wait
    while True:
        findings = await _findings(settings)
        if all(finding.ok for finding in findings) or monotonic() >= end:
            return findings
        await asyncio.sleep(AGAIN_SECONDS)


async def _findings(settings: Settings) -> list[Finding]:
    of_database = [finding async for finding in database_findings(settings)]
    # A database that can't be reached takes its whole timeout to say so: once is enough.
    reachable = of_database[0].ok
    layout = await stored_layout(settings) if reachable else None
    of_broker = [finding async for finding in broker_findings(settings, layout)]
    progress = [finding async for finding in progress_findings(settings)] if reachable else []
    findings = [*of_broker, *of_database, *progress]
    return [replace(each, detail=masked(each.detail, settings.secrets)) for each in findings]
