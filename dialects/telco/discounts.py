"""Promotions, prices set by hand, and money that lowers what is payable (Discounts and Price Adjustments).

And `do-base-price`, which reprices the cart.
"""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, Operation, Plan, Step
from dialects.numbers import decimals
from dialects.telco.calls import body_of, cart_response, needed, parameters_of, plan_of
from dialects.telco.membership import membership, refuse_missing_items
from dialects.telco.models.figures import Figure
from dialects.telco.models.parts import MAX_PARTS, Adjustment, Part, Period, Valued
from dialects.telco.models.parts import Text as AnyText
from dialects.telco.planning import adjustment_step, without_nulls
from dialects.telco.words import OVERRIDE_SOURCES, OVERRIDES, PERIODS, PRICE_TYPES, inverse
from models.cart.forms import Document

LIST_PRICE = "List Price"
"""The action that withdraws an override."""
_ACTIONS = {**inverse(OVERRIDES), LIST_PRICE: "list-price"}
_PERIODS, _PRICE_TYPES = inverse(PERIODS), inverse(PRICE_TYPES)
_SOURCES = inverse(OVERRIDE_SOURCES)


class Coupon(Part):
    """What a customer enters."""

    code: AnyText | None = None


class PromotionRequest(Part):
    """A promotion that somebody asks for: by its coupon's code if it has one, else by its id."""

    id: AnyText | None = None
    coupon: Coupon | None = None


class CustomizedPrice(Part):
    """A price that somebody sets, by the id of the price, or by its type and period."""

    price_id: AnyText | None = None
    price_type: Literal["Onetime", "Recurring", "Allowance", "Usage", ""] | None = None
    recurring_charge_period: AnyText | None = None
    price_sub_type: AnyText | None = None
    offset: Figure | None = None
    type: Literal["manualPriceOverride", "externalPriceOverride", ""] | None = None
    external_id: AnyText | None = None
    action_type: Literal["Flat Discount", "Percentage Discount", "Price Override", "List Price"]
    action_value: Figure | None = None
    valid_for: Period | None = None


class NewAdjustment(Adjustment):
    """Money that was there before, and what is said of it."""

    amount: Figure
    name: AnyText | None = None
    details: Annotated[list[Valued], Field(max_length=MAX_PARTS)] | None = None


def _base_price(call: Call) -> Plan:
    """All prices as of now; the cart that the body may hold says nothing more."""
    return plan_of(call, parameters_of(call), [Step("reprice-cart")])


def _apply_promotion(call: Call) -> Plan:
    parameters = parameters_of(call)
    body, _ = body_of(PromotionRequest, call)
    code = body.coupon.code if body.coupon is not None else None
    if code:
        step = Step("apply-promotion", {"coupon": code}, {"": "/body", "/coupon": "/body/coupon/code"})
        return plan_of(call, parameters, [step])
    promotion_id = parameters.promotion_id or body.id
    if not promotion_id:
        message = "Give the code of a coupon, or the id of a promotion."
        raise Refusal.at("/body/coupon/code", ErrorCode.INVALID, message, "missing")
    place = "/body/id" if parameters.promotion_id is None else "/parameters/promotionId"
    step = Step("apply-promotion", {"promotionId": promotion_id}, {"": "/body", "/promotionId": place})
    return plan_of(call, parameters, [step])


def _remove_promotion(call: Call) -> Plan:
    parameters = parameters_of(call)
    needed(call, promotion_id=parameters.promotion_id)
    data = {"promotionId": parameters.promotion_id}
    return plan_of(call, parameters, [Step("remove-promotion", data, {"": "/parameters"})])


def _override(call: Call) -> Plan:
    """The reason is the call's, or what the price is."""
    parameters = parameters_of(call)
    item_id = parameters.cart_item_id
    needed(call, cart_item_id=item_id)
    body, _ = body_of(CustomizedPrice, call)
    steps = membership(item_id or "", parameters.offer_container_id)
    step = Step("override-price", {"itemId": item_id, **_price(body)}, _PRICE_PLACES)
    explained = parameters.model_copy(update={"reason": parameters.reason or body.type or "manualPriceOverride"})
    return plan_of(call, explained, [*steps, step])


_PRICE_PLACES = {
    "": "/body",
    "/itemId": "/parameters/cartItemId",
    "/period": "/body/recurringChargePeriod",
    "/kind": "/body/actionType",
    "/value": "/body/actionValue",
}


def _price(body: CustomizedPrice) -> Document:
    kind = _ACTIONS[body.action_type]
    if kind != "list-price" and body.action_value is None:
        raise Refusal.at("/body/actionValue", ErrorCode.INVALID, f"{body.action_type} needs a value.", "missing")
    period = body.recurring_charge_period
    which = without_nulls(
        priceType=_PRICE_TYPES.get(body.price_type or ""),
        priceId=body.price_id or None,
        period=_PERIODS.get(period, period) if period else None,
        kind=kind,
        source=_SOURCES.get(body.type or ""),
    )
    if kind == "list-price":  # of no other price
        return which
    said = {"priceSubType": body.price_sub_type, "offset": None if body.offset is None else decimals(body.offset)}
    valid = None if body.valid_for is None else {name: text for name, text in body.valid_for.wire().items() if text}
    return which | without_nulls(
        value=None if body.action_value is None else decimals(body.action_value),
        externalId=body.external_id or None,
        validFor=valid or None,
        attributes={name: text for name, text in said.items() if text} or None,
    )


def _add_adjustment(call: Call) -> Plan:
    """It is for the item that the call names, if it names one."""
    parameters = parameters_of(call)
    item_id = parameters.cart_item_id
    _, sent = body_of(NewAdjustment, call)
    steps = membership(item_id, parameters.offer_container_id) if item_id is not None else []
    step = adjustment_step(sent, "/body")
    data = {**step.data, **without_nulls(itemId=item_id)}
    places = {**step.places, "/itemId": "/parameters/cartItemId"}
    return plan_of(call, parameters, [*steps, Step(step.type, data, places)])


def _remove_adjustment(call: Call) -> Plan:
    parameters = parameters_of(call)
    needed(call, adjustment_id=parameters.adjustment_id)
    places = {"/id": "/parameters/adjustmentId"}
    return plan_of(call, parameters, [Step("remove-adjustment", {"id": parameters.adjustment_id}, places)])


OPERATIONS = {
    "do-base-price": Operation(_base_price, cart_response),
    "apply-promotion": Operation(_apply_promotion, cart_response),
    "remove-promotion": Operation(_remove_promotion, cart_response),
    "override-price": Operation(_override, cart_response, refuse=refuse_missing_items),
    "add-price-adjustment": Operation(_add_adjustment, cart_response, refuse=refuse_missing_items),
    "remove-price-adjustment": Operation(_remove_adjustment, cart_response),
}
