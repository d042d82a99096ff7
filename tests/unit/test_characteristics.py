"""Typed values of characteristics: their forms and their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalog.offering import VALUE_TYPES
from rules.characteristics import CHECK, FORMAT, fault

GOOD = {
    "string": ["", "anything at all"],
    "integer": ["0", "-7", "12345678901234567890"],
    "decimal": ["0", "12.50", "-0.1"],
    "boolean": ["true", "false"],
    "date": ["2026-01-31", "2028-02-29"],
    "imei": ["490154203237518", "358073464620280", "356938035643809"],
    "iccid": ["8944500102198304826", "89014103211118510720"],
    "eid": ["89049032123451234512345678901235", "89001012012341234012345678901224"],
}
"""The second IMEI is that of document 004, whose ICCID has a wrong check digit; the second EID is that of SGP.29."""
WRONG_FORM = {
    "integer": ["", "1.0", "01", "+1", "1e3", "٣", " 1", "9" * 35],
    "decimal": ["", ".5", "1.", "1,5", "1e3", "01.5", "NaN", "1" * 37],
    "boolean": ["True", "1", "", "yes"],
    "date": ["2026-02-29", "31.01.2026", "20260131", "2026-1-31", "2026-01-31T00:00:00Z", ""],
    "imei": ["", "49015420323751", "4901542032375180", "49015420323751x", "٤90154203237518"],
    "iccid": ["", "899110120000320451", "899110120000320451000", "1991101200003204510", "8991101200003204510F"],
    "eid": ["", "8904903212345123451234567890123", "19049032123451234512345678901235"],
}
WRONG_DIGIT = {
    "imei": ["490154203237517", "358073464620281"],
    "iccid": ["8944500102198304825", "89014103270197479933"],
    "eid": ["89049032123451234512345678901236", "89001012012341234012345678901223"],
}


def pairs(cases: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, value) for kind, values in cases.items() for value in values]


def test_every_type_has_cases() -> None:
    assert GOOD.keys() == set(VALUE_TYPES)
    assert WRONG_FORM.keys() == set(VALUE_TYPES) - {"string"}


@pytest.mark.parametrize(("kind", "value"), pairs(GOOD))
def test_a_good_value_is_accepted(kind: str, value: str) -> None:
    assert fault(kind, value) is None


@pytest.mark.parametrize(("kind", "value"), pairs(WRONG_FORM))
def test_another_form_is_refused(kind: str, value: str) -> None:
    found = fault(kind, value)
    assert found is not None
    assert found[0] == FORMAT


@pytest.mark.parametrize(("kind", "value"), pairs(WRONG_DIGIT))
def test_a_wrong_check_digit_is_refused(kind: str, value: str) -> None:
    found = fault(kind, value)
    assert found is not None
    assert found[0] == CHECK


@given(st.sampled_from(pairs({kind: GOOD[kind] for kind in ("imei", "iccid", "eid")})), st.data())
def test_one_wrong_digit_is_always_found(case: tuple[str, str], data: st.DataObject) -> None:
    kind, number = case
    place = data.draw(st.integers(2, len(number) - 1))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != number[place]]))
    assert fault(kind, number[:place] + digit + number[place + 1 :]) is not None


def test_a_type_of_an_older_catalog_allows_anything() -> None:
    assert fault("Colour", "red") is None
