"""Notes at line items and containers, from the queue to the reply (002, Shopping Cart Notes)."""

from typing import Any

import pytest

from cartwright.wire.notes import MAX_NOTES
from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}
NOTE = {"id": "n-1", "author": "anna", "text": "call first"}
PLACES = [{"itemId": "i-1"}, {"containerId": "k-1"}]


async def noted(shop: Shop, place: dict[str, str], *notes: dict[str, Any]) -> str:
    """A cart with these notes; its id."""
    cart_id = await shop.cart(PLAN, containers=[{"id": "k-1"}])
    for note in notes:
        assert (await shop.call("add-note", cart_id, {**place, "note": note}))["status"] == "applied"
    return cart_id


def notes(reply: dict[str, Any], place: dict[str, str]) -> list[dict[str, Any]]:
    about = reply["cart"]["items" if "itemId" in place else "containers"][0]
    return about["notes"]


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_a_note_is_added_updated_and_removed_at_an_item_or_a_container(shop: Shop, place: dict[str, str]) -> None:
    cart_id = await noted(shop, place)
    added = await shop.call("add-note", cart_id, {**place, "note": NOTE})
    [note] = notes(added, place)
    assert (note["id"], note["author"], note["text"]) == ("n-1", "anna", "call first")
    assert note["createdAt"] == note["updatedAt"]
    assert added["changes"][0]["type"] == "note-added"
    updated = await shop.call("update-note", cart_id, {**place, "note": {"id": "n-1", "text": "call twice"}})
    [again] = notes(updated, place)
    assert (again["author"], again["text"], again["createdAt"]) == ("anna", "call twice", note["createdAt"])
    assert again["updatedAt"] > note["updatedAt"]
    assert notes(await shop.call("get-cart", cart_id), place) == [again]
    removed = await shop.call("remove-note", cart_id, {**place, "noteId": "n-1"})
    assert (removed["version"], notes(removed, place)) == (4, [])
    assert [each["type"] for each in removed["changes"]] == ["note-removed"]


async def test_a_note_without_an_id_gets_one_that_is_never_used_twice(shop: Shop) -> None:
    cart_id = await noted(shop, PLACES[0])
    first = notes(await shop.call("add-note", cart_id, {"itemId": "i-1", "note": {"text": "a"}}), PLACES[0])[0]["id"]
    await shop.call("remove-note", cart_id, {"itemId": "i-1", "noteId": first})
    second = notes(await shop.call("add-note", cart_id, {"itemId": "i-1", "note": {"text": "b"}}), PLACES[0])[0]["id"]
    assert first != second


async def test_what_says_nothing_new_is_unchanged_and_null_removes_the_author(shop: Shop) -> None:
    cart_id = await noted(shop, PLACES[0], NOTE)
    same = await shop.call("update-note", cart_id, {"itemId": "i-1", "note": NOTE})
    assert (same["status"], same["version"]) == ("unchanged", 2)
    nameless = await shop.call("update-note", cart_id, {"itemId": "i-1", "note": {"id": "n-1", "author": None}})
    assert notes(nameless, PLACES[0])[0]["author"] is None


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_a_note_that_is_not_there_is_note_not_found(shop: Shop, place: dict[str, str]) -> None:
    cart_id = await noted(shop, place, NOTE)
    update = await shop.call("update-note", cart_id, {**place, "note": {"id": "n-9", "text": "x"}})
    remove = await shop.call("remove-note", cart_id, {**place, "noteId": "n-9"})
    assert problems(update) == [("/data/note/id", "note-not-found")]
    assert (error_code(remove), problems(remove)) == ("note-not-found", [("/data/noteId", "note-not-found")])


async def test_a_note_command_names_one_of_item_and_container(shop: Shop) -> None:
    cart_id = await noted(shop, PLACES[0])
    for place in ({}, {"itemId": "i-1", "containerId": "k-1"}):
        reply = await shop.call("add-note", cart_id, {**place, "note": NOTE})
        assert (error_code(reply), problems(reply)) == ("invalid", [("/data", "one-of")])
    item = await shop.call("add-note", cart_id, {"itemId": "i-9", "note": NOTE})
    container = await shop.call("add-note", cart_id, {"containerId": "k-9", "note": NOTE})
    assert problems(item) == [("/data/itemId", "item-not-found")]
    assert problems(container) == [("/data/containerId", "container-not-found")]


