"""What says the same makes no difference: nothing and what is empty, null and absent, an id alone and in an object."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.differing import differing, same

texts = st.text(max_size=3)
values = st.recursive(
    st.none() | texts | st.integers(1, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(texts, values, min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, []),
        (None, {}),
        ([], {"name": None}),
        ({"id": "u-1", "name": None}, {"id": "u-1"}),
        ("b2b", {"id": "b2b"}),
        ({"validFor": {"endDateTime": None}}, {}),
        ([{"id": "m-1", "characteristic": {}}], [{"id": "m-1"}]),
    ],
)
def test_these_say_the_same(one: object, other: object) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (None, False),
        (None, [{}]),
        ("b2b", {"id": "b2b", "name": "business"}),
        ("b2b", {"name": "b2b"}),
        ({"id": "a"}, {"id": "b"}),
        (["a", "b"], ["b", "a"]),
        (["a"], "a"),
    ],
)
def test_these_do_not(one: object, other: object) -> None:
    assert not same(one, other)
    assert not same(other, one)


@given(objects, st.sampled_from([None, [], {}]), st.text(min_size=4, max_size=5))
def test_nothing_under_a_further_name_changes_nothing(fields: dict[str, Any], nothing: Any, name: str) -> None:
    assert same(fields, {**fields, name: nothing})
    assert differing({**fields, name: nothing}, fields) == ({}, {})


@given(objects, objects)
def test_the_fields_that_differ_are_those_that_make_the_difference(given: dict[str, Any], old: dict[str, Any]) -> None:
    before, after = differing(given, old)
    assert before.keys() == after.keys() <= given.keys()
    assert same({**old, **after}, {**old, **given})
    assert not any(same(before[name], after[name]) for name in after)


def test_what_a_dialect_keeps_is_as_it_was_sent() -> None:
    one, other = {"extensions": {"telco": {"note": None}}}, {"extensions": {"telco": {}}}
    assert differing(one, other) == (other, one)
    assert not same(one, other)
    assert same({"extensions": {}}, {"extensions": None})
