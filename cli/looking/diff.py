"""`cart diff`: what differs between two versions of a cart, or between two carts."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from cartwright import CartClient
from cartwright.commands import GetCart
from cartwright.wire.cart_view import CartView
from cartwright.wire.schema import format_time
from cli.asking import answered
from cli.looking.differences import Difference, cart_differences
from cli.output import console

NEXT_TO = "@"
_FIRST_PERIOD = "1"
_LISTS = frozenset({"items", "prices"})
_CALLED = {"totals": "total", "phases": "from period", "dueNow": "due now", "pricing": "priced with"}


@dataclass(frozen=True, slots=True)
class Named:
    """A cart at a version, or as it is now."""

    cart_id: str
    version: int | None

    @classmethod
    def of(cls, text: str) -> "Named":
        """What `c-1` or `c-1@3` names; an `@` at the end says that all before it is the id."""
        cart_id, found, version = text.rpartition(NEXT_TO)
        if not found or not cart_id or (version and not (version.isascii() and version.isdecimal())):
            return cls(text, None)
        return cls(cart_id, int(version) if version else None)


def show_differences(client: CartClient, one: str, other: str, seconds: float, *, as_json: bool) -> None:
    """Print what differs from the first to the second."""
    named = (Named.of(one), Named.of(other))
    before, after = answered(client, lambda opened: _carts(opened, named, seconds), as_json=as_json)
    found = cart_differences(_document(before), _document(after))
    if as_json:
        sides = {name: {"cartId": cart.id, "version": cart.version} for name, cart in _sides(before, after)}
        told = {**sides, "differences": [each.wire() for each in found]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for name, cart in _sides(before, after):
        about = f"{cart.id} version {cart.version}, {cart.status}, {format_time(cart.updated_at)}"
        console.print(f"[bold]{name}[/bold] {escape(about)}")
    shown = [each for each in found if _is_shown(each)]
    console.print(_table(shown) if shown else "no difference")


def _sides(before: CartView, after: CartView) -> tuple[tuple[str, CartView], tuple[str, CartView]]:
    return ("before", before), ("after", after)


def _document(cart: CartView) -> dict[str, Any]:
    return cart.model_dump(mode="json", by_alias=True, exclude_unset=True)


async def _carts(client: CartClient, named: Iterable[Named], seconds: float) -> list[CartView]:
    carts = []
    for each in named:
        reply = await client.get_cart(each.cart_id, GetCart(at_version=each.version), timeout=seconds)
        carts.append(reply.cart)
    return carts


def _is_shown(difference: Difference) -> bool:
    """Whether people are shown it: of prices and totals what they come to, of what is due what is payable."""
    match difference.path:
        case ("dueNow", *_, name):
            return name == "payable"
        case ("items", _, "prices", *rest) | ("totals", *rest):
            return _is_amount(rest)
        case ("items", _, "promotions") | ("pricing", "pricedAt"):
            return False
    return True


def _is_amount(path: Sequence[str]) -> bool:
    """Whether it is what a price or a total comes to, in the first period or from a later one on."""
    match path:
        case [_] | [_, "gross"]:
            return True
        case [_, "phases", period, *rest]:
            return period != _FIRST_PERIOD and rest in ([], ["gross"])
    return False


def _table(found: Iterable[Difference]) -> Table:
    table = Table("what", "before", "after")
    for each in found:
        table.add_row(*map(escape, (" ".join(_words(each.path)), _told(each.before), _told(each.after))))
    return table


def _words(path: Sequence[str]) -> Iterator[str]:
    """The place in words: lines and prices by their ids, without the names of the lists that they are in."""
    for name in path:
        if name not in _LISTS:
            yield _CALLED.get(name, name)


def _told(value: Any) -> str:
    """A value in a few words: what a line is of, what a price comes to, whether a promotion applied."""
    match value:
        case None:
            told = ""
        case str():
            told = value
        case {"offeringId": offering, "quantity": quantity}:
            told = f"{quantity} × {offering}"
        case {"gross": gross}:
            told = str(gross)
        case {"applied": applied, "reason": reason}:
            told = "applied" if applied else f"did not apply: {reason}"
        case _:
            told = json.dumps(value, ensure_ascii=False)
    return told
