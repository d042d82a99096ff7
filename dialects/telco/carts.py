"""Create, query, empty and delete a cart (002, Create Shopping Cart to Delete Shopping Cart)."""

from collections.abc import Mapping

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.http_status import NO_CONTENT, OK
from dialects.telco.calls import body_of, cart_response, new_cart_response, parameters_of, plan_of
from dialects.telco.canonical import fitting_id
from dialects.telco.models.parts import ShoppingCart
from dialects.telco.planning import BODY, adjustment_steps, cart_data
from models.cart.keys import UNIQUE_ID


def plan_create(call: Call) -> Plan:
    """A new cart with its contents; its id is the body's or the parameter's, else it is assigned."""
    parameters = parameters_of(call)
    body, sent = body_of(ShoppingCart, call)
    if body.id and fitting_id(body.id) is None:
        raise Refusal.at("/body/id", ErrorCode.INVALID, "No cart can have this id.", "wrong-format")
    places = {**BODY, f"/keys/{UNIQUE_ID}": f"/body/{UNIQUE_ID}"}
    steps = [Step("create-cart", cart_data(sent), places), *adjustment_steps(sent)]
    return parameters.plan(*steps, cart_id=body.id or parameters.id or call.cart_id)


def plan_query(call: Call) -> Plan:
    """The cart as it is."""
    return plan_of(call, parameters_of(call), [Step("get-cart")])


def plan_empty(call: Call) -> Plan:
    """Without containers and items; customer and contacts stay."""
    return plan_of(call, parameters_of(call), [Step("empty-cart")])


def plan_delete(call: Call) -> Plan:
    """Gone for good."""
    return plan_of(call, parameters_of(call), [Step("delete-cart")])


def deleted(_call: Call, outcome: CallOutcome) -> Response:
    """Nothing more to say; a dry run deletes nothing."""
    return Response(OK, None) if outcome.status == "dry-run" else Response(NO_CONTENT, None)


OPERATIONS: Mapping[str, Operation] = {
    "create-shopping-cart": Operation(plan_create, new_cart_response),
    "query-shopping-cart": Operation(plan_query, cart_response, writes=False),
    "empty-shopping-cart": Operation(plan_empty, cart_response),
    "delete-shopping-cart": Operation(plan_delete, deleted),
}
