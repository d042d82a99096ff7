"""What a line carries, what becomes of it, and lines that are swapped for each other, from the queue to the reply."""

from typing import Any

import pytest

from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
LC = {"name": "LC", "text": "Memo text required if selected"}
ROOT = "10000001-3f41-49bf-a6cf-6f65caa650ca"
OFFER, DEVICE, SIM = (
    "0b690f7e-3f41-49bf-a6cf-6f65caa650ca",
    "Mobile_Device_pkey73001_sku2680262",
    "790650ec-b512-4bee-ae7f-535668eadf1b",
)
ORDER = [
    {
        "id": ROOT,
        "action": "no-change",
        "offeringType": "Mobile_Offer",
        "offeringId": OFFER,
        "billingAccountId": "556165899573",
        "ratingType": "postpaid",
        "subscriberNumber": "4690002221",
    },
    {
        "id": "old-device",
        "offeringType": "Mobile_Device",
        "action": "terminate",
        "parentId": ROOT,
        "actionReason": LC,
        "productId": "47777581441708014",
        "primaryProductId": "47777581441708014",
    },
    {
        "id": "device",
        "action": "swap",
        "offeringType": "Mobile_Device",
        "offeringId": DEVICE,
        "parentId": ROOT,
        "actionReason": {**LC, "action": "swap"},
        "place": {"role": "PPU", "name": "ppuAddress", "id": "000011VYAA"},
        "characteristics": {"isBYOD": "true", "IMEI": "358073464620280", "eSIM_Enabled": "true"},
    },
    {
        "id": "old-sim",
        "offeringType": "SIM",
        "action": "terminate",
        "parentId": ROOT,
        "actionReason": LC,
        "productId": "47777581441708014",
        "primaryProductId": "47777581441708014",
    },
    {
        "id": "sim",
        "offeringType": "SIM",
        "offeringId": SIM,
        "parentId": ROOT,
        "action": "swap",
        "actionReason": LC,
        "characteristics": {"ICCID": "89014103270197479933"},
    },
]
"""The body of document 004 (Add Items to Cart), under the names of the canonical commands."""


SWAP = {"offeringId": "phone", "action": "swap", "productId": "p-1"}


async def mobile(shop: Shop) -> None:
    """A catalog with the offerings of document 004."""
    device = [{"name": "IMEI", "valueType": "imei"}, {"name": "isBYOD", "valueType": "boolean"}]
    offerings = [{"id": OFFER}, {"id": DEVICE, "characteristics": device}, {"id": SIM}]
    point = {"type": "one-time", "currency": "EUR"}
    prices = [{"id": f"pp-{each}", "offeringId": each, "amount": "10.00", **point} for each in (OFFER, DEVICE, SIM)]
    assert (await shop.call("upsert-offerings", data={"offerings": offerings}))["type"] == "catalog-updated"
    assert (await shop.call("upsert-prices", data={"prices": prices}))["type"] == "catalog-updated"


async def ordered(shop: Shop) -> str:
    """A cart with the items of document 004; its id."""
    await mobile(shop)
    cart_id = await shop.cart()
    assert (await shop.call("add-items", cart_id, {"items": ORDER}))["status"] == "applied"
    return cart_id


def lines(reply: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in reply["cart"]["items"]}


async def shown(shop: Shop, cart_id: str) -> dict[str, dict[str, Any]]:
    return lines(await shop.call("get-cart", cart_id))


async def test_all_items_of_the_carriers_example_are_added_and_shown_as_sent(shop: Shop) -> None:
    found = await shown(shop, await ordered(shop))
    assert list(found) == [each["id"] for each in ORDER]
    for sent in ORDER:
        line = found[str(sent["id"])]
        assert {name: line[name] for name in sent} == sent
    assert [len(line["prices"]) for line in found.values()] == [0, 0, 1, 0, 1]


