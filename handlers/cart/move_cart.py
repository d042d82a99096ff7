"""`move-cart`: to another channel, place or market segment; what can't be had there is removed, or in the way (002).

Offers, promotions, rules and prices are those of the new circumstances (002, Modify Channel and Place).
"""

from collections.abc import Iterable, Iterator

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.header import MarketSegment, Reference
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from handlers.differing import differing
from handlers.needs import Context
from handlers.registry import command
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.cart_changes import CartMoved
from models.changes.change import Change, evolve
from models.changes.item_changes import ItemRemoved
from models.changes.promotion_changes import PromotionChosen, PromotionWithdrawn
from models.changes.rule_changes import RuleApplied
from models.changes.voucher_changes import VoucherAdded, VoucherRemoved
from pricing.lost import UNKNOWN, applied_reductions, not_applied, unsellable_lines
from rules.removal import remove_items

FIELDS = {"channel": "channel", "place": "place", "marketSegment": "segment"}
"""What a move changes, and the kind of a promotion's condition that looks at it."""
PARENT_REMOVED = "parent-removed"


class MoveCart(CommandData):
    """Where the cart goes: what is absent stays, null removes; at least one of the three is given."""

    model_config = example({"channel": {"id": "shop"}, "place": None, "offerAutoRemoval": True})

    channel: Reference | None = None
    """The sales channel from now on."""
    place: Reference | None = None
    """Where the order is placed from now on."""
    market_segment: MarketSegment | None = None
    """The market segment from now on."""
    offer_auto_removal: bool = False
    """Whether lines that can't be sold there are removed; else they are in the way of the move."""
    promo_auto_removal: bool = False
    """Whether promotions that were asked for, and vouchers, that no longer apply are removed; else they are in the way
    of the move.
    """

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "MoveCart":
        if not self.destination:
            raise PydanticCustomError("missing", "give a channel, a place or a market segment")
        return self

    @property
    def destination(self) -> Document:
        """The given fields of the header, under wire names."""
        return {name: value for name, value in self.wire().items() if name in FIELDS}


def _report(cart: Cart, data: MoveCart, context: Context, outcome: Outcome) -> Document:
    """What the move took away: lines and reductions, each with the reason."""
    return {
        "autoRemovedOffers": list(_removed_offers(cart, data, context, outcome)),
        "autoRemovedPromotions": list(_removed_reductions(cart, context, outcome)),
    }


@command("move-cart", MoveCart, tells=_report)
def move_cart(cart: Cart, data: MoveCart, context: Context) -> Iterator[Change]:
    """Move it, and remove what the switches allow; raises `offering-not-available`, `promotion-not-applicable`."""
    moved = _moved(cart, data.destination)
    if moved is None:
        return
    unsellable = dict(unsellable_lines(moved.apply(cart), context.facts, context.at))
    if unsellable and not data.offer_auto_removal:
        raise _offers_in_the_way(cart, data, unsellable, context)
    changes: list[Change] = [moved.at(next(iter(data.destination))), *remove_items(cart, unsellable)]
    while lost := _no_longer_applied(cart, changes, context):
        if not data.promo_auto_removal:
            raise _reductions_in_the_way(data, lost, evolve(cart, changes), context)
        changes += lost.values()
    yield from changes


def _moved(cart: Cart, destination: Document) -> CartMoved | None:
    """The move to what differs; none if the cart is there already."""
    before, after = differing(destination, cart.header.wire())
    return CartMoved(before=before, after=after) if after else None


def _no_longer_applied(cart: Cart, changes: Iterable[Change], context: Context) -> dict[str, Change]:
    """Reductions that somebody asked for, that the cart had and that these changes cost it, and how each is removed."""
    after = context.would_be(cart, changes, context.facts).cart
    asked: dict[str, Change] = {
        each.id: PromotionWithdrawn(promotion_id=each.id, coupon=each.coupon) for each in after.chosen_promotions
    }
    asked |= {code: VoucherRemoved(code=code) for code in after.held_vouchers}
    still = set(applied_reductions(after))
    return {each: asked[each] for each in applied_reductions(cart) if each in asked and each not in still}


def _offers_in_the_way(cart: Cart, data: MoveCart, unsellable: Iterable[str], context: Context) -> Refusal:
    """The refusal, with a problem for each line at the first field that alone would keep the line from being sold."""
    alone = {
        name: dict(unsellable_lines(moved.apply(cart), context.facts, context.at))
        for name, value in data.destination.items()
        if (moved := _moved(cart, {name: value})) is not None
    }
    problems = []
    for item_id in unsellable:
        place = next((name for name, lines in alone.items() if item_id in lines), next(iter(alone)))
        item = cart.item(item_id)
        offering = item.offering_id if item else None
        message = f"Offering {offering} of item {item_id} is not available there."
        problems.append(Problem(pointer("data", place), ErrorCode.OFFERING_NOT_AVAILABLE, message))
    return Refusal(ErrorCode.OFFERING_NOT_AVAILABLE, problems[0].message, problems=problems)


def _reductions_in_the_way(data: MoveCart, lost: Iterable[str], after: Cart, context: Context) -> Refusal:
    """The refusal, with a problem for each promotion or voucher at the field that its failed condition looks at."""
    reasons = not_applied(after, context.facts, context.at)
    given = list(data.destination)
    problems = []
    for each in lost:
        why = reasons.get(each, UNKNOWN)
        place = next((name for name in given if FIELDS[name] == why.condition), given[0])
        message = f"{each} does not apply there: {why.reason}."
        problems.append(Problem(pointer("data", place), ErrorCode.PROMOTION_NOT_APPLICABLE, message))
    return Refusal(ErrorCode.PROMOTION_NOT_APPLICABLE, problems[0].message, problems=problems)


def _removed_offers(cart: Cart, data: MoveCart, context: Context, outcome: Outcome) -> Iterator[Document]:
    """Lines that can't be sold there, what hung on them, and what rules removed; gifts go with their promotions."""
    reasons: dict[str, str] = {}
    for change in outcome.changes:
        if change["type"] == RuleApplied.type:
            reasons |= dict.fromkeys(change["itemIds"], f"rule:{change['ruleId']}")
    moved = _moved(cart, data.destination)
    if moved is not None:
        reasons |= dict(unsellable_lines(moved.apply(cart), context.facts, context.at))
    gone = {each["itemId"] for each in outcome.changes if each["type"] == ItemRemoved.type}
    for item in cart.items:
        if item.id in gone and not item.is_gift:
            reason = reasons.get(item.id, PARENT_REMOVED)
            yield {"itemId": item.id, "offeringId": item.offering_id, "reason": reason}


def _removed_reductions(cart: Cart, context: Context, outcome: Outcome) -> Iterator[Document]:
    """Promotions and vouchers that applied before the move and no longer do; automatic promotions too."""
    still = set(applied_reductions(outcome.cart))
    lost = [each for each in applied_reductions(cart) if each not in still]
    if lost:
        reasons = not_applied(evolve(outcome.cart, _asked_again(cart, outcome.cart)), context.facts, context.at)
        yield from ({"id": each, "reason": reasons.get(each, UNKNOWN).reason} for each in lost)


def _asked_again(before: Cart, after: Cart) -> Iterator[Change]:
    """What brings back the promotions and vouchers that were removed, to see why they no longer apply."""
    chosen = {each.id for each in after.chosen_promotions}
    for each in before.chosen_promotions:
        if each.id not in chosen:
            yield PromotionChosen(promotion_id=each.id, coupon=each.coupon)
    for code in before.held_vouchers:
        if code not in after.held_vouchers:
            yield VoucherAdded(code=code)
