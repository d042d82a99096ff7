"""Carts of visitors who are not known yet: saved under a unique id, found by it, and claimed at login."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.telco.calls import body_of, cart_response, needed, parameters_of, plan_of
from dialects.telco.canonical import CUSTOMER, objects, party
from dialects.telco.kept import TELCO, merging
from dialects.telco.models.parts import Part, Party
from models.cart.forms import Document
from models.cart.keys import UNIQUE_ID

RELATED = "relatedParty"
_UNSAID: Document = dict.fromkeys(("role", "name"))
"""What a party has no longer if it is not said again; of what carts do not know, what was sent of it before stays."""
_PLACES = {"": "/body", "/relatedParties": "/body/relatedParty", f"/extensions/{TELCO}": "/body/relatedParty"}


def _listed(given: object) -> object:
    """One party is a list of one."""
    return [given] if isinstance(given, dict) else given


class Claim(Part):
    """Who claims a cart: one related party, or a list in which one has the role of the customer."""

    related_party: Annotated[list[Party], BeforeValidator(_listed), Field(min_length=1, max_length=100)]


def _save(call: Call) -> Plan:
    parameters = parameters_of(call)
    data = {} if parameters.unique_id is None else {"uniqueId": parameters.unique_id}
    return plan_of(call, parameters, [Step("save-cart", data, {"": "/parameters"})])


def _query(call: Call) -> Plan:
    parameters = parameters_of(call)
    needed(call, unique_id=parameters.unique_id)
    return parameters.plan(Step("get-cart"), key=(UNIQUE_ID, parameters.unique_id or ""))


def _shown(call: Call, outcome: CallOutcome) -> Response:
    """The cart; raises `forbidden` once it has become a customer's: then its unique id alone opens it no more."""
    customer = outcome.cart.header.customer if outcome.cart is not None else None
    if customer is not None and customer.id is not None:
        raise Refusal(ErrorCode.FORBIDDEN, "The cart belongs to a customer.")
    return cart_response(call, outcome)


def _claim(call: Call) -> Plan:
    parameters = parameters_of(call)
    body, sent = body_of(Claim, call)
    customer = {"id": _customer_id(body.related_party), "userType": "CUSTOMER"}
    parties = objects(_listed(sent["relatedParty"]))
    data: Document = {"relatedParties": [found for each in parties if (found := party(each)) is not None]}
    data |= merging({RELATED: [{**_UNSAID, **each} for each in parties]}, [RELATED])
    steps = [
        Step("claim-cart", {"customer": customer}, {"": "/body", "/customer": "/body/relatedParty"}),
        Step("update-cart", data, _PLACES),
    ]
    if parameters.id is None and parameters.unique_id is not None:
        return parameters.plan(*steps, key=(UNIQUE_ID, parameters.unique_id))
    return plan_of(call, parameters, steps)


def _customer_id(parties: Sequence[Party]) -> str:
    """The id of the party with the role of the customer, or of the only party; raises `invalid`."""
    named = [each for each in parties if (each.role or "").casefold() == CUSTOMER]
    for each in named or (parties if len(parties) == 1 else ()):
        if each.id:
            return each.id
    message = "One related party must be the customer, with an id."
    raise Refusal.at("/body/relatedParty", ErrorCode.INVALID, message, "missing")


OPERATIONS = {
    "save-anonymous-cart": Operation(_save, cart_response),
    "query-anonymous-cart": Operation(_query, _shown, writes=False),
    "claim-anonymous-cart": Operation(_claim, cart_response),
}
