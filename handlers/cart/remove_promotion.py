"""`remove-promotion`: withdraw a promotion that somebody asked for (002, Remove Promotion)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.promotion_changes import PromotionWithdrawn


class RemovePromotion(CommandData):
    """The promotion to withdraw."""

    model_config = example({"promotionId": "ten-off"})

    promotion_id: Id
    """The promotion's id."""


@command("remove-promotion", RemovePromotion)
def remove_promotion(cart: Cart, data: RemovePromotion, context: Context) -> Iterator[Change]:
    """Withdraw it; refused if it applies automatically or nobody asked for it."""
    chosen = next((each for each in cart.chosen_promotions if each.id == data.promotion_id), None)
    if chosen is None:
        raise Refusal.at(
            "/data/promotionId",
            ErrorCode.PROMOTION_NOT_APPLICABLE,
            f"This cart has no request for promotion {data.promotion_id}.",
            details={"promotionId": data.promotion_id, "reason": "not-chosen"},
        )
    yield PromotionWithdrawn(promotion_id=chosen.id, coupon=chosen.coupon)
