"""The commands that look into carts. Each one imports what it needs when it runs, so that `cart --help` is quick."""

# ruff: noqa: PLC0415, PLR0913 (imports wait for their command; a command has as many options as it has)

from typing import Annotated

import typer

from cli.options import Json, Tenant, Timeout

Cart = Annotated[str, typer.Argument(metavar="ID", help="The cart's id.")]
Side = typer.Argument(metavar="ID[@VERSION]", help="A cart as it is, or as it was at a version.")


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
    from cli.looking.history import show_history
    from cli.servers import client_for

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
    from cli.looking.diff import show_differences
    from cli.servers import client_for

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
    from cli.looking.explain import explain_cart
    from cli.servers import client_for

    data = GetCart(at_version=at_version, reprice=reprice)
    explain_cart(client_for(tenant), cart, line, data, timeout, as_json=as_json)


LOOKING = (history, diff, explain)
"""The commands, in the order in which `cart --help` lists them."""
