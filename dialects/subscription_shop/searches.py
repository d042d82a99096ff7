"""The queries over all carts: pages, predicates and targets in the names of responses, as the canonical queries.

A predicate takes any field of `FIELDS`: carts are then walked by id, which is why every filter says `id exists`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cartwright.wire.refusals import Problem, pointer
from dialects.dialect import Call, CallOutcome, Plan, Response, Step
from dialects.http_status import OK
from dialects.subscription_shop.carts import cart_body, promotion, voucher
from dialects.subscription_shop.lines import product, wanted_product
from dialects.subscription_shop.reading import invalid, read_parameters
from dialects.subscription_shop.requests import SearchParameters
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import SUBSCRIPTION_ID

FIELDS: Mapping[str, str] = {
    "id": "id",
    "dbVersion": "version",
    "catalogId": "catalogId",
    "country": "country",
    "createDate": "createdAt",
    "currency": "currency",
    "currency.code": "currency",
    "customerId": "customer.id",
    "discountsStatus": "promotions.id",
    "discountsStatus.id": "promotions.id",
    "enduserId": "endUser.id",
    "externalContext": "externalContext",
    "locale": "locale",
    "paymentMethod": "paymentMethod",
    "productRecoId": "productRecoId",
    "products": "items.offeringId",
    "products.id": "items.offeringId",
    "scenario": "scenario",
    "source": "source",
    "storeHostname": "storeHostname",
    "storeId": "storeId",
    "subscriptionId": f"keys.{SUBSCRIPTION_ID}",
    "totalAmount": "dueNow.payable",
    "updateDate": "updatedAt",
    "vouchers": "vouchers.code",
    "vouchers.code": "vouchers.code",
    "wantedProducts": "items.offeringId",
    "wantedProducts.id": "items.offeringId",
}
"""Fields of responses that carts are found by, and their canonical names."""
LISTS: Mapping[str, tuple[str, str]] = {
    "products": ("items", "id"),
    "wantedProducts": ("items", "id"),
    "vouchers": ("vouchers", "code"),
    "discountsStatus": ("promotions", "id"),
}
"""Lists of responses whose elements can be shown; their canonical names, and the fields that tell elements apart."""
SORTS: Mapping[str, str] = {
    "id": "id",
    "createDate": "createdAt",
    "updateDate": "updatedAt",
    "customerId": "customer.id",
}
MAX_VALUES = 100
"""Of one field in a predicate."""
PAGING = ("last", "number", "size", "totalItems", "totalPages")


def plan_items(call: Call) -> Plan:
    """`get-items`: the carts that the predicate finds, and that have a value for the target, if there is one."""
    asked = read_parameters(call, SearchParameters)
    problems: list[Problem] = []
    where = _where(asked, problems)
    if asked.target is not None and _known(asked.target, "/parameters/target", FIELDS, problems):
        where += f" and {FIELDS[asked.target]} exists"
    sort = _sort(asked, problems)
    return _plan("find-carts", asked, where, problems, sort=sort, fields=["id"])


def plan_values(call: Call) -> Plan:
    """`get-distinct-values`."""
    return _plan_values(call, "distinct-values")


def plan_recap(call: Call) -> Plan:
    """`get-recap-quantities`."""
    return _plan_values(call, "recap-values")


def _plan_values(call: Call, kind: str) -> Plan:
    asked, problems = read_parameters(call, SearchParameters), list[Problem]()
    target = _target(asked, {name: field for name, field in FIELDS.items() if name != "totalAmount"}, problems)
    return _plan(kind, asked, _where(asked, problems), _unsorted(asked, problems), field=target)


def plan_elements(call: Call) -> Plan:
    """`get-unwind-values`."""
    asked, problems = read_parameters(call, SearchParameters), list[Problem]()
    target = _target(asked, {name: part for name, (part, _) in LISTS.items()}, problems)
    return _plan("unwind-values", asked, _where(asked, problems), _unsorted(asked, problems), field=target)


def respond_items(_call: Call, outcome: CallOutcome) -> Response:
    """The page of carts."""
    return _page([cart_body(cart, outcome.facts) for cart in outcome.carts], outcome)


def respond_rows(_call: Call, outcome: CallOutcome) -> Response:
    """The page of values, or of values with the number of carts that have them."""
    return _page(outcome.items, outcome)


def respond_elements(call: Call, outcome: CallOutcome) -> Response:
    """The page of elements, as responses that show their carts have them."""
    target = str(read_parameters(call, SearchParameters).target)
    _, own = LISTS[target]
    elements = {cart.id: _elements(cart, target, outcome.facts) for cart in outcome.carts}
    rows: Sequence[Any] = outcome.items
    return _page([elements[row["cartId"]][row["element"][own]] for row in rows], outcome)


def _elements(cart: Cart, target: str, facts: Facts) -> Mapping[str, Document]:
    """The elements of a list by what tells them apart."""
    match target:
        case "products":
            return {item.id: product(item, cart.currency, facts) for item in cart.items}
        case "wantedProducts":
            return {item.id: wanted_product(item) for item in cart.items}
        case "vouchers":
            return {each.code: voucher(each, cart.currency) for each in cart.pricing.vouchers}
    return {each.id: promotion(each) for each in cart.pricing.promotions}


def _page(items: Sequence[object], outcome: CallOutcome) -> Response:
    return Response(OK, {"items": items, **{name: outcome.paging[name] for name in PAGING}})


def _plan(kind: str, asked: SearchParameters, where: str, problems: list[Problem], **data: object) -> Plan:
    if problems:
        raise invalid(problems)
    page: Document = {"where": where, "number": asked.pageable.page, "size": asked.pageable.size}
    places = {
        "": "/parameters",
        "/where": "/parameters/predicate",
        "/field": "/parameters/target",
        "/number": "/parameters/pageable/page",
        "/size": "/parameters/pageable/size",
    }
    return asked.plan(Step(kind, {**page, **data}, places))


def _where(asked: SearchParameters, problems: list[Problem]) -> str:
    """The predicate as a filter: every field must have its value, or one of its values."""
    tests = ["id exists"]
    for name, value in asked.predicate.items():
        place = pointer("parameters", "predicate", name)
        if _known(name, place, FIELDS, problems):
            tests += _test(FIELDS[name], value, place, problems)
    return " and ".join(tests)


def _test(field: str, value: object, place: str, problems: list[Problem]) -> list[str]:
    if value is None:
        return [f"not {field} exists"]
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= MAX_VALUES:
        problems.append(Problem(place, "too-many" if values else "too-few", f"1 to {MAX_VALUES} values"))
        return []
    texts = [_value(field, each, place, problems) for each in values]
    return [f"{field} in ({', '.join(texts)})"] if len(texts) > 1 else [f"{field} = {texts[0]}"]


def _value(field: str, value: object, place: str, problems: list[Problem]) -> str:
    """A value as filters write it; amounts are texts there."""
    if field == "dueNow.payable" and not isinstance(value, str | bool | dict | list | None):
        value = f"{value:f}" if not isinstance(value, int) else str(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return json.dumps(value)
    problems.append(Problem(place, "wrong-type", "a text, an integer, null, or a list of these"))
    return "0"


def _sort(asked: SearchParameters, problems: list[Problem]) -> list[str]:
    """The order: `field`, `field,asc` or `field,desc`, of each field once."""
    given = asked.pageable.sort or []
    keys: dict[str, str] = {}
    for each in [given] if isinstance(given, str) else given:
        name, _, direction = each.partition(",")
        if _known(name, "/parameters/pageable/sort", SORTS, problems, "not-indexed"):
            if direction.lower() not in {"", "asc", "desc"} or name in keys:
                problems.append(Problem("/parameters/pageable/sort", "wrong-format", "<field>,asc or <field>,desc"))
            keys[name] = f"{'-' if direction.lower() == 'desc' else ''}{SORTS[name]}"
    return list(keys.values()) or ["id"]


def _unsorted(asked: SearchParameters, problems: list[Problem]) -> list[Problem]:
    """The problems, with one more if an order is asked for where rows have one of their own."""
    if asked.pageable.sort:
        problems.append(Problem("/parameters/pageable/sort", "not-allowed", "these rows have an order of their own"))
    return problems


def _target(asked: SearchParameters, names: Mapping[str, str], problems: list[Problem]) -> str:
    if asked.target is None:
        problems.append(Problem("/parameters/target", "missing", "the field that is asked about"))
        return ""
    return names[asked.target] if _known(asked.target, "/parameters/target", names, problems) else ""


def _known(
    name: str, place: str, names: Mapping[str, str], problems: list[Problem], code: str = "unknown-field"
) -> bool:
    if name not in names:
        problems.append(Problem(place, code, f"one of {', '.join(names)}"))
    return name in names
