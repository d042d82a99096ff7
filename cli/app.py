"""The commands of `cart`. What a command needs is imported when it runs, so that `cart --help` is quick."""

# ruff: noqa: PLC0415, PLR0913 (imports wait for their command; a command has as many options as it has)

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Shopping carts by message: run a worker, send commands, look at carts.",
    epilog="Exit codes: 0 done, 1 refused (or a check failed), 2 wrong usage, 3 broker or database out of reach, "
    "4 no answer in time. Servers come from CART_AMQP_URL and CART_MONGO_URL, else from 'make stack-up'.",
)


class OnConflict(StrEnum):
    """What becomes of a command that names a stale version."""

    REJECT = "reject"
    REBASE = "rebase"


Tenant = Annotated[str, typer.Option(envvar="CART_TENANT", help="Whose carts.")]
Json = Annotated[bool, typer.Option("--json", help="JSON for scripts.")]
Timeout = Annotated[float, typer.Option(help="Seconds to wait for the reply.", min=0.001)]


@app.command()
def run() -> None:
    """Run a worker until it is told to stop."""
    from cli.run import run_worker

    run_worker()


@app.command()
def demo(
    *,
    carts: Annotated[int, typer.Option(help="How many carts.", min=20)] = 300,
    seconds: Annotated[float, typer.Option(help="Over how long the customers' doings are spread.", min=0)] = 30.0,
    as_json: Json = False,
) -> None:
    """Watch workers at work for a day in a shop, on servers of their own; ends with an audit, and 1 if it fails."""
    from cli.demo import play_demo

    play_demo(carts, seconds, as_json=as_json)


@app.command()
def send(
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="The command's type, e.g. add-items.")],
    *,
    cart: Annotated[str | None, typer.Option(help="The cart's id.")] = None,
    data: Annotated[str, typer.Option(help="The data: JSON, @FILE, or - for standard input.")] = "{}",
    version: Annotated[int | None, typer.Option(help="The version last seen.", min=0)] = None,
    on_conflict: Annotated[OnConflict, typer.Option(help="If that version is stale.")] = OnConflict.REJECT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Ask for the ledger behind each price.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept with the change.")] = None,
    message_id: Annotated[str | None, typer.Option(help="The idempotency key; random by default.")] = None,
    no_reply: Annotated[bool, typer.Option("--no-reply", help="Wait for the broker only.")] = False,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Send a command and show what it led to."""
    from cartwright.client.calls import CallOptions
    from cli.send import Request, ask, read_data, tell
    from cli.servers import client_for

    options: CallOptions = {"version": version, "on_conflict": on_conflict.value, "dry_run": dry_run}
    options |= {"reason": reason, "explain": explain, "timeout": timeout}
    if message_id is not None:
        options["message_id"] = message_id
    request = Request(kind, read_data(data), cart, options)
    (tell if no_reply else ask)(client_for(tenant), request, as_json=as_json)


@app.command()
def get(
    cart: Annotated[str | None, typer.Argument(metavar="[ID]", help="The cart's id.")] = None,
    *,
    key: Annotated[str | None, typer.Option(metavar="NAME=VALUE", help="One of the cart's keys instead.")] = None,
    reprice: Annotated[bool, typer.Option("--reprice", help="At the prices of now; writes nothing.")] = False,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Show a cart: lines, prices, totals."""
    from cli.get import get_cart
    from cli.servers import client_for

    get_cart(client_for(tenant), cart, key, {"timeout": timeout}, reprice=reprice, as_json=as_json)


@app.command()
def price(
    file: Annotated[
        Path, typer.Argument(help="The data of a simulate-price, or a story, as JSON; - is standard input.")
    ],
    *,
    as_json: Json = False,
) -> None:
    """Price a document offline, and show where every cent comes from."""
    from datetime import UTC, datetime

    from cli.price import price_file

    price_file(file, datetime.now(UTC), as_json=as_json)


@app.command()
def watch(
    *,
    kinds: Annotated[
        list[str] | None, typer.Option("--type", help="Only events of this type; may be repeated.")
    ] = None,
    queue: Annotated[str | None, typer.Option(help="A durable queue that keeps events meanwhile.")] = None,
    count: Annotated[int | None, typer.Option(help="Stop after so many.", min=1)] = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Show events as they happen."""
    from cli.watch import watch_events

    watch_events(tenant, tuple(kinds or ()), queue, count, as_json=as_json)


@app.command()
def topology(*, as_json: Json = False) -> None:
    """Show the exchanges and queues that a worker declares."""
    from cli.topology import show_topology

    show_topology(as_json=as_json)


@app.command()
def schema(
    *,
    output: Annotated[Path, typer.Option(help="Where the document is.")] = Path("docs/asyncapi.json"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if the file is stale.")] = False,
) -> None:
    """Write what is made from the models: the AsyncAPI document, and the methods and data of the Python client."""
    from cli.schema.committed import check_schema, write_schema

    (check_schema if check else write_schema)(output)


@app.command()
def audit(*, tenant: Tenant = "default", as_json: Json = False) -> None:
    """Check the guarantees on everything that is stored of a tenant; ends with 1 if one is broken."""
    from cli.audit import audit_tenant

    audit_tenant(tenant, as_json=as_json)


@app.command()
def doctor(*, as_json: Json = False) -> None:
    """Check everything that a worker needs; ends with 1 if anything is wrong."""
    from cli.doctor.examining import examine

    examine(as_json=as_json)
