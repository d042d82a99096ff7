"""Random streams of commands, for Hypothesis."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from support.deliveries import command_delivery
from support.life_streams import LIFE_DATA
from support.offers import CONFIGURATION, PROMOTIONS, RATES, RULES, VOUCHERS
from support.shop import PRICES, TAXES

ITEMS = st.sampled_from(["i-1", "i-2", "i-3"])
CARTS = st.sampled_from(["c-1", "c-2"])
QUANTITIES = st.integers(1, 4)


def _new_item(item_id: str, offering: str, quantity: int, parent: str | None) -> dict[str, Any]:
    return {"id": item_id, "offeringId": offering, "quantity": quantity, "parentId": parent}


NEW_ITEM = st.builds(
    _new_item, ITEMS, st.sampled_from(["plan", "phone", "unpriced", "nothing"]), QUANTITIES, st.none() | ITEMS
)
NEW_ITEMS = st.lists(NEW_ITEM, max_size=3, unique_by=lambda item: item["id"])
CHANGE_RULES = st.sampled_from(
    [
        None,
        {"kind": "follow"},
        {"kind": "keep"},
        {"kind": "keep-until", "until": "2027-01-01T00:00:00Z"},
        {"kind": "on-renewal"},
        {"kind": "cap", "percent": "3"},
        {"kind": "cap", "amount": "0.50"},
    ]
)


def _update(item: str, quantity: int, trial: bool, rule: dict[str, Any] | None, ruled: bool) -> dict[str, Any]:
    return {"id": item, "quantity": quantity, "trial": trial, **({"changeRule": rule} if ruled else {})}


UPDATE = st.builds(_update, ITEMS, QUANTITIES, st.booleans(), CHANGE_RULES, st.booleans())
HEADER = st.sampled_from(
    [
        {"country": "FR"},
        {"country": "JP"},
        {"agentId": "a-1"},
        {"currency": "JPY"},
        {"blockDiscounts": True},
        {"paymentParts": 3},
        {"pricingPolicy": {"preset": "vendure", "cashRounding": "0.05"}},
    ]
)
PROMOTION = st.sampled_from([{"coupon": "SPRING"}, {"coupon": "WINTER"}, {"promotionId": "loyal"}])
PROMOTION_ID = st.sampled_from(["spring", "loyal", "often"])
CODE = st.sampled_from(["HALF", "FIVE", "LATE", "NONE"])


def _override(item: str, kind: str, value: int) -> dict[str, Any]:
    recurring = {"itemId": item, "priceType": "recurring", "period": "P1M", "kind": kind}
    return recurring if kind == "list-price" else {**recurring, "value": str(value)}


OVERRIDE = st.builds(
    _override, ITEMS, st.sampled_from(["flat", "percent", "new-price", "list-price"]), st.integers(0, 12)
)


def _adjustment(kind: str, amount: int, own: str) -> dict[str, Any]:
    return {"id": own, "kind": kind, "amount": f"{amount}.00", "currency": "EUR"}


ADJUSTMENT_ID = st.sampled_from(["g-1", "g-2"])
ADJUSTMENT = st.builds(
    _adjustment, st.sampled_from(["gift-card", "wallet", "down-payment"]), st.integers(0, 200), ADJUSTMENT_ID
)
STRATEGY = st.sampled_from(["keep-target", "sum", "take-larger"])
AS_OF = st.sampled_from([None, "2020-01-01T00:00:00Z", "2026-11-22T12:00:00Z", "2027-06-01T00:00:00Z"])

CART_DATA: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "add-items": st.builds(lambda item: {"items": [item]}, NEW_ITEM),
    "replace-items": st.builds(lambda items: {"items": items}, NEW_ITEMS),
    "remove-items": st.builds(lambda item: {"itemIds": [item]}, ITEMS),
    "update-products": st.builds(lambda update: {"products": [update]}, UPDATE),
    "update-cart": HEADER,
    "empty-cart": st.just({}),
    "reprice-cart": st.builds(lambda time: {"asOf": time}, AS_OF),
    "apply-promotion": PROMOTION,
    "remove-promotion": st.builds(lambda name: {"promotionId": name}, PROMOTION_ID),
    "add-voucher": st.builds(lambda code: {"code": code}, CODE),
    "remove-voucher": st.builds(lambda code: {"code": code}, CODE),
    "override-price": OVERRIDE,
    "apply-adjustment": ADJUSTMENT,
    "remove-adjustment": st.builds(lambda own: {"id": own}, ADJUSTMENT_ID),
    "merge-carts": st.builds(lambda other, strategy: {"from": other, "strategy": strategy}, CARTS, STRATEGY),
    "assign-key": st.sampled_from([{"name": "externalId"}, {"name": "orderId", "value": "o-1"}]),
    "add-access-mode": st.just({"offeringId": "plan", "accessMode": "2"}),
    "remove-offerings": st.sampled_from(["plan", "phone"]).map(lambda own: {"offerings": [{"offeringId": own}]}),
    "create-mid-term-upgrade": st.just({"subscriptionId": "sub-1", "item": {"offeringId": "phone"}}),
    "create-subscription-offer": st.just({"subscriptionId": "sub-1"}),
    **LIFE_DATA,
    "create-cart": st.builds(lambda items: {"currency": "EUR", "items": items}, NEW_ITEMS),
    "delete-cart": st.just({}),
}
"""What every command about a cart may bring, by its type; `create-cart` and `delete-cart` meet carts of all states."""
CATALOG_DATA: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "upsert-offerings": st.just({"offerings": [{"id": "plan", "taxCategory": "standard", "channels": ["shop"]}]}),
    "upsert-prices": st.builds(
        lambda amount, rule, life: {
            "prices": [{**PRICES[0], "amount": f"{amount}.00", "changeRule": rule, "lifecycle": life}]
        },
        st.sampled_from([10, 11, 15]),
        CHANGE_RULES,
        st.sampled_from(["active", "active", "active", "draft"]),
    ),
    "upsert-taxes": st.builds(lambda rate: {"taxes": [{**TAXES[0], "rate": rate}]}, st.sampled_from(["20", "21"])),
    "upsert-promotions": st.builds(
        lambda row, life: {"promotions": [{**row, "lifecycle": life}]},
        st.sampled_from(PROMOTIONS),
        st.sampled_from(["active", "paused"]),
    ),
    "upsert-vouchers": st.builds(lambda row: {"vouchers": [{**row, "uses": 2}]}, st.sampled_from(VOUCHERS)),
    "upsert-rules": st.builds(
        lambda row, life: {"rules": [{**row, "lifecycle": life}]},
        st.sampled_from(RULES),
        st.sampled_from(["active", "paused"]),
    ),
    "upsert-agreements": st.just({"agreements": [{"id": "ag-1"}]}),
    "upsert-rates": st.builds(lambda rate: {"rates": [{**RATES[0], "rate": rate}]}, st.sampled_from(["1.1", "1.2"])),
    "set-configuration": st.sampled_from([CONFIGURATION, {"pricingPolicy": {"preset": "sylius"}}]),
}
"""What every command about the catalog may bring."""


def _of_kind(data: dict[str, st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.one_of([st.tuples(st.just(kind), own) for kind, own in data.items()])


VERSIONS = st.one_of(
    st.just({}),
    st.builds(lambda version: {"version": version}, st.integers(0, 6)),
    st.builds(lambda version: {"version": version, "onConflict": "rebase"}, st.integers(0, 6)),
)
COMMAND = st.builds(lambda cart, kind, version: (kind[0], cart, kind[1], version), CARTS, _of_kind(CART_DATA), VERSIONS)
CATALOG_COMMAND = _of_kind(CATALOG_DATA).map(lambda kind: (kind[0], None, kind[1], {}))


@st.composite
def one_of_each(draw: st.DrawFn) -> list[Any]:
    """Every command that writes, once, in any order; carts are deleted last."""
    kinds = draw(st.permutations(sorted((CART_DATA.keys() | CATALOG_DATA.keys()) - {"delete-cart"})))
    data = {**CART_DATA, **CATALOG_DATA}
    each = [(kind, draw(CARTS) if kind in CART_DATA else None, draw(data[kind]), {}) for kind in kinds]
    return [*each, ("delete-cart", draw(CARTS), {}, {})]


OPENING = [
    ("create-cart", cart, {"country": "FR", "currency": "EUR", "items": [_new_item("i-1", "plan", 1, None)]}, {})
    for cart in ("c-1", "c-2")
]
STREAMS = st.lists(COMMAND, max_size=25).map(lambda commands: OPENING + commands)
SEEING_OTHERS = {"merge-carts", "start-amendment", "create-mid-term-upgrade", "create-subscription-offer"}
LONE_STREAMS = st.lists(COMMAND.filter(lambda command: command[0] not in SEEING_OTHERS), max_size=25).map(
    lambda commands: OPENING + commands
)
"""Streams in which no command sees another cart than its own."""


def deliveries(stream: list[tuple[str, str | None, dict[str, Any], dict[str, Any]]], **envelope: Any) -> list[Any]:
    """The stream as deliveries with the message ids m-0, m-1, …, from somebody who may override prices."""
    return [
        replace(
            command_delivery(kind, cart, data, message_id=f"m-{number}", reason="as agreed", **version, **envelope),
            headers={"roles": "agent"},
        )
        for number, (kind, cart, data, version) in enumerate(stream)
    ]


def predictable(reply: dict[str, Any], as_if: dict[str, Any] | None = None) -> dict[str, Any]:
    """A reply without the validity token, which a dry run does not issue; `as_if` has its status, if it has one."""
    foreseen = {**reply, "status": as_if["status"]} if as_if is not None and "status" in as_if else dict(reply)
    if "validation" in foreseen:
        told = foreseen["validation"].items()
        foreseen["validation"] = {name: value for name, value in told if name not in {"token", "expiresAt"}}
    return foreseen
