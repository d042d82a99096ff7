"""`create-subscription-offer`: a cart that offers the customer of a subscription its products at a discount (001)."""

from collections.abc import Iterator
from dataclasses import replace

from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import ShortText
from handlers.needs import Context, Needs
from handlers.registry import command
from handlers.subscriptions import PLACE, OfSubscription, lines_of, opened_for, order_of, order_search
from handlers.vouchers import check_voucher
from models.cart.cart import Cart, Item
from models.cart.item_fields import write_item
from models.cart.line_terms import NO_TERMS
from models.changes.change import Change, evolve
from models.changes.item_changes import ItemAdded
from models.changes.voucher_changes import VoucherAdded
from rules.offerings import unsellable

SOURCE = "OFFER"


class CreateSubscriptionOffer(OfSubscription):
    """The subscription, and the discount."""

    model_config = example({"subscriptionId": "sub-1", "discountCode": "WELCOME", "useStrikeThroughPrice": True})

    discount_code: ShortText | None = None
    """The code of the voucher that reduces the offer."""
    use_strike_through_price: bool | None = None
    """Whether list prices are shown struck through; as for the subscription if absent."""


def needs(data: CreateSubscriptionOffer) -> Needs:
    """The order, and what is left of the voucher."""
    codes = () if data.discount_code is None else (data.discount_code,)
    return Needs(search=order_search(data.subscription_id), vouchers=codes)


@command("create-subscription-offer", CreateSubscriptionOffer, needs=needs, creates=True)
def create_subscription_offer(cart: Cart, data: CreateSubscriptionOffer, context: Context) -> Iterator[Change]:
    """Open the cart with the head and the recurring lines of the subscription, at the prices of now, and the voucher.

    Raises `cart-not-found`, `invalid` if no line recurs, `offering-not-available`, and what `add-voucher` does.
    """
    order = order_of(data.subscription_id, context)
    created = opened_for(order, data, SOURCE, useStrikeThroughPrice=data.use_strike_through_price)
    opened = evolve(cart, [created])
    lines = [item for items in lines_of(order).values() for item in items if not item.is_gift]
    _check(lines, opened, context)
    if data.discount_code is not None:
        check_voucher(opened, data.discount_code, context, "/data/discountCode")
    yield created
    for item in lines:
        yield ItemAdded(item_id=item.id, item=write_item(_offered(item))).at("subscriptionId")
    if data.discount_code is not None:
        yield VoucherAdded(code=data.discount_code).at("discountCode")


def _offered(item: Item) -> Item:
    """The line as it is sold now: without a container, a credit, a trial, or a price that was set for the order."""
    terms = replace(item.terms, paid_period=None, trial=None)
    plain = replace(item, container_id=None, action="add", as_ordered=False, fixed=False, notes=(), overrides=())
    return replace(plain, terms=NO_TERMS if terms == NO_TERMS else terms)


def _check(lines: list[Item], opened: Cart, context: Context) -> None:
    """Raise what keeps the lines from being sold."""
    if not lines:
        raise Refusal.at(PLACE, ErrorCode.INVALID, "No line of the subscription recurs.", "nothing-to-offer")
    refusals = list(unsellable(lines, opened.header, context.facts, context.at, PLACE))
    if refusals:
        raise Refusal.of(refusals)
