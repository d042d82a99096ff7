"""Validate a cart, and move it to another channel or place (002, Validate Shopping Cart, Modify Channel and Place)."""

from collections.abc import Iterator, Mapping

from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.http_status import OK
from dialects.telco.blank import CHANNEL, PLACE, Blank, is_blank
from dialects.telco.calls import body_of, parameters_of, plan_of
from dialects.telco.canonical import Sent
from dialects.telco.errors import document_pointer, error_entry
from dialects.telco.kept import TELCO, merging
from dialects.telco.models.parts import Move
from dialects.telco.rendering.cart import render_cart
from dialects.telco.words import PROMOTION_LEVELS
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.forms import Document

BLANKS: Mapping[str, Blank] = {"channel": CHANNEL, "place": PLACE}
"""Where a cart can move to."""
NAMES = ("id", "name")
"""What a cart knows of them."""


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
    body, sent = body_of(Move, call)
    going = {name: target for name in BLANKS if (target := _target(name, call.parameters, sent)) is not None}
    if not going:
        problems = [Problem("/parameters/channel", "missing", "Give a channel or a place.")]
        raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems)
    data: Document = {
        **{name: _named(target) for name, (target, _) in going.items()},
        "offerAutoRemoval": parameters.offer_auto_removal or bool(body.offer_auto_removal),
        "promoAutoRemoval": parameters.promo_auto_removal or bool(body.promo_auto_removal),
    }
    places = {f"/{name}": place for name, (_, place) in going.items()}
    return plan_of(call, parameters, [Step("move-cart", data, places), *_keeping(going)])


def moved(call: Call, outcome: CallOutcome) -> Response:
    """The cart, and what had to go."""
    cart = render_cart(call, outcome)
    cart["changedItemsBySCService"] = {
        "autoRemovedOffer": list(_removed_offers(outcome)),
        "autoRemovedPromotions": list(_removed_promotions(outcome)),
    }
    return Response(OK, {"shoppingCart": cart, "listOfErrors": []})


def _target(name: str, parameters: object, body: Sent) -> tuple[Sent, str] | None:
    """A channel or place as sent, and where it is named; the parameter counts before the body."""
    for part, given in (("parameters", parameters), ("body", body)):
        sent = given.get(name) if isinstance(given, Mapping) else None
        if sent is not None:
            return ({"id": sent} if isinstance(sent, str) else sent), f"/{part}/{name}"
    return None


def _named(sent: Sent) -> Document:
    return {name: sent[name] for name in NAMES if sent.get(name)}


def _keeping(going: Mapping[str, tuple[Sent, str]]) -> Iterator[Step]:
    """The step that keeps what was sent with a channel or place and has no home in a cart, if anything was."""
    fields = {
        name: {**dict.fromkeys(NAMES), **sent}
        for name, (sent, _) in going.items()
        if not is_blank({each: value for each, value in sent.items() if each not in NAMES}, BLANKS[name])
    }
    if fields:
        place = {f"/extensions/{TELCO}": going[next(iter(fields))][1]}
        yield Step("update-cart", merging(fields, [name for name in fields if going[name][0].get("id")]), place)


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
