"""`apply-promotion`: ask for a promotion by its id or coupon; refused if it does not apply (002, Apply Promotion)."""

from collections.abc import Iterable, Iterator

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id, ShortText
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change, evolve
from models.changes.promotion_changes import PromotionChosen
from pricing.price import price
from pricing.promotion import Promotion


class ApplyPromotion(CommandData):
    """Which promotion: by its coupon if it has one, else by its id."""

    model_config = example({"coupon": "SPRING"})

    promotion_id: Id | None = None
    """The promotion's id, if it has no coupon."""
    coupon: ShortText | None = None
    """The promotion's coupon."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "ApplyPromotion":
        if (self.promotion_id is None) == (self.coupon is None):
            raise PydanticCustomError("one-of", "give either promotionId or coupon")
        return self


@command("apply-promotion", ApplyPromotion)
def apply_promotion(cart: Cart, data: ApplyPromotion, context: Context) -> Iterator[Change]:
    """Remember the choice, unless the promotion applies already; raises `promotion-not-applicable`."""
    promotion = _named(data, context)
    if any(each.id == promotion.id for each in cart.chosen_promotions):
        return
    chosen = PromotionChosen(promotion_id=promotion.id, coupon=promotion.coupon)
    priced = price(evolve(cart, [chosen]), context.facts, context.at)
    reason = next((each.reason for each in priced.pricing.promotions if each.id == promotion.id), "unknown")
    if reason is not None:
        raise _not_applicable(data, f"Promotion {promotion.id} does not apply: {reason}.", promotion.id, reason)
    if promotion.on_demand:
        yield chosen


def _named(data: ApplyPromotion, context: Context) -> Promotion:
    promotions: Iterable[Promotion] = context.facts.table("promotions").values()
    for promotion in promotions:
        if data.coupon is not None and promotion.coupon == data.coupon:
            return promotion
        if promotion.id == data.promotion_id:
            if promotion.coupon is not None:
                message = f"Promotion {promotion.id} needs its coupon."
                raise _not_applicable(data, message, promotion.id, "coupon-missing")
            return promotion
    raise _not_applicable(data, "There is no such promotion.", data.promotion_id, "unknown")


def _not_applicable(data: ApplyPromotion, message: str, promotion_id: str | None, reason: str) -> Refusal:
    path = "/data/coupon" if data.coupon is not None else "/data/promotionId"
    named = {} if promotion_id is None else {"promotionId": promotion_id}
    details = {**named, "reason": reason}
    return Refusal.at(path, ErrorCode.PROMOTION_NOT_APPLICABLE, message, details=details)
