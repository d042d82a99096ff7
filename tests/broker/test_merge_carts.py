"""`merge-carts`, from queue to reply: contract, "Structure and life"."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from support.patience import PATIENCE
from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
LAST_ONE = {"code": "LAST", "reductionPercent": "50", "uses": 1}


async def merged(shop: Shop, target: str, source: str, **data: Any) -> dict[str, Any]:
    reply = await shop.call("merge-carts", target, {"from": source, **data})
    assert reply["status"] == "applied", reply
    return reply


async def gone(shop: Shop, cart_id: str) -> None:
    """Wait until a cart has ended."""
    async with asyncio.timeout(PATIENCE):
        while (await shop.call("get-cart", cart_id))["type"] != "command-refused":  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.02)


def lines(reply: dict[str, Any]) -> dict[str, int]:
    return {item["id"]: item["quantity"] for item in reply["cart"]["items"]}


async def with_parts(shop: Shop, **quantities: int) -> str:
    """A cart with a phone, a plan that hangs on it, and a case."""
    return await shop.cart(
        {"id": "p", "offeringId": "phone", "quantity": quantities.get("phone", 1)},
        {"id": "c", "offeringId": "plan", "parentId": "p", "quantity": quantities.get("plan", 1)},
        {
            "id": "x",
            "offeringId": "case",
            "characteristics": {"color": quantities.get("color") or "red"},
            "quantity": quantities.get("case", 1),
        },
    )


async def test_lines_of_from_that_the_target_has_are_dropped_by_default(shop: Shop) -> None:
    target, source = await shop.cart({**PLAN, "quantity": 2}), await shop.cart({**PLAN, "quantity": 3}, PHONE)
    reply = await merged(shop, target, source)
    assert (reply["version"], lines(reply)) == (2, {"i-1": 2, "i-2": 1})
    assert reply["changes"][0] == {"type": "cart-merged", "from": source, "fromVersion": 1, "strategy": "keep-target"}
    assert reply["cart"]["items"][1]["prices"][0]["gross"] == "120.00"


@pytest.mark.parametrize(("strategy", "quantity"), [("keep-target", 2), ("sum", 5), ("take-larger", 3)])
async def test_the_strategy_decides_the_quantity_of_a_line_that_both_have(
    shop: Shop, strategy: str, quantity: int
) -> None:
    target, source = await shop.cart({**PLAN, "quantity": 2}), await shop.cart({**PLAN, "id": "i-9", "quantity": 3})
    assert lines(await merged(shop, target, source, strategy=strategy)) == {"i-1": quantity}


async def test_take_larger_keeps_what_is_larger_already(shop: Shop) -> None:
    target, source = await shop.cart({**PLAN, "quantity": 4}), await shop.cart({**PLAN, "quantity": 3})
    reply = await merged(shop, target, source, strategy="take-larger")
    assert [each["type"] for each in reply["changes"]] == ["cart-merged"]
    assert lines(reply) == {"i-1": 4}


@pytest.mark.parametrize("other", [{"term": "P24M"}, {"characteristics": {"color": "red"}}, {"offeringId": "phone"}])
async def test_lines_differ_by_offering_term_and_characteristics(shop: Shop, other: dict[str, Any]) -> None:
    target, source = await shop.cart(PLAN), await shop.cart({**PLAN, "id": "i-5", **other})
    assert lines(await merged(shop, target, source, strategy="sum")) == {"i-1": 1, "i-5": 1}


async def test_lines_differ_by_the_lines_that_they_hang_on(shop: Shop) -> None:
    target = await shop.cart(PLAN)
    source = await shop.cart({**PHONE, "id": "p"}, {"id": "c", "offeringId": "plan", "parentId": "p"})
    reply = await merged(shop, target, source, strategy="sum")
    assert lines(reply) == {"i-1": 1, "p": 1, "c": 1}


async def test_what_is_given_up_is_not_what_is_ordered_and_a_swapped_pair_comes_in_as_a_whole(shop: Shop) -> None:
    target = await shop.cart(PLAN)
    source = await shop.cart(
        {"id": "old", "offeringId": "plan", "productId": "p-1", "action": "terminate"},
        {"id": "new", "offeringId": "phone", "action": "swap"},
    )
    reply = await merged(shop, target, source, strategy="sum")
    assert lines(reply) == {"i-1": 1, "old": 1, "new": 1}
    assert [item["action"] for item in reply["cart"]["items"]] == ["add", "terminate", "swap"]
    assert reply["cart"]["items"][2]["relationships"] == [{"id": "old", "type": "replaces"}]


async def test_children_follow_their_parents_quantity(shop: Shop) -> None:
    """Two phones with a plan each, and one phone with a plan: three phones with a plan each."""
    target, source = await with_parts(shop, phone=2, plan=2), await with_parts(shop)
    reply = await merged(shop, target, source, strategy="sum")
    assert lines(reply) == {"p": 3, "c": 3, "x": 2}


async def test_the_targets_ids_stay_and_froms_lines_get_new_ones_on_collision(shop: Shop) -> None:
    target = await shop.cart({"id": "i-1", "offeringId": "phone"})
    source = await shop.cart(
        {"id": "i-1", "offeringId": "plan", "term": "P12M"},
        {"id": "i-2", "offeringId": "plan", "parentId": "i-1", "relationships": [{"id": "i-1", "type": "needs"}]},
        {"id": "i-3", "offeringId": "phone", "term": "P12M", "relationships": [{"id": "p-77", "type": "replaces"}]},
    )
    reply = await merged(shop, target, source)
    own, plan, child, other = reply["cart"]["items"]
    assert (own["id"], own["offeringId"]) == ("i-1", "phone")
    assert (plan["offeringId"], plan["id"] not in {"i-1", "i-2", "i-3"}) == ("plan", True)
    assert (child["id"], child["parentId"]) == ("i-2", plan["id"])
    assert child["relationships"] == [{"id": plan["id"], "type": "needs"}]
    assert other["relationships"] == [{"id": "p-77", "type": "replaces"}]


async def test_a_child_that_only_from_has_comes_to_hang_on_the_targets_line(shop: Shop) -> None:
    target = await shop.cart({"id": "t", "offeringId": "phone"})
    source = await shop.cart({"id": "p", "offeringId": "phone"}, {"id": "c", "offeringId": "plan", "parentId": "p"})
    reply = await merged(shop, target, source)
    assert [(each["id"], each.get("parentId")) for each in reply["cart"]["items"]] == [("t", None), ("c", "t")]


async def test_containers_are_matched_by_portfolio_then_by_category(shop: Shop) -> None:
    mobile = {"category": "mobile", "processContext": "new"}
    target = await shop.cart(
        containers=[
            {"id": "k-1", **mobile, "portfolioId": "pf-1"},
            {"id": "k-2", "category": "tv"},
            {"id": "k-3", "category": "fixed"},
        ]
    )
    source = await shop.cart(
        containers=[
            {"id": "k-2", **mobile, "portfolioId": "pf-1"},
            {"id": "k-1", "category": "tv"},
            {"id": "k-3", **mobile, "portfolioId": "pf-2"},
        ],
        items=[],
    )
    added = {
        "items": [
            {"id": "a", "offeringId": "plan", "containerId": "k-2"},
            {"id": "b", "offeringId": "plan", "containerId": "k-1", "term": "P12M"},
            {"id": "c", "offeringId": "plan", "containerId": "k-3", "term": "P24M"},
        ]
    }
    assert (await shop.call("add-items", source, added))["status"] == "applied"
    reply = await merged(shop, target, source)
    containers = {each["id"]: each.get("portfolioId") for each in reply["cart"]["containers"]}
    assert list(containers.values()) == ["pf-1", None, None, "pf-2"]
    new = list(containers)[3]
    assert new not in {"k-1", "k-2", "k-3"}
    where = {each["id"]: each["containerId"] for each in reply["cart"]["items"]}
    assert where == {"a": "k-1", "b": "k-2", "c": new}


async def test_notes_follow(shop: Shop) -> None:
    tv = [{"id": "k-1", "category": "tv"}]
    target, source = await shop.cart(PLAN, containers=tv), await shop.cart(PLAN, PHONE, containers=tv)
    for place in ({"itemId": "i-1"}, {"itemId": "i-2"}, {"containerId": "k-1"}):
        await shop.call("add-note", source, {**place, "note": {"id": "n-1", "text": "from"}})
    await shop.call("add-note", target, {"itemId": "i-1", "note": {"id": "n-1", "text": "own"}})
    cart = (await merged(shop, target, source, strategy="sum"))["cart"]
    texts = {item["id"]: [note["text"] for note in item.get("notes", [])] for item in cart["items"]}
    assert texts == {"i-1": ["own", "from"], "i-2": ["from"]}
    assert [note["text"] for note in cart["containers"][0]["notes"]] == ["from"]
    assert len({note["id"] for note in cart["items"][0]["notes"]}) == 2


async def test_money_follows_and_the_same_card_counts_once(shop: Shop) -> None:
    target, source = await shop.cart(PLAN), await shop.cart(PHONE)
    card = {"kind": "gift-card", "amount": "20.00", "reference": "GC-1"}
    for cart_id, data in ((target, card), (source, card), (source, {**card, "kind": "wallet", "amount": "5.00"})):
        assert (await shop.call("apply-adjustment", cart_id, data))["status"] == "applied"
    cart = (await merged(shop, target, source))["cart"]
    assert [(each["kind"], each["amount"]) for each in cart["adjustments"]] == [
        ("gift-card", "20.00"),
        ("wallet", "5.00"),
    ]
    assert (cart["dueNow"]["gross"], cart["dueNow"]["payable"]) == ("130.00", "105.00")


async def test_from_ends_as_deleted_by_a_command_of_its_own(shop: Shop, running: Running) -> None:
    target, source = await shop.cart(PLAN), await shop.cart(PHONE)
    reply = await shop.call("merge-carts", target, {"from": source}, message_id="m-1")
    assert reply["status"] == "applied"
    await gone(shop, source)
    journal = (await running.documents(shop.tenant))["journal"]
    [ending] = [each for each in journal if each["cartId"] == source and each["version"] == 2]
    assert (ending["commandId"], ending["kind"]) == ("m-1:from", "delete-cart")
    again = await shop.call("merge-carts", target, {"from": source}, message_id="m-1")
    assert (again["status"], again["version"]) == ("duplicate", 2)


async def test_the_event_of_its_own_is_heard_once(shop: Shop) -> None:
    target, source = await shop.cart(PLAN), await shop.cart(PHONE)
    await merged(shop, target, source)
    await gone(shop, source)
    ids = [f"{shop.tenant}:{target}:2:cart-merged", f"{shop.tenant}:{source}:2:cart-deleted"]
    await shop.wire.events.wait(lambda event: event.message_id in ids, 2)
    assert sorted(event.message_id for event in shop.heard() if event.message_id in ids) == sorted(ids)


async def test_customer_and_keys_are_the_targets(shop: Shop) -> None:
    target = await shop.cart(PLAN, customer={"id": "u-1"}, keys={"externalId": "x-1"})
    source = await shop.cart(PHONE, customer={"id": "u-2"}, keys={"externalId": "x-2", "journey": "j-2"})
    cart = (await merged(shop, target, source))["cart"]
    assert (cart["customer"], cart["keys"]) == ({"id": "u-1"}, {"externalId": "x-1"})


async def test_another_currency_and_the_same_cart_are_invalid(shop: Shop) -> None:
    target, yen = await shop.cart(PLAN), await shop.cart(currency="JPY", country="JP")
    for source, code in ((yen, "other-currency"), (target, "same-cart")):
        reply = await shop.call("merge-carts", target, {"from": source})
        assert (error_code(reply), problems(reply)) == ("invalid", [("/data/from", code)])


async def test_from_must_be_there_and_still_be_open(shop: Shop) -> None:
    target, deleted = await shop.cart(PLAN), await shop.cart(PHONE)
    await shop.call("delete-cart", deleted)
    for source in ("c-none", deleted):
        reply = await shop.call("merge-carts", target, {"from": source})
        assert (error_code(reply), problems(reply)) == ("cart-not-found", [("/data/from", "cart-not-found")])
    assert (await shop.call("get-cart", target))["version"] == 1


async def test_a_dry_run_predicts_and_ends_nothing(shop: Shop, running: Running) -> None:
    target, source = await shop.cart(PLAN), await shop.cart(PLAN, PHONE)
    before = await running.documents(shop.tenant)
    predicted = await shop.call("merge-carts", target, {"from": source, "strategy": "sum"}, dryRun=True)
    assert predicted["status"] == "dry-run"
    assert await running.documents(shop.tenant) == before
    reply = await merged(shop, target, source, strategy="sum")
    same = ("changes", "priceChanges", "version")
    assert [predicted[each] for each in same] == [reply[each] for each in same]
    assert predicted["cart"]["items"] == reply["cart"]["items"]


async def test_a_voucher_moves_with_its_last_use_which_counts_once(shop: Shop, running: Running) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [LAST_ONE]})
    target, source, third = await shop.cart(PLAN), await shop.cart(PHONE), await shop.cart(PHONE)
    assert (await shop.call("add-voucher", source, {"code": "LAST"}))["status"] == "applied"
    reply = await merged(shop, target, source)
    [voucher] = reply["cart"]["vouchers"]
    assert (voucher["code"], voucher["applied"]) == ("LAST", True)
    assert error_code(await shop.call("add-voucher", third, {"code": "LAST"})) == "voucher-exhausted"
    await gone(shop, source)
    [budget] = (await running.documents(shop.tenant))["budgets"]
    assert [each["cart"] for each in budget["holders"]] == [target]
    assert error_code(await shop.call("add-voucher", third, {"code": "LAST"})) == "voucher-exhausted"
    await shop.call("remove-voucher", target, {"code": "LAST"})
    assert (await shop.call("add-voucher", third, {"code": "LAST"}))["status"] == "applied"


async def test_a_voucher_that_no_longer_applies_stays_behind(shop: Shop) -> None:
    good, bad = {**LAST_ONE, "code": "GOOD", "uses": None}, {**LAST_ONE, "code": "BAD", "uses": None}
    await shop.call("upsert-vouchers", data={"vouchers": [good, bad]})
    target, source = await shop.cart(PLAN), await shop.cart(PHONE)
    for code in ("GOOD", "BAD"):
        await shop.call("add-voucher", source, {"code": code})
    over = {**bad, "validFor": {"endDateTime": "2020-01-01T00:00:00Z"}}
    await shop.call("upsert-vouchers", data={"vouchers": [over]})
    reply = await merged(shop, target, source)
    assert [each["code"] for each in reply["cart"]["vouchers"]] == ["GOOD"]


async def test_a_chosen_promotion_moves_where_it_applies(shop: Shop) -> None:
    ten = {"kind": "percent", "value": "10"}
    many = {"kind": "quantity", "minimum": 2}
    promotions = [
        {"id": "spring", "coupon": "SPRING", "benefits": [ten]},
        {"id": "gone", "coupon": "GONE", "benefits": [ten]},
        {"id": "many", "automatic": False, "conditions": [many], "level": "item", "benefits": [ten]},
    ]
    await shop.call("upsert-promotions", data={"promotions": promotions})
    target, source = await shop.cart(PLAN), await shop.cart({**PHONE, "quantity": 2})
    for chosen in ({"coupon": "SPRING"}, {"coupon": "GONE"}, {"promotionId": "many"}):
        assert (await shop.call("apply-promotion", source, chosen))["status"] == "applied"
    await shop.call("upsert-promotions", data={"promotions": [{**promotions[1], "lifecycle": "paused"}]})
    reply = await merged(shop, target, source)
    chosen = [each["promotionId"] for each in reply["changes"] if each["type"] == "promotion-chosen"]
    assert chosen == ["spring", "many"]


async def test_a_line_that_can_not_be_sold_in_the_target_is_refused(shop: Shop) -> None:
    target, source = (
        await shop.cart(PLAN),
        await shop.cart({"id": "s", "offeringId": "shop-only"}, channel={"id": "shop"}),
    )
    await shop.call("update-cart", target, {"agentId": "a-1"})
    web = await shop.cart(PLAN, channel={"id": "web"})
    reply = await shop.call("merge-carts", web, {"from": source})
    assert (error_code(reply), problems(reply)) == (
        "offering-not-available",
        [("/data/from", "offering-not-available")],
    )


async def test_what_a_promotion_gave_is_not_merged_but_given_once(shop: Shop) -> None:
    gift = {
        "id": "gift",
        "conditions": [{"kind": "offering", "offeringIds": ["phone"]}],
        "benefits": [{"kind": "free-item", "offeringId": "plan"}],
    }
    await shop.call("upsert-promotions", data={"promotions": [gift]})
    target, source = await shop.cart(PHONE), await shop.cart(PHONE)
    reply = await merged(shop, target, source, strategy="sum")
    assert sorted(item["offeringId"] for item in reply["cart"]["items"]) == ["phone", "plan"]


async def test_more_lines_than_a_cart_holds_are_refused(shop: Shop) -> None:
    await shop.call("set-configuration", data={"limits": {"items": 2}})
    target, source = await shop.cart(PLAN), await shop.cart(PHONE, {**PHONE, "id": "i-3", "term": "P12M"})
    assert error_code(await shop.call("merge-carts", target, {"from": source})) == "cart-too-large"


async def test_a_line_that_comes_to_from_meanwhile_is_in_one_of_the_carts(shop: Shop) -> None:
    """It comes in with the others, or the other cart lives on with it; or it is refused, where it came too late."""
    target, source, message_id = await shop.cart(PLAN), await shop.cart(PHONE), uuid4().hex
    merging = await shop.send("merge-carts", target, {"from": source}, message_id=message_id)
    adding = await shop.send("add-items", source, {"items": [{**PHONE, "id": "i-9", "term": "P12M"}]})
    reply, added = [await shop.wire.reply(sent) for sent in (merging, adding)]
    assert reply["status"] == "applied"
    if added["type"] == "command-refused":
        assert error_code(added) == "cart-not-found"
    elif "i-9" in lines(reply):
        await gone(shop, source)
    else:
        assert await why_parked(shop, message_id) == "rebase-conflict"
        assert lines(await shop.call("get-cart", source)) == {"i-2": 1, "i-9": 1}


async def test_an_order_that_is_submitted_meanwhile_stays(shop: Shop) -> None:
    """It is refused as a part of the other cart, or it is in both; or it is not submitted, where that came too late."""
    target, source, message_id = await shop.cart(PLAN), await shop.cart(PHONE), uuid4().hex
    token = (await shop.call("validate-cart", source))["validation"]["token"]
    merging = await shop.send("merge-carts", target, {"from": source}, message_id=message_id)
    submitting = await shop.send("submit-cart", source, {"token": token})
    reply, submitted = [await shop.wire.reply(sent) for sent in (merging, submitting)]
    if submitted["type"] == "command-refused":
        assert error_code(submitted) == "cart-not-found"
        return
    if reply["type"] == "command-refused":
        assert error_code(reply) == "cart-read-only"
    else:
        assert await why_parked(shop, message_id) == "rebase-conflict"
    assert (await shop.call("get-cart", source))["cart"]["status"] == "submitted"


async def why_parked(shop: Shop, merging: str) -> str:
    """The code with which the deletion that follows from a merge is parked."""
    message = await shop.wire.parked.take(lambda each: each.message_id == f"{merging}:from")
    return str(message.headers["parked-code"])


async def test_a_locked_cart_is_merged_by_its_owner_only_and_its_lock_does_not_stop_the_deletion(shop: Shop) -> None:
    target, source = await shop.cart(PLAN), await shop.cart(PHONE)
    await shop.call("lock-cart", source, {"owner": "agent-7", "seconds": 300})
    refused = await shop.call("merge-carts", target, {"from": source})
    assert (error_code(refused), problems(refused)) == ("cart-locked", [("/data/from", "cart-locked")])
    assert refused["error"]["details"]["owner"] == "agent-7"
    owner = {"headers": {"lock-owner": "agent-7"}}
    reply = await shop.call("merge-carts", target, {"from": source}, properties=owner)
    assert reply["status"] == "applied"
    await gone(shop, source)


async def test_a_submitted_cart_is_not_merged(shop: Shop) -> None:
    target, source = await shop.cart(PLAN), await shop.cart(PHONE)
    token = (await shop.call("validate-cart", source))["validation"]["token"]
    assert (await shop.call("submit-cart", source, {"token": token}))["status"] == "applied"
    refused = await shop.call("merge-carts", target, {"from": source})
    assert (error_code(refused), problems(refused)) == ("cart-read-only", [("/data/from", "cart-read-only")])
