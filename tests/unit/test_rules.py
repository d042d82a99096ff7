"""Rules without a worker: what each kind selects, finds and does, and when the engine lets a command pass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cartwright.wire.header import Header
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.opening import blank_cart
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart, Container, Item
from models.cart.item_fields import write_item
from models.changes.cart_changes import HeaderChanged
from models.changes.change import Change
from models.changes.item_changes import ItemAdded, ItemRemoved, QuantityChanged
from rules.engine import Ruling, rule_on

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
OFFERINGS = [
    {"id": "film", "categories": ["TVOD"]},
    {"id": "series", "categories": ["SVOD", "NEW"]},
    {"id": "pass", "categories": ["SVOD"]},
    {"id": "box"},
    {"id": "shelf", "bundle": [{"offeringId": "pack", "max": 3, "default": 2}, {"offeringId": "lost", "default": 1}]},
    {"id": "old", "validFor": {"endDateTime": "2026-03-04T12:00:00Z"}},
    {"id": "case", "bundle": [{"offeringId": "old", "min": 1, "max": 1, "default": 1}]},
    {"id": "pack", "bundle": [{"offeringId": "box", "max": 2, "default": 1}]},
]
SVOD, TVOD, NEW, BOX = (
    {"categories": ["SVOD"]},
    {"categories": ["TVOD"]},
    {"categories": ["NEW"]},
    {"offeringIds": ["box"]},
)


def facts(*rules: dict[str, Any]) -> Facts:
    rows = [{"id": f"r-{place}", **rule} for place, rule in enumerate(rules)]
    return Facts().with_rows(CatalogRows.of({"offerings": OFFERINGS, "rules": rows}), 1)


def item(name: str, item_id: str | None = None, **fields: Any) -> Item:
    return Item(item_id or name, name, fields.pop("quantity", 1), **fields)


def cart(*items: Item, **header: Any) -> Cart:
    containers = tuple(Container(name) for name in ("k-1", "k-2"))
    blank = blank_cart("acme", "c-1", NOW, None)
    return replace(
        blank, header=Header.model_validate({"currency": "EUR", **header}), items=items, containers=containers
    )


def added(*items: Item) -> list[Change]:
    return [ItemAdded(item_id=each.id, item=write_item(each)) for each in items]


def broken(ruling: Ruling) -> list[tuple[str, str | None]]:
    return [(each.code.value, each.item_id) for each in ruling.broken]


@pytest.mark.parametrize(
    ("rule", "there", "coming", "findings"),
    [
        ({"kind": "cardinality", "items": SVOD, "max": 2}, ["pass"], ["series"], []),
        ({"kind": "cardinality", "items": SVOD, "max": 1}, ["pass"], ["film"], []),
        ({"kind": "cardinality", "items": SVOD, "max": 1}, ["pass"], ["series"], [("rule-broken", "series")]),
        ({"kind": "exclusion", "items": SVOD, "others": NEW}, [], ["series"], []),
        ({"kind": "exclusion", "items": SVOD, "others": NEW}, ["pass"], ["series"], [("incompatible-items", "series")]),
        ({"kind": "requires", "items": NEW, "needs": SVOD}, [], ["series"], [("rule-broken", "series")]),
        ({"kind": "requires", "items": NEW, "needs": SVOD}, ["pass"], ["series"], []),
        ({"kind": "compatible-with", "items": TVOD, "others": BOX}, ["film"], ["box"], []),
        (
            {"kind": "compatible-with", "items": TVOD, "others": BOX},
            ["pass"],
            ["film"],
            [("incompatible-items", "pass")],
        ),
        ({"kind": "exclusive-kinds", "kinds": [SVOD, TVOD]}, [], ["film", "pass"], [("incompatible-items", "film")]),
    ],
)
def test_what_is_found(
    rule: dict[str, Any], there: list[str], coming: list[str], findings: list[tuple[str, str]]
) -> None:
    ruling = rule_on(cart(*map(item, there)), added(*map(item, coming)), facts(rule), NOW)
    assert broken(ruling) == findings


def test_a_paused_rule_and_one_that_is_over_find_nothing() -> None:
    never = {"kind": "cardinality", "items": SVOD, "max": 0}
    over = {"validFor": {"endDateTime": "2026-03-04T12:00:00Z"}}
    for quiet in ({**never, "lifecycle": "paused"}, {**never, **over}):
        assert not rule_on(cart(), added(item("pass")), facts(quiet), NOW).broken
    assert rule_on(cart(), added(item("pass")), facts({**never, **over}), NOW - timedelta(seconds=1)).broken


def test_what_is_given_up_and_what_promotions_give_does_not_count() -> None:
    rule = facts({"kind": "cardinality", "items": SVOD, "max": 1})
    before = cart(item("pass", action="terminate"), item("pass", "gift", added_by="promotion:p"))
    assert not rule_on(before, added(item("series")), rule, NOW).broken


def test_needs_in_the_same_container() -> None:
    rule = {"kind": "requires", "items": NEW, "needs": BOX, "per": "container"}
    before = cart(item("box", container_id="k-1"))
    near, far = (item("series", container_id=name) for name in ("k-1", "k-2"))
    assert not rule_on(before, added(near), facts(rule), NOW).broken
    assert rule_on(before, added(far), facts(rule), NOW).broken


def test_only_what_is_added_anew_can_be_owned_already() -> None:
    rule = facts({"kind": "owned-once"})
    before = cart(customer={"id": "u-1", "ownedOfferings": ["pass"]})
    assert broken(rule_on(before, added(item("pass")), rule, NOW)) == [("already-owned", "pass")]
    assert not rule_on(before, added(item("pass", action="modify"), item("film")), rule, NOW).broken
    assert not rule_on(cart(), added(item("pass")), rule, NOW).broken


def test_a_login_is_no_reason_to_refuse_what_is_there() -> None:
    rule = facts({"kind": "owned-once"})
    login = HeaderChanged(before={}, after={"customer": {"id": "u-1", "ownedOfferings": ["pass", "film"]}})
    ruling = rule_on(cart(item("pass")), [login], rule, NOW)
    assert (ruling.broken, [each.code for each in ruling.warnings]) == ((), ["rule-not-met"])
    assert broken(rule_on(cart(item("pass")), [login, *added(item("film"))], rule, NOW)) == [("already-owned", "film")]


def test_the_newcomers_kind_stays() -> None:
    rule = facts({"kind": "exclusive-kinds", "kinds": [SVOD, TVOD]})
    before = cart(item("film"), item("box", parent_id="film"), item("pack"))
    ruling = rule_on(before, added(item("pass")), rule, NOW)
    assert [each.id for each in ruling.cart.items] == ["pack", "pass"]
    removed = [each.item_id for each in ruling.changes if isinstance(each, ItemRemoved)]
    assert removed == ["film", "box"]


def test_bundles_in_bundles_bring_their_members() -> None:
    ruling = rule_on(cart(), added(item("shelf", quantity=2)), facts(), NOW)
    assert [(each.id, each.quantity, each.parent_id) for each in ruling.cart.items] == [
        ("shelf", 2, None),
        ("shelf-pack", 4, "shelf"),
        ("shelf-pack-box", 4, "shelf-pack"),
    ]


def test_quantities_carry_to_all_generations() -> None:
    before = rule_on(cart(), added(item("shelf")), facts(), NOW).cart
    change = QuantityChanged(item_id="shelf", before=1, after=3)
    ruling = rule_on(before, [change], facts(), NOW)
    assert {each.id: each.quantity for each in ruling.cart.items} == {"shelf": 3, "shelf-pack": 6, "shelf-pack-box": 6}
    assert not ruling.broken


def test_a_members_own_quantity_stays() -> None:
    before = cart(item("film", quantity=2), item("box", parent_id="film", quantity=3), item("pass", parent_id="film"))
    changes = [
        QuantityChanged(item_id="film", before=2, after=4),
        QuantityChanged(item_id="pass", before=1, after=7),
    ]
    ruling = rule_on(before, changes, Facts(), NOW)
    assert {each.id: each.quantity for each in ruling.cart.items} == {"film": 4, "box": 3, "pass": 7}


def test_what_gets_no_worse_is_a_warning() -> None:
    rule = facts({"kind": "cardinality", "items": SVOD, "max": 1})
    before = cart(item("pass", quantity=3))
    same = rule_on(before, added(item("film")), rule, NOW)
    assert (same.broken, [each.code for each in same.warnings]) == ((), ["rule-not-met"])
    assert rule_on(before, added(item("series")), rule, NOW).broken


def test_rules_that_answer_each_other_for_ever() -> None:
    adding = {"kind": "add-item", "when": TVOD, "offeringId": "box"}
    removing = {"kind": "remove-item", "when": TVOD, "items": BOX}
    with pytest.raises(Refusal, match="never come to rest"):
        rule_on(cart(), added(item("film")), facts(adding, removing), NOW)


@pytest.mark.parametrize(
    ("rule", "coming"),
    [
        ({"kind": "add-item", "when": TVOD, "offeringId": "old"}, "film"),
        ({"kind": "replace-item", "when": TVOD, "items": BOX, "by": "old"}, "film"),
        ({"kind": "owned-once"}, "case"),
    ],
    ids=["add-item", "replace-item", "bundle"],
)
def test_what_is_not_on_sale_is_not_brought_and_the_cart_says_so(rule: dict[str, Any], coming: str) -> None:
    before = cart(item("box"))
    ruling = rule_on(before, added(item(coming)), facts(rule), NOW)
    assert [each.offering_id for each in ruling.cart.items] == ["box", coming]
    assert (ruling.broken, [each.code for each in ruling.warnings]) == ((), ["rule-not-met"])
    earlier = rule_on(before, added(item(coming)), facts(rule), NOW - timedelta(seconds=1))
    assert ("old" in {each.offering_id for each in earlier.cart.items}, earlier.warnings) == (True, ())


def test_rules_keep_within_the_carts_limit() -> None:
    small = {"configuration": [{"limits": {"items": 3}}]}
    bundles = facts().with_rows(CatalogRows.of(small), 2)
    assert len(rule_on(cart(), added(item("pack"), item("film")), bundles, NOW).cart.items) == 3
    with pytest.raises(Refusal) as refused:
        rule_on(cart(), added(item("pack"), item("film"), item("pass")), bundles, NOW)
    assert refused.value.code is ErrorCode.CART_TOO_LARGE


def test_where_there_is_nothing_to_rule_on_nothing_is_done() -> None:
    changes = added(item("film"))
    assert rule_on(cart(), changes, Facts(), NOW).changes == tuple(changes)
