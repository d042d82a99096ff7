"""The dialect `video-store`: one operation, whose documents query or change the cart that the header names."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, GraphQLObjectType

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, CallOutcome, Dialect, Operation, Plan, Response, Step
from dialects.graphql.errors import Unexecutable, not_executed
from dialects.graphql.execution import execute, executed
from dialects.graphql.request import Request, Selected
from dialects.video_store.schema import DOCUMENTS, Store
from facts.offered import ACCESS_MODE

OWNED = "This customer already has an access for this product"
MOST_PRODUCTS = 1000


def _add(product: str, accessMode: str) -> Step:  # noqa: N803
    data = {"offeringId": product, "accessMode": accessMode}
    return Step("add-access-mode", data, {"/offeringId": "/product", "/accessMode": "/accessMode"})


def _remove(product: str, accessMode: str) -> Step:  # noqa: N803
    data = {"offerings": [{"offeringId": product, "characteristics": {ACCESS_MODE: accessMode}}]}
    places = {"/offerings/0": "/product", "/offerings/0/characteristics": "/accessMode"}
    return Step("remove-offerings", data, {**places, "/offerings/0/offeringId": "/product"})


MUTATIONS: Mapping[str, Any] = {
    "addProductToCart": _add,
    "removeProductFromCart": _remove,
    "resetCart": lambda: Step("empty-cart"),
    "addCartVoucher": lambda code: Step("add-voucher", {"code": code}, {"/code": "/code"}),
}
"""The command of each, by its arguments."""


def plan(call: Call) -> Plan:
    """The command that a mutation is, or reading what a query asks for: the cart, offerings, or nothing of ours."""
    request = Request.read(call, DOCUMENTS)
    roots = request.roots()
    steps = _mutation(roots) if request.is_mutation else _query(request, roots)
    return request.parameters.plan(*steps, cart_id=call.cart_id if steps else None)


def _mutation(roots: list[Selected]) -> list[Step]:
    mutations = [each for each in roots if each.name in MUTATIONS]
    if len(mutations) > 1:
        error = GraphQLError("A message holds one mutation.", [each.nodes[0] for each in mutations])
        raise Unexecutable(ErrorCode.INVALID, [error])
    return [MUTATIONS[each.name](**each.arguments) for each in mutations if each.arguments is not None]


def _query(request: Request, roots: list[Selected]) -> list[Step]:
    kind = request.documents.schema.type_map["Cms"]
    catalogs = [each for each in roots if each.name == "cms"]
    products = request.within(catalogs, kind) if isinstance(kind, GraphQLObjectType) else []
    given = [(each.arguments or {}).get("includeIds") for each in products if each.name == "products"]
    if not given:
        return [Step("get-cart")] if any(each.name in {"cart", "cms"} for each in roots) else []
    if None in given:
        return [Step("get-offerings", {"size": MOST_PRODUCTS})]
    ids = list(dict.fromkeys(each for some in given if some is not None for each in some))
    return [Step("get-offerings", {"offeringIds": ids}, {"/offeringIds": "/includeIds"})]


def respond(call: Call, outcome: CallOutcome) -> Response:
    """The answer, from the cart as it is now."""
    request = Request.read(call, DOCUMENTS)
    return execute(request, Store(outcome.cart, outcome.facts, outcome.items) if outcome.cart is not None else None)


def refuse(call: Call | None, refusal: Refusal) -> Response:
    """Errors in the answer, where the operation was executed."""
    request = executed(call, refusal, DOCUMENTS)
    if request is None:
        return not_executed(refusal)
    if refusal.code is ErrorCode.ALREADY_OWNED:
        refusal = Refusal(refusal.code, OWNED)
    return execute(request, None, refusal)


DIALECT = Dialect("video-store", {"graphql": Operation(plan, respond, writes=False, refuse=refuse)}, refuse)
