"""Lines that have no price for their cart: which are free, and how all others are refused, together."""

from dataclasses import replace
from time import process_time
from typing import Any

import pytest

from cartwright.wire.lines import MAX_ITEMS
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.checking import located as at_places
from facts.snapshot import CatalogRows, Facts
from models.answers.outcome import Outcome
from models.cart.cart import Cart, Item
from models.changes.item_changes import QuantityChanged
from pricing.price import price
from support.pricing import NOON, price_row, run

PAST = {"endDateTime": "2026-01-31T08:00:00Z"}
WEB, SHOP = {"id": "web"}, {"id": "shop"}
SET = [{"id": "s", "offeringId": "set"}]
TV_HERE_ONLY = price_row("tv", "999.00", channel="web")
TV_ENDED = price_row("tv", "999.00", validFor=PAST)
TV_WITHDRAWN = price_row("tv", "999.00", lifecycle="draft")
MUG_ENDED = price_row("mug", "7.00", validFor=PAST)
NO_PRICE = ErrorCode.PRICE_NOT_FOUND


def bundle(own: str, member: str) -> dict[str, Any]:
    return {"id": own, "bundle": [{"offeringId": member, "default": 1}]}


FACTS = Facts().with_rows(
    CatalogRows.of(
        {
            "offerings": [
                *({"id": each} for each in ("tv", "mug", "u1", "u2", "cable", "manual")),
                bundle("set", "tv"),
                bundle("box", "manual"),
                bundle("pack", "mug"),
            ],
            "prices": [
                price_row("set", "5.00"),
                price_row("tv", "999.00"),
                price_row("box", "5.00"),
                price_row("mug", "7.00"),
                price_row("mug", "8.00", id="mug-usd", currency="USD"),
                price_row("box", "6.00", id="box-usd", currency="USD"),
            ],
        }
    ),
    1,
)


def after(*prices: dict[str, Any]) -> Facts:
    """The facts after a revision of prices."""
    return FACTS.with_rows(CatalogRows.of({"prices": list(prices)}), 2)


def done(kind: str, data: Any, cart: Cart | None, facts: Facts = FACTS, **envelope: Any) -> Outcome:
    outcome = run(kind, data, cart, facts, **envelope)
    assert isinstance(outcome, Outcome)
    return outcome


def created(*items: dict[str, Any], currency: str = "EUR", facts: Facts = FACTS) -> Cart:
    data = {"country": "FR", "currency": currency, "channel": WEB, "items": list(items)}
    return done("create-cart", data, None, facts, cartId="c-1").cart


def refused(kind: str, data: Any, cart: Cart | None, facts: Facts = FACTS, **envelope: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        run(kind, data, cart, facts, **envelope)
    return found.value


def located(refusal: Refusal) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in refusal.problems]


def amounts(cart: Cart) -> dict[str | None, int]:
    return {item.offering_id: sum(price.gross for price in item.prices) for item in cart.items}


@pytest.mark.parametrize("data", [{"currency": "USD"}, {"forcedCurrency": "USD"}])
def test_a_bundle_and_its_member_are_not_free_in_a_currency_that_they_have_no_price_in(data: dict[str, str]) -> None:
    refusal = refused("update-cart", data, created(*SET))
    assert (refusal.code, refusal.details["itemId"]) == (NO_PRICE, "s")
    assert [each.message.split()[1] for each in refusal.problems] == ["set", "tv"]


def test_a_member_without_a_price_there_is_in_the_way_of_a_move_or_removed_and_reported() -> None:
    facts = after(TV_HERE_ONLY)
    cart = created(*SET, facts=facts)
    assert located(refused("move-cart", {"channel": SHOP}, cart, facts)) == [
        ("/data/channel", "offering-not-available")
    ]
    moved = done("move-cart", {"channel": SHOP, "offerAutoRemoval": True}, cart, facts)
    member = cart.items[1].id
    assert moved.told is not None
    assert moved.told["autoRemovedOffers"] == [{"itemId": member, "offeringId": "tv", "reason": "price-not-found"}]
    assert amounts(moved.cart) == {"set": 500}


@pytest.mark.parametrize("lost", [TV_ENDED, TV_WITHDRAWN])
def test_a_member_that_lost_its_price_can_be_changed_by_nobody(lost: dict[str, Any]) -> None:
    cart = created(*SET)
    own = {"products": [{"id": cart.items[1].id, "licenseId": "l-1"}]}
    for data in ({"products": [{"id": "s", "quantity": 2}]}, own):
        assert located(refused("update-products", data, cart, after(lost))) == [("/data/products/0", NO_PRICE)]
    kept = done("add-items", {"items": [{"offeringId": "mug"}]}, cart, after(lost))
    assert amounts(kept.cart) == {"set": 500, "tv": 99900, "mug": 700}
    assert [each.code for each in kept.cart.pricing.warnings if each.item_id] == [NO_PRICE]


