"""Validate a cart, and move it to another channel or place (002, Validate Shopping Cart, Modify Channel and Place)."""

from collections.abc import Iterator, Mapping

from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.http_status import OK
from dialects.telco.calls import body_of, parameters_of, plan_of
from dialects.telco.errors import document_pointer, error_entry
from dialects.telco.models.parts import Channel, Move
from dialects.telco.rendering.cart import render_cart
from dialects.telco.words import PROMOTION_LEVELS
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.forms import Document


def plan_validate(call: Call) -> Plan:
    """Reprice the cart, and list what is wrong with it; the body says nothing more."""
    return plan_of(call, parameters_of(call), [Step("validate-cart")])


def validated(call: Call, outcome: CallOutcome) -> Response:
    """The cart, with a validity token or with the errors that it has."""
    validation = outcome.told["validation"]
    errors = [
        error_entry(each["code"], each["message"], {"path": document_pointer(each["path"]), **each["parameters"]})
        for each in validation["errors"]
    ]
    cart = {**render_cart(call, outcome), "validityToken": validation["token"]}
    return Response(OK, {"shoppingCart": cart, "listOfErrors": errors})


def plan_move(call: Call) -> Plan:
    """To the channel and place that parameters or body name; what can't be had there is removed or in the way."""
    parameters = parameters_of(call)
    body, _ = body_of(Move, call)
    found = {
        "channel": _target("channel", parameters.channel, body.channel),
        "place": _target("place", parameters.place, body.place),
    }
    going = {name: target for name, target in found.items() if target is not None}
    if not going:
        problems = [Problem("/parameters/channel", "missing", "Give a channel or a place.")]
        raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems)
    data: Document = {
        **{name: target for name, (target, _) in going.items()},
        "offerAutoRemoval": parameters.offer_auto_removal or bool(body.offer_auto_removal),
        "promoAutoRemoval": parameters.promo_auto_removal or bool(body.promo_auto_removal),
    }
    places = {f"/{name}": place for name, (_, place) in going.items()}
    return plan_of(call, parameters, [Step("move-cart", data, places)])


def moved(call: Call, outcome: CallOutcome) -> Response:
    """The cart, and what had to go."""
    cart = render_cart(call, outcome)
    cart["changedItemsBySCService"] = {
        "autoRemovedOffer": list(_removed_offers(outcome)),
        "autoRemovedPromotions": list(_removed_promotions(outcome)),
    }
    return Response(OK, {"shoppingCart": cart, "listOfErrors": []})


def _target(name: str, parameter: Channel | str | None, in_body: Channel | None) -> tuple[Document, str] | None:
    """A channel or place and where it is named; the parameter counts before the body."""
    if parameter is not None:
        return ({"id": parameter} if isinstance(parameter, str) else _named(parameter)), f"/parameters/{name}"
    return None if in_body is None else (_named(in_body), f"/body/{name}")


def _named(given: Channel) -> Document:
    return {name: value for name, value in (("id", given.id), ("name", given.name)) if value}


def _removed_offers(outcome: CallOutcome) -> Iterator[Document]:
    places = {item.id: item.container_id for item in _before(outcome).items}
    for each in outcome.told["autoRemovedOffers"]:
        yield {
            "offerContainerId": places.get(each["itemId"]),
            "cartItemId": each["itemId"],
            "offerId": each["offeringId"],
        }


def _removed_promotions(outcome: CallOutcome) -> Iterator[Document]:
    """Once for each item or container that a promotion reduced, by its level; for the cart once."""
    before = _before(outcome)
    for each in outcome.told["autoRemovedPromotions"]:
        level = _level(each["id"], outcome.facts)
        for container_id, item_id in _reduced(before, each["id"], level):
            yield {
                "offerContainerId": container_id,
                "cartItemId": item_id,
                "promotionId": each["id"],
                "level": PROMOTION_LEVELS[level],
            }


def _level(promotion_id: str, facts: Facts) -> str:
    known = facts.table("promotions").get(promotion_id)
    return "cart" if known is None else str(known.level)


def _reduced(cart: Cart, promotion_id: str, level: str) -> list[tuple[str | None, str | None]]:
    """Containers and items that a promotion reduced; none of them for one of the cart."""
    found = {
        (item.container_id, item.id if level == "item" else None): None
        for item in cart.items
        for price in item.prices
        if level != "cart" and any(each.id == promotion_id for each in price.alterations)
    }
    return list(found) or [(None, None)]


def _before(outcome: CallOutcome) -> Cart:
    if outcome.before is None:
        raise ValueError("A cart that moves was there before.")
    return outcome.before


OPERATIONS: Mapping[str, Operation] = {
    "validate-shopping-cart": Operation(plan_validate, validated),
    "modify-channel-and-place": Operation(plan_move, moved),
}
