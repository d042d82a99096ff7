"""Every command of the foundation, from the queue to the reply."""

import pytest

from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}


async def test_a_cart_is_created_with_containers_items_and_prices(shop: Shop) -> None:
    reply = await shop.call(
        "create-cart",
        "c-1",
        {
            "country": "FR",
            "locale": "fr-FR",
            "currency": "EUR",
            "storeId": "s-1",
            "channel": {"id": "web"},
            "customer": {"id": "u-1", "userType": "CUSTOMER"},
            "keys": {"salesJourneyId": "32423423"},
            "containers": [{"id": "k-1", "category": "mobile", "processContext": "new"}],
            "items": [{**PLAN, "containerId": "k-1", "quantity": 2}, {**PHONE, "parentId": "i-1"}],
        },
        message_id="m-1",
    )
    assert (reply["type"], reply["commandId"], reply["status"]) == ("cart-updated", "m-1", "applied")
    assert (reply["cartId"], reply["version"]) == ("c-1", 1)
    assert [each["type"] for each in reply["changes"]] == [
        "cart-created",
        "container-added",
        "item-added",
        "item-added",
    ]
    cart = reply["cart"]
    assert (cart["id"], cart["tenant"], cart["version"], cart["status"]) == ("c-1", shop.tenant, 1, "active")
    assert cart["customer"] == {"id": "u-1", "userType": "CUSTOMER"}
    assert (cart["storeId"], cart["locale"], cart["keys"]) == ("s-1", "fr-FR", {"salesJourneyId": "32423423"})
    plan, phone = cart["items"]
    assert (plan["containerId"], plan["quantity"], phone["parentId"]) == ("k-1", 2, "i-1")
    assert cart["dueNow"] == {"gross": "140.00", "adjustments": "0.00", "payable": "140.00"}


async def test_net_and_gross_prices_are_split_exactly(shop: Shop) -> None:
    cart = (await shop.call("get-cart", await shop.cart({**PLAN, "quantity": 2}, PHONE)))["cart"]
    plan, phone = (item["prices"][0] for item in cart["items"])
    assert (plan["list"], plan["net"], plan["taxes"], plan["gross"]) == (
        "20.00",
        "16.67",
        [{"id": "fr", "rate": "20", "amount": "3.33"}],
        "20.00",
    )
    assert (phone["list"], phone["net"], phone["taxes"], phone["gross"]) == (
        "100.00",
        "100.00",
        [{"id": "fr", "rate": "20", "amount": "20.00"}],
        "120.00",
    )
    assert [(each["type"], each["period"], each["net"], each["gross"]) for each in cart["totals"]] == [
        ("one-time", None, "100.00", "120.00"),
        ("recurring", "P1M", "16.67", "20.00"),
    ]


async def test_yen_have_no_decimals(shop: Shop) -> None:
    cart_id = await shop.cart({**PHONE, "quantity": 3}, country="JP", currency="JPY")
    price = (await shop.call("get-cart", cart_id))["cart"]["items"][0]["prices"][0]
    assert (price["unitAmount"], price["net"], price["taxes"][0]["amount"], price["gross"]) == (
        "1500",
        "4500",
        "450",
        "4950",
    )


async def test_dinars_have_three_decimals(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE, country="KW", currency="KWD")
    price = (await shop.call("get-cart", cart_id))["cart"]["items"][0]["prices"][0]
    assert (price["net"], price["taxes"][0]["amount"], price["gross"]) == ("11.757", "0.588", "12.345")


async def test_a_cart_without_an_id_gets_one_from_its_message(shop: Shop) -> None:
    data = {"country": "FR", "currency": "EUR"}
    first = await shop.call("create-cart", data=data, message_id="m-1")
    again = await shop.call("create-cart", data=data, message_id="m-1")
    other = await shop.call("create-cart", data=data, message_id="m-2")
    assert (first["status"], again["status"], other["status"]) == ("applied", "duplicate", "applied")
    assert first["cartId"] == again["cartId"] != other["cartId"]


