"""Extensions of which a dialect says a part: what is kept then, and that no caller can say less than all."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from cartwright.wire.extensions import MAX_OF_CART, CartExtensions
from cartwright.wire.kept_json import MAX_DEPTH, decode_kept, encode_kept
from cartwright.wire.merging import Merged, merged

READER: TypeAdapter[dict[str, str | None]] = TypeAdapter(CartExtensions)


def read(extension: object) -> str:
    """An extension as a command has it."""
    text = READER.validate_python({"shop": extension}, strict=True)["shop"]
    assert text is not None
    return text


def after(kept: dict[str, Any] | None, sent: dict[str, Any], *within: str) -> dict[str, Any] | None:
    """What is kept when this is merged with it."""
    text = merged(read(Merged(sent, within)), encode_kept(kept) if kept is not None else None)
    return None if text is None else decode_kept(text)


@pytest.mark.parametrize(
    ("kept", "sent", "expected"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"y": 2}}),
        ({"a": [1]}, {"a": []}, {"a": []}),
        ({"a": 1}, {"a": None}, None),
        ({"a": 1}, {}, {"a": 1}),
        (None, {"a": 1, "b": None}, {"a": 1}),
        (None, {"a": None}, None),
    ],
)
def test_fields_are_set_and_removed_and_the_others_stay(
    kept: dict[str, Any] | None, sent: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    assert after(kept, sent) == expected


@pytest.mark.parametrize(
    ("kept", "sent", "expected"),
    [
        ({"x": 1, "y": 1}, {"y": 2}, {"x": 1, "y": 2}),
        ({"x": 1}, {"x": None}, {"x": None}),
        ({"id": "1", "x": 1}, {"id": "1", "y": 2}, {"id": "1", "x": 1, "y": 2}),
        ({"id": "1", "x": 1}, {"id": "2", "y": 2}, {"id": "2", "y": 2}),
        ({"id": "1", "x": 1}, {"y": 2}, {"y": 2}),
        ([{"id": "1", "x": 1}, {"z": 1}], [{"z": 2}, {"id": "1", "y": 2}], [{"z": 2}, {"id": "1", "x": 1, "y": 2}]),
        ([{"id": 1, "x": 1}], [{"id": 1}], [{"id": 1}]),
        ({"x": 1}, "text", "text"),
        (7, {"y": 2}, {"y": 2}),
    ],
)
def test_within_a_field_objects_take_over_what_was_kept_under_the_same_id(
    kept: object, sent: object, expected: object
) -> None:
    assert after({"a": kept}, {"a": sent}, "a") == {"a": expected}


def test_numbers_stay_as_they_were_written() -> None:
    numbers = {"price": Decimal("1.50"), "large": 123456789012345678901234567890}
    text = merged(read(Merged({"b": Decimal("0.10")})), encode_kept(numbers))
    assert text == '{"price":1.50,"large":123456789012345678901234567890,"b":0.10}'


def test_to_say_the_same_again_changes_nothing() -> None:
    sent = read(Merged({"b": {"x": None}, "a": 'ü"', "c": None}, ["b"]))
    once = merged(sent, encode_kept({"a": 1, "b": {"y": 2}, "c": 3}))
    assert merged(sent, once) == once


def test_an_object_that_callers_send_is_replaced_as_a_whole() -> None:
    assert merged(read({"a": None}), '{"b":1}') == '{"a":null}'


@pytest.mark.parametrize("given", ['[[],[]]{"a":1}', [[], []], 7])
def test_what_callers_send_is_an_object(given: object) -> None:
    with pytest.raises(ValidationError):
        read(given)


def test_size_and_depth_of_what_is_set_are_bounded_whatever_is_removed() -> None:
    fits = "x" * (MAX_OF_CART - len('{"a":""}'))
    assert after(None, {"a": fits, "b": None}) == {"a": fits}
    nested: dict[str, Any] = {}
    for _ in range(MAX_DEPTH):
        nested = {"a": nested}
    for wrong in ({"a": fits + "x"}, nested):
        with pytest.raises(ValidationError):
            read(Merged(wrong))
