"""Rules without a worker: what each kind selects, finds and does, and when the engine lets a command pass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
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


def test_a_members_quantity_that_the_command_states_stays() -> None:
    before = cart(item("film"), item("box", parent_id="film", quantity=2), item("pass", parent_id="film"))
    change = QuantityChanged(item_id="film", before=1, after=4)
    ruling = rule_on(before, [change], Facts(), NOW, stated=frozenset({"box"}))
    assert {each.id: each.quantity for each in ruling.cart.items} == {"film": 4, "box": 2, "pass": 4}


def test_too_many_units_are_found_where_they_come_from_and_fewer_of_too_many_are_not() -> None:
    before = cart(item("film", quantity=2), item("box", parent_id="film", quantity=3_000_000))
    more, less = (QuantityChanged(item_id="film", before=2, after=after) for after in (3, 1))
    [finding] = rule_on(before, [more], Facts(), NOW).broken
    assert (finding.code, finding.item_id, finding.too_many) == (ErrorCode.INVALID, "film", True)
    ruling = rule_on(before, [less], Facts(), NOW)
    assert ([each.quantity for each in ruling.cart.items], ruling.broken) == ([1, 1_500_000], ())


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


def nested(depth: int) -> Facts:
    """Offerings `b-0` to `b-<depth>`, each of which holds the next one, the first ten two of it."""
    bundles = [
        {"id": f"b-{level}", "bundle": [{"offeringId": f"b-{level + 1}", "max": 9, "default": 2 if level < 10 else 1}]}
        for level in range(depth)
    ]
    return Facts().with_rows(CatalogRows.of({"offerings": [*bundles, {"id": f"b-{depth}"}]}), 1)


@pytest.mark.parametrize("depth", [1, 9, 10, 20, 40])
def test_bundles_come_to_rest_however_deep_they_are(depth: int) -> None:
    ruling = rule_on(cart(), added(item("b-0")), nested(depth), NOW)
    assert [(each.offering_id, each.quantity) for each in ruling.cart.items] == [
        (f"b-{level}", 2 ** min(level, 10)) for level in range(depth + 1)
    ]
    assert all(len(each.id) <= 128 for each in ruling.cart.items)
    more = rule_on(ruling.cart, [QuantityChanged(item_id="b-0", before=1, after=3)], nested(depth), NOW)
    assert [each.quantity for each in more.cart.items] == [3 * 2 ** min(level, 10) for level in range(depth + 1)]


@pytest.mark.parametrize("depth", [2, 20])
def test_quantities_carry_down_lines_that_the_customer_has_hung_on_each_other(depth: int) -> None:
    lines = [item("film", f"i-{level}", parent_id=f"i-{level - 1}" if level else None) for level in range(depth)]
    ruling = rule_on(cart(*lines), [QuantityChanged(item_id="i-0", before=1, after=4)], Facts(), NOW)
    assert [each.quantity for each in ruling.cart.items] == [4] * depth


@pytest.mark.parametrize("backwards", [False, True])
def test_a_chain_of_rules_comes_to_rest(backwards: bool) -> None:
    names = [f"o-{place}" for place in range(20)]
    chain = [
        {"kind": "add-item", "id": f"r-{place:02}", "when": {"offeringIds": [one]}, "offeringId": next_one}
        for place, (one, next_one) in enumerate(pairwise(names))
    ]
    if backwards:
        chain = [{**rule, "id": f"r-{len(chain) - place:02}"} for place, rule in enumerate(chain)]
    offered = {"offerings": [{"id": name} for name in names], "rules": chain}
    ruling = rule_on(cart(), added(item("o-0")), Facts().with_rows(CatalogRows.of(offered), 1), NOW)
    assert [each.offering_id for each in ruling.cart.items] == names


def looping(coming: str, offerings: list[dict[str, Any]], *rules: dict[str, Any]) -> tuple[str, list[str]]:
    rows = [{"id": f"r-{place}", **rule} for place, rule in enumerate(rules)]
    catalog = Facts().with_rows(CatalogRows.of({"offerings": [*OFFERINGS, *offerings], "rules": rows}), 1)
    with pytest.raises(Refusal, match="never come to rest") as refused:
        rule_on(cart(), added(item(coming)), catalog, NOW)
    assert refused.value.code is ErrorCode.RULE_BROKEN
    return refused.value.message, refused.value.details["ruleIds"]


def test_the_rules_of_an_endless_loop_are_named() -> None:
    adding = {"kind": "add-item", "when": TVOD, "offeringId": "box"}
    removing = {"kind": "remove-item", "when": TVOD, "items": BOX}
    message, named = looping("film", [], adding, removing)
    assert message == "The rules never come to rest: r-0, r-1 go on."
    assert named == ["r-0", "r-1"]
    once = {"kind": "add-item", "when": TVOD, "offeringId": "pass"}
    assert looping("film", [], adding, removing, once)[1] == ["r-0", "r-1"]


def test_a_loop_that_leaves_a_line_behind_in_each_turn_is_found() -> None:
    adding = {"kind": "add-item", "when": TVOD, "offeringId": "box"}
    replacing = {"kind": "replace-item", "when": TVOD, "items": BOX, "by": "pass"}
    assert looping("film", [], adding, replacing)[1] == ["r-0", "r-1"]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_bundles_that_hold_themselves_are_found(length: int) -> None:
    ring = [
        {"id": f"ring-{place}", "bundle": [{"offeringId": f"ring-{(place + 1) % length}", "max": 9, "default": 1}]}
        for place in range(length)
    ]
    assert looping("ring-0", ring)[1] == ["bundle"]


def test_a_bundle_that_a_rule_makes_of_its_own_member_is_found() -> None:
    replacing = {"kind": "replace-item", "when": BOX, "items": {"offeringIds": ["tin"]}, "by": "tins"}
    bundle = {"id": "tins", "bundle": [{"offeringId": "tin", "max": 9, "default": 1}, {"offeringId": "box", "max": 9}]}
    always = {"kind": "add-item", "when": {"offeringIds": ["tins"]}, "offeringId": "box"}
    assert "r-0" in looping("tins", [bundle, {"id": "tin"}], replacing, always)[1]


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
