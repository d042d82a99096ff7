"""Rules from queue to reply: what they refuse and where, what they change and how that is told."""

from typing import Any

import pytest

from support.shop import Shop, error_code, problems

PLAN = {"id": "p", "offeringId": "plan"}
PHONE = {"id": "h", "offeringId": "phone"}
CASE = {"id": "c", "offeringId": "case", "characteristics": {"color": "red"}}
PLANS, PHONES, CASES = ({"offeringIds": [name]} for name in ("plan", "phone", "case"))


async def rules(shop: Shop, *rows: dict[str, Any]) -> None:
    reply = await shop.call("upsert-rules", data={"rules": list(rows)})
    assert reply["type"] == "catalog-updated", reply


async def add(shop: Shop, cart_id: str, *items: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    return await shop.call("add-items", cart_id, {"items": list(items)}, **envelope)


def items(reply: dict[str, Any]) -> list[str]:
    return [item["offeringId"] for item in reply["cart"]["items"]]


def rule(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": "r-1", **fields}


REFUSALS = [
    (rule("cardinality", items=PLANS, max=1), "rule-broken"),
    (rule("exclusion", items=PHONES, others=PLANS), "incompatible-items"),
    (rule("requires", items={"offeringIds": ["plan"]}, needs=CASES), "rule-broken"),
    (rule("compatible-with", items=PHONES, others=CASES), "incompatible-items"),
    (rule("owned-once", items=PLANS), "already-owned"),
]


@pytest.mark.parametrize(("row", "code"), REFUSALS, ids=[row["kind"] for row, _ in REFUSALS])
async def test_what_breaks_a_rule_is_refused_in_its_place(shop: Shop, row: dict[str, Any], code: str) -> None:
    await rules(shop, row)
    cart_id = await shop.cart(PHONE, customer={"id": "u-1", "ownedOfferings": ["plan"]})
    for dry_run in (True, False):
        reply = await add(shop, cart_id, {**PLAN, "quantity": 2}, dryRun=dry_run)
        assert (error_code(reply), problems(reply)) == (code, [("/data/items/0", code)])
        assert reply["error"]["details"] == {"ruleId": "r-1"}
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_a_rule_that_comes_later_is_no_trap(shop: Shop) -> None:
    cart_id = await shop.cart({**PLAN, "quantity": 3})
    await rules(shop, rule("cardinality", items=PLANS, max=1))
    better = await shop.call("update-products", cart_id, {"products": [{"id": "p", "quantity": 2}]})
    assert (better["status"], [each["code"] for each in better["warnings"]]) == ("applied", ["rule-not-met"])
    worse = await shop.call("update-products", cart_id, {"products": [{"id": "p", "quantity": 3}]})
    assert (error_code(worse), problems(worse)) == ("rule-broken", [("/data/products/0", "rule-broken")])
    good = await shop.call("update-products", cart_id, {"products": [{"id": "p", "quantity": 1}]})
    assert good["warnings"] == []


async def test_a_login_is_no_reason_to_refuse_what_is_there(shop: Shop) -> None:
    await rules(shop, rule("owned-once"))
    cart_id = await shop.cart(PLAN)
    owner = {"customer": {"id": "u-1", "ownedOfferings": ["plan", "phone"]}}
    reply = await shop.call("update-cart", cart_id, owner)
    assert (reply["status"], [each["code"] for each in reply["warnings"]]) == ("applied", ["rule-not-met"])
    assert error_code(await add(shop, cart_id, PHONE)) == "already-owned"


async def test_a_minimum_waits_for_what_may_come(shop: Shop) -> None:
    await rules(shop, rule("cardinality", items=PLANS, min=1))
    cart_id = await shop.cart(PHONE)
    assert [each["code"] for each in (await shop.call("get-cart", cart_id))["cart"]["warnings"]] == ["rule-not-met"]
    assert (await add(shop, cart_id, PLAN))["warnings"] == []


async def test_what_is_needed_does_not_leave_alone(shop: Shop) -> None:
    await rules(shop, rule("requires", items=PHONES, needs=PLANS))
    cart_id = await shop.cart(PHONE, PLAN)
    assert error_code(await shop.call("remove-items", cart_id, {"itemIds": ["p"]})) == "rule-broken"
    both = await shop.call("remove-items", cart_id, {"itemIds": ["h", "p"]})
    assert both["cart"]["items"] == []


async def test_per_container(shop: Shop) -> None:
    await rules(shop, rule("cardinality", items=PLANS, max=1, per="container"))
    containers = [{"id": "k-1"}, {"id": "k-2"}]
    inside = [{**PLAN, "id": f"p-{name}", "containerId": name} for name in ("k-1", "k-2")]
    cart_id = await shop.cart(*inside, containers=containers)
    reply = await add(shop, cart_id, {**PLAN, "id": "p-3", "containerId": "k-2"})
    assert error_code(reply) == "rule-broken"


async def test_one_kind_empties_the_other_and_the_reply_says_so(shop: Shop) -> None:
    await rules(shop, rule("exclusive-kinds", kinds=[PLANS, {"offeringIds": ["phone", "case"]}]))
    cart_id = await shop.cart(PHONE, CASE)
    reply = await add(shop, cart_id, PLAN)
    assert items(reply) == ["plan"]
    assert [each["type"] for each in reply["changes"]] == ["item-added", "item-removed", "item-removed", "rule-applied"]
    assert reply["changes"][-1] == {"type": "rule-applied", "ruleId": "r-1", "itemIds": ["h", "c"]}
    assert items(await add(shop, cart_id, PHONE)) == ["phone"]
    together = await add(shop, cart_id, {**CASE, "id": "c-2"}, {**PLAN, "id": "p-2"})
    assert error_code(together) == "incompatible-items"


async def test_an_item_comes_and_goes_with_another(shop: Shop) -> None:
    await rules(shop, rule("add-item", when=PHONES, offeringId="plan"))
    cart_id = await shop.cart()
    added = await add(shop, cart_id, PHONE, message_id="m-1")
    [_, plan] = added["cart"]["items"]
    assert (plan["offeringId"], plan["addedBy"]) == ("plan", "rule:r-1")
    assert added["changes"][-1] == {"type": "rule-applied", "ruleId": "r-1", "itemIds": ["r-1-plan"]}
    assert added["cart"]["dueNow"]["gross"] == "130.00"
    assert await add(shop, cart_id, PHONE, message_id="m-1") == {**added, "status": "duplicate"}
    gone = await shop.call("remove-items", cart_id, {"itemIds": ["h"]})
    assert gone["cart"]["items"] == []


async def test_what_is_not_on_sale_is_not_added_and_the_reply_says_so(shop: Shop) -> None:
    await rules(shop, rule("add-item", when=PHONES, offeringId="shop-only"))
    reply = await add(shop, await shop.cart(), PHONE)
    assert (items(reply), [each["code"] for each in reply["warnings"]]) == (["phone"], ["rule-not-met"])
    sold = await add(shop, await shop.cart(channel={"id": "shop"}), PHONE)
    assert (items(sold), sold["warnings"]) == (["phone", "shop-only"], [])


async def test_items_are_removed_and_replaced(shop: Shop) -> None:
    replacing = {**rule("replace-item", when=PLANS, items=PHONES, by="case"), "id": "r-2"}
    await rules(shop, rule("remove-item", when=PLANS, items=CASES))
    cart_id = await shop.cart(CASE, PHONE)
    assert items(await add(shop, cart_id, PLAN)) == ["phone", "plan"]
    await rules(shop, replacing, rule("remove-item", when=PLANS, items=CASES, lifecycle="paused"))
    reply = await shop.call("reprice-cart", cart_id)
    assert items(reply) == ["case", "plan"]
    assert reply["changes"][0]["to"] == {"offeringId": "case"}


async def test_rules_that_never_rest_are_refused(shop: Shop) -> None:
    await rules(
        shop,
        rule("add-item", when=PHONES, offeringId="plan"),
        {**rule("remove-item", when=PHONES, items=PLANS), "id": "r-2"},
    )
    reply = await add(shop, await shop.cart(), PHONE)
    assert error_code(reply) == "rule-broken"
    assert "never come to rest" in reply["error"]["message"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (rule("magic"), ("/data/rules/0", "unknown-kind")),
        (rule("cardinality"), ("/data/rules/0/items", "missing")),
        (rule("exclusive-kinds", kinds=[PLANS]), ("/data/rules/0/kinds", "too-few")),
        (rule("cardinality", items=PLANS, min=2, max=1), ("/data/rules/0", "out-of-range")),
        (rule("add-item", when=PLANS, offeringId="none"), ("/data/rules/0/offeringId", "offering-not-found")),
        (rule("replace-item", when=PLANS, items=CASES, by="none"), ("/data/rules/0/by", "offering-not-found")),
    ],
)
async def test_rules_that_make_no_sense(shop: Shop, row: dict[str, Any], problem: tuple[str, str]) -> None:
    reply = await shop.call("upsert-rules", data={"rules": [row]})
    assert problem in problems(reply)


@pytest.fixture
async def bundled(shop: Shop) -> Shop:
    """A shop with an office: one plan comes with it, up to two phones may hang on it."""
    office = {
        "id": "office",
        "bundle": [{"offeringId": "plan", "min": 1, "max": 1, "default": 1}, {"offeringId": "phone", "max": 2}],
    }
    await shop.call("upsert-offerings", data={"offerings": [office]})
    return shop


async def test_a_bundle_brings_its_default_members(bundled: Shop) -> None:
    cart_id = await bundled.cart()
    reply = await add(bundled, cart_id, {"id": "o", "offeringId": "office", "quantity": 2})
    assert [(each["id"], each["quantity"], each.get("parentId")) for each in reply["cart"]["items"]] == [
        ("o", 2, None),
        ("o-plan", 2, "o"),
    ]
    assert reply["changes"][-1] == {"type": "rule-applied", "ruleId": "bundle", "itemIds": ["o-plan"]}


async def test_quantities_follow_the_parent_and_removal_too(bundled: Shop) -> None:
    cart_id = await bundled.cart({"id": "o", "offeringId": "office"}, {**PHONE, "parentId": "o", "quantity": 2})
    reply = await bundled.call("update-products", cart_id, {"products": [{"id": "o", "quantity": 3}]})
    assert {each["id"]: each["quantity"] for each in reply["cart"]["items"]} == {"o": 3, "h": 6, "o-plan": 3}
    gone = await bundled.call("remove-items", cart_id, {"itemIds": ["o"]})
    assert gone["cart"]["items"] == []


async def test_a_bundle_keeps_within_its_cardinality(bundled: Shop) -> None:
    cart_id = await bundled.cart({"id": "o", "offeringId": "office"})
    reply = await add(bundled, cart_id, {**PHONE, "parentId": "o", "quantity": 3})
    assert (error_code(reply), problems(reply)) == ("rule-broken", [("/data/items/0", "rule-broken")])
    lacking = await bundled.call("remove-items", cart_id, {"itemIds": ["o-plan"]})
    assert [each["code"] for each in lacking["warnings"]] == ["rule-not-met"]
