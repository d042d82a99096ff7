"""The telco dialect's notes, anonymous carts, simulation and configuration, from queue to reply."""

from uuid import uuid4

import pytest

from support.dialects import Counter
from support.shop import Shop
from support.telco_answers import containers, errors, items, price, refusal

PHONE = {"id": "i-1", "offeringId": "phone", "containerId": "k-1"}
CONTAINERS = [{"id": "k-1", "category": "mobile", "processContext": "new"}, {"id": "k-2"}]
NOTE = {"id": "n-1", "author": "anna", "text": "call first"}


@pytest.fixture
def telco(shop: Shop) -> Counter:
    return Counter(shop, "telco")


@pytest.fixture
async def cart_id(shop: Shop) -> str:
    return await shop.cart(PHONE, containers=CONTAINERS)


async def test_a_note_is_added_updated_and_deleted_at_an_item_or_a_container(telco: Counter, cart_id: str) -> None:
    at_container = {"id": cart_id, "offerContainerId": "k-1"}
    for where, at in (({**at_container, "cartItemId": "i-1"}, "item"), (at_container, "container")):
        own = uuid4().hex
        dry = await telco.call("add-note", {**where, "dryRun": True}, NOTE)
        added = await telco.call("add-note", where, NOTE, message_id=own)
        assert (dry.headers["status"], added.headers["status"], added.http_status) == ("dry-run", "applied", 200)
        part = items(added)["i-1"] if at == "item" else containers(added)["k-1"]
        [note] = part["note"]
        assert {name: note[name] for name in NOTE} == NOTE
        assert note["date"] == note["createdOn"] == note["updatedOn"] is not None
        changed = await telco.call("update-note", {**where, "noteId": "n-1"}, {"text": "call twice"})
        part = items(changed)["i-1"] if at == "item" else containers(changed)["k-1"]
        assert [(each["author"], each["text"]) for each in part["note"]] == [("anna", "call twice")]
        again = await telco.call("add-note", where, NOTE, message_id=own)
        assert (again.headers["status"], again.body) == ("duplicate", added.body)
        gone = await telco.call("delete-note", {**where, "noteId": "n-1"})
        part = items(gone)["i-1"] if at == "item" else containers(gone)["k-1"]
        assert part["note"] == []


async def test_notes_that_can_not_be(telco: Counter, cart_id: str) -> None:
    where = {"id": cart_id, "offerContainerId": "k-1", "cartItemId": "i-1"}
    missing = await telco.call("delete-note", {**where, "noteId": "n-9"})
    assert (refusal(missing), errors(missing)) == (
        (404, "note-not-found"),
        [("/parameters/noteId", "note-not-found")],
    )
    unknown = await telco.call("update-note", {**where, "noteId": "n-9"}, {"text": "x"})
    assert (refusal(unknown), errors(unknown)) == (
        (404, "note-not-found"),
        [("/parameters/noteId", "note-not-found")],
    )
    elsewhere = await telco.call("add-note", {**where, "offerContainerId": "k-2"}, NOTE)
    assert (refusal(elsewhere), errors(elsewhere)) == (
        (404, "item-not-found"),
        [("/parameters/cartItemId", "item-not-found")],
    )
    nowhere = await telco.call("add-note", {"id": cart_id, "offerContainerId": "k-9"}, NOTE)
    assert (refusal(nowhere), errors(nowhere)) == (
        (404, "container-not-found"),
        [("/parameters/offerContainerId", "container-not-found")],
    )
    stale = await telco.call("add-note", {**where, "version": 7}, NOTE)
    assert refusal(stale) == (409, "stale-version")
    await telco.call("add-note", where, NOTE)
    twice = await telco.call("add-note", where, NOTE)
    assert (refusal(twice), errors(twice)) == ((400, "invalid"), [("/body/id", "duplicate-id")])


async def test_an_anonymous_cart_is_saved_found_and_claimed(telco: Counter, cart_id: str) -> None:
    unique = f"u-{uuid4().hex}"
    saved = await telco.call("save-anonymous-cart", {"id": cart_id, "uniqueId": unique})
    assert (saved.http_status, saved.body["uniqueId"], saved.body["status"]) == (200, unique, "ACTIVE")
    found = await telco.call("query-anonymous-cart", {"uniqueId": unique})
    assert (found.http_status, found.headers["status"], found.body) == (200, "read", saved.body)
    party = {"id": "u-1", "role": "customer", "name": "Ada"}
    dry = await telco.call("claim-anonymous-cart", {"uniqueId": unique, "dryRun": True}, {"relatedParty": [party]})
    claimed = await telco.call("claim-anonymous-cart", {"uniqueId": unique}, {"relatedParty": [party]})
    assert (dry.headers["status"], claimed.headers["status"]) == ("dry-run", "applied")
    assert (claimed.headers["cart-id"], claimed.headers["cart-version"]) == (cart_id, 3)
    assert (claimed.body["userId"], claimed.body["userType"]) == ("u-1", "CUSTOMER")
    [shown] = claimed.body["relatedParty"]
    assert {name: shown[name] for name in party} == party
    twice = await telco.call("claim-anonymous-cart", {"id": cart_id}, {"relatedParty": {"id": "u-2"}})
    assert refusal(twice) == (403, "forbidden")
    hidden = await telco.call("query-anonymous-cart", {"uniqueId": unique})
    assert refusal(hidden) == (403, "forbidden")


