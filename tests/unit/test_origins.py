"""Where a change comes from in its command: known to refusals, unknown to replies, events and the journal."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.header import Header
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.checking import checked, located
from engine.context import NOTHING_FETCHED, context_of
from engine.opening import blank_cart
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart, Item
from models.cart.item_fields import write_item
from models.cart.pricing_result import PromotionOutcome
from models.changes.change import Change, read_change
from models.changes.item_changes import ItemAdded, ItemChanged, ItemRemoved, QuantityChanged

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FACTS = Facts().with_rows(
    CatalogRows.of(
        {
            "offerings": [
                {"id": "film"},
                {"id": "shelf", "bundle": [{"offeringId": "film", "max": 9, "default": 1}]},
            ],
            "rules": [
                {"id": "r-1", "kind": "cardinality", "items": {"offeringIds": ["film"]}, "max": 1},
            ],
        }
    ),
    1,
)
ORIGIN = Origin("acme", "empty-cart", "m-1", "c-1", None, NOW)
COMMAND = read_command(b'{"type": "empty-cart", "cartId": "c-1", "data": {}}', ORIGIN)[1]
CONTEXT = context_of(COMMAND, FACTS, NOW, NOW, NOTHING_FETCHED)


def cart(*items: Item) -> Cart:
    header = Header.model_validate({"currency": "EUR"})
    return replace(blank_cart("acme", "c-1", NOW, None), header=header, items=items)


def added(item_id: str, offering_id: str, **fields: Any) -> ItemAdded:
    return ItemAdded(item_id=item_id, item=write_item(Item(item_id, offering_id, 1, **fields)))


def paths(before: Cart, *changes: Change) -> list[str]:
    with pytest.raises(Refusal) as refused:
        checked(before, changes, CONTEXT)
    return [problem.path for problem in refused.value.problems]


def test_an_origin_is_no_part_of_what_happened() -> None:
    plain, placed = (QuantityChanged(item_id="i-1", before=1, after=2) for _ in range(2))
    assert placed.at("products", 3) is placed
    assert (plain.origin, placed.origin) == (None, "/data/products/3")
    assert (placed, hash(placed), placed.wire()) == (plain, hash(plain), plain.wire())
    assert read_change(placed.wire()).origin is None


def test_of_two_lines_of_one_offering_the_one_that_is_too_much_is_named() -> None:
    assert paths(cart(), added("a", "film").at("items", 0), added("b", "film").at("items", 1)) == ["/data/items/1"]
    assert paths(cart(Item("a", "film", 1)), added("b", "film").at("items", 4)) == ["/data/items/4"]


def test_a_line_that_came_by_itself_is_where_its_parent_is() -> None:
    shelf = added("s", "shelf").at("items", 1)
    assert paths(cart(Item("a", "film", 1)), added("b", "film", parent_id="s").at("items", 0), shelf) == [
        "/data/items/0"
    ]
    assert paths(cart(Item("a", "film", 1)), shelf) == ["/data/items/1"]


def test_a_line_that_the_command_does_not_name_is_nowhere_in_it() -> None:
    changes = QuantityChanged(item_id="a", before=1, after=2).at("products", 0), added("z", "shelf")
    assert paths(cart(Item("a", "film", 1), Item("b", "film", 1)), *changes) == ["/data"]
    circle = cart(Item("a", "film", 1, parent_id="b"), Item("b", "film", 1, parent_id="a"))
    refusal = Refusal(ErrorCode.PRICE_NOT_FOUND, "No price.", details={"itemId": "a"})
    assert located(refusal, circle, ()).problems[0].path == "/data"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (ItemRemoved(item_id="g").at("itemIds", 2), "/data/itemIds/2"),
        (added("b", "film", parent_id="g").at("items", 1), "/data/items/1/parentId"),
        (ItemChanged(item_id="a", before={}, after={"parentId": "g"}).at("products", 0), "/data/products/0/parentId"),
        (ItemChanged(item_id="g", before={}, after={"parentId": "a"}).at("products", 0), "/data/products/0"),
    ],
)
def test_what_is_done_to_a_gift_and_what_comes_to_hang_on_it(change: Change, path: str) -> None:
    gift = Item("g", "film", 1, added_by="promotion:p")
    before = cart(Item("a", "shelf", 1), gift)
    applied = (PromotionOutcome("p", None, None, ()),)
    before = replace(before, pricing=replace(before.pricing, promotions=applied))
    assert paths(before, change) == [path]


def test_a_refusal_that_knows_its_place_keeps_it() -> None:
    refusal = Refusal.at("/data/elsewhere", ErrorCode.INVALID, "No.")
    assert located(refusal, cart(), ()) is refusal
