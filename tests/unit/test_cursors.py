"""Cursors come back as they went out, and whatever else comes back is refused."""

import base64
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.cursors import CursorValue, cursor_text, read_cursor

WRONG = ErrorCode.INVALID, [("/data/cursor", "wrong-cursor")]
PLACES = st.lists(
    st.none() | st.text() | st.integers(-(2**63), 2**63 - 1) | st.datetimes(timezones=st.just(UTC)),
    max_size=5,
)


@given(PLACES)
def test_a_place_comes_back_as_it_was(place: list[CursorValue]) -> None:
    assert read_cursor(cursor_text(place)) == place


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{}",
        "7",
        "[",
        "[true]",
        "[1.5]",
        "[[]]",
        "[9223372036854775808]",
        '["\\ud800"]',
        '[{"at": "soon"}]',
        '[{"at": 5}]',
        "[" * 2000,
    ],
)
def test_what_no_database_can_compare_with_is_refused(written: str) -> None:
    assert read(base64.urlsafe_b64encode(written.encode()).decode()) == WRONG


@given(st.text(max_size=50))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    found = read(text)
    assert found == WRONG or read(cursor_text(found)) == found


def read(cursor: str) -> Any:
    """The place; or the code of the refusal, and where its problems are."""
    try:
        return read_cursor(cursor)
    except Refusal as refusal:
        return refusal.code, [(each.path, each.code) for each in refusal.problems]
