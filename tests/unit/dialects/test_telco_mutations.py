"""Random changes of the telco dialect's calls are answered or refused, whatever they are: never by a bug."""

import asyncio
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.changed import HOW, HOW_MANY, NAME, places
from support.memory_counter import MemoryCounter, reply
from support.random_changes import RANDOM_CHANGES
from support.telco import ROWS

CALLS = sorted((Path(__file__).parents[2] / "samples" / "telco" / "calls").glob("*.json"))
OF_EACH = 20
"""So many examples, of so many changed calls each."""
ITEM = {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}
CASE = {"id": "i-2", "offeringId": "case", "containerId": "k-1", "characteristics": {"color": "red"}}
CART = {
    "containers": [{"id": "k-1", "category": "mobile", "processContext": "new"}],
    "items": [ITEM, CASE],
    "country": "FR",
    "currency": "EUR",
    "channel": {"id": "web"},
}
TEN = {"id": "ten", "coupon": "TEN", "level": "item", "benefits": [{"kind": "percent", "value": "10"}]}
LIMIT = {"role": "dealer", "floor": "0", "ceiling": "200", "external": True}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["", "/", "//", "~", "0", "-1", "\x00", "i-1", "i-2", "k-1", "c-1", "2026-01-01T00:00:00Z"]),
    st.sampled_from(["add", "patch", "replace", "delete", "List Price", "Usage", "x" * 3000]),
    st.sampled_from(["/offerContainer/k-1", "/offerContainer/k-1/cartItem/i-2", "/cartItem/i-1", "/contactMedium"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip


@st.composite
def changed(draw: st.DrawFn, call: dict[str, Any]) -> dict[str, Any]:
    """The call with up to four values replaced, removed, moved or doubled."""
    made = deepcopy(call)
    for _ in range(draw(HOW_MANY)):
        paths = places(made)
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        at = made
        for step in way:
            at = at[step]
        how = draw(HOW)
        if how == "remove":
            del at[last]
        elif how == "move":
            *_, other = draw(st.sampled_from(paths))
            at[last] = deepcopy(made.get(other, other))
        elif how == "add" and isinstance(at, dict):
            at[draw(NAME)] = draw(ODD)
        else:
            at[last] = draw(ODD)
    return made


async def answered(operation: str, calls: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """The statuses and bodies that a worker with a cart answers these calls with."""
    counter = MemoryCounter("telco", {**ROWS, "promotions": [TEN]})
    note = {"itemId": "i-1", "note": {"id": "n-0", "text": "first"}}
    for kind, cart_id, data in (
        ("set-configuration", None, {"overrideLimits": [LIMIT]}),
        ("create-cart", "c-1", CART),
        ("add-note", "c-1", note),
        ("apply-promotion", "c-1", {"coupon": "TEN"}),
        ("apply-adjustment", "c-1", {"id": "a-1", "kind": "wallet", "amount": "1.00"}),
        ("create-cart", "c-saved", CART),
        ("save-cart", "c-saved", {"uniqueId": "u-777"}),
        ("create-cart", "c-ordered", CART),
    ):
        assert (await counter.command(kind, cart_id, data))["status"] == "applied"
    token = (await counter.command("validate-cart", "c-ordered", {}))["validation"]["token"]
    assert (await counter.command("submit-cart", "c-ordered", {"token": token}))["status"] == "applied"
    sent = [
        counter.send(operation, each.get("parameters"), each.get("body"), headers={"roles": "dealer"}) for each in calls
    ]
    await counter.worker.drain()
    answers = counter.answers()
    replies = [reply(answers[correlation_id]) for correlation_id in sent]
    await counter.worker.close()
    return [(each.http_status, json.dumps(each.body, default=str)) for each in replies]


@pytest.mark.parametrize("file", CALLS, ids=lambda file: file.stem)
@settings(max_examples=-(-RANDOM_CHANGES // OF_EACH), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_sent_is_answered(file: Path, data: st.DataObject) -> None:
    call = json.loads(file.read_text(encoding="utf-8"))
    calls = [data.draw(changed(call)) for _ in range(OF_EACH)]
    for status, body in asyncio.run(answered(file.stem, calls)):
        assert status in {200, 201, 400, 403, 404, 409, 410}
        assert '"internal"' not in body


@pytest.mark.parametrize("file", CALLS, ids=lambda file: file.stem)
def test_the_samples_themselves_are_done(file: Path) -> None:
    [(status, body)] = asyncio.run(answered(file.stem, [json.loads(file.read_text(encoding="utf-8"))]))
    refused = {"submit-shopping-cart": 403, "submit-amendment": 400}
    assert status == refused.get(file.stem, 201 if file.stem == "start-amendment" else 200), body
