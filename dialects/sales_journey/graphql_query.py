"""GraphQL: the carts of journeys, as many as the query names."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.graphql.documents import Documents
from dialects.graphql.errors import not_executed
from dialects.graphql.execution import Info, execute, executed, listed, source
from dialects.graphql.request import Request
from dialects.graphql.schema import executable
from dialects.sales_journey.journeys import by_journey, cart_item
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import SALES_JOURNEY_ID

SCHEMA = """
type Query { sales(salesJourneyId: String): Sales }
type Sales { salesJourneyId: String  cart: Cart }
type Cart { cartItems: [CartItem!]! }
type CartItem { catalogId: String  purchasedOfferId: String  status: String  action: String }
"""
MOST_CARTS = 1000


@dataclass(frozen=True, slots=True)
class Journeys:
    """The carts that were found, by journey; unless they are `all_found`, there are more."""

    carts: Mapping[str, Cart]
    all_found: bool = True


@dataclass(frozen=True, slots=True)
class Sales:
    """One journey of the answer."""

    journey: str | None
    cart: Cart | None


def _sales(_: object, info: Info, salesJourneyId: str | None = None) -> Sales:  # noqa: N803 (the document's name)
    journeys: Journeys = source(info)
    cart = journeys.carts.get(salesJourneyId or "")
    if cart is None and not journeys.all_found:
        raise Refusal(ErrorCode.TOO_LARGE, "These journeys have too many carts: ask for fewer at once.")
    return Sales(salesJourneyId, cart)


def _cart_items(cart: Cart, info: Info) -> Sequence[Document]:
    return [cart_item(item) for item in listed(cart.items, info)]


def _field(name: str) -> Callable[..., object]:
    return lambda shown, info: shown[name]


DOCUMENTS = Documents(
    executable(
        SCHEMA,
        {
            "Query": {"sales": _sales},
            "Sales": {"salesJourneyId": lambda sales, info: sales.journey, "cart": lambda sales, info: sales.cart},
            "Cart": {"cartItems": _cart_items},
            "CartItem": {name: _field(name) for name in ("catalogId", "purchasedOfferId", "status", "action")},
        },
    )
)


def plan(call: Call) -> Plan:
    """Read the cart of the one journey that is named, or search for those of several, or read nothing."""
    request = Request.read(call, DOCUMENTS)
    named = [(each.arguments or {}).get(SALES_JOURNEY_ID) for each in request.roots() if each.name == "sales"]
    journeys = sorted({each for each in named if each})
    if len(journeys) == 1:
        return request.parameters.plan(Step("get-cart"), key=(SALES_JOURNEY_ID, journeys[0]))
    if not journeys:
        return request.parameters.plan()
    values = ", ".join(json.dumps(each) for each in journeys)
    where = f"keys.{SALES_JOURNEY_ID} in ({values})"
    search = {"where": where, "sort": ["-createdAt"], "size": MOST_CARTS, "fields": ["id"]}
    return request.parameters.plan(Step("find-carts", search))


def respond(call: Call, outcome: CallOutcome) -> Response:
    """The answer, with the carts that were found."""
    found = outcome.carts if outcome.cart is None else (outcome.cart,)
    return execute(Request.read(call, DOCUMENTS), Journeys(by_journey(found), outcome.paging.get("last", True) is True))


def refuse(call: Call | None, refusal: Refusal) -> Response:
    """A journey without a cart is answered as such; other refusals are errors."""
    request = executed(call, refusal, DOCUMENTS)
    if request is None:
        return not_executed(refusal)
    if refusal.code is ErrorCode.CART_NOT_FOUND:
        return replace(execute(request, Journeys({})), is_read=True)
    return execute(request, None, refusal)


GRAPHQL = Operation(plan, respond, writes=False, refuse=refuse)