async def test_a_note_id_that_is_taken_is_invalid_and_the_notes_of_a_place_are_bounded(shop: Shop) -> None:
    cart_id = await noted(shop, PLACES[0], NOTE)
    taken = await shop.call("add-note", cart_id, {"itemId": "i-1", "note": NOTE})
    elsewhere = await shop.call("add-note", cart_id, {"containerId": "k-1", "note": NOTE})
    assert (error_code(taken), problems(taken)) == ("invalid", [("/data/note/id", "duplicate-id")])
    assert elsewhere["status"] == "applied"
    for number in range(1, MAX_NOTES):
        await shop.send("add-note", cart_id, {"itemId": "i-1", "note": {"text": str(number)}})
    full = await shop.call("add-note", cart_id, {"itemId": "i-1", "note": {"text": "one more"}})
    assert (error_code(full), problems(full)) == ("invalid", [("/data/note", "too-many")])


async def test_a_dry_run_predicts_a_note_and_other_commands_keep_it(shop: Shop, running: Running) -> None:
    cart_id = await noted(shop, PLACES[0])
    before = await running.documents(shop.tenant)
    data = {"itemId": "i-1", "note": {"text": "soon"}}
    dry = await shop.call("add-note", cart_id, data, dryRun=True)
    assert await running.documents(shop.tenant) == before
    real = await shop.call("add-note", cart_id, data)
    assert notes(dry, PLACES[0])[0]["id"] == notes(real, PLACES[0])[0]["id"]
    more = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert notes(more, PLACES[0]) == notes(real, PLACES[0])
    same = await shop.call("replace-items", cart_id, {"items": [{**PLAN, "quantity": 2}]})
    assert (same["status"], notes(await shop.call("get-cart", cart_id), PLACES[0])) == (
        "unchanged",
        notes(real, PLACES[0]),
    )


async def test_nothing_is_noted_at_what_a_promotion_gives(shop: Shop) -> None:
    gift = {"kind": "free-item", "offeringId": "case", "characteristics": {"color": "red"}}
    await shop.call("upsert-promotions", data={"promotions": [{"id": "p", "level": "cart", "benefits": [gift]}]})
    cart_id = await shop.cart({"offeringId": "plan"})
    [_, given] = (await shop.call("get-cart", cart_id))["cart"]["items"]
    reply = await shop.call("add-note", cart_id, {"itemId": given["id"], "note": NOTE})
    assert problems(reply) == [("/data/itemId", "gift")]


async def test_notes_come_with_new_lines_and_containers_and_take_the_place_of_those_of_old_ones(shop: Shop) -> None:
    container = {"id": "k-1", "portfolioId": "p-1", "notes": [{"text": "of the container"}]}
    line = {**PLAN, "productId": "pr-1"}
    cart_id = await shop.cart({**line, "notes": [NOTE, {"text": "no id"}]}, containers=[container])
    cart = (await shop.call("get-cart", cart_id))["cart"]
    first, second = cart["items"][0]["notes"]
    assert (first["id"], first["author"], first["text"]) == ("n-1", "anna", "call first")
    assert (second["id"], second["createdAt"]) == ("n-1-2", first["createdAt"])
    assert [each["text"] for each in cart["containers"][0]["notes"]] == ["of the container"]
    same = await shop.call(
        "replace-items", cart_id, {"containerId": "k-1", "items": [{**line, "notes": [NOTE, second_of(second)]}]}
    )
    assert same["status"] == "unchanged"
    changed = [{**NOTE, "text": "call twice"}]
    for kind, data in (
        ("replace-items", {"containerId": "k-1", "items": [{**line, "notes": changed}]}),
        (
            "replace-containers",
            {"containers": [{"portfolioId": "p-1", "notes": [], "items": [{"productId": "pr-1", "notes": [NOTE]}]}]},
        ),
    ):
        reply = await shop.call(kind, cart_id, data)
        assert reply["status"] == "applied", reply
        [note] = notes(reply, PLACES[0])
        assert note["createdAt"] == first["createdAt"] < note["updatedAt"]
    assert notes(reply, PLACES[1]) == []
    twice = await shop.call("add-items", cart_id, {"items": [{"offeringId": "plan", "notes": [NOTE, NOTE]}]})
    assert problems(twice) == [("/data/items/0/notes", "duplicate-id")]


def second_of(note: dict[str, Any]) -> dict[str, Any]:
    """A note that is there, as a command gives it."""
    return {name: note[name] for name in ("id", "text")}
