"""What moved between two priced states of a cart: one entry per line, price type and period, then per total."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cartwright.models.cart import Cart, Price, Total
from cartwright.models.changes import Change
from cartwright.models.money import format_amount

Key = tuple[str | None, str, str | None]
"""Item id (none for the whole cart), price type, period."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Net, tax and gross in minor units of one currency."""

    net: int
    tax: int
    gross: int

    def wire(self, currency: str) -> dict[str, str]:
        """The amounts as decimal strings."""
        return {
            "net": format_amount(self.net, currency),
            "tax": format_amount(self.tax, currency),
            "gross": format_amount(self.gross, currency),
        }


NOTHING = Amounts(0, 0, 0)


def price_changes(before: Cart, after: Cart, changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The `priceChanges` of a reply (contract, "A reply"); empty if no amount moved."""
    if before.currency != after.currency and before.totals:
        return [
            *_moved(_amounts(before), {}, before.currency, changes),
            *_moved({}, _amounts(after), after.currency, changes),
        ]
    return list(_moved(_amounts(before), _amounts(after), after.currency, changes))


def _moved(
    before: dict[Key, Amounts], after: dict[Key, Amounts], currency: str, changes: Iterable[Change]
) -> Iterator[dict[str, Any]]:
    kinds = tuple(changes)
    for key in {**before, **after}:
        old, new = before.get(key, NOTHING), after.get(key, NOTHING)
        if old != new:
            yield _entry(key, old, new, currency, _because(key[0], kinds))


def _entry(key: Key, old: Amounts, new: Amounts, currency: str, because: list[str]) -> dict[str, Any]:
    item_id, kind, period = key
    rises = (new.gross, new.net) > (old.gross, old.net)
    return {
        "scope": "cart" if item_id is None else "item",
        **({} if item_id is None else {"itemId": item_id}),
        "priceType": kind,
        "period": period,
        "direction": "increase" if rises else "decrease",
        "currency": currency,
        "before": old.wire(currency),
        "after": new.wire(currency),
        "because": because,
    }


def _because(item_id: str | None, changes: tuple[Change, ...]) -> list[str]:
    """The kinds of change that explain a difference: those that touch the line, else all, else the facts moved."""
    own = [each.type for each in changes if item_id is not None and f"item:{item_id}" in each.touches()]
    return sorted(set(own or [each.type for each in changes])) or ["facts-changed"]


def _amounts(cart: Cart) -> dict[Key, Amounts]:
    found: dict[Key, Amounts] = {}
    for item in cart.items:
        for price in item.prices:
            found[item.id, price.type, price.period] = _of(price)
    for total in cart.totals:
        found[None, total.type, total.period] = _of(total)
    return found


def _of(priced: Price | Total) -> Amounts:
    return Amounts(priced.net, sum(line.amount for line in priced.taxes), priced.gross)
