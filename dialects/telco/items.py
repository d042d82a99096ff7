"""Create, replace and delete the items of an offer container (002, Create Cart Item to Delete Cart Item)."""

from collections.abc import Mapping

from dialects.dialect import Call, Operation, Plan, Step
from dialects.telco.calls import body_of, cart_response, needed, parameters_of, plan_of
from dialects.telco.models.parts import Items
from dialects.telco.planning import BODY, items_data
from models.cart.forms import Document

_PLACES = {**BODY, "/containerId": "/parameters/offerContainerId"}


def plan_create(call: Call) -> Plan:
    """New items in a container; each is about an offering or a product."""
    return _with_items(call, "add-items")


def plan_update(call: Call) -> Plan:
    """The items that a container should hold, in the place of those that it has."""
    return _with_items(call, "replace-items")


def plan_delete(call: Call) -> Plan:
    """One item of a container, and what hangs on it. Items that are in no container are deleted without one."""
    parameters = parameters_of(call)
    needed(call, cart_item_id=parameters.cart_item_id)
    data: Document = {"itemIds": [parameters.cart_item_id], "containerId": parameters.offer_container_id}
    places = {"/itemIds/0": "/parameters/cartItemId", "/containerId": "/parameters/offerContainerId"}
    return plan_of(call, parameters, [Step("remove-items", data, places)])


def _with_items(call: Call, command: str) -> Plan:
    parameters = parameters_of(call)
    needed(call, offer_container_id=parameters.offer_container_id)
    _, sent = body_of(Items, call)
    data: Document = {"containerId": parameters.offer_container_id, "items": items_data(sent.get("cartItem"))}
    return plan_of(call, parameters, [Step(command, data, _PLACES)])


OPERATIONS: Mapping[str, Operation] = {
    "create-cart-item": Operation(plan_create, cart_response),
    "update-cart-items": Operation(plan_update, cart_response),
    "delete-cart-item": Operation(plan_delete, cart_response),
}
