"""A cart with something for every row of `patch-cart`, and operations on it."""

from typing import Any

from support.shop import Shop

Operation = dict[str, Any]
PLAN = {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}
CASE = {
    "id": "i-2",
    "offeringId": "case",
    "quantity": 2,
    "term": "24M",
    "characteristics": {"color": "red", "size": "L"},
    "actionReason": {"name": "moved", "text": "to another house"},
    "place": {"id": "home"},
    "billingAccountId": "ba-1",
    "subscriberNumber": "+33123456789",
    "relationships": [{"id": "i-1", "type": "reliesOn"}],
    "extensions": {"shop": {"sku": "s-1", "size": {"width": 1.5, "unit": "m"}}, "other": {"a": 1}},
}
CART: dict[str, Any] = {
    "attributes": {"theme": "dark"},
    "contacts": [
        {"id": "m-1", "mediumType": "email", "characteristic": {"emailAddress": "a@example.org"}, "preferred": True}
    ],
    "containers": [
        {"id": "k-1", "category": "mobile", "processContext": "new", "portfolioId": "pf-1", "attributes": {"x": "1"}},
        {"id": "k-2", "category": "fixed", "extensions": {"shop": {"row": 1}}},
    ],
}
NOTE = {"author": "anna", "text": "call first"}


def operation(op: str, path: str, value: Any = None) -> Operation:
    return {"op": op, "path": path, **({} if value is None else {"value": value})}


async def patchable_cart(shop: Shop) -> str:
    """The id of such a cart, at version 3."""
    cart_id = await shop.cart(PLAN, CASE, **CART)
    for note in (
        {"itemId": "i-1", "note": {"id": "n-1", **NOTE}},
        {"containerId": "k-1", "note": {"id": "n-2", **NOTE}},
    ):
        assert (await shop.call("add-note", cart_id, note))["status"] == "applied"
    return cart_id


async def patch(shop: Shop, cart_id: str, *operations: Operation, **envelope: Any) -> dict[str, Any]:
    return await shop.call("patch-cart", cart_id, {"operations": list(operations)}, **envelope)


def look(cart: dict[str, Any], path: str) -> Any:
    """What a cart as shown has at a path; None for nothing."""
    found: Any = cart
    for step in path.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = next((each for each in found if each["id"] == name), None)
        elif name == "items" and found is not cart:
            found = [each for each in cart["items"] if each["containerId"] == found["id"]]
        else:
            found = found.get(name)
        if found is None:
            return None
    return found
