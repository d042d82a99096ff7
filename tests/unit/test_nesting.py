"""How deep lines hang on each other and which are in circles; and how deep bundles are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.snapshot import CatalogRows, Facts
from handlers.bundle_checks import MAX_BUNDLE_DEPTH, bundle_problems
from models.catalog.offering import Offering
from rules.nesting import depths, in_circles


def test_depths_count_from_those_that_hang_on_none() -> None:
    assert depths({"c": "b", "a": None, "b": "a", "x": "unknown"}) == {"a": 1, "b": 2, "c": 3, "x": 1}
    assert in_circles({"a": None, "b": "a"}) == frozenset()


def test_what_is_its_own_ancestor_is_in_a_circle_and_what_hangs_below_is_not() -> None:
    parents = {"below": "a", "a": "b", "b": "c", "c": "a", "self": "self", "root": None}
    assert in_circles(parents) == {"a", "b", "c", "self"}
    assert depths(parents).keys() == parents.keys()


@given(st.dictionaries(st.integers(0, 12).map(str), st.none() | st.integers(0, 14).map(str)))
def test_circles_are_those_that_meet_themselves(parents: dict[str, str | None]) -> None:
    def meets_itself(start: str) -> bool:
        current = parents[start]
        for _ in parents:
            if current == start:
                return True
            current = parents.get(current or "")
        return False

    assert in_circles(parents) == {each for each in parents if meets_itself(each)}


def test_ten_thousand_lines_in_a_row_take_no_time() -> None:
    parents = {str(each): str(each - 1) if each else None for each in reversed(range(10_000))}
    assert depths(parents)["9999"] == 10_000
    assert in_circles(parents) == frozenset()


def offering(name: str, *members: str) -> dict[str, Any]:
    return {"id": name, "bundle": [{"offeringId": each} for each in members]}


def chain(first: int, last: int) -> list[dict[str, Any]]:
    """Bundles `b<first>` to `b<last>`, each in the one before it; the last has a plain member."""
    return [offering(f"b{each}", f"b{each + 1}") for each in range(first, last)] + [offering(f"b{last}", "leaf")]


def found(known: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    facts = Facts().with_rows(CatalogRows.of({"offerings": known}), 1)
    given = [Offering.model_validate(row) for row in rows]
    after = facts.with_rows(CatalogRows(offerings=tuple(given)), 2)
    return [
        (each.path, each.code) for each in bundle_problems(given, after.offerings, after.bundles, "data", "offerings")
    ]


def test_bundles_of_the_allowed_depth_pass_and_deeper_ones_do_not() -> None:
    assert found([], chain(1, MAX_BUNDLE_DEPTH)) == []
    deep = found([], chain(1, MAX_BUNDLE_DEPTH + 1))
    assert deep == [(f"/data/offerings/{each}/bundle", "too-deep") for each in range(MAX_BUNDLE_DEPTH + 1)]


@pytest.mark.parametrize(
    ("known", "rows"),
    [
        (chain(2, MAX_BUNDLE_DEPTH + 1), [offering("b1", "b2")]),
        (chain(1, MAX_BUNDLE_DEPTH), [offering("leaf", "sweet")]),
        (chain(1, 10) + chain(12, MAX_BUNDLE_DEPTH + 1), [offering("b10", "b11"), offering("b11", "b12")]),
    ],
    ids=["above", "below", "between"],
)
def test_bundles_of_the_catalog_count(known: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    assert found(known, rows) == [(f"/data/offerings/{each}/bundle", "too-deep") for each in range(len(rows))]


def test_a_circle_is_found_across_the_rows_of_a_command_and_those_of_the_catalog() -> None:
    assert found([], [offering("a", "b"), offering("b", "c", "a"), offering("c", "d")]) == [
        ("/data/offerings/0/bundle", "cycle"),
        ("/data/offerings/1/bundle", "cycle"),
    ]
    assert found(chain(1, 3), [offering("leaf", "b1")]) == [("/data/offerings/0/bundle", "cycle")]


def test_a_bundle_in_many_bundles_is_looked_at_once() -> None:
    layers = [[f"x{level}-{place}" for place in range(8)] for level in range(MAX_BUNDLE_DEPTH + 1)]
    rows = [offering(each, *layers[level + 1]) for level in range(MAX_BUNDLE_DEPTH) for each in layers[level]]
    assert found([], rows) == []
