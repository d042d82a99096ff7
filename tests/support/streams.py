"""Random streams of commands, for Hypothesis."""

from typing import Any

from hypothesis import strategies as st
from support.deliveries import command_delivery

ITEMS = st.sampled_from(["i-1", "i-2", "i-3"])
CARTS = st.sampled_from(["c-1", "c-2"])
QUANTITIES = st.integers(1, 4)


def _new_item(item_id: str, offering: str, quantity: int, parent: str | None) -> dict[str, Any]:
    return {"id": item_id, "offeringId": offering, "quantity": quantity, "parentId": parent}


NEW_ITEM = st.builds(
    _new_item, ITEMS, st.sampled_from(["plan", "phone", "unpriced", "nothing"]), QUANTITIES, st.none() | ITEMS
)
NEW_ITEMS = st.lists(NEW_ITEM, max_size=3, unique_by=lambda item: item["id"])
UPDATE = st.builds(lambda item, n, trial: {"id": item, "quantity": n, "trial": trial}, ITEMS, QUANTITIES, st.booleans())
HEADER = st.sampled_from([{"country": "FR"}, {"country": "JP"}, {"agentId": "a-1"}, {"currency": "JPY"}])

KINDS = st.one_of(
    st.tuples(st.just("add-items"), st.builds(lambda item: {"items": [item]}, NEW_ITEM)),
    st.tuples(st.just("replace-items"), st.builds(lambda items: {"items": items}, NEW_ITEMS)),
    st.tuples(st.just("remove-items"), st.builds(lambda item: {"itemIds": [item]}, ITEMS)),
    st.tuples(st.just("update-products"), st.builds(lambda update: {"products": [update]}, UPDATE)),
    st.tuples(st.just("update-cart"), HEADER),
    st.tuples(st.just("empty-cart"), st.just({})),
    st.tuples(st.just("reprice-cart"), st.just({})),
    st.tuples(st.just("create-cart"), st.builds(lambda items: {"currency": "EUR", "items": items}, NEW_ITEMS)),
    st.tuples(st.just("delete-cart"), st.just({})),
)
VERSIONS = st.one_of(
    st.just({}),
    st.builds(lambda version: {"version": version}, st.integers(0, 6)),
    st.builds(lambda version: {"version": version, "onConflict": "rebase"}, st.integers(0, 6)),
)
COMMAND = st.builds(lambda cart, kind, version: (kind[0], cart, kind[1], version), CARTS, KINDS, VERSIONS)
OPENING = [
    ("create-cart", cart, {"country": "FR", "currency": "EUR", "items": [_new_item("i-1", "plan", 1, None)]}, {})
    for cart in ("c-1", "c-2")
]
STREAMS = st.lists(COMMAND, max_size=25).map(lambda commands: OPENING + commands)


def deliveries(stream: list[tuple[str, str, dict[str, Any], dict[str, Any]]], **envelope: Any) -> list[Any]:
    """The stream as deliveries with the message ids m-0, m-1, …"""
    return [
        command_delivery(kind, cart, data, message_id=f"m-{number}", **version, **envelope)
        for number, (kind, cart, data, version) in enumerate(stream)
    ]
