"""What keeps a cart from being ordered, against what pricing warns of and what commands refuse."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

CANADA: list[dict[str, Any]] = [
    {"id": "gst", "country": "CA", "category": "food", "place": "QC", "rate": "5"},
    {"id": "later", "country": "CA", "category": "later", "rate": "13"},
]
CANADA[1]["validFor"] = {"startDateTime": "2999-01-01T00:00:00Z"}
PRICE = {"type": "one-time", "currency": "CAD", "amount": "10.00"}
IMEI = "490154203237518"


@pytest.fixture
async def worker() -> AsyncIterator[SimulatedWorker]:
    """A worker whose shop sells bread, which is taxed in Quebec only, and devices, whose tax comes later."""
    worker = SimulatedWorker(stocked_store())
    await upsert(worker, "taxes", *CANADA)
    goods = (("bread", "food"), ("device", "later"), ("gift", None))
    await upsert(worker, "offerings", *({"id": name, "taxCategory": category} for name, category in goods))
    await upsert(worker, "prices", *({**PRICE, "id": f"pp-{name}", "offeringId": name} for name, _ in goods))
    yield worker
    await worker.close()


async def upsert(worker: SimulatedWorker, kind: str, *rows: dict[str, Any]) -> None:
    assert (await command(worker, f"upsert-{kind}", {kind: list(rows)}))["type"] == "catalog-updated"


async def errors(worker: SimulatedWorker) -> list[tuple[str, str]]:
    """Code and path of every error of the cart; there is a token only if there is none."""
    validation = (await command(worker, "validate-cart", {}, cart_id="c-1"))["validation"]
    assert validation["valid"] == (not validation["errors"]) == (validation["token"] is not None)
    return [(each["code"], each["path"]) for each in validation["errors"]]


@pytest.mark.parametrize(
    ("offering", "place", "known"),
    [
        ("bread", {"id": "QC"}, True),
        ("bread", {"id": "p-1", "name": "QC"}, True),
        ("bread", {"id": "ON"}, False),
        ("bread", None, False),
        ("device", {"id": "QC"}, False),
        ("gift", None, True),
    ],
)
async def test_a_tax_that_pricing_does_not_find_keeps_a_cart_from_being_ordered(
    worker: SimulatedWorker, offering: str, place: dict[str, str] | None, known: bool
) -> None:
    data = {"country": "CA", "currency": "CAD", "place": place, "items": [{"id": "i-1", "offeringId": offering}]}
    cart = (await command(worker, "create-cart", data, cart_id="c-1"))["cart"]
    assert ("tax-not-found" in {each["code"] for each in cart["warnings"]}) == (not known)
    assert await errors(worker) == ([] if known else [("tax-not-found", "/items/i-1")])


@pytest.mark.parametrize(
    ("given", "spec", "error"),
    [
        ("hello", {"valueType": "imei", "mandatory": True}, "characteristic-not-allowed"),
        (IMEI[:-1] + "0", {"valueType": "imei"}, "characteristic-not-allowed"),
        (IMEI, {"valueType": "imei", "mandatory": True}, None),
        ("hello", {"values": ["red"]}, "characteristic-not-allowed"),
        (None, {"valueType": "imei", "mandatory": True}, "characteristic-missing"),
        (None, {"valueType": "imei"}, None),
    ],
)
async def test_a_value_that_a_line_may_not_have_by_now_keeps_a_cart_from_being_ordered(
    worker: SimulatedWorker, given: str | None, spec: dict[str, Any], error: str | None
) -> None:
    """Commands refuse such a value; the line had it before the catalog came to know better."""
    line = {"id": "i-1", "offeringId": "gift", "characteristics": {"imei": given} if given else {}}
    await command(worker, "create-cart", {"country": "CA", "currency": "CAD", "items": [line]}, cart_id="c-1")
    await upsert(worker, "offerings", {"id": "gift", "characteristics": [{"name": "imei", **spec}]})
    assert await errors(worker) == ([(error, "/items/i-1/characteristics/imei")] if error else [])
    again = await command(worker, "add-items", {"items": [{**line, "id": "i-2"}]}, cart_id="c-1")
    assert ("error" in again) == (error is not None)