async def test_a_claim_keeps_what_was_sent_of_its_parties(shop: Shop, telco: Counter) -> None:
    party = {"id": "u-1", "role": "visitor"}
    kept = {"telco": {"relatedParty": [{**party, "href": "/u-1"}]}}
    cart_id = await shop.cart(PHONE, containers=CONTAINERS, relatedParties=[party], extensions=kept)
    await telco.call("save-anonymous-cart", {"id": cart_id})
    customer = {"id": "u-1", "role": "customer", "@type": "Individual"}
    await telco.call("claim-anonymous-cart", {"id": cart_id}, {"relatedParty": customer})
    [shown] = (await telco.call("query-shopping-cart", {"id": cart_id})).body["relatedParty"]
    assert {name: shown[name] for name in ("href", *customer)} == {"href": "/u-1", **customer}


async def test_a_unique_id_leads_to_one_cart(shop: Shop, telco: Counter, cart_id: str) -> None:
    made = await telco.call("save-anonymous-cart", {"id": cart_id})
    assert made.body["uniqueId"]
    other = await shop.cart(PHONE, containers=CONTAINERS)
    taken = await telco.call("save-anonymous-cart", {"id": other, "uniqueId": made.body["uniqueId"]})
    assert refusal(taken) == (409, "key-taken")
    unknown = await telco.call("query-anonymous-cart", {"uniqueId": "u-none"})
    assert refusal(unknown) == (404, "cart-not-found")
    nobody = await telco.call("claim-anonymous-cart", {"id": cart_id}, {"relatedParty": [{"role": "customer"}]})
    assert errors(nobody) == [("/body/relatedParty", "missing")]


async def test_what_a_cart_would_cost(shop: Shop, telco: Counter) -> None:
    promotion = {"id": "ten", "coupon": "TEN", "level": "item", "benefits": [{"kind": "percent", "value": "10"}]}
    await shop.call("upsert-promotions", data={"promotions": [promotion]})
    await shop.call("set-configuration", data={"defaults": {"country": "FR", "currency": "EUR"}})
    item = {"id": "i-1", "productOffering": {"id": "plan"}, "quantity": 2}
    container = {"processContext": "new", "category": {"id": "mobile"}, "cartItem": [item]}
    cart = {"offerContainer": [container], "promotions": [{"coupon": {"code": "TEN"}}, {"id": "none"}]}
    reply = await telco.call("simulate-price", None, cart)
    assert (reply.http_status, reply.headers["status"]) == (200, "dry-run")
    assert price(reply)["taxIncludedAmount"] == {"unit": "EUR", "value": 20}
    assert price(reply)["taxIncludedAlteredAmount"] == {"unit": "EUR", "value": 18}
    assert refusal(await telco.call("query-shopping-cart", {"id": reply.body["id"]})) == (404, "cart-not-found")
    item = {**item, "productOffering": {"id": "none"}}
    unknown = await telco.call("simulate-price", None, {"offerContainer": [{**container, "cartItem": [item]}]})
    assert (refusal(unknown), errors(unknown)) == (
        (400, "offering-not-found"),
        [("/body/offerContainer/0/cartItem/0/productOffering/id", "offering-not-found")],
    )


async def test_a_configuration_is_read_and_updated(telco: Counter) -> None:
    before = await telco.call("get-configuration")
    assert before.body == {"scValidityTime": 30, "scExpiryTime": None, "priceAdjustmentLimit": []}
    limit = {
        "role": "dealer",
        "minimumPercentage": 82.5,
        "maximumPercentage": 120,
        "priceType": ["Onetime"],
        "externalPriceOverride": True,
    }
    own, body = uuid4().hex, {"scValidityTime": 5, "priceAdjustmentLimit": [limit]}
    dry = await telco.call("update-configuration", {"dryRun": True}, body)
    after = await telco.call("update-configuration", None, body, message_id=own)
    assert (dry.headers["status"], after.headers["status"]) == ("dry-run", "applied")
    assert dry.body == after.body == {**before.body, **body}
    assert (await telco.call("get-configuration")).body == after.body
    again = await telco.call("update-configuration", None, body, message_id=own)
    assert (again.headers["status"], again.body) == ("duplicate", after.body)
    longer = await telco.call("update-configuration", None, {"scExpiryTime": 60})
    assert longer.body == {**after.body, "scExpiryTime": 60}
    never = await telco.call("update-configuration", None, {"scExpiryTime": None})
    assert never.body == after.body


async def test_a_configuration_that_makes_no_sense(telco: Counter) -> None:
    limit = {"role": "dealer", "minimumPercentage": 101}
    reply = await telco.call("update-configuration", None, {"scValidityTime": "5", "priceAdjustmentLimit": [limit]})
    assert (refusal(reply), errors(reply)) == ((400, "invalid"), [("/body/scValidityTime", "wrong-type")])
    reply = await telco.call("update-configuration", None, {"priceAdjustmentLimit": [limit]})
    assert (refusal(reply), errors(reply)) == ((400, "invalid"), [("/body/priceAdjustmentLimit/0", "out-of-range")])