def test_what_hangs_on_any_line_is_not_free_where_it_has_no_price() -> None:
    items = [{"id": "m", "offeringId": "mug"}, {"offeringId": "tv", "parentId": "m"}]
    header = {"country": "FR", "currency": "USD"}
    refusal = refused("create-cart", {**header, "items": items}, None, cartId="c-1")
    assert (refusal.code, located(refusal)) == (NO_PRICE, [("/data/items/1", NO_PRICE)])


def test_what_was_free_before_its_offering_had_prices_anywhere_has_none_here() -> None:
    cart = created({"id": "b", "offeringId": "box"})
    facts = after(price_row("manual", "3.00", currency="USD"))
    assert {each.code for each in done("validate-cart", {}, cart, facts).cart.pricing.warnings} >= {NO_PRICE}


def test_a_bundle_and_a_member_whose_offerings_have_no_price_at_all_are_free() -> None:
    cart = created({"id": "b", "offeringId": "box"}, {"id": "p", "offeringId": "pack"})
    free = {"box": 500, "manual": 0, "pack": 0, "mug": 700}
    assert amounts(cart) == free
    dollars = done("update-cart", {"currency": "USD"}, cart).cart
    assert amounts(dollars) == {"box": 600, "manual": 0, "pack": 0, "mug": 800}
    moved = done("move-cart", {"channel": SHOP}, cart)
    assert amounts(moved.cart) == free
    twice = done("update-products", {"products": [{"id": "b", "quantity": 2}]}, cart).cart
    assert amounts(twice) == {**free, "box": 1000}


def test_a_member_that_is_exchanged_for_what_has_no_price_at_all_is_free() -> None:
    cart = created({"id": "m", "offeringId": "mug"}, {"id": "t", "offeringId": "tv", "parentId": "m"})
    operations = [{"op": "patch", "path": "/items/t", "value": {"offeringId": "cable"}}]
    assert amounts(done("patch-cart", {"operations": operations}, cart).cart) == {"mug": 700, "cable": 0}


def test_all_lines_that_have_no_price_are_listed() -> None:
    items = [{"offeringId": "u1"}, {"offeringId": "mug"}, {"offeringId": "u2"}]
    refusal = refused("add-items", {"items": items}, created())
    assert (refusal.code, refusal.details["offeringId"]) == (NO_PRICE, "u1")
    assert located(refusal) == [("/data/items/0", NO_PRICE), ("/data/items/2", NO_PRICE)]
    assert refusal.message == refusal.problems[0].message


def test_lines_of_one_offering_that_a_command_does_not_name_are_one_problem() -> None:
    cart = created({"offeringId": "tv"}, {"offeringId": "tv"}, {"offeringId": "set"})
    assert len(refused("update-cart", {"currency": "USD"}, cart).problems) == 2


def test_each_line_has_its_own_reason() -> None:
    gone = CatalogRows.of({"offerings": [{"id": "tv", "validFor": PAST}], "prices": [MUG_ENDED]})
    cart = created({"id": "m", "offeringId": "mug"}, {"id": "t", "offeringId": "tv"})
    data = {"products": [{"id": "t", "quantity": 2}, {"id": "m", "quantity": 2}]}
    refusal = refused("update-products", data, cart, FACTS.with_rows(gone, 2))
    assert refusal.code is NO_PRICE
    assert located(refusal) == [("/data/products/1", NO_PRICE), ("/data/products/0", "offering-not-available")]


def test_many_lines_without_a_price_are_looked_for_once() -> None:
    cart = replace(created(), items=tuple([Item(str(number), "mug", 2) for number in range(MAX_ITEMS)]))
    changes = [QuantityChanged(item_id=item.id, before=1, after=2).at("products", item.id) for item in cart.items]
    began = process_time()
    with pytest.raises(Refusal) as found:
        price(cart, after(MUG_ENDED), NOON, changes)
    problems = at_places(found.value, cart, changes).problems
    assert (len(problems), problems[-1].path) == (MAX_ITEMS, f"/data/products/{MAX_ITEMS - 1}")
    assert process_time() - began < 5  # looked for line by line, it took minutes
