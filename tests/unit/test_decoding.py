"""The strict decoder: what it keeps, and where its limits lie."""

import json
from decimal import Decimal

import pytest

from cartwright.wire.decoding import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, MAX_KEYS, decode
from cartwright.wire.refusals import ErrorCode, Refusal


def refused(body: bytes) -> tuple[ErrorCode, str]:
    with pytest.raises(Refusal) as refusal:
        decode(body)
    return refusal.value.code, refusal.value.message


def test_fractions_stay_exact_and_integers_stay_integers() -> None:
    value = decode(b'{"a": 0.1, "b": 10, "c": 1.50, "d": -0, "e": 1e2}')
    assert value == {"a": Decimal("0.1"), "b": 10, "c": Decimal("1.50"), "d": 0, "e": Decimal(100)}
    assert [type(each) for each in value.values()] == [Decimal, int, Decimal, int, Decimal]


def test_text_of_any_script_is_kept() -> None:
    assert decode('{"a": "é\U0001f600", "b": "\\ud83d\\ude00"}'.encode()) == {"a": "é\U0001f600", "b": "\U0001f600"}


def test_the_size_limit_is_exact() -> None:
    body = b'{"a": 1}'
    assert decode(body + b" " * (MAX_BYTES - len(body)))
    assert refused(body + b" " * (MAX_BYTES - len(body) + 1))[0] is ErrorCode.TOO_LARGE


def test_the_depth_limit_is_exact_and_brackets_in_strings_do_not_count() -> None:
    inner = MAX_DEPTH - 1
    assert decode(b'{"a":' + b"[" * inner + b"]" * inner + b"}")
    assert refused(b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}")[0] is ErrorCode.MALFORMED
    assert decode(json.dumps({"a": "[{" * MAX_DEPTH, "b": '\\"' + "[" * MAX_DEPTH}).encode())
    assert decode(json.dumps({"a": [[]] * (2 * MAX_DEPTH)}).encode())


def test_the_limits_of_keys_and_digits_are_exact() -> None:
    assert len(decode(json.dumps({str(number): 0 for number in range(MAX_KEYS)}).encode())) == MAX_KEYS
    assert refused(json.dumps({str(number): 0 for number in range(MAX_KEYS + 1)}).encode())[0] is ErrorCode.TOO_LARGE
    assert decode(b'{"a": ' + b"9" * MAX_DIGITS + b"}")
    assert refused(b'{"a": ' + b"9" * (MAX_DIGITS + 1) + b"}")[0] is ErrorCode.MALFORMED
    assert refused(b'{"a": 1.' + b"9" * MAX_DIGITS + b"}")[0] is ErrorCode.MALFORMED


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b'{"a": 1, "b": {"c": 1, "c": 1}}', "twice"),
        (b'{"a": "\xff"}', "byte 7"),
        (b'\xef\xbb\xbf{"a": 1}', "byte-order mark"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"{'a': 1}", "at character 1"),
        (b"[]", "not a JSON object"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e9999999999999999999}', "exponent"),
    ],
)
def test_a_refusal_says_what_is_wrong(body: bytes, part: str) -> None:
    code, message = refused(body)
    assert code is ErrorCode.MALFORMED
    assert part in message
