"""Add, replace and delete offer containers (002, Add Offer Container to Delete offer container)."""

from collections.abc import Mapping

from dialects.dialect import Call, Operation, Plan, Step
from dialects.telco.calls import body_of, cart_response, needed, parameters_of, plan_of
from dialects.telco.kept import merged_extensions
from dialects.telco.models.parts import Containers
from dialects.telco.planning import BODY, containers_data


def plan_add(call: Call) -> Plan:
    """New containers, empty or with items; each has a category and a process context."""
    _, sent = body_of(Containers, call)
    data = {"containers": containers_data(sent.get("offerContainer"))}
    return plan_of(call, parameters_of(call), [Step("add-containers", data, BODY)])


def plan_update(call: Call) -> Plan:
    """The items that containers should hold: containers are found by portfolioId, items by product.id.

    What is found keeps what is not sent, as it keeps its other fields.
    """
    _, sent = body_of(Containers, call)
    data = {"containers": containers_data(sent.get("offerContainer"), merged_extensions)}
    return plan_of(call, parameters_of(call), [Step("replace-containers", data, BODY)])


def plan_delete(call: Call) -> Plan:
    """One container with its complete content."""
    parameters = parameters_of(call)
    needed(call, offer_container_id=parameters.offer_container_id)
    places = {"/containerIds/0": "/parameters/offerContainerId"}
    step = Step("remove-containers", {"containerIds": [parameters.offer_container_id]}, places)
    return plan_of(call, parameters, [step])


OPERATIONS: Mapping[str, Operation] = {
    "add-offer-container": Operation(plan_add, cart_response),
    "update-offer-containers": Operation(plan_update, cart_response),
    "delete-offer-container": Operation(plan_delete, cart_response),
}
