"""The operations on one cart: show it, delete it, update its products."""

from dialects.dialect import Call, CallOutcome, Plan, Response, Step
from dialects.http_status import OK
from dialects.subscription_shop.carts import cart_body
from dialects.subscription_shop.lines import changed_fields
from dialects.subscription_shop.names import DIALECT_NAME
from dialects.subscription_shop.reading import read_list, read_parameters
from dialects.subscription_shop.requests import CartParameters, ProductInput, UpdateParameters
from models.cart.forms import Document


def plan_get(call: Call) -> Plan:
    """`get-item`."""
    asked = read_parameters(call, CartParameters)
    return asked.plan(Step("get-cart"), cart_id=asked.id)


def plan_delete(call: Call) -> Plan:
    """`delete-item`."""
    asked = read_parameters(call, CartParameters)
    return asked.plan(Step("delete-cart"), cart_id=asked.id)


def plan_update(call: Call) -> Plan:
    """`update-products`: one product, or a list of them, each a line that the cart has."""
    parameters, products = read_list(call, UpdateParameters, ProductInput)
    updates = [{"id": product.id, **changed_fields(product, place)} for place, product in products]
    data: Document = {"products": updates}
    if parameters.product_recommendation_id is not None:
        data["productRecommendationId"] = parameters.product_recommendation_id
    places = {"": "/body", "/productRecommendationId": "/parameters/productRecommendationId"}
    for number, (place, _) in enumerate(products):
        places[f"/products/{number}"] = places[f"/products/{number}/extensions/{DIALECT_NAME}"] = place
    return parameters.plan(Step("update-products", data, places), cart_id=parameters.id)


def respond_cart(_call: Call, outcome: CallOutcome) -> Response:
    """The cart."""
    if outcome.cart is None:
        raise LookupError("a call about a cart leads to one")
    return Response(OK, cart_body(outcome.cart, outcome.facts))


def respond_deleted(_call: Call, _outcome: CallOutcome) -> Response:
    """Nothing: the cart is gone."""
    return Response(OK, {})
