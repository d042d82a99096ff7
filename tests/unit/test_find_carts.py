"""Searches on a worker in memory: orders that name nothing or the same again, currencies of elements, fields that can't
be; and texts of filters.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from cartwright.wire.schema import Text
from queries.fields import FIELDS, FieldType
from queries.search import SORTS, SortKey, complete_order
from queries.values import read_value
from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store


async def test_an_empty_order_is_none() -> None:
    worker = SimulatedWorker(stocked_store())
    for cart_id in ("c-2", "c-3", "c-1"):
        await command(worker, "create-cart", {"currency": "EUR"}, cart_id=cart_id)
    page: dict[str, Any] = {"fields": ["id"], "size": 2}
    first = await command(worker, "find-carts", {**page, "sort": []})
    assert first == {**await command(worker, "find-carts", page), "commandId": first["commandId"]}
    assert [each["id"] for each in first["items"]] == ["c-1", "c-2"]
    rest = await command(worker, "find-carts", {**page, "cursor": first["nextCursor"]})
    assert [each["id"] for each in rest["items"]] == ["c-3"]
    await worker.close()


KEYS = st.lists(
    st.builds(SortKey, st.sampled_from([FIELDS[name] for name in sorted(SORTS)]), st.booleans()), min_size=1
)


@given(KEYS)
def test_an_order_names_each_field_once_and_ends_with_the_id(keys: list[SortKey]) -> None:
    order = complete_order(keys)
    names = [key.field.name for key in order]
    assert len(set(names)) == len(names)
    assert names.index("id") == len(names) - 1
    for key in order[:-1]:
        assert key == next(each for each in keys if each.field.name == key.field.name)


@given(KEYS)
def test_a_field_that_comes_again_says_nothing_more(keys: list[SortKey]) -> None:
    assert complete_order([*keys, SortKey(keys[0].field, not keys[0].descending)]) == complete_order(keys)


@given(st.text())
def test_the_texts_of_filters_have_the_form_of_stored_ones(text: str) -> None:
    assert read_value(FieldType.TEXT, text, None) == TypeAdapter(Text).validate_python(text)


async def test_a_row_of_elements_states_their_currency() -> None:
    worker = SimulatedWorker(stocked_store())
    cart = {"currency": "JPY", "forcedCurrency": "EUR", "items": [{"id": "i-1", "offeringId": "phone"}]}
    await command(worker, "create-cart", cart, cart_id="c-1")
    first = (await command(worker, "unwind-values", {"field": "items"}))["items"][0]
    assert (first["cartId"], first["currency"], first["element"]["id"]) == ("c-1", "EUR", "i-1")
    await worker.close()


@pytest.mark.parametrize("name", ["", "$where", "a.b", "@amends", "two words", "x" * 65])
async def test_a_key_that_no_cart_can_have_is_no_field(name: str) -> None:
    worker = SimulatedWorker(stocked_store())
    for kind in ("distinct-values", "recap-values"):
        error = (await command(worker, kind, {"field": f"keys.{name}"}))["error"]
        assert [(each["path"], each["code"]) for each in error["problems"]] == [("/data/field", "unknown-field")]
    assert (await command(worker, "distinct-values", {"field": "keys.orderId"}))["items"] == []
    await worker.close()


async def test_a_question_about_no_cart_is_answered_whatever_cart_and_version_it_names() -> None:
    worker = SimulatedWorker(stocked_store())
    await command(worker, "create-cart", {"currency": "EUR"}, cart_id="c-1")
    for envelope in ({"cart_id": "c-1"}, {"version": 7}, {"cart_id": "c-1", "version": 7}):
        assert [each["id"] for each in (await command(worker, "find-carts", {}, **envelope))["items"]] == ["c-1"]
    simulated = await command(worker, "simulate-price", {"currency": "JPY", "items": []}, cart_id="c-1", version=7)
    assert (simulated["status"], simulated["version"], simulated["cart"]["currency"]) == ("dry-run", 1, "JPY")
    await worker.close()


async def test_what_only_get_cart_shows_is_no_field_of_a_page() -> None:
    """What amends an order stands in other carts; to accept the field and leave it out would say that nothing does."""
    worker = SimulatedWorker(stocked_store())
    refused = (await command(worker, "find-carts", {"fields": ["id", "amendedBy"]}))["error"]
    assert [(each["path"], each["code"]) for each in refused["problems"]] == [("/data/fields/1", "unknown-field")]
    await worker.close()
