"""The commands of `cart parking`. Each one imports what it needs when it runs, so that `cart --help` is quick."""

# ruff: noqa: PLC0415, PLR0913 (imports wait for their command; a command has as many options as it has)

from typing import Annotated

import typer

from cli.naming import Commands
from cli.options import Json

parking = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Messages that could not be answered or applied: look at them, send them again, drop them.",
)

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Ids of parked messages, or message ids."),
]
Code = Annotated[str | None, typer.Option(help="Only with this code, e.g. cart-not-found.")]
Command = Annotated[str | None, typer.Option(help="Only of this command, e.g. add-items.")]
Tenant = Annotated[str | None, typer.Option(envvar="CART_TENANT", help="Only of this tenant; by default of all.")]
Since = Annotated[
    str | None,
    typer.Option(help="Only what was parked since: 2026-01-31T08:00:00Z, or 30s, 15m, 6h, 2d ago."),
]
Limit = Annotated[int | None, typer.Option(help="At most so many, the oldest first.", min=1)]
All = Annotated[bool, typer.Option("--all", help="Every message of the tenant, or of all tenants.")]


@parking.command("list")
def list_(
    *,
    code: Code = None,
    command: Command = None,
    tenant: Tenant = None,
    since: Since = None,
    limit: Limit = None,
    each: Annotated[bool, typer.Option("--each", help="List every message besides.")] = False,
    as_json: Json = False,
) -> None:
    """Count what is parked by code, command and tenant; nothing is taken out."""
    from cli.parking.choosing import chosen
    from cli.parking.looking import list_parked

    list_parked(chosen(None, code, command, tenant, since, limit), each=each, as_json=as_json)


@parking.command()
def show(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of parked messages, or message ids.")],
    *,
    body: Annotated[bool, typer.Option("--body", help="Print nothing but the body, byte by byte.")] = False,
    secrets: Annotated[bool, typer.Option("--secrets", help="Show lock owners and signed contexts, too.")] = False,
    as_json: Json = False,
) -> None:
    """Show parked messages: why they are there, their headers, their bodies."""
    from cli.parking.choosing import chosen
    from cli.parking.looking import print_body, show_parked

    wanted = chosen(ids, None, None, None, None, None)
    if body:
        print_body(wanted)
    else:
        show_parked(wanted, secrets=secrets, as_json=as_json)


@parking.command()
def replay(
    ids: Ids = None,
    *,
    code: Code = None,
    command: Command = None,
    tenant: Tenant = None,
    since: Since = None,
    limit: Limit = None,
    everything: All = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what each would do now, by itself; it stays parked.")
    ] = False,
    body: Annotated[
        str | None, typer.Option(help="Another body for one message: JSON, @FILE, or -; it gets a new message id.")
    ] = None,
    new_id: Annotated[bool, typer.Option("--new-id", help="Send it under a new message id, as a new command.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for each reply.", min=0.001)] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each, for scripts.")] = False,
) -> None:
    """Send parked messages again, oldest first; what takes effect leaves the queue, what is refused stays."""
    from cartwright import Replay
    from cli.files import read_option
    from cli.parking.choosing import check_meant, chosen
    from cli.parking.replaying import replay_parked

    wanted = chosen(ids, code, command, tenant, since, limit)
    check_meant(wanted, everything=everything)
    other_body = read_option("--body", body) if body is not None else None
    how = Replay(body=other_body, new_id=new_id, dry_run=dry_run)
    replay_parked(wanted, how, timeout, as_json=as_json)


@parking.command()
def drop(
    ids: Ids = None,
    *,
    code: Code = None,
    command: Command = None,
    tenant: Tenant = None,
    since: Since = None,
    limit: Limit = None,
    everything: All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete parked messages for good, after asking."""
    from cli.parking.choosing import check_meant, chosen
    from cli.parking.dropping import drop_parked

    wanted = chosen(ids, code, command, tenant, since, limit)
    check_meant(wanted, everything=everything)
    drop_parked(wanted, sure=yes, as_json=as_json)
