"""What the commands about a cart's structure and life may bring, for random streams; the clock of a stream begins at
`START`.
"""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from cartwright.wire.schema import format_time
from support.records import START

Data = st.SearchStrategy[dict[str, Any]]

ITEM = st.sampled_from(["i-1", "i-2", "i-3", "k-1-item"])
CONTAINER = st.sampled_from(["k-1", "k-2"])
OWNER = st.sampled_from(["agent-7", "agent-8"])
TIME = st.sampled_from([-1, 1, 48]).map(lambda hours: format_time(START + timedelta(hours=hours)))
PLACE = ITEM.map(lambda item: {"itemId": item}) | CONTAINER.map(lambda container: {"containerId": container})
NOTE_ID = st.sampled_from(["n-1", "n-2"])


def _container(container: str, category: str, portfolio: str | None, item: str | None) -> dict[str, Any]:
    items = [{"id": item, "offeringId": "plan", "productId": "p-7"}] if item else []
    made = {"id": container, "category": category, "processContext": "new", "items": items}
    return {**made, **({"portfolioId": portfolio} if portfolio else {})}


NEW_CONTAINER = st.builds(
    _container, CONTAINER, st.sampled_from(["mobile", "tv"]), st.sampled_from([None, "pf-1"]), st.none() | ITEM
)


def _operations(item: str, container: str, value: int) -> list[dict[str, Any]]:
    return [
        {"op": "replace", "path": f"/items/{item}/quantity", "value": value},
        {"op": "patch", "path": f"/items/{item}", "value": {"term": f"P{value}M"}},
        {"op": "add", "path": f"/items/{item}/notes", "value": {"text": "patched"}},
        {"op": "delete", "path": f"/items/{item}"},
        {"op": "add", "path": "/items", "value": {"offeringId": "phone", "parentId": item}},
        {"op": "add", "path": f"/containers/{container}/items", "value": {"offeringId": "plan"}},
        {"op": "replace", "path": f"/containers/{container}/category", "value": "tv"},
        {"op": "delete", "path": f"/containers/{container}"},
    ]


OPERATION = st.builds(_operations, ITEM, CONTAINER, st.integers(1, 4)).flatmap(st.sampled_from)
MOVE = st.fixed_dictionaries(
    {"channel": st.sampled_from([None, {"id": "shop"}, {"id": "web"}])},
    optional={"offerAutoRemoval": st.booleans(), "promoAutoRemoval": st.booleans()},
)

LIFE_DATA: dict[str, Data] = {
    "add-containers": NEW_CONTAINER.map(lambda container: {"containers": [container]}),
    "replace-containers": NEW_CONTAINER.map(
        lambda container: {"containers": [{**container, "items": [{"productId": "p-7", "offeringId": "plan"}]}]}
    ),
    "remove-containers": CONTAINER.map(lambda container: {"containerIds": [container]}),
    "add-note": st.builds(lambda place, note: {**place, "note": {"id": note, "text": "new"}}, PLACE, NOTE_ID),
    "update-note": st.builds(lambda place, note: {**place, "note": {"id": note, "text": "other"}}, PLACE, NOTE_ID),
    "remove-note": st.builds(lambda place, note: {**place, "noteId": note}, PLACE, NOTE_ID),
    "patch-cart": st.lists(OPERATION, min_size=1, max_size=3).map(lambda operations: {"operations": operations}),
    "move-cart": MOVE,
    "validate-cart": st.just({}),
    "submit-cart": st.just({"token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"}),
    "reopen-cart": st.just({}),
    "start-amendment": st.sampled_from(["c-1", "c-2"]).map(lambda cart: {"amends": cart}),
    "submit-amendment": st.just({"token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"}),
    "save-cart": st.just({}),
    "claim-cart": st.just({"customer": {"id": "u-1", "userType": "CUSTOMER"}}),
    "freeze-cart": TIME.map(lambda time: {"until": time}),
    "unfreeze-cart": st.just({}),
    "lock-cart": OWNER.map(lambda owner: {"owner": owner, "seconds": 300}),
    "unlock-cart": OWNER.map(lambda owner: {"owner": owner}),
    "schedule-suppression": (st.none() | TIME).map(lambda time: {"at": time}),
}
