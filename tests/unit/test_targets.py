"""Targets of offerings: what one leaves, and whether it takes all that another one takes."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cartwright.wire.stored import read_stored
from models.catalog.offering import Offering
from models.catalog.target import Target

IDS, CATEGORIES = ["a", "b", "c"], ["x", "y", "z"]
OFFERINGS = [
    Offering.model_validate({"id": name, "categories": [each for each in carried if each]})
    for name, carried in product([*IDS, "other"], product(*[(None, each) for each in [*CATEGORIES, "other"]]))
]
"""One of every sort that targets of these names can tell from the others."""


def some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True)


TARGETS = st.fixed_dictionaries(
    {
        "offeringIds": some(IDS),
        "categories": some(CATEGORIES),
        "excludeOfferingIds": some(IDS),
        "excludeCategories": some(CATEGORIES),
    }
).map(lambda fields: read_stored(Target, fields))


def taken(target: Target) -> list[Offering | None]:
    return [each for each in (*OFFERINGS, None) if target.takes_offering(each)]


def is_let_in(fields: dict[str, Any]) -> bool:
    try:
        Target.model_validate(fields)
    except ValidationError:
        return False
    return True


@given(TARGETS)
def test_what_leaves_nothing_is_refused_and_nothing_else(target: Target) -> None:
    assert is_let_in(target.wire()) == bool(taken(target))


@given(TARGETS, TARGETS)
def test_two_may_share_what_both_take_where_an_offering_is_in_one_category(target: Target, other: Target) -> None:
    plain = [each for each in taken(target) if each is not None and len(each.categories) < 2]
    assert target.may_share(other) >= any(other.takes_offering(each) for each in plain)
    assert target.may_share(other) == other.may_share(target)


@pytest.mark.parametrize(
    ("target", "other", "expected"),
    [
        ({"categories": ["x"]}, {"categories": ["y"]}, False),
        ({"categories": ["x", "y"]}, {"categories": ["y"]}, True),
        ({"categories": ["x"]}, {"categories": ["y", "x"], "excludeCategories": ["x"]}, False),
        ({"offeringIds": ["a"]}, {"offeringIds": ["b"]}, False),
        ({"offeringIds": ["a"]}, {"offeringIds": ["b", "a"]}, True),
        ({"offeringIds": ["a"]}, {"categories": ["x"]}, True),
        ({"offeringIds": ["a"]}, {"categories": ["x"], "excludeOfferingIds": ["a"]}, False),
        ({"offeringIds": ["a"]}, {}, True),
        ({"categories": ["x"]}, {}, True),
        ({"categories": ["x"]}, {"excludeCategories": ["x"]}, False),
        ({"excludeCategories": ["x"]}, {"excludeCategories": ["y"]}, True),
    ],
)
def test_which_targets_may_share_something(target: dict[str, Any], other: dict[str, Any], expected: bool) -> None:
    assert Target.model_validate(target).may_share(Target.model_validate(other)) == expected


@given(TARGETS.filter(taken), TARGETS.filter(taken))
def test_one_covers_another_if_it_takes_all_that_the_other_takes(target: Target, other: Target) -> None:
    assert target.covers(other) == all(target.takes_offering(each) for each in taken(other))
