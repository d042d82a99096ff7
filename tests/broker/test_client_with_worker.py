import asyncio
from collections.abc import AsyncIterator

import pytest

from cartwright import CartClient, CartNotFound, IdempotencyMismatch, InvalidCommand, StaleVersion
from cartwright.commands import (
    AddItems,
    CartKey,
    CreateCart,
    GetCart,
    GetHistory,
    NewItem,
    Offering,
    ProductUpdate,
    Tax,
    UpdateProducts,
    UpsertOfferings,
    UpsertTaxes,
)
from cartwright.wire.events import CartEvent
from support.running import Running
from support.shop import Shop

CART = CreateCart(country="FR", currency="EUR", items=[NewItem(id="i-1", offering_id="phone")])
PHONE = AddItems(items=[NewItem(offering_id="phone")])
THREE = UpdateProducts(products=[ProductUpdate(id="i-1", quantity=3)])


@pytest.fixture
async def client(amqp_url: str, running: Running, shop: Shop) -> AsyncIterator[CartClient]:
    async with CartClient(amqp_url, tenant=shop.tenant, prefix=running.settings.prefix) as opened:
        yield opened


async def test_a_cart_from_its_first_to_its_last_day(client: CartClient) -> None:
    created = await client.create_cart(CART, cart_id="c-1")
    assert (created.type, created.status, created.version) == ("cart-updated", "applied", 1)
    changed = await client.update_products("c-1", THREE, version=1, reason="three of them")
    assert str(changed.cart.due_now.payable) == "360.00"
    assert changed.cart.last_update_reason == "three of them"
    assert [str(moved.after.gross) for moved in changed.price_changes] == ["360.00", "360.00"]
    emptied = await client.empty_cart("c-1")
    assert [change.type for change in emptied.changes] == ["item-removed"]
    assert (await client.reprice_cart("c-1")).type == "price-changed"
    assert (await client.delete_cart("c-1")).status == "applied"
    with pytest.raises(CartNotFound):
        await client.get_cart("c-1")


async def test_a_cart_is_explained_as_it_was(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    await client.update_products("c-1", THREE)
    read = await client.get_cart("c-1", GetCart(at_version=1), explain=True)
    assert read.explanation is not None
    [ledger] = read.explanation.items
    assert [(line.step, str(line.after)) for line in ledger.lines] == [("list-price", "100.00"), ("tax", "120.00")]
    assert read.explanation.due_now.lines[-1].after == read.cart.due_now.payable
    assert (await client.get_cart("c-1")).explanation is None


async def test_a_cart_is_found_by_its_key(client: CartClient) -> None:
    created = await client.create_cart(CreateCart(currency="EUR", keys={"salesJourneyId": "77"}))
    found = await client.get_cart(data=GetCart(key=CartKey(name="salesJourneyId", value="77")))
    assert (found.status, found.cart_id) == ("read", created.cart_id)


async def test_catalog_commands_answer_with_the_revision(client: CartClient) -> None:
    first = await client.upsert_taxes(UpsertTaxes(taxes=[Tax(id="de", country="DE", category="standard", rate="19")]))
    second = await client.upsert_offerings(UpsertOfferings(offerings=[Offering(id="cable", tax_category="standard")]))
    assert (second.type, second.catalog_revision) == ("catalog-updated", first.catalog_revision + 1)


async def test_a_dry_run_tells_and_does_nothing(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    tried = await client.add_items("c-1", PHONE, dry_run=True)
    assert (tried.status, tried.version) == ("dry-run", 2)
    assert (await client.get_cart("c-1")).version == 1


async def test_the_same_message_id_is_applied_once(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    first = await client.add_items("c-1", PHONE, message_id="m-1")
    again = await client.add_items("c-1", PHONE, message_id="m-1")
    assert (first.status, again.status) == ("applied", "duplicate")
    assert first.version == again.version == 2
    with pytest.raises(IdempotencyMismatch):
        await client.add_items("c-1", PHONE, message_id="m-1", reason="another body")


async def test_refusals_are_exceptions(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    with pytest.raises(StaleVersion) as stale:
        await client.add_items("c-1", PHONE, version=0)
    assert stale.value.current_version == 1
    with pytest.raises(InvalidCommand) as invalid:
        await client.call("add-items", {"items": [], "surprise": 1}, cart_id="c-1")
    assert {problem.path for problem in invalid.value.problems} == {"/data/items", "/data/surprise"}


async def test_many_writers_of_one_cart_see_every_version_once(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    async with client.events("cart-updated") as events:
        replies = await asyncio.gather(*(client.add_items("c-1", PHONE) for _ in range(100)))
        assert sorted(reply.version for reply in replies) == list(range(2, 102))
        heard = [await anext(events) for _ in range(100)]
    assert [event.version for event in heard if isinstance(event, CartEvent)] == list(range(2, 102))


async def test_tenants_do_not_meet(client: CartClient, amqp_url: str, running: Running) -> None:
    await client.create_cart(CART, cart_id="c-1")
    async with CartClient(amqp_url, tenant="other", prefix=running.settings.prefix) as stranger:
        with pytest.raises(CartNotFound):
            await stranger.get_cart("c-1")


async def test_nothing_the_worker_says_is_unknown_to_the_models(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    async with client.events() as events:
        reply = await client.update_products(
            "c-1", UpdateProducts(products=[ProductUpdate(id="i-1", quantity=2, trial=True)])
        )
        heard = [await anext(events), await anext(events)]
    for said in (reply, *heard):
        said.model_validate_json(said.model_dump_json(by_alias=True, exclude_unset=True), extra="forbid")
    assert [event.type for event in heard] == ["cart-updated", "price-changed"]


async def test_history_has_a_type_of_its_own(client: CartClient) -> None:
    await client.create_cart(CART, cart_id="c-1")
    await client.update_products("c-1", THREE, reason="three of them")
    page = await client.get_history("c-1", GetHistory(size=1))
    assert ([each.version for each in page.items], page.next_cursor, page.archived_through) == ([1], "1", None)
    page = await client.get_history("c-1", GetHistory(cursor=page.next_cursor))
    [last] = page.items
    assert (last.command_type, last.reason, page.next_cursor) == ("update-products", "three of them", None)
    assert [change.type for change in last.changes] == ["quantity-changed"]


async def test_a_call_in_a_dialect(client: CartClient) -> None:
    await client.create_cart(CreateCart(currency="EUR"), cart_id="c-1")
    body = {"items": [{"action": "add", "productOfferingId": "phone"}]}
    made = await client.call_dialect("carrier-order", "add-items", {"cartId": "c-1"}, body, message_id="m-1")
    assert (made.http_status, made.status, made.cart_id, made.cart_version) == (200, "applied", "c-1", 2)
    assert isinstance(made.body, dict)
    assert made.body.keys() == {"externalId"}
    again = await client.call_dialect("carrier-order", "add-items", {"cartId": "c-1"}, body, message_id="m-1")
    assert (again.raw, again.status, again.refused) == (made.raw, "duplicate", False)
    refused = await client.call_dialect("carrier-order", "add-items", None, {"items": []}, cart_id="c-1")
    assert (refused.http_status, refused.refused, refused.status) == (400, True, None)
