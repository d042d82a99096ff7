"""Searches on a worker in memory: what an order that names nothing means, and in which currency elements are."""

from typing import Any

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store


async def test_an_empty_order_is_none() -> None:
    worker = SimulatedWorker(stocked_store())
    for cart_id in ("c-2", "c-3", "c-1"):
        await command(worker, "create-cart", {"currency": "EUR"}, cart_id=cart_id)
    page: dict[str, Any] = {"fields": ["id"], "size": 2}
    first = await command(worker, "find-carts", {**page, "sort": []})
    assert first == {**await command(worker, "find-carts", page), "commandId": first["commandId"]}
    assert [each["id"] for each in first["items"]] == ["c-1", "c-2"]
    rest = await command(worker, "find-carts", {**page, "cursor": first["nextCursor"]})
    assert [each["id"] for each in rest["items"]] == ["c-3"]
    await worker.close()


async def test_a_row_of_elements_states_their_currency() -> None:
    worker = SimulatedWorker(stocked_store())
    cart = {"currency": "JPY", "forcedCurrency": "EUR", "items": [{"id": "i-1", "offeringId": "phone"}]}
    await command(worker, "create-cart", cart, cart_id="c-1")
    first = (await command(worker, "unwind-values", {"field": "items"}))["items"][0]
    assert (first["cartId"], first["currency"], first["element"]["id"]) == ("c-1", "EUR", "i-1")
    await worker.close()
