"""The commands that look into carts. Each one imports what it needs when it runs, so that `cart --help` is quick."""

# ruff: noqa: PLC0415, PLR0913 (imports wait for their command; a command has as many options as it has)

from datetime import datetime
from typing import Annotated

import typer

from cartwright.wire.status import CartStatus
from cli.options import Json, Tenant, Timeout

TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]
Cart = Annotated[str, typer.Argument(metavar="ID", help="The cart's id.")]
Side = typer.Argument(metavar="ID[@VERSION]", help="A cart as it is, or as it was at a version.")


def get(
    cart: Annotated[str | None, typer.Argument(metavar="[ID]", help="The cart's id.")] = None,
    *,
    key: Annotated[
        str | None, typer.Option(metavar="NAME=VALUE", help="One of the cart's keys, instead of its id.")
    ] = None,
    reprice: Annotated[bool, typer.Option("--reprice", help="Show today's prices; nothing is written.")] = False,
    at_version: Annotated[int | None, typer.Option(help="Show the cart as it was at this version.", min=0)] = None,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Show a cart: lines, prices, totals."""
    from cli.asking import client_for
    from cli.looking.get import Shown, get_cart

    shown = Shown(reprice, at_version)
    get_cart(client_for(tenant), cart, key, {"timeout": timeout}, shown, as_json=as_json)


def find(
    *,
    where: Annotated[str | None, typer.Option(help='A filter, e.g. country = "FR" and items.action = "add".')] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's id.")] = None,
    status: Annotated[list[CartStatus] | None, typer.Option(help="A status; can be repeated.")] = None,
    offering: Annotated[list[str] | None, typer.Option(help="An offering in the cart; can be repeated.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="A country; can be repeated.")] = None,
    currency: Annotated[list[str] | None, typer.Option(help="A currency; can be repeated.")] = None,
    keys: Annotated[
        list[str] | None, typer.Option("--key", metavar="NAME=VALUE", help="One of the cart's keys.")
    ] = None,
    changed_since: Annotated[
        datetime | None, typer.Option(formats=TIMES, help="Changed at this time (UTC) or later.")
    ] = None,
    created_since: Annotated[
        datetime | None, typer.Option(formats=TIMES, help="Created at this time (UTC) or later.")
    ] = None,
    sort: Annotated[
        list[str] | None, typer.Option(help="id, createdAt, updatedAt or customer.id; - before it: descending.")
    ] = None,
    size: Annotated[int, typer.Option(help="Carts on a page.", min=1, max=1000)] = 20,
    page: Annotated[int, typer.Option(help="Which page, from 1.", min=1)] = 1,
    cursor: Annotated[str | None, typer.Option(help="What the page before said to go on with.")] = None,
    all_pages: Annotated[bool, typer.Option("--all", help="All pages; with --json a line for each cart.")] = False,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Find carts by customer, status, offering, time and so on; all conditions must hold."""
    from datetime import UTC

    from cli.asking import client_for
    from cli.looking.find import Shown, Wanted, find_carts

    lists = {"status": status, "items.offeringId": offering, "country": country, "currency": currency}
    since = {"updatedAt": changed_since, "createdAt": created_since}
    wanted = Wanted(
        where,
        customer,
        tuple(keys or ()),
        {name: tuple(map(str, values or ())) for name, values in lists.items()},
        {name: time.replace(tzinfo=UTC) if time is not None else None for name, time in since.items()},
    )
    shown = Shown(tuple(sort or ()), size, page, cursor, all_pages, as_json)
    find_carts(client_for(tenant), wanted, shown, timeout)


def history(
    cart: Cart,
    *,
    first: Annotated[int, typer.Option("--from", help="The first version to show.", min=1)] = 1,
    last: Annotated[int | None, typer.Option("--to", help="The last version to show.", min=1)] = None,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Show a cart's versions: when, by which command, what changed, which totals moved."""
    from cli.asking import client_for
    from cli.looking.history import show_history

    show_history(client_for(tenant), cart, first, last, timeout, as_json=as_json)


def diff(
    before: Annotated[str, Side],
    after: Annotated[str, Side],
    *,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Show what differs between two versions of a cart, or between two carts."""
    from cli.asking import client_for
    from cli.looking.diff import show_differences

    show_differences(client_for(tenant), before, after, timeout, as_json=as_json)


def explain(
    cart: Cart,
    line: Annotated[str | None, typer.Argument(metavar="[LINE]", help="The id of a line; without it, all.")] = None,
    *,
    at_version: Annotated[int | None, typer.Option(help="Explain the cart as it was at this version.", min=0)] = None,
    reprice: Annotated[bool, typer.Option("--reprice", help="Explain today's prices; nothing is written.")] = False,
    tenant: Tenant = "default",
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Show why every amount of a cart is what it is, step by step from the list price."""
    from cartwright.commands import GetCart
    from cli.asking import client_for
    from cli.looking.explain import explain_cart

    data = GetCart(at_version=at_version, reprice=reprice)
    explain_cart(client_for(tenant), cart, line, data, timeout, as_json=as_json)


LOOKING = (get, find, history, diff, explain)
"""The commands, in the order in which `cart --help` lists them."""
