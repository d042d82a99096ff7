"""`create-mid-term-upgrade`: a cart with what takes the place of a subscription within its paid period (001).

What is left of the period that was paid for comes off the price of the new line.
"""

from collections.abc import Iterator

from cartwright.wire.examples import example
from cartwright.wire.lines import NewItem
from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.admission import PlacedItem, admit
from handlers.needs import Context, Needs
from handlers.registry import command
from handlers.subscriptions import OfSubscription, lines_of, opened_for, order_of, order_search, paid_period
from models.cart.cart import Cart
from models.changes.change import Change, evolve

SOURCE = "MID_TERM_UPGRADE"


class CreateMidTermUpgrade(OfSubscription):
    """The subscription, and the line that takes the place of its recurring one."""

    model_config = example({"subscriptionId": "sub-1", "item": {"offeringId": "sim-only"}})

    item: NewItem
    """The new line. `previousLineItemId` names the line of the subscription that it takes the place of; it can be left
    out if only one line of the subscription recurs. `paidPeriod` is worked out.
    """


@command(
    "create-mid-term-upgrade",
    CreateMidTermUpgrade,
    needs=lambda data: Needs(search=order_search(data.subscription_id)),
    creates=True,
)
def create_mid_term_upgrade(cart: Cart, data: CreateMidTermUpgrade, context: Context) -> Iterator[Change]:
    """Open the cart with the head of the subscription; raises `cart-not-found`, `item-not-found`, `invalid`."""
    order = order_of(data.subscription_id, context)
    item = _credited(data.item, order, context)
    created = opened_for(order, data, SOURCE)
    yield created
    yield from admit(evolve(cart, [created]), (), [PlacedItem(item, ("item",))], context)


def _credited(item: NewItem, order: Cart, context: Context) -> NewItem:
    """The new line with the period that was paid for the line whose place it takes."""
    lines = lines_of(order)
    if "paid_period" in item.model_fields_set:
        raise Refusal.at("/data/item/paidPeriod", ErrorCode.INVALID, "It is worked out.", "not-allowed")
    replaced = item.previous_line_item_id
    if replaced is not None and replaced not in lines:
        message = f"The subscription has no recurring line {replaced}."
        raise Refusal.at("/data/item/previousLineItemId", ErrorCode.ITEM_NOT_FOUND, message)
    if replaced is None and len(lines) != 1:
        code, message = (
            ("ambiguous-item", "Several lines of the subscription recur: name one in previousLineItemId.")
            if lines
            else ("nothing-to-upgrade", "No line of the subscription recurs.")
        )
        raise Refusal.at("/data/subscriptionId", ErrorCode.INVALID, message, code)
    [own] = lines if replaced is None else [replaced]
    paid = paid_period(order, lines[own], context.facts)
    return item.model_copy(update={"previous_line_item_id": own, "paid_period": paid})
