"""What differs between two carts, by paths that go by id."""

from typing import Any

import pytest

from cli.looking.diff import Named
from cli.looking.differences import cart_differences, differences


def found(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    return {each.wire()["path"]: (each.before, each.after) for each in differences(before, after)}


def test_only_what_differs_is_found_and_null_is_absent() -> None:
    assert found({"a": 1, "b": None, "c": {"d": [1]}}, {"a": 1, "c": {"d": [1]}}) == {}
    assert found({"a": 1, "c": {"d": 1}}, {"a": 2, "c": {"e": 1}}) == {
        "/a": (1, 2),
        "/c/d": (1, None),
        "/c/e": (None, 1),
    }


def test_elements_are_told_apart_by_what_names_them() -> None:
    before = {"items": [{"id": "a/b", "quantity": 1}, {"id": "c"}], "vouchers": [{"code": "V", "uses": 1}]}
    after = {"items": [{"id": "c"}, {"id": "a/b", "quantity": 2}], "vouchers": [{"code": "W", "uses": 1}]}
    assert found(before, after) == {
        "/items/a~1b/quantity": (1, 2),
        "/vouchers/V": ({"code": "V", "uses": 1}, None),
        "/vouchers/W": (None, {"code": "W", "uses": 1}),
    }
    totals = [{"type": "recurring", "period": "P1M", "gross": "1.00"}, {"type": "one-time", "gross": "5.00"}]
    assert found({"totals": totals}, {"totals": [{**totals[0], "gross": "2.00"}, totals[1]]}) == {
        "/totals/recurring P1M/gross": ("1.00", "2.00")
    }


@pytest.mark.parametrize(
    ("before", "after"), [([1, 2], [2, 1]), ([{"id": "a"}, {"id": "a"}], [{"id": "a"}]), ([{"x": 1}], [{"x": 2}])]
)
def test_elements_that_nothing_tells_apart_are_compared_as_a_whole(before: list[Any], after: list[Any]) -> None:
    assert found({"list": before}, {"list": after}) == {"/list": (before, after)}


def test_headings_say_which_version_it_is_and_are_no_difference() -> None:
    before = {"id": "c-1", "version": 1, "updatedAt": "x", "items": [{"id": "i-1", "offeringId": "mug"}]}
    assert cart_differences(before, {**before, "version": 2, "updatedAt": "y"}) == []


def test_lines_of_two_carts_are_paired_by_what_they_are_of() -> None:
    one = {
        "id": "c-1",
        "items": [{"id": "i-1", "offeringId": "mug", "quantity": 1}, {"id": "i-2", "offeringId": "mug"}],
    }
    other = {"id": "c-2", "items": [{"id": "x", "offeringId": "mug", "quantity": 2}, {"id": "y", "offeringId": "pot"}]}
    assert {each.wire()["path"] for each in cart_differences(one, other)} == {
        "/items/i-1/quantity",
        "/items/i-2",
        "/items/y",
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("c-1", Named("c-1", None)),
        ("c-1@3", Named("c-1", 3)),
        ("c@1@3", Named("c@1", 3)),
        ("c@1@", Named("c@1", None)),
        ("c@one", Named("c@one", None)),
        ("@3", Named("@3", None)),
    ],
)
def test_a_cart_at_a_version(text: str, named: Named) -> None:
    assert Named.of(text) == named
