"""What moved between two priced states of a cart, and why: an entry per line, price type and period, then per total."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.forms import Document, amounts_in
from models.cart.price import Phase, Price, in_period
from models.cart.pricing_result import Total
from models.changes.change import Change
from pricing.causes.causes import Causes

Key = tuple[str | None, str, str | None]
"""Item id (none for the whole cart), price type, period."""


class Amounts(NamedTuple):
    """Net, tax and gross in minor units of one currency."""

    net: int
    tax: int
    gross: int

    def wire(self, text: Callable[[int], str]) -> dict[str, str]:
        """The amounts as decimal strings."""
        return {"net": text(self.net), "tax": text(self.tax), "gross": text(self.gross)}


NOTHING = Amounts(0, 0, 0)


class Move(NamedTuple):
    """Amounts that differ, and the first period in which they do; prices that don't recur have none but the first."""

    before: Amounts
    after: Amounts
    from_period: int


def price_changes(before: Cart, after: Cart, changes: Sequence[Change], facts: Facts) -> list[Document]:
    """The `priceChanges` of a reply (contract, "A reply"); empty if no amount moved.

    The second state is priced with these facts.
    """
    known = {item.id: item.prices for item in before.items}
    still = frozenset([item.id for item in after.items if item.prices is known.get(item.id)])
    causes = Causes(before, after, changes, facts)
    if before.currency != after.currency and before.pricing.totals:
        old, new = _priced(before, frozenset()), _priced(after, frozenset())
        return [*_moved(old, {}, before.currency, causes), *_moved({}, new, after.currency, causes)]
    return list(_moved(_priced(before, still), _priced(after, still), after.currency, causes))


Priced = dict[Key, Price | Total]


def _priced(cart: Cart, without: frozenset[str]) -> Priced:
    """What has amounts, by what it is about, without the items that are known to be as they were."""
    found: Priced = {}
    for item in cart.items:
        if item.id not in without:
            for price in item.prices:
                found[item.id, price.type, price.period] = price
    for total in cart.pricing.totals:
        found[None, total.type, total.period] = total
    return found


def _moved(before: Priced, after: Priced, currency: str, causes: Causes) -> Iterator[Document]:
    keys = {**before, **after}
    for key in (*[each for each in keys if each[0] is not None], *[each for each in keys if each[0] is None]):
        move = _move(before.get(key), after.get(key))
        if move is not None:
            because = causes.of_total(*key[1:]) if key[0] is None else causes.of_line(*key, move.from_period)
            yield _entry(key, move, currency, because)


def _move(before: Price | Total | None, after: Price | Total | None) -> Move | None:
    if before is not None and after is not None and before.net == after.net and before.gross == after.gross:
        return None if before.later == after.later else _later_move(before, after)
    old, new = _of(before), _of(after)
    return Move(old, new, 1) if old != new else None


def _later_move(before: Price | Total, after: Price | Total) -> Move | None:
    """The first later period in which the amounts differ."""
    for period in sorted({each.from_period for each in (*before.later, *after.later)}):
        old, new = (_of(in_period(each, period)) for each in (before, after))
        if old != new:
            return Move(old, new, period)
    return None


def _of(priced: Price | Total | Phase | None) -> Amounts:
    if priced is None:
        return NOTHING
    return Amounts(priced.net, sum([line.amount for line in priced.taxes]), priced.gross)


def _entry(key: Key, move: Move, currency: str, because: list[str]) -> Document:
    item_id, kind, period = key
    old, new, from_period = move
    rises, text = (new.gross, new.net) > (old.gross, old.net), amounts_in(currency)
    return {
        "scope": "cart" if item_id is None else "item",
        **({} if item_id is None else {"itemId": item_id}),
        "priceType": kind,
        "period": period,
        **({} if from_period == 1 else {"fromPeriod": from_period}),
        "direction": "increase" if rises else "decrease",
        "currency": currency,
        "before": old.wire(text),
        "after": new.wire(text),
        "because": because,
    }
