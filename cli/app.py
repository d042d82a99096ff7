"""The commands of `cart`. Each one imports what it needs when it runs, so that `cart --help` is quick."""

# ruff: noqa: PLC0415, PLR0913 (imports wait for their command; a command has as many options as it has)

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer

from cli.looking.commands import LOOKING
from cli.naming import Commands
from cli.options import Json, Tenant, Timeout
from cli.parking.commands import parking
from cli.partitions.commands import partitions

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Shopping carts by message: run a worker, send commands, look at carts.",
    epilog="Exit codes: 0 done, 1 refused (or a check failed), 2 wrong usage, 3 broker or database unreachable, "
    "4 no answer in time. Servers come from CART_AMQP_URL and CART_MONGO_URL, else from 'make stack-up'.",
)
app.add_typer(parking, name="parking")
app.add_typer(partitions, name="partitions")


class OnConflict(StrEnum):
    """What to do with a command that names a stale version."""

    REJECT = "reject"
    REBASE = "rebase"


class Question(StrEnum):
    """What a worker can be asked about itself."""

    LIVE = "live"
    READY = "ready"


@app.command()
def run() -> None:
    """Run a worker until it gets SIGTERM or Ctrl-C."""
    from cli.run import run_worker

    run_worker()


@app.command()
def demo(
    *,
    carts: Annotated[int, typer.Option(help="How many carts.", min=20)] = 300,
    seconds: Annotated[
        float, typer.Option(help="Seconds over which the customers' commands are spread.", min=0)
    ] = 30.0,
    as_json: Json = False,
) -> None:
    """Run workers through a day in a shop, on servers of their own, and audit the result; exit code 1 if it fails."""
    from cli.demo import play_demo

    play_demo(carts, seconds, as_json=as_json)


