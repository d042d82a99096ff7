"""Two bodies are one command if they are the same JSON value, whatever their bytes."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.decoding import decode
from engine.body_hash import body_hash, is_same_body

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé\n", max_size=3), inner, max_size=4),
    max_leaves=12,
)


def hashed(text: str | bytes) -> bytes:
    body = text.encode() if isinstance(text, str) else text
    return body_hash(decode(body), body)


PLAIN = '{"type":"empty-cart","cartId":"c-é","data":{"a":1,"b":[1.5,"x"]}}'


@pytest.mark.parametrize(
    "other",
    [
        '{"data":{"b":[1.5,"x"],"a":1},"cartId":"c-é","type":"empty-cart"}',
        '{ "type" : "empty-cart",\n"cartId":"c-\\u00e9","data":{"a":1,"b":[1.5,"\\u0078"]}}',
        PLAIN[:-1] + ',"dryRun":false,"onConflict":"reject","explain":false,"schemaVersion":1}',
        PLAIN[:-1] + ',"version":null,"reason":null}',
    ],
)
def test_the_same_value_in_other_bytes(other: str) -> None:
    assert hashed(other) == hashed(PLAIN)


@pytest.mark.parametrize(
    ("told", "otherwise"),
    [
        ("1.5", "1.50"),
        ("1.5", "15e-1"),
        ("1.5", '"1.5"'),
        ('"a":1,', '"a":1.0,'),
        ('"a":1,', '"a":1e0,'),
        ('"a":1,', '"a":"1",'),
        ('"a":1,', '"a":true,'),
        ('"a":1,', '"a":1,"c":null,'),
        ('"cartId":"c-é"', '"cartId":"c-e\u0301"'),
        ('"data"', '"version":0,"data"'),
        ('"data"', '"dryRun":true,"data"'),
        ('"data"', '"reason":"","data"'),
        ('[1.5,"x"]', '["x",1.5]'),
    ],
)
def test_another_value_is_another_command(told: str, otherwise: str) -> None:
    assert told in PLAIN
    assert hashed(PLAIN.replace(told, otherwise)) != hashed(PLAIN)


def test_a_number_of_any_size_keeps_its_spelling() -> None:
    bodies = [f'{{"data":{number}}}' for number in (2**64, 2**64 + 1, f"{2**64}.0", "1E5", "1e5", "-1e5")]
    assert len({hashed(body) for body in bodies}) == len(bodies)


@given(JSON, st.data())
def test_neither_order_nor_space_nor_escapes_matter(value: Any, data: st.DataObject) -> None:
    def shuffled(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: shuffled(part[key]) for key in data.draw(st.permutations(list(part)))}
        return [shuffled(each) for each in part] if isinstance(part, list) else part

    fields = {"type": "x", "data": value}
    ways = [json.dumps(shuffled(fields), indent=indent, ensure_ascii=indent is None) for indent in (None, 0, 3)]
    assert {hashed(way) for way in ways} == {hashed(json.dumps(fields))}


@given(JSON, JSON)
def test_values_that_differ_are_told_apart(one: Any, other: Any) -> None:
    texts = [json.dumps({"data": each}, sort_keys=True) for each in (one, other)]
    assert (hashed(texts[0]) == hashed(texts[1])) == (texts[0] == texts[1])


def test_what_was_remembered_by_its_bytes_is_still_known() -> None:
    body = PLAIN.encode()
    former = hashlib.blake2b(body, digest_size=16).digest()
    assert former != hashed(body)
    assert is_same_body(former, hashed(body), body)
    assert is_same_body(hashed(body), hashed(body), body)
    other = PLAIN.replace("1.5", "1.6").encode()
    assert not is_same_body(former, hashed(other), other)
    assert not is_same_body(hashed(body), hashed(other), other)
