"""`cart find`: carts by what they hold, page by page, as a table or as JSON."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import typer

from cartwright import CartClient, CartsFound
from cartwright.commands import FindCarts
from cartwright.wire.schema import format_time
from cli.asking import answered
from cli.exits import Exit, fail
from cli.looking.keys import parse_key
from cli.output import console, print_json, table

SHOWN = ["id", "status", "version", "customer", "country", "currency", "items", "dueNow", "updatedAt"]
"""What the table needs of a cart."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which carts: every condition that is given must hold; of several statuses, offerings or countries one."""

    where: str | None = None
    customer: str | None = None
    keys: Sequence[str] = ()
    lists: dict[str, Sequence[str]] = field(default_factory=dict)
    """Values by field, of which a cart has one."""
    since: dict[str, datetime | None] = field(default_factory=dict)
    """The earliest time by field."""

    def filter(self) -> str | None:
        """The same as a filter of `find-carts`; none finds all carts."""
        parts = []
        if self.customer is not None:
            parts.append(f"customer.id = {_text(self.customer)}")
        parts += [_key(each) for each in self.keys]
        parts += [f"{name} in ({', '.join(map(_text, values))})" for name, values in self.lists.items() if values]
        parts += [f"{name} >= {_text(format_time(time))}" for name, time in self.since.items() if time is not None]
        if self.where is not None:
            parts.insert(0, f"({self.where})" if parts else self.where)
        return " and ".join(parts) or None


@dataclass(frozen=True, slots=True)
class Shown:
    """Which page is shown, in which order, and how."""

    sort: Sequence[str]
    size: int
    page: int
    cursor: str | None
    all_pages: bool
    as_json: bool


def find_carts(client: CartClient, wanted: Wanted, shown: Shown, seconds: float) -> None:
    """Print a page of the carts that are found, or all of them."""
    if shown.all_pages and (shown.cursor is not None or shown.page > 1):
        fail("--all shows all pages; --page and --cursor name one", Exit.USAGE)
    if shown.cursor is not None and shown.page > 1:
        fail("--page or --cursor, not both", Exit.USAGE)
    if shown.all_pages:
        answered(client, lambda opened: _print_all(opened, wanted, shown, seconds), as_json=shown.as_json)
        return
    asked = _question(wanted, shown)
    page = answered(client, lambda opened: opened.find_carts(asked, timeout=seconds), as_json=shown.as_json)
    if shown.as_json:
        print_json(page)
        return
    _print_table(page.items)
    typer.echo(_more(page))


def _question(wanted: Wanted, shown: Shown) -> FindCarts:
    """The page as a query; for machines the carts come whole."""
    named: dict[str, Any] = {} if shown.cursor is None else {"cursor": shown.cursor}
    named |= {} if shown.as_json else {"fields": SHOWN}
    return FindCarts(
        where=wanted.filter(), sort=list(shown.sort) or ["id"], size=shown.size, number=shown.page - 1, **named
    )


async def _print_all(client: CartClient, wanted: Wanted, shown: Shown, seconds: float) -> None:
    """All carts as they come, page by page: a line of JSON for each, or a table for each page."""
    count = 0
    async for page in _pages(client, wanted, shown, seconds):
        count += len(page.items)
        if shown.as_json:
            for cart in page.items:
                typer.echo(json.dumps(cart, ensure_ascii=False))
        elif page.items:
            _print_table(page.items)
    if not shown.as_json:
        typer.echo(f"{count} carts")


async def _pages(client: CartClient, wanted: Wanted, shown: Shown, seconds: float) -> AsyncIterator[CartsFound]:
    page = await client.find_carts(_question(wanted, shown), timeout=seconds)
    yield page
    while page.next_cursor is not None:
        asked = _question(wanted, shown).model_copy(update={"cursor": page.next_cursor})
        page = await client.find_carts(asked, timeout=seconds)
        yield page


def _more(page: CartsFound) -> str:
    """How many there are, and how to see the next ones."""
    if page.total_items is not None and page.total_pages is not None:
        counted = f"{len(page.items)} of {page.total_items} carts, page {page.number + 1} of {max(page.total_pages, 1)}"
    else:
        counted = f"{len(page.items)} carts"
    return counted if page.next_cursor is None else f"{counted}; more with --cursor {page.next_cursor}, or --all"


def _print_table(carts: Sequence[dict[str, Any]]) -> None:
    headings = ("cart", "status", "version", "customer", "country", "lines", "due now", "updated")
    console.print(table(headings, len(headings), map(_row, carts)))


def _row(cart: dict[str, Any]) -> tuple[str, ...]:
    customer, due = cart.get("customer") or {}, cart.get("dueNow") or {}
    payable = f"{due.get('payable', '')} {cart.get('currency', '')}".strip()
    values = (cart.get("id"), cart.get("status"), cart.get("version"), customer.get("id"), cart.get("country"))
    told = tuple("" if value is None else str(value) for value in values)
    return (*told, str(len(cart.get("items") or ())), payable, str(cart.get("updatedAt") or ""))


def _key(given: str) -> str:
    name, value = parse_key(given)
    return f"keys.{name} = {_text(value)}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
