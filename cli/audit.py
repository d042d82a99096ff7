"""`cart audit`: which guarantees hold for a tenant's stored data, and which the database alone can't show."""

import asyncio
import json
from dataclasses import dataclass

import typer
from rich.markup import escape
from rich.table import Table

from audit import GUARANTEES, STORED, Finding, audit_stored, read_pages
from cli.exits import Exit, fail
from cli.output import console
from cli.servers import found_settings
from cli.store import opened_store, reported_storage
from storage.records import NewerData
from workers.settings import Settings

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What was audited, and every breach found."""

    tenant: str
    carts: int
    versions: int
    findings: list[Finding]

    def as_json(self) -> dict[str, object]:
        """Everything, under names for scripts; `holds` is null for what only the wire can show."""
        found = {name: [each for each in self.findings if each.guarantee == name] for name in GUARANTEES}
        guarantees = [
            {
                "name": name,
                "promise": promise,
                "holds": not found[name] if name in STORED else None,
                "findings": [{"subject": each.subject, "message": each.message} for each in found[name]],
            }
            for name, promise in GUARANTEES.items()
        ]
        return {"tenant": self.tenant, "carts": self.carts, "versions": self.versions, "guarantees": guarantees}


def audit_tenant(tenant: str, *, as_json: bool) -> None:
    """Audit everything that is stored of a tenant; ends with `REFUSED` if a guarantee is broken."""
    settings = found_settings()
    with reported_storage():
        try:
            report = asyncio.run(_audited(tenant, settings))
        except NewerData as error:
            fail(error, Exit.REFUSED)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        _print(report)
    if report.findings:
        raise typer.Exit(Exit.REFUSED)


async def _audited(tenant: str, settings: Settings) -> Report:
    carts = versions = 0
    findings: dict[Finding, None] = {}
    async with opened_store(settings) as store:
        async for page in read_pages(store, tenant):
            carts += len(page.carts)
            versions += sum(map(len, page.journals.values()))
            # A breach of the catalog shows on every page.
            findings |= dict.fromkeys(audit_stored(page))
    return Report(tenant, carts, versions, list(findings))


def _print(report: Report) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("", "guarantee", "in the database"):
        table.add_column(title)
    for name, promise in GUARANTEES.items():
        broken = sum(each.guarantee == name for each in report.findings)
        mark, seen = "[green]\u2713[/green]", "holds"
        if name not in STORED:
            mark, seen = "[dim]\u00b7[/dim]", "not to be seen: needs what was sent and heard"
        elif broken:
            mark, seen = "[red]\u2717[/red]", f"{broken:,} findings"
        table.add_row(f"{mark} [bold]{name}[/bold]", promise, seen)
    console.print(f"{report.versions:,} versions of {report.carts:,} carts of {escape(report.tenant)}")
    console.print(table)
    for each in report.findings[:_SHOWN]:
        console.print(f"[red]{each.guarantee}[/red] {escape(each.subject)}: {escape(each.message)}")
