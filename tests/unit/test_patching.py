"""`test` in `patch-cart`: the fields that it names are compared, and those that there aren't are pointed to."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

NOTE = {"itemId": "i-1", "note": {"id": "n-1", "text": "call first"}}
CART: dict[str, Any] = {
    "currency": "EUR",
    "containers": [{"id": "k-1", "category": "mobile"}],
    "contacts": [{"id": "m-1", "mediumType": "email"}],
    "items": [{"id": "i-1", "offeringId": "phone"}],
}


@pytest.fixture
async def worker() -> AsyncIterator[SimulatedWorker]:
    """A worker with a cart that has a part of each kind."""
    working = SimulatedWorker(stocked_store())
    for kind, data in (("create-cart", CART), ("add-note", NOTE)):
        assert (await command(working, kind, data, cart_id="c-1"))["status"] == "applied"
    yield working
    await working.close()


async def compared(worker: SimulatedWorker, path: str, value: dict[str, Any]) -> dict[str, Any]:
    """The reply to a patch that only compares."""
    operations = [{"op": "test", "path": path, "value": value}]
    return await command(worker, "patch-cart", {"operations": operations}, cart_id="c-1")


@pytest.mark.parametrize("path", ["/items/i-1", "/containers/k-1", "/contacts/m-1", "/items/i-1/notes/n-1"])
async def test_no_field_is_compared_where_none_is_named(worker: SimulatedWorker, path: str) -> None:
    assert (await compared(worker, path, {}))["status"] == "unchanged"


async def test_a_field_that_is_compared_with_nothing_must_be_empty(worker: SimulatedWorker) -> None:
    assert (await compared(worker, "/items/i-1", {"characteristics": {}}))["status"] == "unchanged"
    assert (await compared(worker, "/items/i-1", {"notes": []}))["error"]["code"] == "test-failed"


@pytest.mark.parametrize(("name", "token"), [("price", "price"), ("a/b", "a~1b"), ("~", "~0")])
async def test_an_unknown_field_is_pointed_to(worker: SimulatedWorker, name: str, token: str) -> None:
    [problem] = (await compared(worker, "/items/i-1", {name: "x"}))["error"]["problems"]
    assert (problem["path"], problem["code"]) == (f"/data/operations/0/value/{token}", "unknown-field")
