"""The video store's dialect on carts in memory: every sample of the document, and what a document may ask for."""

from typing import Any

import pytest

from dialects.video_store.dialect import DIALECT
from facts.snapshot import CatalogRows, Facts
from support.counters import MemoryCounter
from support.films import FACTS
from support.pricing import run
from support.samples import sample

DOLLARS = {"currency": "USD", "locale": "en-US"}
EUROS = {"currency": "EUR", "locale": "en"}


@pytest.fixture
def store() -> MemoryCounter:
    return MemoryCounter(DIALECT, Facts().with_rows(CatalogRows.of(FACTS), 1))


def cart(store: MemoryCounter, *commands: tuple[str, Any], **header: Any) -> str:
    created = run("create-cart", {**EUROS, **header}, None, store.facts).cart
    store.carts[created.id] = created
    for kind, data in commands:
        store.carts[created.id] = run(kind, data, store.carts[created.id], store.facts).cart
    return created.id


def ask(store: MemoryCounter, cart_id: str | None, query: str, **variables: Any) -> tuple[int, Any]:
    return store.call("graphql", None, {"query": query, "variables": variables}, cart_id)


STREAMING = ("add-access-mode", {"offeringId": "1", "accessMode": "2"})


@pytest.mark.parametrize(
    ("name", "commands", "header"),
    [
        ("products", [], DOLLARS),
        ("add-product-to-cart", [], {}),
        ("remove-product-from-cart", [STREAMING], {}),
        ("reset-cart", [STREAMING], {}),
        ("add-cart-voucher", [STREAMING], {}),
    ],
)
def test_every_sample_is_answered_as_the_document_has_it(
    store: MemoryCounter, name: str, commands: list[Any], header: dict[str, Any]
) -> None:
    given = sample("video-store", name)
    status, body = store.call("graphql", None, given["request"], cart(store, *commands, **header))
    assert (status, body) == (200, given["response"])


def test_what_the_customer_owns_is_refused_in_the_documents_words(store: MemoryCounter) -> None:
    given = sample("video-store", "already-owned")
    owner = cart(store, customer={"id": "u-1", "ownedOfferings": ["1"]})
    status, body = store.call("graphql", None, given["request"], owner)
    assert body["errors"][0]["extensions"].pop("errorCode") == "already-owned"
    assert (status, body) == (200, given["response"])