async def test_a_swap_ties_the_terminated_line_and_the_new_one_to_each_other(shop: Shop) -> None:
    found = await shown(shop, await ordered(shop))
    assert {own: line["relationships"] for own, line in found.items()} == {
        ROOT: [],
        "old-device": [{"id": "device", "type": "replaced-by"}],
        "device": [{"id": "old-device", "type": "replaces"}],
        "old-sim": [{"id": "sim", "type": "replaced-by"}],
        "sim": [{"id": "old-sim", "type": "replaces"}],
    }


@pytest.mark.parametrize("removed", ["old-device", "device"])
async def test_both_lines_of_a_swapped_pair_leave_together(shop: Shop, removed: str) -> None:
    cart_id = await ordered(shop)
    data = {"itemIds": [removed]}
    dry = await shop.call("remove-items", cart_id, data, dryRun=True)
    reply = await shop.call("remove-items", cart_id, data)
    assert dry["changes"] == reply["changes"]
    assert list(lines(reply)) == [ROOT, "old-sim", "sim"]


async def test_no_command_undoes_one_half_of_a_swapped_pair(shop: Shop, running: Running) -> None:
    await mobile(shop)
    inside = [{**each, "containerId": "k-1"} for each in ORDER]
    cart_id = await shop.cart(*inside, containers=[{"id": "k-1", "portfolioId": "pf-1"}])
    before = await running.documents(shop.tenant)
    loose = await shop.call("update-products", cart_id, {"products": [{"id": "sim", "relationships": []}]})
    assert (error_code(loose), problems(loose)) == ("invalid", [("/data/products/0", "swapped-pair")])
    changed = await shop.call(
        "replace-containers", cart_id, actions(ROOT, "sim", "old-sim", "old-device", device="add")
    )
    assert (error_code(changed), problems(changed)) == (
        "invalid",
        [("/data/containers/0/items/4", "swapped-pair")],
    )
    assert await running.documents(shop.tenant) == before
    both = actions(ROOT, "sim", "old-sim", **{"device": "add", "old-device": "no-change"})
    assert (await shop.call("replace-containers", cart_id, both))["status"] == "applied"


def actions(*untouched: str, **changed: str) -> dict[str, Any]:
    """The data of a `replace-containers` that keeps some lines and changes the actions of others."""
    items = [{"id": each} for each in untouched]
    items += [{"id": each, "action": action} for each, action in changed.items()]
    return {"containers": [{"portfolioId": "pf-1", "items": items}]}


async def test_patches_change_both_lines_of_a_swapped_pair_or_none(shop: Shop) -> None:
    cart_id = await ordered(shop)
    for line, action in (("sim", "add"), ("old-sim", "keep")):
        operation = {"op": "replace", "path": f"/items/{line}/action", "value": action}
        reply = await shop.call("patch-cart", cart_id, {"operations": [operation]})
        assert (error_code(reply), problems(reply)) == ("invalid", [("/data/operations/0", "swapped-pair")])
    delete = {"op": "delete", "path": "/items/sim"}
    gone = lines(await shop.call("patch-cart", cart_id, {"operations": [delete]}))
    assert list(gone) == [ROOT, "old-device", "device"]
    both = [
        {"op": "replace", "path": "/items/device/action", "value": "add"},
        {"op": "replace", "path": "/items/old-device/action", "value": "keep"},
    ]
    assert (await shop.call("patch-cart", cart_id, {"operations": both}))["status"] == "applied"


async def test_a_pair_that_is_sent_again_stays_and_one_that_is_not_sent_as_a_swap_is_dissolved(shop: Shop) -> None:
    cart_id = await ordered(shop)
    same = await shop.call("replace-items", cart_id, {"items": ORDER})
    assert same["status"] == "unchanged"
    other = [{**each, "action": "add"} if each["id"] == "device" else each for each in ORDER]
    found = lines(await shop.call("replace-items", cart_id, {"items": other}))
    assert (found["device"]["relationships"], found["old-device"]["relationships"]) == ([], [])
    assert found["sim"]["relationships"] == [{"id": "old-sim", "type": "replaces"}]


