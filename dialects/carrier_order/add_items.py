"""`add-items`: items come into a cart, some in place of others (004, Add Items to Cart)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cartwright.wire.merging import Merged
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from dialects.carrier_order.requests import ACTIONS, CartParameters, OrderItem, OrderItems
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.http_status import OK
from dialects.reading import read_call
from models.cart.forms import Document
from models.cart.keys import EXTERNAL_ID
from models.derived_id import derived_id
from rules.characteristics import FORMAT, fault

NAME = "carrier-order"
PLACES = {
    "id": "productOrderItemId",
    "offeringId": "productOfferingId",
    "parentId": "rootBundleProductOrderItemId",
    "productId": "product/id",
    "characteristics": "characteristic",
}
"""Where an item says what a line has in the field of this name."""
REPLACES = "replaces"
KEPT = {f"/extensions/{NAME}": "/body"}


def plan(call: Call) -> Plan:
    """The items as lines, swapped ones tied to their partners, and a key `externalId` if the cart has none."""
    parameters, order = read_call(_without_headers(call), CartParameters, OrderItems)
    cart_id = parameters.cart_id or call.cart_id
    if cart_id is None:
        raise Refusal.at("/parameters/cartId", ErrorCode.INVALID, "The call names no cart.", "missing")
    partners = _partners(order.items)
    _check(order.items, partners)
    ids = {place: _id(call, place, order.items[place]) for place in partners.values()}
    lines = [_line(item, ids.get(place), ids.get(partners.get(place, -1))) for place, item in enumerate(order.items)]
    steps = [Step("add-items", {"items": lines}, _places(order.items)), Step("assign-key", {"name": EXTERNAL_ID})]
    if order.unknown:
        steps.append(Step("update-cart", {"extensions": {NAME: Merged(order.unknown)}}, KEPT))
    return parameters.plan(*steps, cart_id=cart_id)


def respond(_call: Call, outcome: CallOutcome) -> Response:
    """The cart's external id."""
    if outcome.cart is None:
        raise ValueError("items were added to no cart")
    return Response(OK, {EXTERNAL_ID: outcome.cart.header.keys.get(EXTERNAL_ID)})


def _without_headers(call: Call) -> Call:
    """The call without header parameters, whose names have a hyphen: the message's own headers count."""
    if not isinstance(call.parameters, dict):
        return call
    return replace(call, parameters={name: value for name, value in call.parameters.items() if "-" not in name})


def _partners(items: Sequence[OrderItem]) -> dict[int, int]:
    """The n-th terminated item for the n-th swapped one of the same kind under the same root, by place."""
    terminated: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    swapped: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        halves = {"terminate": terminated, "swap;add": swapped}.get(item.action)
        if halves is not None:
            halves[item.product_offering_type, item.root_bundle_product_order_item_id].append(place)
    return {new: old for kind, news in swapped.items() for new, old in zip(news, terminated[kind], strict=False)}


def _check(items: Sequence[OrderItem], partners: Mapping[int, int]) -> None:
    """Raise `invalid` for swapped items without a partner, and for numbers of devices and cards that can't be."""
    problems = [problem for place, item in enumerate(items) for problem in _problems(place, item, partners)]
    if problems:
        raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems)


def _problems(place: int, item: OrderItem, partners: Mapping[int, int]) -> Iterator[Problem]:
    if item.action == "swap;add" and place not in partners:
        message = "No item with the same productOfferingType and root is terminated for this one."
        yield Problem(pointer("body", "items", place), "swap-without-partner", message)
    names: set[str] = set()
    for number, each in enumerate(item.characteristic):
        path = pointer("body", "items", place, "characteristic", number)
        if each.name in names:
            yield Problem(f"{path}/name", "duplicate-name", f"Characteristic {each.name} is here twice.")
        names.add(each.name)
        wrong = _number_fault(each.name, each.value)
        if wrong is not None:
            yield Problem(f"{path}/value", wrong[0], f"Characteristic {each.name} must be {wrong[1]}.")


def _number_fault(name: str, value: str) -> tuple[str, str] | None:
    """What is wrong with an IMEI or an ICCID; the check digit of the latter is not looked at."""
    if name == "IMEI":
        return fault("imei", value)
    found = fault("iccid", value) if name == "ICCID" else None
    return found if found is not None and found[0] == FORMAT else None


def _id(call: Call, place: int, item: OrderItem) -> str:
    """The id of a terminated item that its partner names."""
    return item.product_order_item_id or f"o-{derived_id(call.tenant, str(call.message_id), digits=16)}-{place}"


def _line(item: OrderItem, own_id: str | None, replaced: str | None) -> Document:
    """The item as a line."""
    account, product, reason = item.billing_account, item.product, item.action_reason
    place = product.place[0] if product is not None and product.place else None
    line: Document = {
        "id": own_id or item.product_order_item_id,
        "action": ACTIONS[item.action],
        "offeringId": item.product_offering_id,
        "offeringType": item.product_offering_type,
        "parentId": item.root_bundle_product_order_item_id,
        "billingAccountId": account.id if account else None,
        "ratingType": account.rating_type if account else None,
        "subscriberNumber": item.subscriber_number,
        "actionReason": {"text": reason.reason_text, "name": reason.name, "action": reason.action} if reason else None,
        "productId": product.id if product else None,
        "primaryProductId": product.primary_product_id if product else None,
        "place": {"id": place.id, "name": place.name, "role": place.role} if place else None,
        "characteristics": {each.name: each.value for each in item.characteristic} or None,
        "relationships": [{"id": replaced, "type": REPLACES}] if replaced else None,
        "extensions": {NAME: item.unknown} if item.unknown else None,
    }
    for part in ("actionReason", "place"):
        if line[part] is not None:
            line[part] = {name: value for name, value in line[part].items() if value is not None}
    return {name: value for name, value in line.items() if value is not None}


def _places(items: Sequence[OrderItem]) -> dict[str, str]:
    """Where the body says what the lines are."""
    places = {}
    for place in range(len(items)):
        places[f"/items/{place}"] = places[f"/items/{place}/extensions/{NAME}"] = f"/body/items/{place}"
        places |= {f"/items/{place}/{name}": f"/body/items/{place}/{own}" for name, own in PLACES.items()}
    return places


ADD_ITEMS = Operation(plan, respond)
