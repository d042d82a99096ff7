"""Targets of offerings: what one leaves, and whether it takes all that another one takes."""

from itertools import product
from typing import Any

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


@given(TARGETS.filter(taken), TARGETS.filter(taken))
def test_one_covers_another_if_it_takes_all_that_the_other_takes(target: Target, other: Target) -> None:
    assert target.covers(other) == all(target.takes_offering(each) for each in taken(other))
