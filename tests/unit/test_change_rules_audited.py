"""Kept prices are replayed and recomputed: the audit agrees with what workers stored, and finds what was tampered."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from audit import Finding, Kept, audit_stored, read_pages
from models.cart.price import Price
from models.cart.tariff import PriceBasis
from storage.memory.store import MemoryStore
from storage.records import Entry
from support.deliveries import TENANT, command_delivery
from support.shop import PRICES
from support.simulation import SimulatedWorker, stocked_store

KEEP = {"kind": "keep"}
TENTH = {"kind": "cap", "percent": "10"}


def line(name: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "offeringId": "plan", "quantity": 2, "changeRule": rule}


def listed(amount: str) -> tuple[str, None, dict[str, Any]]:
    return "upsert-prices", None, {"prices": [{**PRICES[0], "amount": amount}]}


COURSE: list[tuple[str, str | None, dict[str, Any]]] = [
    (
        "create-cart",
        "c-1",
        {
            "country": "FR",
            "currency": "EUR",
            "items": [line("keeps", KEEP), line("capped", TENTH), line("renewed", {"kind": "on-renewal"})],
        },
    ),
    listed("20.00"),
    ("reprice-cart", "c-1", {}),
    ("update-products", "c-1", {"products": [{"id": "keeps", "quantity": 3}, {"id": "capped", "quantity": 1}]}),
    listed("30.00"),
    ("patch-cart", "c-1", {"operations": [{"op": "add", "path": "/items/renewed/term", "value": "24M"}]}),
    ("reprice-cart", "c-1", {}),
    ("remove-items", "c-1", {"itemIds": ["keeps"]}),
    ("add-items", "c-1", {"items": [line("keeps", KEEP)]}),
]


async def worked() -> MemoryStore:
    store = stocked_store()
    worker = SimulatedWorker(store)
    for number, (kind, cart_id, data) in enumerate(COURSE):
        worker.receive(command_delivery(kind, cart_id, data, message_id=f"m-{number}"))
        await worker.drain()
    await worker.close()
    return store


@pytest.fixture(scope="module")
def page() -> Kept:
    async def read() -> Kept:
        [page] = [each async for each in read_pages(await worked(), TENANT)]
        return page

    return asyncio.run(read())


def units(entry: Entry) -> dict[str, str]:
    return {item_id: price.unit_amount for item_id, prices in entry.priced.items for price in prices}


def test_what_was_kept_is_replayed_and_recomputed(page: Kept) -> None:
    assert audit_stored(page) == []
    assert [units(entry) for entry in page.journals["c-1"]] == [
        {"keeps": "10.00", "capped": "10.00", "renewed": "10.00"},
        {"keeps": "10.00", "capped": "11.00", "renewed": "10.00"},
        {"keeps": "10.00", "capped": "11.00"},
        {"keeps": "10.00", "capped": "12.10", "renewed": "30.00"},
        {},
        {"keeps": "30.00"},
    ]


def cheaper(price: Price) -> Price:
    """A price that keeps less than was promised, and says that this was its own."""
    assert price.basis is not None
    own = replace(price.basis.tariff, amount="9.00")
    taxes = tuple(replace(tax, amount=450) for tax in price.taxes)
    basis = PriceBasis(own, price.basis.listed)
    return replace(price, unit_amount="9.00", list_amount=2700, net=2250, gross=2700, taxes=taxes, basis=basis)


def test_a_price_that_was_never_promised_is_found(page: Kept) -> None:
    def tampered(entry: Entry) -> Entry:
        items = tuple(
            (name, tuple(map(cheaper, prices)) if name == "keeps" else prices) for name, prices in entry.priced.items
        )
        return replace(entry, priced=replace(entry.priced, items=items))

    found = audit_with(page, lambda entry: tampered(entry) if entry.version == 3 else entry)
    assert any("do not follow" in each.message for each in found)


def audit_with(page: Kept, change: Callable[[Entry], Entry]) -> list[Finding]:
    return audit_stored(replace(page, journals={"c-1": [change(entry) for entry in page.journals["c-1"]]}))
