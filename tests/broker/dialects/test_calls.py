"""A message in a dialect, from queue to reply: its plan is executed as one command and answered in its own words."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from support.dialects import SELF_SAYING, Counter, DialectReply
from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop

HEADER = {"country": "FR", "currency": "EUR"}
PHONE = {"id": "i-1", "offeringId": "phone"}
PLAN = {"id": "i-2", "offeringId": "plan"}


@pytest.fixture(scope="module", autouse=True)
def known() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workers.consume.dialect_calls.dialects", lambda: {SELF_SAYING.name: SELF_SAYING})
        yield


@pytest.fixture(scope="module")
async def running(known: None, amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url, partitions=2, retry_delays=(1,)) as running:
        yield running


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    return await running.shop()


@pytest.fixture(scope="module")
def counter(shop: Shop) -> Counter:
    return Counter(shop, SELF_SAYING.name)


def opening(journey: str) -> dict[str, Any]:
    return {"key": ["salesJourneyId", journey], "opening": {**HEADER, "keys": {"salesJourneyId": journey}}}


async def test_steps_take_effect_in_one_version(shop: Shop, counter: Counter) -> None:
    steps = [
        ["create-cart", {**HEADER, "items": [PHONE]}],
        ["add-items", {"items": [{**PLAN, "parentId": "i-1"}]}],
        ["update-products", {"products": [{"id": "i-1", "quantity": 3}]}],
    ]
    made = await counter.call("do", None, {"steps": steps, "reason": "because"}, message_id=(own := uuid4().hex))
    assert (made.http_status, made.type) == (201, "cart-updated")
    assert made.headers["status"] == "applied"
    assert made.headers["cart-version"] == 1
    assert made.body["items"] == {"i-1": 3, "i-2": 1}
    assert (made.body["version"], made.body["before"]) == (1, None)
    assert made.body["changes"] == ["cart-created", "item-added", "item-added", "quantity-changed"]
    cart_id = made.headers["cart-id"]
    stored = await shop.call("get-cart", cart_id)
    assert (stored["version"], stored["cart"]["dueNow"]["payable"]) == (1, "370.00")
    assert made.body["payable"] == 37000
    [entry] = (await shop.call("get-history", cart_id))["items"]
    assert (entry["commandType"], entry["commandId"], entry["reason"]) == ("create-cart", own, "because")
    events = await shop.events(3, cart_id)
    assert [each.type for each in events] == ["cart-updated", "price-changed", "cart-created"]


async def test_a_refused_step_leaves_nothing(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    steps = [
        ["update-products", {"products": [{"id": "i-1", "quantity": 3}]}],
        ["remove-items", {"itemIds": ["i-9"]}, {"/itemIds": "/body/gone"}],
    ]
    refused = await counter.call("do", None, {"steps": steps}, cart_id=cart_id)
    assert (refused.http_status, refused.type) == (404, "command-refused")
    assert refused.body == {"oops": "item-not-found", "at": [["/body/gone/0", "item-not-found"]], "read": True}
    assert refused.headers == {"http-status": 404, "cart-id": cart_id}
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_problems_of_all_steps_are_found_in_one_pass(shop: Shop, counter: Counter) -> None:
    steps = [
        ["add-items", {"items": [{"quantity": 0}]}, {"/items": "/body/wanted"}],
        ["update-products", {"products": [{"quantity": "1"}]}, {"": "/body/changed"}],
    ]
    refused = await counter.call("do", None, {"steps": steps, "version": -1}, cart_id="c-1")
    assert refused.http_status == 400
    assert refused.body["at"] == [
        ["/parameters/version", "out-of-range"],
        ["/body/wanted/0/quantity", "out-of-range"],
        ["/body/changed/products/0/id", "missing"],
        ["/body/changed/products/0/quantity", "wrong-type"],
    ]


async def test_rules_name_the_place_of_the_step(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    steps = [["remove-items", {"itemIds": ["i-1"]}], ["add-items", {"items": [{"offeringId": "unpriced"}]}]]
    refused = await counter.call("do", None, {"steps": steps}, cart_id=cart_id)
    assert refused.body == {"oops": "price-not-found", "at": [["/data/items/0", "price-not-found"]], "read": True}


async def test_a_version_and_a_dry_run(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    body = {"steps": [["add-items", {"items": [PLAN]}]], "version": 0}
    stale = await counter.call("do", None, body, cart_id=cart_id)
    assert (stale.body["oops"], stale.http_status) == ("stale-version", 409)
    would_be = await counter.call("do", None, {**body, "version": 1, "dry_run": True}, cart_id=cart_id)
    assert (would_be.body["status"], would_be.headers["status"]) == ("dry-run", "dry-run")
    assert (would_be.body["version"], would_be.headers["cart-version"]) == (2, 2)
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_a_duplicate_gets_the_first_answer_also_when_the_cart_moved_on(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    body = {
        "steps": [["add-items", {"items": [PLAN]}], ["update-products", {"products": [{"id": "i-1", "quantity": 2}]}]]
    }
    first = await counter.call("do", None, body, cart_id=cart_id, message_id=(own := uuid4().hex))
    assert (first.body["status"], first.body["before"]) == ("applied", 1)
    await shop.call("upsert-offerings", data={"offerings": [{"id": "later"}]})
    for _ in range(3):
        again = await counter.call("do", None, body, cart_id=cart_id, message_id=own)
        assert again.body == {**first.body, "status": "duplicate"}
        assert again.headers == {**first.headers, "status": "duplicate"}
        await shop.call("remove-items", cart_id, {"itemIds": ["i-1"]})
    other = await counter.call("do", None, {**body, "reason": "another"}, cart_id=cart_id, message_id=own)
    assert (other.body["oops"], other.http_status) == ("idempotency-mismatch", 409)


async def test_two_copies_at_once(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    body = {"steps": [["add-items", {"items": [PLAN]}]]}
    own = uuid4().hex
    sent = [await counter.send("do", None, body, cart_id=cart_id, message_id=own) for _ in range(2)]
    replies = [await counter.reply(each) for each in sent]
    assert [each.body["status"] for each in replies] == ["applied", "duplicate"]
    assert {json.dumps({**each.body, "status": ""}) for each in replies} == {
        json.dumps({**replies[0].body, "status": ""})
    }


async def test_the_last_step_tells(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    steps = [["add-items", {"items": [PLAN]}], ["validate-cart", {}]]
    validated = await counter.call("do", None, {"steps": steps}, cart_id=cart_id)
    assert (validated.body["told"], validated.body["version"]) == (["validation"], 2)


async def test_queries(shop: Shop, counter: Counter) -> None:
    journey = uuid4().hex
    cart_id = await shop.cart(PHONE, keys={"salesJourneyId": journey})
    by_id = await counter.call("read", None, {"steps": [["get-cart", {}]]}, cart_id=cart_id)
    by_key = await counter.call("read", None, {"steps": [["get-cart", {}]], "key": ["salesJourneyId", journey]})
    assert by_id.body == by_key.body
    assert (by_key.body["status"], by_key.headers["cart-id"], by_key.headers["status"]) == ("read", cart_id, "read")
    search = {"where": f'keys.salesJourneyId = "{journey}"', "fields": ["id"]}
    found = await counter.call("read", None, {"steps": [["find-carts", search]]})
    assert (found.body["rows"], found.body["found"]) == ([{"id": cart_id}], [cart_id])
    assert found.headers == {"http-status": 200, "status": "read"}
    rows = await counter.call(
        "read", None, {"steps": [["unwind-values", {"where": search["where"], "field": "items"}]]}
    )
    assert rows.body["found"] == [cart_id]
    missing = await counter.call("read", None, {"steps": [["get-cart", {}]], "key": ["salesJourneyId", "none"]})
    assert (missing.body["oops"], missing.http_status) == ("cart-not-found", 404)
    nameless = await counter.call("read", None, {"steps": [["get-cart", {}]]})
    assert (nameless.body["oops"], nameless.http_status) == ("cart-not-found", 404)


async def test_a_catalog_command(counter: Counter) -> None:
    done = await counter.call("do", None, {"steps": [["upsert-offerings", {"offerings": [{"id": "new-one"}]}]]})
    assert (done.body["status"], done.body["version"], done.type) == ("applied", None, "catalog-updated")
    assert done.headers == {"http-status": 200, "status": "applied"}


def checkout(offering: str, **fields: Any) -> dict[str, Any]:
    """A cart with an offering that the call brings along."""
    point = {"id": f"pp-{offering}", "offeringId": offering, "type": "one-time", "currency": "EUR", "amount": "5.00"}
    catalog = [
        ["upsert-offerings", {"offerings": [{"id": offering}]}, {"/offerings": "/body/sold"}],
        ["upsert-prices", {"prices": [{**point, **fields}]}, {"/prices": "/body/priced"}],
    ]
    return {"catalog": catalog, "steps": [["create-cart", {**HEADER, "items": [{"offeringId": offering}]}]]}


async def revision(shop: Shop) -> int:
    reply = await shop.call("upsert-offerings", data={"offerings": [{"id": uuid4().hex}]}, dryRun=True)
    return int(reply["catalogRevision"]) - 1


async def test_rows_of_the_catalog_come_before_the_cart_that_needs_them(shop: Shop, counter: Counter) -> None:
    before = await revision(shop)
    dry = await counter.call("do", None, {**checkout("own-1"), "dry_run": True})
    assert (dry.body["status"], dry.body["payable"], await revision(shop)) == ("dry-run", 500, before)
    made = await counter.call("do", None, checkout("own-1"), message_id=(own := uuid4().hex))
    assert (made.http_status, made.body["version"], made.body["payable"]) == (201, 1, 500)
    assert await revision(shop) == before + 1 == made.body["revision"]
    again = await counter.call("do", None, checkout("own-1"), message_id=own)
    assert (again.body, await revision(shop)) == ({**made.body, "status": "duplicate"}, before + 1)
    other = await counter.call("do", None, checkout("own-2"), message_id=own)
    assert (other.body["oops"], await revision(shop)) == ("idempotency-mismatch", before + 1)


async def test_a_refused_cart_leaves_no_rows_and_the_other_way_round(shop: Shop, counter: Counter) -> None:
    before = await revision(shop)
    unpriced = await counter.call("do", None, checkout("own-3", currency="USD"))
    assert unpriced.body == {"oops": "price-not-found", "at": [["/data/items/0", "price-not-found"]], "read": True}
    twice = checkout("own-3")
    twice["catalog"][1][1]["prices"] *= 2
    wrong = await counter.call("do", None, twice)
    assert wrong.body["at"] == [["/body/priced/1/id", "duplicate-id"]]
    malformed = await counter.call("do", None, checkout("own-3", amount="x"))
    assert malformed.body["at"] == [["/body/priced/0/amount", "wrong-format"]]
    assert await revision(shop) == before


async def test_a_journey_is_opened_by_its_first_command(shop: Shop, counter: Counter) -> None:
    journey = uuid4().hex
    added = {"steps": [["add-items", {"items": [PHONE]}]], **opening(journey)}
    tried = await counter.call("do", None, {**added, "dry_run": True})
    assert (tried.http_status, tried.body["version"]) == (200, 1)
    first = await counter.call("do", None, added, message_id=(own := uuid4().hex))
    assert (first.http_status, first.body["version"], first.body["items"]) == (201, 1, {"i-1": 1})
    second = await counter.call("do", None, {"steps": [["add-items", {"items": [PLAN]}]], **opening(journey)})
    assert (second.http_status, second.body["version"], second.body["before"]) == (200, 2, 1)
    assert first.headers["cart-id"] == second.headers["cart-id"]
    again = await counter.call("do", None, added, message_id=own)
    assert (again.http_status, again.body) == (201, {**first.body, "status": "duplicate"})
    [entry, _] = (await shop.call("get-history", first.headers["cart-id"]))["items"]
    assert entry["commandType"] == "add-items"


async def test_without_an_opening_there_must_be_a_cart(counter: Counter) -> None:
    body = {"steps": [["add-items", {"items": [PHONE]}]], "key": ["salesJourneyId", uuid4().hex]}
    refused = await counter.call("do", None, body)
    assert refused.body == {"oops": "cart-not-found", "at": [], "read": True}


async def test_a_duplicate_goes_to_its_own_cart_whatever_the_key_leads_to(shop: Shop, counter: Counter) -> None:
    journey = uuid4().hex
    added = {"steps": [["add-items", {"items": [PHONE]}]], **opening(journey)}
    first = await counter.call("do", None, added, message_id=(own := uuid4().hex))
    await shop.call("update-cart", first.headers["cart-id"], {"keys": {}})
    other = await shop.cart(keys={"salesJourneyId": journey})
    again = await counter.call("do", None, added, message_id=own)
    assert again.body == {**first.body, "status": "duplicate"}
    assert again.headers["cart-id"] == first.headers["cart-id"] != other


async def test_commands_of_one_key_keep_their_order(counter: Counter) -> None:
    journey = uuid4().hex
    sent = []
    for number in range(8):
        items = [{"id": f"i-{number}", "offeringId": "phone"}]
        body = {"steps": [["add-items", {"items": items}]], **opening(journey)}
        # One partition: the messages of a journey whose cart nobody knows yet may be anywhere.
        sent.append(await counter.send("do", None, body, headers={"cart-id": "same"}))
    replies = [await counter.reply(each) for each in sent]
    assert [each.body["version"] for each in replies] == list(range(1, 9))
    assert list(replies[-1].body["items"]) == [f"i-{number}" for number in range(8)]


async def test_two_workers_open_one_journey_at_once(running: Running, shop: Shop, counter: Counter) -> None:
    async with running.rival():
        async with asyncio.timeout(PATIENCE):
            while running.owned != 1:  # noqa: ASYNC110 (the workers share the partitions within a second)
                await asyncio.sleep(0.05)

        async def opened() -> None:
            journey = uuid4().hex
            sent = []
            for number in range(4):
                items = [{"id": f"i-{number}", "offeringId": "phone"}]
                body = {"steps": [["add-items", {"items": items}]], **opening(journey)}
                sent.append(await counter.send("do", None, body))
            replies: list[DialectReply] = [await counter.reply(each) for each in sent]
            assert {each.headers.get("status") for each in replies} == {"applied"}, replies
            assert sorted(each.body["version"] for each in replies) == [1, 2, 3, 4]
            assert len({each.headers["cart-id"] for each in replies}) == 1
            cart = await shop.call("get-cart", replies[0].headers["cart-id"])
            assert sorted(item["id"] for item in cart["cart"]["items"]) == [f"i-{number}" for number in range(4)]

        await asyncio.gather(*(opened() for _ in range(10)))


async def test_another_key_of_the_opening_is_taken(shop: Shop, counter: Counter) -> None:
    await shop.cart(keys={"uniqueId": (taken := uuid4().hex)})
    journey = uuid4().hex
    opens = {**HEADER, "keys": {"salesJourneyId": journey, "uniqueId": taken}}
    body = {"steps": [["add-items", {"items": [PHONE]}]], "key": ["salesJourneyId", journey], "opening": opens}
    refused = await counter.call("do", None, body)
    assert (refused.body["oops"], refused.http_status) == ("key-taken", 409)


@pytest.mark.parametrize(
    ("raw", "code", "at"),
    [
        (b"{", "malformed", []),
        (b"[]", "malformed", []),
        (b'{"body": {"a": 1, "a": 2}}', "malformed", []),
        (b'{"body": NaN}', "malformed", []),
        (b'{"body": null, "extra": 1}', "invalid", [["/extra", "unknown-field"]]),
    ],
)
async def test_what_is_malformed_is_refused_in_the_dialects_words(
    counter: Counter, raw: bytes, code: str, at: list[Any]
) -> None:
    refused = await counter.call("do", raw=raw)
    assert refused.body == {"oops": code, "at": at, "read": False}
    assert (refused.http_status, refused.type) == (400, "command-refused")


async def test_an_unknown_dialect_or_operation_is_refused_canonically(shop: Shop, counter: Counter) -> None:
    for each, operation in ((counter, "no-such"), (Counter(shop, "klingon"), "do"), (counter, "create-cart")):
        refused = await each.call(operation, raw=b"{}")
        missing = "dialect" if each is not counter else "operation in this dialect"
        assert (refused.body["error"]["code"], refused.body["error"]["message"]) == (
            "unknown-command",
            f"There is no such {missing}.",
        )
        assert (refused.body["type"], refused.http_status) == ("command-refused", 400)


async def test_bugs_of_a_dialect_are_internal_and_write_nothing(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    with capture_logs() as logged:
        for operation in ("break-plan", "break-response"):
            body = {"steps": [["add-items", {"items": [PLAN]}]]}
            broken = await counter.call(operation, None, body, cart_id=cart_id)
            assert (broken.body["oops"], broken.http_status) == ("internal", 500)
    errors = {each["event"] for each in logged if each["log_level"] in {"error", "critical"}}
    assert errors == {"intake_failed", "command_failed"}
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_an_operation_may_have_error_bodies_of_its_own(counter: Counter) -> None:
    refused = await counter.call("own-errors", None, {"steps": [["get-cart", {}]]})
    assert (refused.body, refused.http_status) == ({"own": "cart-not-found"}, 418)


async def test_a_write_needs_a_message_id(shop: Shop, counter: Counter) -> None:
    correlation_id = await shop.wire.publish(
        f"{shop.tenant}.do", b'{"body": {"steps": []}}', headers={"dialect": SELF_SAYING.name}
    )
    assert (await counter.reply(correlation_id)).body["oops"] == "missing-message-id"


async def test_a_deadline_that_passed(counter: Counter) -> None:
    late = await counter.call("do", None, {"steps": []}, headers={"deadline": "2020-01-01T00:00:00Z"})
    assert late.body == {"oops": "deadline-exceeded", "at": [], "read": False}
    assert late.http_status == 503


async def test_the_header_and_the_plan_name_the_same_cart(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    body = {"steps": [["empty-cart", {}]], "cart_id": cart_id}
    refused = await counter.call("do", None, body, cart_id="c-other")
    assert refused.body == {"oops": "invalid", "at": [["/parameters", "mismatch"]], "read": True}
    done = await counter.call("do", None, body)
    assert done.headers["cart-id"] == cart_id


async def test_a_lock_is_respected(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart(PHONE)
    await shop.call("lock-cart", cart_id, {"owner": "agent-7", "seconds": 60})
    body = {"steps": [["empty-cart", {}]]}
    assert (await counter.call("do", None, body, cart_id=cart_id)).body["oops"] == "cart-locked"
    done = await counter.call("do", None, body, cart_id=cart_id, headers={"lock-owner": "agent-7"})
    assert done.body["status"] == "applied"
