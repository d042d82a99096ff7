"""`merge-carts`: take the contents of another cart into this one; the other one ends (002, 003: anonymous carts)."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import MAX_QUANTITY, Id
from handlers.admission import check_size
from handlers.kinds import Decision
from handlers.lifecycle import ORDINARY, check_owner
from handlers.merging import Merging, Strategy
from handlers.needs import Context, Needs
from handlers.registry import command
from handlers.vouchers import check_voucher
from models.cart.cart import Cart
from models.cart.free_ids import free_id
from models.changes.adjustment_changes import AdjustmentApplied
from models.changes.cart_changes import CartMerged
from models.changes.change import Change, evolve
from models.changes.follow_up import FollowUp
from models.changes.promotion_changes import PromotionChosen
from models.changes.voucher_changes import VoucherAdded
from models.derived_id import derived_id
from pricing.price import price
from rules.offerings import unsellable

_FROM = "/data/from"


class MergeCarts(CommandData):
    """The cart that ends in this one, and what becomes of lines that both have."""

    model_config = example({"from": "c-7", "strategy": "sum"})

    source: Id = Field(alias="from")
    """The cart whose contents come into this one; it is deleted, unless somebody changes or submits it meanwhile."""
    strategy: Strategy = "keep-target"
    """The quantity of a line that both carts have: this cart's, the sum of both, or the larger one."""


def needs(data: MergeCarts) -> Needs:
    """The other cart, and what it holds of budgets."""
    return Needs(carts=(data.source,), budgets_of=(data.source,))


@command("merge-carts", MergeCarts, needs=needs)
def merge_carts(cart: Cart, data: MergeCarts, context: Context) -> Decision:
    """Containers, lines, notes, vouchers, money and promotions of the other cart come in; its deletion follows.

    It holds for the version that was seen here: what somebody has put into that cart since, or ordered, is not merged.
    """
    source = _source(cart, data, context)
    merging = Merging(cart, source, data.strategy)
    _check(cart, merging, context)
    changes: list[Change] = [
        CartMerged(source=source.id, version=source.version, strategy=data.strategy),
        *merging.changes(),
        *_vouchers(cart, source, context),
        *_adjustments(cart, source, merging),
    ]
    changes += _promotions(evolve(cart, changes), source, context)
    yield from (each.at("from") for each in changes)
    yield FollowUp("from", "delete-cart", source.id, {}, source.version)


def _source(cart: Cart, data: MergeCarts, context: Context) -> Cart:
    """The other cart; raises `invalid`, `cart-not-found`, `cart-read-only`, `cart-locked`."""
    if data.source == cart.id:
        raise Refusal.at(_FROM, ErrorCode.INVALID, "A cart can't be merged with itself.", "same-cart")
    source = context.fetched.carts.get(data.source)
    refused = ORDINARY[source.status if source is not None else None]
    if refused is not None:
        raise Refusal.at(_FROM, refused.code, refused.message)
    if source is None:
        raise ValueError("a cart that is not there can not be merged")
    check_owner(source.as_of(context.now), context.command.lock_owner, _FROM)
    if source.currency != cart.currency:
        message = f"That cart is in {source.currency}, this one in {cart.currency}."
        raise Refusal.at(_FROM, ErrorCode.INVALID, message, "other-currency")
    if source.amendment is not None:
        raise Refusal.at(_FROM, ErrorCode.INVALID, "What an amendment keeps of its order can't be merged.", "amendment")
    return source


def _check(cart: Cart, merging: Merging, context: Context) -> None:
    """Raise the refusals of all lines that can't come in."""
    check_size(cart, len(merging.arriving), len(merging.moving), context)
    refusals = list(unsellable(merging.moving, cart.header, context.facts, context.at, _FROM))
    for item, quantity in merging.quantities():
        if quantity > MAX_QUANTITY:
            message = f"There would be {quantity} of item {item.id}; {MAX_QUANTITY} is the most."
            refusals.append(Refusal.at(_FROM, ErrorCode.INVALID, message, "out-of-range"))
    if refusals:
        raise Refusal.of(refusals)


def _vouchers(cart: Cart, source: Cart, context: Context) -> Iterator[VoucherAdded]:
    """The vouchers of the other cart that this one may hold."""
    for code in source.held_vouchers:
        if code not in cart.held_vouchers:
            try:
                check_voucher(cart, code, context, _FROM)
            except Refusal:
                continue  # It applies no more, and ends with its cart.
            yield VoucherAdded(code=code)


def _adjustments(cart: Cart, source: Cart, merging: Merging) -> Iterator[AdjustmentApplied]:
    """The money of the other cart, behind this one's; a gift card, wallet or voucher that both have counts once.

    What has no reference gets an id by which it is known here if that cart lives on, and is merged again.
    """
    known = {(each.kind, each.reference) for each in cart.adjustments if each.reference is not None}
    taken = {each.id for each in cart.adjustments}
    for each in source.adjustments:
        unnamed = derived_id(source.id, each.id)
        if (each.kind, each.reference) not in known and unnamed not in taken:
            own = unnamed if each.reference is None else free_id(each.id, taken)
            taken.add(own)
            yield AdjustmentApplied.of(replace(each, id=own, item_id=merging.placed(each.item_id)))


def _promotions(merged: Cart, source: Cart, context: Context) -> list[PromotionChosen]:
    """The promotions chosen in the other cart that apply to what the carts have become together."""
    own = {each.id for each in merged.chosen_promotions}
    chosen = [
        PromotionChosen(promotion_id=each.id, coupon=each.coupon)
        for each in source.chosen_promotions
        if each.id not in own
    ]
    if not chosen:
        return []
    priced = price(evolve(merged, chosen), context.facts, context.at)
    applied = {each.id for each in priced.pricing.promotions if each.reason is None}
    return [each for each in chosen if each.promotion_id in applied]
