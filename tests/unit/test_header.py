"""The head of a cart: what it is written as is made once, and made anew for another header."""

from cartwright.wire.header import Header

GIVEN = {"currency": "EUR", "country": "FR", "keys": {"orderId": "o-1"}}


def test_a_header_is_written_once() -> None:
    header = Header.model_validate(GIVEN)
    assert header.written == header.wire() == GIVEN
    assert header.written is header.written
    assert header == Header.model_validate(GIVEN)


def test_a_copy_is_written_anew() -> None:
    header = Header.model_validate(GIVEN)
    assert header.written["country"] == "FR"
    copy = header.model_copy(update={"country": "DE"})
    assert copy.written == {**GIVEN, "country": "DE"}
    assert header.written == GIVEN