@app.command()
def send(
    kind: Annotated[
        str, typer.Argument(metavar="TYPE", help="The command's type, e.g. add-items; the operation of a dialect.")
    ],
    *,
    dialect: Annotated[str | None, typer.Option(help="The dialect of the call, e.g. telco.")] = None,
    parameters: Annotated[str, typer.Option(help="A dialect's parameters: JSON, @FILE, or -.")] = "{}",
    body: Annotated[str, typer.Option(help="A dialect's body: JSON, @FILE, or - for standard input.")] = "null",
    cart: Annotated[str | None, typer.Option(help="The cart's id.")] = None,
    data: Annotated[str, typer.Option(help="The command's data: JSON, @FILE, or - for standard input.")] = "{}",
    version: Annotated[int | None, typer.Option(help="The version that you saw last.", min=0)] = None,
    on_conflict: Annotated[OnConflict, typer.Option(help="What to do if that version is stale.")] = OnConflict.REJECT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Ask for the ledger behind each price.")] = False,
    reason: Annotated[str | None, typer.Option(help="The reason; it is stored with the change.")] = None,
    message_id: Annotated[str | None, typer.Option(help="The idempotency key; random by default.")] = None,
    lock_owner: Annotated[str | None, typer.Option(help="Who has locked the cart.")] = None,
    no_reply: Annotated[bool, typer.Option("--no-reply", help="Wait for the broker's confirm only.")] = False,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Send a command, or a call in a dialect, and show the result."""
    from cartwright.client.calls import CallOptions
    from cli.asking import client_for
    from cli.send import (
        Call,
        Request,
        ask,
        call_dialect,
        check_options,
        read_json,
        read_object,
        read_parameters,
        sender_options,
        tell,
    )

    sender = sender_options(message_id, lock_owner)
    for_commands = explain or no_reply or data != "{}" or on_conflict is not OnConflict.REJECT
    check_options(dialect, for_commands=for_commands, for_dialects=parameters != "{}" or body != "null")
    if dialect is not None:
        given = read_parameters(parameters, {"version": version, "dryRun": dry_run or None, "reason": reason})
        call = Call(dialect, kind, given, read_json("--body", body), cart, {**sender, "timeout": timeout})
        call_dialect(client_for(tenant), call)
        return
    said = {"version": version, "on_conflict": on_conflict.value, "dry_run": dry_run, "reason": reason}
    options = cast("CallOptions", {**sender, **said, "explain": explain, "timeout": timeout})
    request = Request(kind, read_object("--data", data), cart, options)
    (tell if no_reply else ask)(client_for(tenant), request, as_json=as_json)


@app.command()
def load(
    source: Annotated[
        str,
        typer.Argument(
            metavar="DIR|FILE", help="Rows of a catalog as JSON; - is standard input, sample a small catalog."
        ),
    ],
    *,
    check: Annotated[bool, typer.Option("--check", help="Only read the rows and check each; send nothing.")] = False,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Load a catalog from files, in the order in which its rows need each other."""
    from cli.asking import client_for
    from cli.load import check_catalog, load_catalog

    if check:
        check_catalog(source, as_json=as_json)
    else:
        load_catalog(client_for(tenant), source, timeout, as_json=as_json)


for looking in LOOKING:
    app.command()(looking)


@app.command()
def price(
    file: Annotated[
        Path, typer.Argument(help="The data of a simulate-price command, or a story, as JSON; - is standard input.")
    ],
    *,
    as_json: Json = False,
) -> None:
    """Price a document offline and show where every cent comes from."""
    from datetime import UTC, datetime

    from cli.price import price_file

    price_file(file, datetime.now(UTC), as_json=as_json)


@app.command()
def reprice(
    *,
    where: Annotated[str | None, typer.Option(help='The carts: a filter, e.g. country = "FR".')] = None,
    carts: Annotated[list[str] | None, typer.Option("--cart", help="A cart's id; can be repeated.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Write nothing; make the same report.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%SZ"], help="With --preview: the time (UTC) whose prices count."),
    ] = None,
    drafts: Annotated[
        list[str] | None, typer.Option("--with-draft", help="With --preview: a draft that counts; can be repeated.")
    ] = None,
    rate: Annotated[int | None, typer.Option(help="Carts a second at most.", min=1)] = None,
    label: Annotated[str | None, typer.Option(help="What people call the job.")] = None,
    job: Annotated[str | None, typer.Option(help="Come back to this job instead of starting one.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the report here: JSON Lines, or CSV as *.csv.")] = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Reprice many carts in the background, watch the job, and show what it came to."""
    from datetime import UTC

    from cli.asking import client_for
    from cli.exits import Exit, fail
    from cli.reprice import Order, Shown, come_back
    from cli.reprice import reprice as start

    client = client_for(tenant)
    at = as_of.replace(tzinfo=UTC) if as_of is not None else None
    order = Order(where, tuple(carts or ()), preview, at, tuple(drafts or ()), rate, label)
    shown = Shown(tenant, out, as_json)
    if job is None:
        start(client, order, shown)
    elif order != Order():
        fail("--job comes back to a job; what it does was said when it was started", Exit.USAGE)
    else:
        come_back(client, job, shown)


@app.command()
def watch(
    *,
    kinds: Annotated[
        list[str] | None, typer.Option("--type", help="Show only events of this type; can be repeated.")
    ] = None,
    queue: Annotated[
        str | None, typer.Option(help="Use a durable queue of this name, which keeps events while nobody watches.")
    ] = None,
    count: Annotated[int | None, typer.Option(help="Stop after this many events.", min=1)] = None,
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
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[TYPE]", help="Print the JSON schema of this command, or of a type such as Condition."),
    ] = None,
    *,
    output: Annotated[Path, typer.Option(help="The AsyncAPI document; the pages are beside it.")] = Path(
        "docs/asyncapi.json"
    ),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file is stale.")] = False,
) -> None:
    """Print one schema, or write what is made from the models: document, command reference, half of the client."""
    from cli.schema.committed import check_schema, print_schema, write_schema

    if kind is not None:
        print_schema(kind)
    else:
        (check_schema if check else write_schema)(output, app)


@app.command()
def commands(*, as_json: Json = False) -> None:
    """List all commands with what they do."""
    from cli.schema.committed import list_commands

    list_commands(as_json=as_json)


@app.command()
def audit(*, tenant: Tenant = "default", as_json: Json = False) -> None:
    """Check the guarantees on everything that is stored of a tenant; exit code 1 if one is broken."""
    from cli.audit import audit_tenant

    audit_tenant(tenant, as_json=as_json)


@app.command()
def doctor(
    *,
    wait: Annotated[float, typer.Option(help="Seconds to try again while something is wrong.", min=0)] = 0.0,
    as_json: Json = False,
) -> None:
    """Check everything that a worker needs; exit code 1 if anything is wrong."""
    from cli.doctor.examining import examine

    examine(wait, as_json=as_json)


@app.command()
def health(
    question: Annotated[
        Question, typer.Argument(help="live: is no restart needed? ready: are commands worked on?")
    ] = Question.READY,
) -> None:
    """Ask the worker on this machine, at CART_METRICS_PORT, how it is; exit code 1 if it is not well."""
    from cli.health import ask_worker

    ask_worker(question.value)
