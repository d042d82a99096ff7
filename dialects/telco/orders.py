"""Ordering a cart, and amending what was ordered (Amendment Shopping Cart)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.lines import MAX_CONTAINERS, MAX_ITEMS
from cartwright.wire.schema import Model, Token
from dialects.dialect import Call, Operation, Plan, Step
from dialects.telco.calls import body_of, cart_response, needed, new_cart_response, parameters_of, plan_of
from dialects.telco.models.parts import Part
from dialects.telco.models.parts import Text as AnyText


class Submission(Model):
    """The body that orders a cart."""

    validity_token: Token
    """The token that `validate-shopping-cart` answered."""


class OrderedItem(Part):
    """An item of the order, and whether it may still be changed."""

    id: AnyText | None = None
    amendment_allowed: bool | None = None


class OrderedContainer(Part):
    """A container of the order."""

    cart_item: Annotated[list[OrderedItem], Field(max_length=MAX_ITEMS)] | None = None


class AmendedOrder(Part):
    """The order as order management sees it; items past the point of no return are not `amendmentAllowed`."""

    offer_container: Annotated[list[OrderedContainer], Field(max_length=MAX_CONTAINERS)] | None = None

    def fixed(self) -> Iterator[tuple[str, str]]:
        """The items that may not be changed any more, and where the body says so."""
        for number, container in enumerate(self.offer_container or ()):
            for place, item in enumerate(container.cart_item or ()):
                if item.id and item.amendment_allowed is False:
                    yield item.id, f"/body/offerContainer/{number}/cartItem/{place}/id"


def _submit(call: Call, kind: str) -> Plan:
    parameters = parameters_of(call)
    body, _ = body_of(Submission, call)
    places = {"": "/parameters/id", "/token": "/body/validityToken"}
    return plan_of(call, parameters, [Step(kind, {"token": body.validity_token}, places)])


def _start(call: Call) -> Plan:
    """The parameter `id` is the order; the amendment is a new cart, with the id of the header if that is another."""
    parameters = parameters_of(call)
    needed(call, id=parameters.id)
    body, _ = body_of(AmendedOrder, call)
    fixed = list(body.fixed())
    places = {f"/fixedItems/{number}": place for number, (_, place) in enumerate(fixed)}
    data = {"amends": parameters.id, "fixedItems": [item_id for item_id, _ in fixed]}
    own_id = call.cart_id if call.cart_id != parameters.id else None
    step = Step("start-amendment", data, {"": "/body", "/amends": "/parameters/id", **places})
    return parameters.plan(step, cart_id=own_id)


OPERATIONS = {
    "submit-shopping-cart": Operation(lambda call: _submit(call, "submit-cart"), cart_response),
    "start-amendment": Operation(_start, new_cart_response),
    "submit-amendment": Operation(lambda call: _submit(call, "submit-amendment"), cart_response),
}
