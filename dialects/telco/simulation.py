"""What a cart would cost, before there is one (Simulated Product Price)."""

from collections.abc import Iterator, Mapping

from dialects.dialect import Call, Operation, Plan, Step
from dialects.telco.calls import body_of, cart_response, parameters_of
from dialects.telco.canonical import Sent, objects, own_id
from dialects.telco.models.parts import ShoppingCart
from dialects.telco.planning import BODY, cart_data

NOT_PRICED = frozenset({"keys"})
"""What a cart has that does not exist can't have."""


def _plan(call: Call) -> Plan:
    """The cart of the body, with the promotions that it and its parts name; nothing is written."""
    parameters = parameters_of(call)
    _, sent = body_of(ShoppingCart, call)
    data = {name: value for name, value in cart_data(sent).items() if name not in NOT_PRICED}
    promotions = list(_promotions(sent))
    codes = [code for code, _ in promotions if code is not None]
    ids = [promotion_id for code, promotion_id in promotions if code is None and promotion_id is not None]
    asked = {"coupons": list(dict.fromkeys(codes)), "promotionIds": list(dict.fromkeys(ids))}
    data |= {name: each for name, each in asked.items() if each}
    return parameters.plan(Step("simulate-price", data, BODY))


def _promotions(sent: Sent) -> Iterator[tuple[str | None, str | None]]:
    """The coupon's code and the id of each promotion of the cart, its containers and its items."""
    containers = objects(sent.get("offerContainer"))
    items = [item for each in containers for item in objects(each.get("cartItem"))]
    for part in (sent, *containers, *items):
        for each in objects(part.get("promotions")):
            coupon = each.get("coupon")
            yield own_id(coupon.get("code")) if isinstance(coupon, Mapping) else None, own_id(each.get("id"))


OPERATIONS = {"simulate-price": Operation(_plan, cart_response, writes=False)}
