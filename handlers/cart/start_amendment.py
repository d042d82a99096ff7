"""`start-amendment`: a new cart with which a submitted order is changed (002, Amendment Shopping Cart).

All lines of the order come in with action `keep`, at the prices that they were ordered at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_ITEMS
from cartwright.wire.money import MAX_AMOUNT, MoneyError, format_amount, parse_amount
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Decimals, Id
from cartwright.wire.status import CartStatus
from handlers.needs import Context, Needs
from handlers.registry import command
from models.cart.budgets import Budget
from models.cart.cart import Cart
from models.cart.item_fields import write_container, write_item
from models.changes.adjustment_changes import AdjustmentApplied
from models.changes.amendment_changes import AmendmentStarted
from models.changes.cart_changes import CartCreated
from models.changes.change import Change
from models.changes.container_changes import ContainerAdded
from models.changes.item_changes import ItemAdded
from models.changes.promotion_changes import PromotionChosen
from models.changes.voucher_changes import VoucherAdded
from rules.removal import descendants

_AMENDS = "/data/amends"


class StartAmendment(CommandData):
    """Which order is amended; what may not be changed any more, and what was paid."""

    model_config = example({"amends": "c-42", "fixedItems": ["i-2"], "paid": "199.00"})

    amends: Id
    """The submitted cart."""
    fixed_items: Annotated[list[Id], Field(max_length=MAX_ITEMS)] = Field(default_factory=list)
    """Line items past the point of no return; their parents and children can't be changed either."""
    paid: Decimals | None = None
    """What was paid for the order, in its currency; what was payable for it, if absent."""


def needs(data: StartAmendment) -> Needs:
    """The ordered cart, and what it holds of budgets."""
    return Needs(carts=(data.amends,), budgets_of=(data.amends,))


@command("start-amendment", StartAmendment, needs=needs, creates=True)
def start_amendment(cart: Cart, data: StartAmendment, context: Context) -> Iterator[Change]:
    """Take over the order, without its keys; raises `cart-not-found`, `cart-not-submitted`, `item-not-found`."""
    order = context.fetched.carts.get(data.amends)
    if order is None or order.status is CartStatus.DELETED:
        raise Refusal.at(_AMENDS, ErrorCode.CART_NOT_FOUND, "There is no cart with this id.")
    if order.status is not CartStatus.SUBMITTED:
        raise Refusal.at(_AMENDS, ErrorCode.CART_NOT_SUBMITTED, f"The cart is {order.status}.")
    paid = _paid(order, data)
    fixed = _fixed(order, data.fixed_items)
    yield CartCreated(header={name: value for name, value in order.header.wire().items() if name != "keys"})
    yield from _content(order, fixed)
    budgets = [asdict(each) for each in _used(order)]
    yield AmendmentStarted(amends=order.id, version=order.version, paid=paid, budgets=budgets).at("amends")


def _content(order: Cart, fixed: set[str]) -> Iterator[Change]:
    for container in order.containers:
        yield ContainerAdded(container_id=container.id, container=write_container(container))
    for item in order.items:
        kept = replace(item, action="keep", as_ordered=True, fixed=item.id in fixed)
        yield ItemAdded(item_id=item.id, item=write_item(kept))
    for chosen in order.chosen_promotions:
        yield PromotionChosen(promotion_id=chosen.id, coupon=chosen.coupon)
    for code in order.held_vouchers:
        yield VoucherAdded(code=code)
    for each in order.adjustments:
        yield AdjustmentApplied.of(each)


def _used(order: Cart) -> tuple[Budget, ...]:
    """What the order holds of budgets, and if it is an amendment itself, what the orders before it hold for it."""
    return order.budgets if order.amendment is None else (*order.budgets, *order.amendment.covered)


def _paid(order: Cart, data: StartAmendment) -> str:
    """What was paid, as a decimal string."""
    if data.paid is None:
        return format_amount(order.pricing.due_now.payable, order.currency)
    try:
        minor = parse_amount(data.paid, order.currency)
    except MoneyError as error:
        raise Refusal.at("/data/paid", ErrorCode.INVALID, str(error), error.code) from None
    if not 0 <= minor <= MAX_AMOUNT:
        raise Refusal.at("/data/paid", ErrorCode.INVALID, "What was paid is never below zero.", "out-of-range")
    return format_amount(minor, order.currency)


def _fixed(order: Cart, given: Sequence[str]) -> set[str]:
    """The fixed items with all that they hang on, and all that hangs on them; raises `item-not-found`."""
    known = {item.id: item for item in order.items}
    problems = [
        Problem(pointer("data", "fixedItems", place), ErrorCode.ITEM_NOT_FOUND, f"The order has no item {each}.")
        for place, each in enumerate(given)
        if each not in known
    ]
    if problems:
        raise Refusal(ErrorCode.ITEM_NOT_FOUND, problems[0].message, problems=problems)
    found = descendants(order, given)
    for each in given:
        parent = known[each].parent_id
        while parent in known and parent not in found:
            found.add(parent)
            parent = known[parent].parent_id
    return found
