"""The strict decoder: bytes from anybody become a JSON object, or are refused before anything else sees them."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from cartwright.wire.refusals import ErrorCode, Refusal

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 200
MAX_KEYS = 10_000
MAX_DIGITS = 34
MAX_EXPONENT = 308

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def decode(body: bytes, max_bytes: int = MAX_BYTES) -> dict[str, object]:
    """Return the JSON object in `body`: UTF-8 without a mark, no repeated keys, no NaN; fractions stay `Decimal`.

    Raises `Refusal` with `too-large` or `malformed`.
    """
    if len(body) > max_bytes:
        raise Refusal(ErrorCode.TOO_LARGE, f"The body has {len(body)} bytes, {max_bytes} are allowed.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not UTF-8 (byte {error.start}).") from None
    if text.startswith("\ufeff"):
        raise _malformed("The body starts with a byte-order mark.")
    _check_depth(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(f"The body is not JSON: {error.msg} at character {error.pos}.") from None
    if not isinstance(value, dict):
        raise _malformed("The body is not a JSON object.")
    if _SURROGATE_ESCAPE.search(text):
        _check_surrogates(value)
    return value


def _malformed(message: str) -> Refusal:
    return Refusal(ErrorCode.MALFORMED, message)


def _check_depth(text: str) -> None:
    """Count nesting only where there are enough brackets for it to matter."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match.group()
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")
        elif mark in "]}":
            depth -= 1


def _check_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        raise _malformed("A string holds half of a surrogate pair.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > MAX_KEYS:
        raise Refusal(ErrorCode.TOO_LARGE, f"An object has {len(pairs)} keys, {MAX_KEYS} are allowed.")
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _malformed("An object names a key twice.")
    return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _too_many_digits()
    return int(digits)


def _fraction(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation:  # an exponent that Decimal itself can't hold
        raise _too_many_digits() from None
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
        raise _too_many_digits()
    return number


def _too_many_digits() -> Refusal:
    return _malformed(f"A number has more than {MAX_DIGITS} digits, or an exponent beyond {MAX_EXPONENT}.")


def _constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not a JSON number.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