async def test_a_swap_of_a_product_in_the_cart_terminates_its_line(shop: Shop) -> None:
    cart_id = await shop.cart({**PLAN, "productId": "p-1", "action": "no-change"})
    reply = await shop.call("add-items", cart_id, {"items": [{"id": "i-2", **SWAP}]})
    found = lines(reply)
    assert [each["type"] for each in reply["changes"]] == ["item-added", "item-changed"]
    assert (found["i-1"]["action"], found["i-1"]["relationships"]) == (
        "terminate",
        [{"id": "i-2", "type": "replaced-by"}],
    )
    assert found["i-2"]["relationships"] == [{"id": "i-1", "type": "replaces"}]
    again = await shop.call("add-items", cart_id, {"items": [{"id": "i-3", **SWAP}]})
    assert (error_code(again), problems(again)) == ("invalid", [("/data/items/0", "swapped-twice")])


async def test_a_swap_of_a_product_that_is_in_no_line_brings_the_line_that_is_terminated(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    data = {"items": [{**SWAP, "id": "i-2", "parentId": "i-1", "actionReason": LC}]}
    dry = await shop.call("add-items", cart_id, data, dryRun=True)
    reply = await shop.call("add-items", cart_id, data)
    assert dry["changes"] == reply["changes"]
    [_, old, new] = lines(reply).values()
    assert (old["action"], old["productId"], old["parentId"], old["offeringId"]) == ("terminate", "p-1", "i-1", None)
    assert (old["actionReason"], new["relationships"]) == (LC, [{"id": old["id"], "type": "replaces"}])
    assert reply["cart"]["dueNow"]["payable"] == "130.00"


async def test_a_swap_may_name_the_old_line_and_one_that_finds_none_stays_alone(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    named = {"id": "i-2", "offeringId": "phone", "action": "swap", "relationships": [{"id": "i-1", "type": "replaces"}]}
    found = lines(await shop.call("add-items", cart_id, {"items": [named]}))
    assert (found["i-1"]["action"], found["i-1"]["prices"]) == ("terminate", [])
    alone = await shop.cart({"id": "i-1", "offeringId": "phone", "action": "swap"})
    assert (await shown(shop, alone))["i-1"]["relationships"] == []


@pytest.mark.parametrize("action", ["add", "modify", "delete", "no-change", "keep", "terminate", "swap"])
async def test_a_line_has_an_action_with_a_reason(shop: Shop, action: str) -> None:
    cart_id = await shop.cart({**PLAN, "action": action, "actionReason": LC})
    line = (await shown(shop, cart_id))["i-1"]
    assert (line["action"], line["actionReason"]) == (action, LC)


CARRIED: dict[str, Any] = {
    "relationships": [{"id": "p-9", "type": "reliesOn"}],
    "terms": [{"name": "commitment", "description": "two years", "duration": {"amount": 24, "units": "month"}}],
    "place": {"id": "pl-1", "name": "home", "role": "installation", "address": "1 Main Street"},
    "billingAccountId": "ba-1",
    "ratingType": "postpaid",
    "subscriberNumber": "4690002221",
    "relatedParties": [{"id": "u-2", "role": "payer", "name": "Anna"}],
    "offeringType": "SIM",
    "primaryProductId": "p-1",
    "attributes": {"sku": "2680262"},
    "actionReason": {**LC, "action": "modify"},
}


async def test_what_a_line_carries_is_kept_changed_and_removed(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart({**PLAN, **CARRIED})
    line = (await shown(shop, cart_id))["i-1"]
    assert {name: line[name] for name in CARRIED} == CARRIED
    update = {"id": "i-1", "place": {"name": "office"}, "terms": None, "billingAccountId": "ba-2"}
    reply = await shop.call("update-products", cart_id, {"products": [update]})
    changed = lines(reply)["i-1"]
    assert (changed["place"], changed["billingAccountId"]) == ({"name": "office"}, "ba-2")
    assert "terms" not in changed
    assert changed["relatedParties"] == CARRIED["relatedParties"]
    journal = (await running.documents(shop.tenant))["journal"]
    entry = next(each for each in journal if each["version"] == 2)
    assert entry["changes"][0]["to"] == {name: value for name, value in update.items() if name != "id"}


@pytest.mark.parametrize(
    ("field", "value", "path", "code"),
    [
        ("relationships", [{"id": "x", "type": "t"}] * 101, "", "too-many"),
        ("terms", [{"name": "t"}] * 21, "", "too-many"),
        ("terms", [{"duration": {"amount": -1, "units": "month"}}], "/0/duration/amount", "out-of-range"),
        ("relatedParties", [{"id": "x"}] * 101, "", "too-many"),
        ("attributes", {f"a{each}": "" for each in range(201)}, "", "too-many"),
        ("attributes", {"a": "x" * 2001}, "/a", "too-long"),
        ("place", {"address": "x" * 2001}, "/address", "too-long"),
        ("place", {"id": {"id": {"id": "deep"}}}, "/id", "wrong-type"),
        ("actionReason", {"reason": "x"}, "/reason", "unknown-field"),
        ("action", "steal", "", "not-allowed"),
    ],
)
async def test_what_a_line_carries_is_bounded(shop: Shop, field: str, value: Any, path: str, code: str) -> None:
    reply = await shop.call("add-items", await shop.cart(), {"items": [{**PLAN, field: value}]})
    assert (error_code(reply), problems(reply)) == ("invalid", [(f"/data/items/0/{field}{path}", code)])


async def test_a_relationship_to_a_line_leaves_with_it(shop: Shop) -> None:
    kept = {"id": "p-9", "type": "reliesOn"}
    ties = [{"id": "i-2", "type": "reliesOn"}, kept]
    cart_id = await shop.cart({**PLAN, "relationships": ties}, {"id": "i-2", "offeringId": "phone"})
    reply = await shop.call("remove-items", cart_id, {"itemIds": ["i-2"]})
    assert [each["type"] for each in reply["changes"]] == ["item-removed", "item-changed"]
    assert lines(reply)["i-1"]["relationships"] == [kept]


TYPES = ("integer", "decimal", "boolean", "date", "imei", "iccid", "eid")
RIGHT = ("7", "1.50", "true", "2026-01-31", "490154203237518", "89014103211118510720", f"89{'0' * 28}02")
WRONG = ("7.5", "1,50", "yes", "2026-02-30", "490154203237517", "89014103211118510721", f"89{'0' * 30}")


async def typed(shop: Shop) -> str:
    """A cart that holds an offering with a characteristic of each type."""
    specs = [{"name": f"a {each}", "valueType": each} for each in TYPES]
    point = {"id": "pp-t", "offeringId": "typed", "type": "one-time", "currency": "EUR", "amount": "1.00"}
    reply = await shop.call("upsert-offerings", data={"offerings": [{"id": "typed", "characteristics": specs}]})
    assert reply["type"] == "catalog-updated"
    await shop.call("upsert-prices", data={"prices": [point]})
    return await shop.cart(typed_line("i-1", RIGHT), containers=[{"id": "k-1", "portfolioId": "pf-1"}])


def typed_line(own: str, values: tuple[str, ...]) -> dict[str, Any]:
    characteristics = {f"a {kind}": value for kind, value in zip(TYPES, values, strict=True)}
    return {"id": own, "offeringId": "typed", "characteristics": characteristics}


async def test_characteristics_are_typed_with_format_and_check_digit(shop: Shop) -> None:
    cart_id = await typed(shop)
    codes = ["wrong-format"] * 4 + ["wrong-check-digit"] * 3
    expected = [(f"/characteristics/a {kind}", code) for kind, code in zip(TYPES, codes, strict=True)]
    added = await shop.call("add-items", cart_id, {"items": [typed_line("i-2", WRONG)]})
    replaced = await shop.call("replace-items", cart_id, {"items": [typed_line("i-1", WRONG)]})
    nested = {"portfolioId": "pf-1", "items": [typed_line("i-2", WRONG)]}
    moved = await shop.call("replace-containers", cart_id, {"containers": [nested]})
    assert error_code(added) == "invalid"
    assert problems(added) == [(f"/data/items/0{path}", code) for path, code in expected]
    assert problems(replaced) == problems(added)
    assert problems(moved) == [(f"/data/containers/0/items/0{path}", code) for path, code in expected]


async def test_a_found_line_is_checked_like_a_new_one(shop: Shop) -> None:
    await typed(shop)
    line = {**typed_line("i-1", RIGHT), "containerId": "k-1"}
    cart_id = await shop.cart(line, containers=[{"id": "k-1", "portfolioId": "pf-1"}])
    nested = {"portfolioId": "pf-1", "items": [{"id": "i-1", "characteristics": {"a boolean": "maybe"}}]}
    reply = await shop.call("replace-containers", cart_id, {"containers": [nested]})
    assert problems(reply) == [("/data/containers/0/items/0/characteristics/a boolean", "wrong-format")]


async def test_types_and_allowed_values_are_checked_where_they_are_defined(shop: Shop) -> None:
    specs = [{"name": "a", "valueType": "colour"}]
    unknown = await shop.call("upsert-offerings", data={"offerings": [{"id": "x", "characteristics": specs}]})
    assert problems(unknown) == [("/data/offerings/0/characteristics/0/valueType", "not-allowed")]
    specs = [{"name": "a", "valueType": "integer", "values": ["1", "two"]}]
    wrong = await shop.call("upsert-offerings", data={"offerings": [{"id": "x", "characteristics": specs}]})
    assert problems(wrong) == [("/data/offerings/0/characteristics/0/values/1", "wrong-format")]


async def test_a_row_of_lines_that_is_too_long_is_refused(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    items = [{"id": f"x-{each}", "offeringId": "plan", "parentId": f"x-{each + 1}"} for each in range(150)]
    reply = await shop.call("add-items", cart_id, {"items": [*items, {**PLAN, "id": "x-150"}]})
    assert error_code(reply) == "invalid"
    assert problems(reply) == [(f"/data/items/{each}/parentId", "too-deep") for each in range(51)]


async def test_lines_that_move_onto_each_other_in_one_command_are_refused(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, {"id": "i-2", "offeringId": "phone"})
    products = [{"id": "i-1", "parentId": "i-2"}, {"id": "i-2", "parentId": "i-1"}]
    reply = await shop.call("update-products", cart_id, {"products": products})
    assert (error_code(reply), problems(reply)) == (
        "invalid",
        [("/data/products/0/parentId", "cycle"), ("/data/products/1/parentId", "cycle")],
    )


async def test_an_item_is_removed_from_the_container_that_the_command_names_only(shop: Shop) -> None:
    cart_id = await shop.cart(
        {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}, containers=[{"id": "k-1"}, {"id": "k-2"}]
    )
    elsewhere = await shop.call("remove-items", cart_id, {"itemIds": ["i-1"], "containerId": "k-2"})
    assert problems(elsewhere) == [("/data/itemIds/0", "item-not-found")]
    nowhere = await shop.call("remove-items", cart_id, {"itemIds": ["i-1"], "containerId": "k-3"})
    assert problems(nowhere) == [("/data/containerId", "container-not-found")]
    removed = await shop.call("remove-items", cart_id, {"itemIds": ["i-1"], "containerId": "k-1"})
    assert removed["cart"]["items"] == []