async def test_get_cart_reads_and_writes_nothing(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    before = await running.documents(shop.tenant)
    reply = await shop.call("get-cart", cart_id)
    assert (reply["status"], reply["version"], reply["changes"], reply["priceChanges"]) == ("read", 1, [], [])
    assert await running.documents(shop.tenant) == before


async def test_get_cart_needs_no_message_id(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("get-cart", cart_id, properties={"message_id": None, "headers": {"cart-id": cart_id}})
    assert (reply["status"], reply["cartId"]) == ("read", cart_id)


async def test_get_cart_by_key(shop: Shop) -> None:
    key = {"name": "salesJourneyId", "value": "j-7"}
    cart_id = await shop.cart(PLAN, keys={"salesJourneyId": "j-7", "externalId": "x"})
    await shop.cart(keys={"externalId": "j-7"})
    assert (await shop.call("get-cart", data={"key": key}))["cartId"] == cart_id
    missing = await shop.call("get-cart", data={"key": {"name": "salesJourneyId", "value": "j-8"}})
    assert error_code(missing) == "cart-not-found"
    both = await shop.call("get-cart", cart_id, {"key": key})
    assert (error_code(both), problems(both)) == ("invalid", [("/data/key", "one-of")])


async def test_get_cart_at_fresh_prices_is_a_dry_run_of_repricing(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call(
        "upsert-prices",
        data={
            "prices": [
                {
                    "id": "pp-plan",
                    "offeringId": "plan",
                    "type": "recurring",
                    "period": "P1M",
                    "currency": "EUR",
                    "amount": "12.00",
                    "taxIncluded": True,
                }
            ]
        },
    )
    fresh = await shop.call("get-cart", cart_id, {"reprice": True})
    stored = await shop.call("get-cart", cart_id)
    real = await shop.call("reprice-cart", cart_id)
    assert (fresh["status"], stored["status"], real["status"]) == ("dry-run", "read", "applied")
    assert (fresh["type"], real["type"]) == ("cart-updated", "price-changed")
    assert stored["cart"]["dueNow"]["payable"] == "10.00"
    assert fresh["priceChanges"] == real["priceChanges"]
    assert [each["because"] for each in real["priceChanges"]] == [["list-price-changed"], ["list-price-changed"]]
    assert real["priceChanges"][0]["after"] == {"net": "10.00", "tax": "2.00", "gross": "12.00"}


async def test_repricing_at_the_same_prices_is_unchanged(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("reprice-cart", cart_id)
    assert (reply["type"], reply["status"], reply["version"]) == ("price-changed", "unchanged", 1)


async def test_update_cart_changes_the_header_and_reprices(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    reply = await shop.call("update-cart", cart_id, {"country": "JP", "agentId": "a-1"}, reason="moved house")
    assert reply["version"] == 2
    assert reply["changes"] == [
        {
            "type": "header-changed",
            "from": {"country": "FR", "agentId": None},
            "to": {"country": "JP", "agentId": "a-1"},
        }
    ]
    assert reply["cart"]["lastUpdateReason"] == "moved house"
    assert reply["priceChanges"][0]["direction"] == "decrease"
    assert reply["cart"]["dueNow"]["payable"] == "110.00"
    cleared = await shop.call("update-cart", cart_id, {"agentId": None})
    assert "agentId" not in cleared["cart"]
    same = await shop.call("update-cart", cart_id, {"country": "JP"})
    assert (same["status"], same["version"], same["changes"]) == ("unchanged", 3, [])


@pytest.mark.parametrize("field", ["channel", "place", "marketSegment"])
async def test_where_a_cart_is_sold_does_not_change_by_update_cart(shop: Shop, field: str) -> None:
    cart_id = await shop.cart(PLAN)
    for value in ({"id": "shop"}, None):
        reply = await shop.call("update-cart", cart_id, {"agentId": "a-1", field: value})
        assert (error_code(reply), problems(reply)) == ("invalid", [(f"/data/{field}", "unknown-field")])


EMAIL = {"id": "e-1", "mediumType": "email", "characteristic": {"emailAddress": "anna@example.org"}, "preferred": True}
POSTAL = {
    "id": "p-1",
    "mediumType": "postal",
    "characteristic": {"street1": "1 Main Street", "city": "Lyon"},
    "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
}


async def test_contacts_and_attributes_are_set_by_create_cart_and_update_cart(shop: Shop) -> None:
    cart_id = await shop.cart(contacts=[EMAIL], attributes={"agreement": "A 1"}, relatedParties=[{"id": "u-2"}])
    created = (await shop.call("get-cart", cart_id))["cart"]
    assert (created["contacts"], created["attributes"]) == ([EMAIL], {"agreement": "A 1"})
    assert created["relatedParties"] == [{"id": "u-2"}]
    update = {"contacts": [EMAIL, POSTAL], "attributes": {"color": "red"}}
    reply = await shop.call("update-cart", cart_id, update)
    assert (reply["cart"]["contacts"], reply["cart"]["attributes"]) == ([EMAIL, POSTAL], {"color": "red"})
    assert reply["changes"][0]["to"] == update
    same = await shop.call("update-cart", cart_id, update)
    emptied = await shop.call("update-cart", cart_id, {"contacts": [], "attributes": {}})
    assert (same["status"], emptied["cart"]["contacts"], emptied["cart"]["attributes"]) == ("unchanged", [], {})


async def test_contacts_and_attributes_are_bounded(shop: Shop) -> None:
    contacts = [{"id": str(each)} for each in range(101)]
    attributes = {f"a{each}": "" for each in range(201)}
    reply = await shop.call("update-cart", await shop.cart(), {"contacts": contacts, "attributes": attributes})
    assert sorted(problems(reply)) == [("/data/attributes", "too-many"), ("/data/contacts", "too-many")]
    wrong = await shop.call("create-cart", "c-1", {"currency": "EUR", "contacts": [{"mediumType": "email", "x": 1}]})
    assert sorted(problems(wrong)) == [("/data/contacts/0/id", "missing"), ("/data/contacts/0/x", "unknown-field")]
    twice = await shop.call("create-cart", "c-1", {"currency": "EUR", "contacts": [EMAIL, EMAIL]})
    assert problems(twice) == [("/data/contacts", "duplicate-id")]


async def test_add_items_assigns_missing_ids_and_the_container(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, containers=[{"id": "k-1"}])
    items = [{"offeringId": "phone"}, {"offeringId": "case", "characteristics": {"color": "red"}}]
    reply = await shop.call("add-items", cart_id, {"containerId": "k-1", "items": items})
    added = reply["cart"]["items"][1:]
    assert len({item["id"] for item in reply["cart"]["items"]}) == 3
    assert [item["containerId"] for item in added] == ["k-1", "k-1"]
    assert added[1]["characteristics"] == {"color": "red"}
    assert reply["cart"]["dueNow"]["payable"] == "139.00"


async def test_remove_items_takes_the_children_along(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, {**PHONE, "parentId": "i-1"}, {"id": "i-3", "offeringId": "plan"})
    reply = await shop.call("remove-items", cart_id, {"itemIds": ["i-1"]})
    assert [(each["type"], each["itemId"]) for each in reply["changes"]] == [
        ("item-removed", "i-1"),
        ("item-removed", "i-2"),
    ]
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-3"]
    gone = next(each for each in reply["priceChanges"] if each.get("itemId") == "i-2")
    assert gone["before"]["gross"] == "120.00"
    assert gone["after"]["gross"] == "0.00"


async def test_replace_items_moves_only_what_differs(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    wanted = [PLAN, {"id": "i-9", "offeringId": "case", "characteristics": {"color": "blue"}}]
    reply = await shop.call("replace-items", cart_id, {"items": wanted})
    assert [(each["type"], each["itemId"]) for each in reply["changes"]] == [
        ("item-removed", "i-2"),
        ("item-added", "i-9"),
    ]
    again = await shop.call("replace-items", cart_id, {"items": wanted})
    assert (again["status"], again["version"]) == ("unchanged", 2)


async def test_replace_items_of_one_container_leaves_the_others(shop: Shop) -> None:
    items = [{**PLAN, "containerId": "k-1"}, {**PHONE, "containerId": "k-2"}]
    cart_id = await shop.cart(*items, containers=[{"id": "k-1"}, {"id": "k-2"}])
    reply = await shop.call("replace-items", cart_id, {"containerId": "k-2", "items": []})
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-1"]


async def test_empty_cart_keeps_the_customer(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE, containers=[{"id": "k-1"}], customer={"id": "u-1"})
    cart = (await shop.call("empty-cart", cart_id))["cart"]
    assert (cart["items"], cart["containers"], cart["totals"]) == ([], [], [])
    assert (cart["customer"], cart["dueNow"]["payable"]) == ({"id": "u-1"}, "0.00")
    assert (await shop.call("empty-cart", cart_id))["status"] == "unchanged"


async def test_delete_cart_is_for_good(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN, customer={"id": "u-secret"}, keys={"externalId": "x-1"})
    reply = await shop.call("delete-cart", cart_id, message_id="m-del")
    assert (reply["status"], reply["version"], reply["cart"]["status"]) == ("applied", 2, "deleted")
    assert error_code(await shop.call("get-cart", cart_id)) == "cart-not-found"
    assert error_code(await shop.call("add-items", cart_id, {"items": [PHONE]})) == "cart-not-found"
    assert error_code(await shop.call("create-cart", cart_id, {"currency": "EUR"})) == "cart-exists"
    assert (
        error_code(await shop.call("get-cart", data={"key": {"name": "externalId", "value": "x-1"}}))
        == "cart-not-found"
    )
    assert (await shop.call("delete-cart", cart_id, message_id="m-del"))["status"] == "duplicate"
    tombstone = (await running.documents(shop.tenant))["carts"][0]
    assert "u-secret" not in str(tombstone["header"])
    assert (tombstone["purgeAt"] - tombstone["updated"]["at"]).days == 7


async def test_catalog_commands_count_revisions(running: Running, shop: Shop) -> None:
    tax = {"id": "be", "country": "BE", "category": "standard", "rate": "21"}
    first = await shop.call("upsert-taxes", data={"taxes": [tax]}, message_id="m-tax")
    same = await shop.call("upsert-taxes", data={"taxes": [tax]})
    again = await shop.call("upsert-taxes", data={"taxes": [tax]}, message_id="m-tax")
    dry = await shop.call("upsert-taxes", data={"taxes": [{**tax, "rate": "6"}]}, dryRun=True)
    mismatch = await shop.call("upsert-taxes", data={"taxes": [{**tax, "rate": "6"}]}, message_id="m-tax")
    assert [(each["status"], each["catalogRevision"]) for each in (first, same, again, dry)] == [
        ("applied", 4),
        ("unchanged", 4),
        ("duplicate", 4),
        ("dry-run", 5),
    ]
    assert error_code(mismatch) == "idempotency-mismatch"
    stored = (await running.documents(shop.tenant))["catalog"]
    assert [each["revision"] for each in stored if "revision" in each] == [1, 2, 3, 4]
    assert [each["commandId"] for each in stored if "revision" not in each] == [same["commandId"]]


async def test_prices_as_of_an_earlier_time(shop: Shop) -> None:
    created = await shop.call("create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": [PHONE]})
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "90.00"}
    await shop.call("upsert-prices", data={"prices": [point]})
    assert (await shop.call("reprice-cart", "c-1"))["cart"]["dueNow"]["payable"] == "108.00"
    then = await shop.call("reprice-cart", "c-1", {"asOf": created["cart"]["createdAt"]})
    assert (then["version"], then["cart"]["dueNow"]["payable"]) == (3, "120.00")


async def test_before_the_first_revision_the_dates_of_the_rows_count(shop: Shop) -> None:
    await shop.call("upsert-offerings", data={"offerings": [{"id": "dated"}]})
    last = {"id": "pp-2025", "amount": "10.00", "validFor": {"endDateTime": "2026-01-01T00:00:00Z"}}
    this = {"id": "pp-2026", "amount": "11.00", "validFor": {"startDateTime": "2026-01-01T00:00:00Z"}}
    point = {"offeringId": "dated", "type": "one-time", "currency": "EUR"}
    await shop.call("upsert-prices", data={"prices": [{**point, **last}, {**point, **this}]})
    cart_id = await shop.cart({"offeringId": "dated"})
    then = await shop.call("reprice-cart", cart_id, {"asOf": "2025-12-31T23:59:59Z"})
    now = await shop.call("reprice-cart", cart_id)
    assert [each["cart"]["dueNow"]["payable"] for each in (then, now)] == ["10.00", "11.00"]
    assert then["cart"]["pricing"]["catalogRevision"] == now["cart"]["pricing"]["catalogRevision"]
