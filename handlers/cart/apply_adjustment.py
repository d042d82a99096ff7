"""`apply-adjustment`: pay part of a cart with a gift card, wallet, voucher or down payment (002)."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.header import Attributes
from cartwright.wire.money import MAX_AMOUNT, MoneyError, format_amount, parse_amount
from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from cartwright.wire.schema import Currency, Decimals, Id, ShortText
from facts.snapshot import Facts
from handlers.finding import find_item
from handlers.needs import Context
from handlers.registry import command
from models.cart.adjustments import DOWN_PAYMENT
from models.cart.cart import Cart
from models.cart.free_ids import free_id
from models.catalog.price_point import PricePoint
from models.changes.adjustment_changes import AdjustmentApplied
from models.changes.change import Change
from pricing.steps.down_payments import least_down_payment


class ApplyAdjustment(CommandData):
    """The money: where it comes from, and how much.

    The amount is in the cart's currency. Only what is due is used; the rest stays on the card.
    """

    model_config = example({"kind": "gift-card", "amount": "20.00", "currency": "EUR", "reference": "GC-77"})

    id: Id | None = None
    """The adjustment's id; assigned if absent."""
    kind: Literal["gift-card", "wallet", "voucher", "down-payment"]
    """Where the money comes from."""
    reference: Id | None = None
    """The gift card, wallet or voucher; the same one counts once."""
    amount: Decimals
    """The amount, more than zero, in whole minor units of the currency."""
    currency: Currency | None = None
    """The currency of `amount`; the cart's if absent."""
    item_id: Id | None = None
    """The item that a down payment is for."""
    name: ShortText | None = None
    """A name for people, e.g. `Birthday card`."""
    attributes: Attributes = Field(default_factory=dict)
    """Further values by name, kept as sent."""


@command("apply-adjustment", ApplyAdjustment)
def apply_adjustment(cart: Cart, data: ApplyAdjustment, context: Context) -> Iterator[Change]:
    """Apply it; the same card counts once, and a down payment must reach its minimum."""
    minor = _check(cart, data)
    if data.kind == DOWN_PAYMENT:
        _check_down_payment(cart, data, minor, context)
    yield AdjustmentApplied(
        adjustment_id=data.id or free_id(f"a-{cart.version + 1}", {each.id for each in cart.adjustments}),
        kind=data.kind,
        amount=format_amount(minor, cart.currency),
        currency=cart.currency,
        reference=data.reference,
        item_id=data.item_id,
        name=data.name,
        attributes=data.attributes,
    )


def _check(cart: Cart, data: ApplyAdjustment) -> int:
    """The amount in minor units; raises `invalid` with all that is wrong."""
    try:
        minor = parse_amount(data.amount, data.currency or cart.currency)
    except MoneyError:
        minor = None
    problems = list(_problems(cart, data, minor))
    if minor is None or problems:
        raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems)
    return minor


def _problems(cart: Cart, data: ApplyAdjustment, minor: int | None) -> Iterator[Problem]:
    if data.currency not in {None, cart.currency}:
        yield Problem("/data/currency", "other-currency", f"The cart is in {cart.currency}.")
    if minor is None:
        yield Problem("/data/amount", "wrong-format", "not an amount in whole minor units")
    elif not 0 < minor <= MAX_AMOUNT:
        message = f"An adjustment must be more than zero, and at most {MAX_AMOUNT} minor units."
        yield Problem("/data/amount", "out-of-range", message)
    if any(each.id == data.id for each in cart.adjustments):
        yield Problem("/data/id", "duplicate-id", f"The id {data.id} is taken.")
    known = {(each.kind, each.reference) for each in cart.adjustments}
    if data.reference is not None and (data.kind, data.reference) in known:
        yield Problem("/data/reference", "duplicate-reference", f"This {data.kind} is applied already.")
    if data.item_id is not None and data.kind != DOWN_PAYMENT:
        yield Problem("/data/itemId", "not-allowed", "Only a down payment is for one item.")


def _check_down_payment(cart: Cart, data: ApplyAdjustment, minor: int, context: Context) -> None:
    if data.item_id is not None:
        find_item(cart, data.item_id, "/data/itemId")
    least = least_down_payment(_points(cart, data.item_id, context.facts))
    if minor < least:
        message = f"The down payment is at least {format_amount(least, cart.currency)}."
        raise Refusal.at("/data/amount", ErrorCode.INVALID, message, "below-minimum")


def _points(cart: Cart, item_id: str | None, facts: Facts) -> Iterator[tuple[PricePoint, int]]:
    """The price points of an item, or of all, as the catalog has them now, and how many units each is for."""
    points: Mapping[str, PricePoint] = facts.table("prices")
    for item in cart.items:
        for price in item.prices if item_id in (None, item.id) else ():
            point = points.get(price.id)
            if point is not None and point.currency == cart.currency:
                yield point, item.quantity
