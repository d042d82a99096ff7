"""What moved between two priced states of a cart: one entry per line, price type and period, then per total."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cartwright.wire.money import format_amount
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.price import Price
from models.cart.pricing_result import Total
from models.changes.change import Change

Key = tuple[str | None, str, str | None]
"""Item id (none for the whole cart), price type, period."""
Causes = dict[str | None, set[str]]


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


def price_changes(before: Cart, after: Cart, changes: Sequence[Change]) -> list[Document]:
    """The `priceChanges` of a reply (contract, "A reply"); empty if no amount moved."""
    known = {item.id: item.prices for item in before.items}
    still = frozenset([item.id for item in after.items if item.prices is known.get(item.id)])
    causes = _causes(changes) if changes else _facts_that_moved(before, after, still)
    if before.currency != after.currency and before.pricing.totals:
        old, new = _amounts(before, frozenset()), _amounts(after, frozenset())
        return [*_moved(old, {}, before.currency, causes), *_moved({}, new, after.currency, causes)]
    return list(_moved(_amounts(before, still), _amounts(after, still), after.currency, causes))


def _causes(changes: Sequence[Change]) -> Causes:
    """The kinds of change by what they touch, and all of them under no name."""
    causes: Causes = {None: set()}
    for each in changes:
        causes[None].add(each.type)
        for name in each.touches():
            causes.setdefault(name, set()).add(each.type)
    return causes


def _facts_that_moved(before: Cart, after: Cart, still: frozenset[str]) -> Causes:
    """What differs about the prices of a cart that is itself as it was: by item, and altogether under no name.

    The items in `still` are known to cost what they did.
    """
    causes: Causes = {None: set()}
    old, new = _prices(before, still), _prices(after, still)
    for key in {**old, **new}:
        found = _differences(old.get(key), new.get(key))
        causes.setdefault(f"item:{key[0]}", set()).update(found)
        causes[None] |= found
    return causes


def _prices(cart: Cart, without: frozenset[str]) -> dict[Key, Price]:
    return {
        (item.id, price.type, price.period): price
        for item in cart.items
        if item.id not in without
        for price in item.prices
    }


def _differences(old: Price | None, new: Price | None) -> set[str]:
    if old is None or new is None:
        return {"price-added"} if old is None else {"price-withdrawn"}
    found = {"list-price-changed"} if old.list_amount != new.list_amount else set()
    # Ten per cent of another price is another amount, and the same reduction.
    ours, theirs = ({replace(each, amount=0) if found else each for each in price.alterations} for price in (old, new))
    found |= {f"{each.source}-changed" for each in ours ^ theirs}
    if [(tax.id, tax.rate) for tax in old.taxes] != [(tax.id, tax.rate) for tax in new.taxes]:
        found.add("tax-changed")
    return found


def _moved(before: dict[Key, Amounts], after: dict[Key, Amounts], currency: str, causes: Causes) -> Iterator[Document]:
    for key in {**before, **after}:
        old, new = before.get(key, NOTHING), after.get(key, NOTHING)
        if old != new:
            # What touches the line explains its difference; else anything that happened; else other facts moved.
            kinds = causes.get(f"item:{key[0]}") or causes[None] or {"facts-changed"}
            yield _entry(key, old, new, currency, sorted(kinds))


def _entry(key: Key, old: Amounts, new: Amounts, currency: str, because: list[str]) -> Document:
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


def _amounts(cart: Cart, without: frozenset[str]) -> dict[Key, Amounts]:
    """The amounts of a cart by what they are about, without the items that are known to be as they were."""
    found: dict[Key, Amounts] = {}
    for item in cart.items:
        if item.id not in without:
            for price in item.prices:
                found[item.id, price.type, price.period] = _of(price)
    for total in cart.pricing.totals:
        found[None, total.type, total.period] = _of(total)
    return found


def _of(priced: Price | Total) -> Amounts:
    return Amounts(priced.net, sum(line.amount for line in priced.taxes), priced.gross)
