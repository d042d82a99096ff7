"""`submit-cart`, from queue to reply: a valid token for exactly this version, then read-only (001, 002)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.tokens import Validity
from support.running import Running, running_worker
from support.shop import PRICES, Shop, error_code, problems
from workers.execute.validity_tokens import SignedTokens

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone"}


async def token(shop: Shop, cart_id: str) -> str:
    reply = await shop.call("validate-cart", cart_id)
    assert reply["validation"]["valid"], reply
    return str(reply["validation"]["token"])


async def key(running: Running) -> bytes:
    """The key of the database, which the first validation made."""
    [kept] = await running.database["secrets"].find().to_list()
    return bytes(kept["value"])


async def submitted(shop: Shop, *items: dict[str, Any]) -> str:
    cart_id = await shop.cart(*items)
    assert (await shop.call("submit-cart", cart_id, {"token": await token(shop, cart_id)}))["status"] == "applied"
    return cart_id


async def test_a_validated_cart_is_submitted_and_read_only_from_then_on(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    reply = await shop.call("submit-cart", cart_id, {"token": await token(shop, cart_id)})
    assert (reply["type"], reply["status"], reply["version"]) == ("cart-updated", "applied", 2)
    assert (reply["cart"]["status"], reply["changes"]) == ("submitted", [{"type": "cart-submitted"}])
    changed = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert error_code(changed) == "cart-read-only"
    assert error_code(await shop.call("validate-cart", cart_id)) == "cart-read-only"
    assert error_code(await shop.call("submit-cart", cart_id, {"token": "x"})) == "cart-read-only"
    assert (await shop.call("get-cart", cart_id))["cart"]["status"] == "submitted"
    assert (await shop.call("delete-cart", cart_id))["status"] == "applied"


async def test_it_has_an_event_of_its_own(shop: Shop) -> None:
    cart_id = await submitted(shop, PLAN)
    events = await shop.events(5, cart_id)
    kinds = [event.headers["cloudEvents:type"] for event in events]
    assert kinds == ["cart-updated", "price-changed", "cart-created", "cart-updated", "cart-submitted"]


async def test_it_does_not_reprice(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    given = await token(shop, cart_id)
    phone = next(each for each in PRICES if each["offeringId"] == "phone")
    await shop.call("upsert-prices", data={"prices": [{**phone, "amount": "1.00"}]})
    reply = await shop.call("submit-cart", cart_id, {"token": given})
    assert (reply["priceChanges"], reply["cart"]["dueNow"]["payable"]) == ([], "120.00")


async def test_a_rule_that_came_after_the_validation_does_not_stop_it(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    given = await token(shop, cart_id)
    rule = {"id": "none", "kind": "cardinality", "items": {"offeringIds": ["phone"]}, "max": 0}
    assert (await shop.call("upsert-rules", data={"rules": [rule]}))["type"] == "catalog-updated"
    assert (await shop.call("submit-cart", cart_id, {"token": given}))["status"] == "applied"


async def test_the_prices_of_a_submitted_cart_are_explained_as_they_were(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    reply = await shop.call("submit-cart", cart_id, {"token": await token(shop, cart_id)}, explain=True)
    assert reply["explanation"]["dueNow"]["lines"][-1]["after"] == "120.00"


async def test_budgets_stay_used(shop: Shop) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "ONE", "reductionPercent": "10", "uses": 1}]})
    cart_id, other = await shop.cart(PHONE), await shop.cart(PHONE)
    await shop.call("add-voucher", cart_id, {"code": "ONE"})
    await shop.call("submit-cart", cart_id, {"token": await token(shop, cart_id)})
    assert error_code(await shop.call("add-voucher", other, {"code": "ONE"})) == "voucher-exhausted"


async def test_an_altered_or_foreign_token_is_signature_invalid(shop: Shop, running: Running) -> None:
    cart_id, other = await shop.cart(PLAN), await shop.cart(PLAN)
    stranger = await running.shop()
    good, of_other = await token(shop, cart_id), await token(shop, other)
    await stranger.call("create-cart", cart_id, {"country": "FR", "currency": "EUR", "items": [PLAN]})
    of_stranger = await token(stranger, cart_id)
    forged = SignedTokens([b"f" * 32]).issue(Validity(shop.tenant, cart_id, 1, datetime(2100, 1, 1, tzinfo=UTC)))
    head, body, signature = good.split(".")
    altered = [good[:-1], f"{head}.{body}.{signature[::-1]}", f"{head}.{body[:-2]}AA.{signature}", "", "no token"]
    for each in (of_other, of_stranger, forged, *altered):
        reply = await shop.call("submit-cart", cart_id, {"token": each})
        assert (error_code(reply), problems(reply)) == ("signature-invalid", [("/data/token", "signature-invalid")])
    assert (await shop.call("submit-cart", cart_id, {"token": good}))["status"] == "applied"


async def test_an_old_token_is_expired(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await token(shop, cart_id)
    now = datetime.now(UTC).replace(microsecond=0)
    old = SignedTokens([await key(running)]).issue(Validity(shop.tenant, cart_id, 1, now - timedelta(seconds=1)))
    assert error_code(await shop.call("submit-cart", cart_id, {"token": old})) == "token-expired"


async def test_a_token_for_another_version_is_stale(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    given = await token(shop, cart_id)
    await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    reply = await shop.call("submit-cart", cart_id, {"token": given})
    assert (error_code(reply), reply["error"]["details"]["currentVersion"]) == ("stale-version", 2)


async def test_a_cart_that_can_not_be_ordered_says_why(shop: Shop) -> None:
    reply = await shop.call("submit-cart", await shop.cart(), {"token": "x"})
    details = reply["error"]["details"]
    assert details["notReadyForOrderCause"] == "cart-empty"
    assert details["notReadyForOrderCauseMessage"] == "The cart has no items."
    ready = await shop.call("submit-cart", await shop.cart(PLAN), {"token": "x"})
    assert "notReadyForOrderCause" not in ready["error"].get("details", {})


@pytest.mark.parametrize("data", [{}, {"token": None}, {"token": 1}, {"token": "x" * 2001}])
async def test_a_token_is_a_text_of_bounded_length(shop: Shop, data: dict[str, object]) -> None:
    reply = await shop.call("submit-cart", await shop.cart(PLAN), data)
    assert (error_code(reply), [path for path, _ in problems(reply)]) == ("invalid", ["/data/token"])


async def test_a_dry_run_predicts_and_submits_nothing(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    given = await token(shop, cart_id)
    before = await running.documents(shop.tenant)
    dry = await shop.call("submit-cart", cart_id, {"token": given}, dryRun=True)
    assert (dry["status"], dry["version"], dry["cart"]["status"]) == ("dry-run", 2, "submitted")
    assert await running.documents(shop.tenant) == before
    real = await shop.call("submit-cart", cart_id, {"token": given})
    assert (real["version"], real["changes"]) == (dry["version"], dry["changes"])


async def test_submitted_once_however_often_it_is_sent(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    data = {"token": await token(shop, cart_id)}
    replies = [await shop.call("submit-cart", cart_id, data, message_id="s-1") for _ in range(2)]
    assert [reply["status"] for reply in replies] == ["applied", "duplicate"]


async def test_any_worker_takes_a_token_of_another(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    given = await token(shop, cart_id)
    await running.stop()
    await running.start()
    assert (await shop.call("submit-cart", cart_id, {"token": given}))["status"] == "applied"


async def test_keys_are_rotated_while_tokens_are_out(amqp_url: str, mongo_url: str) -> None:
    old, new = "o" * 32, "n" * 32
    async with running_worker(amqp_url, mongo_url, token_keys=f"{new},{old}") as running:
        shop = await running.shop()
        cart_id, other = await asyncio.gather(shop.cart(PLAN), shop.cart(PLAN))
        validity = Validity(shop.tenant, cart_id, 1, datetime(2100, 1, 1, tzinfo=UTC))
        assert SignedTokens([new.encode()]).read(await token(shop, other)) is not None
        signed_before = SignedTokens([old.encode()]).issue(validity)
        assert (await shop.call("submit-cart", cart_id, {"token": signed_before}))["status"] == "applied"
        assert await running.database["secrets"].count_documents({}) == 0
