"""Output that all commands share: models as JSON, carts and price changes as tables."""

import json
from collections.abc import Iterable, Iterator

import typer
from pydantic import BaseModel, JsonValue
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cartwright.wire.answer import Message
from cartwright.wire.cart_view import CartView, TotalView
from cartwright.wire.line_view import PriceView
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import CartOutcome, CatalogUpdated, ChangeEntry, PriceChange, Reply

console = Console(highlight=False)


def print_json(model: BaseModel, indent: int | None = 2) -> None:
    """A model under its wire names, as the worker sent it."""
    typer.echo(model.model_dump_json(by_alias=True, exclude_unset=True, indent=indent))


def print_refusal(refused: CommandRefused) -> None:
    """Why a command was refused, to standard error, with every problem, unless the only one is told already."""
    told = refused.error.message
    typer.echo(f"refused ({refused.error.code}): {told}", err=True)
    for problem in refused.error.problems:
        if len(refused.error.problems) == 1 and problem.path in told and problem.message in told:
            continue
        typer.echo(f"  {problem.path or '/'} {problem.code}: {problem.message}", err=True)


def print_reply(reply: Reply) -> None:
    """What a command led to: status, changes, amounts that moved, the cart."""
    console.print(f"[bold]{reply.status}[/bold] {escape(_about(reply))}")
    if isinstance(reply, CartOutcome):
        for change in reply.changes:
            console.print(f"  {escape(describe_change(change))}")
        for moved in reply.price_changes:
            console.print(f"  {escape(describe_price_change(moved))}")
    print_warnings(reply.warnings)
    if isinstance(reply, CartOutcome) and reply.shown is not None:
        print_cart(reply.shown)


def print_warnings(warnings: Iterable[Message]) -> None:
    """What is wrong or unusual but stops nothing."""
    for warning in warnings:
        about = f"{warning.item_id} " if warning.item_id is not None else ""
        console.print(f"[yellow]warning[/yellow] {escape(f'{about}{warning.code}: {warning.message}')}")


def _about(reply: Reply) -> str:
    if isinstance(reply, CartOutcome):
        return f"cart {reply.cart_id}, version {reply.version}"
    return f"catalog revision {reply.catalog_revision}" if isinstance(reply, CatalogUpdated) else ""


def print_cart(cart: CartView) -> None:
    """A cart: its head, its lines with prices, its totals."""
    console.print(f"[bold]{escape(cart.id)}[/bold] {cart.status}, version {cart.version}, {cart.currency}")
    for name, value in cart.keys.items():
        console.print(f"  {escape(f'{name}={value}')}")
    console.print(table(("line", "offering", "quantity", "price", "list", "net", "tax", "gross"), 4, _lines(cart)))
    console.print(table(("total", "list", "discount", "net", "tax", "gross"), 1, map(_total, cart.totals)))
    due = cart.due_now
    console.print(f"due now [bold]{due.payable} {cart.currency}[/bold]")


def describe_change(change: ChangeEntry) -> str:
    """A change in one line."""
    target = f" {change.item_id}" if change.item_id else ""
    moves = {"before", "after"} & change.model_fields_set
    moved = f": {_value(change.before)} → {_value(change.after)}" if moves else ""
    return f"{change.type}{target}{_added(change)}{moved}"


def _added(change: ChangeEntry) -> str:
    """Of a line that was added, what it is of."""
    match (change.model_extra or {}).get("item"):
        case {"offeringId": str(offering), "quantity": quantity}:
            return f": {quantity} × {offering}"
        case {"offeringId": str(offering)}:
            return f": 1 × {offering}"
    return ""


def _value(value: JsonValue) -> str:
    """A value as a person would write it: `nothing` for none, JSON for what has parts."""
    if value is None:
        return "nothing"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def describe_price_change(moved: PriceChange) -> str:
    """An amount that moved, in one line."""
    later = f" from period {moved.from_period}" if moved.from_period is not None else ""
    what = f"{moved.item_id or 'total'} {kind_text(moved.price_type, moved.period)}{later}"
    return f"{what}: {moved.before.gross} → {moved.after.gross} {moved.currency} ({', '.join(moved.because)})"


def kind_text(kind: str, period: str | None) -> str:
    """What kind of price or total it is: `one-time`, `recurring P1M`."""
    return f"{kind} {period}" if period else kind


def _lines(cart: CartView) -> Iterator[tuple[str, ...]]:
    for item in cart.items:
        head = (item.id, item.offering_id or item.product_id or "", str(item.quantity))
        for price in item.prices:
            yield (*head, *_price(price))
            head = ("", "", "")
        if not item.prices:
            yield (*head, "", "", "", "", "")


def _price(price: PriceView) -> tuple[str, ...]:
    tax = sum(line.amount for line in price.taxes)
    amounts = (price.list_amount, price.net, tax, price.gross)
    return (kind_text(price.type, price.period), *map(str, amounts))


def _total(total: TotalView) -> tuple[str, ...]:
    tax = sum(line.amount for line in total.taxes)
    amounts = (total.list_amount, total.discount, total.net, tax, total.gross)
    return (kind_text(total.type, total.period), *map(str, amounts))


def table(headings: tuple[str, ...], texts: int, rows: Iterable[tuple[str, ...]]) -> Table:
    """A table whose first `texts` columns are text and whose others are right-aligned amounts."""
    made = Table()
    for number, heading in enumerate(headings):
        made.add_column(heading, justify="left" if number < texts else "right", overflow="fold")
    for row in rows:
        made.add_row(*map(escape, row))
    return made
