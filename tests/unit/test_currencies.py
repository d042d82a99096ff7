"""Withdrawn currencies keep their digits; an update of the list of currencies makes nothing unreadable."""

import re

import pytest
from iso4217 import Currency
from pydantic import TypeAdapter, ValidationError

from cartwright.wire import schema
from cartwright.wire.money import FUNDS, digits, format_amount, in_use, parse_amount
from cartwright.wire.withdrawn import WITHDRAWN

SEEN = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
        CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
        HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP
        MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
        SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
        VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""What `iso4217` had in 2018, in May 2025 or in January 2026, by digits: somebody may have stored it.

A code that is new is added here; one that the package drops goes to `cartwright/wire/withdrawn.py`, and none ever
leaves.
"""


def test_no_currency_that_was_ever_taken_loses_its_digits() -> None:
    for places, codes in SEEN.items():
        assert {code: digits(code) for code in codes.split()} == dict.fromkeys(codes.split(), places)


def test_every_currency_of_the_package_is_among_them() -> None:
    seen = {code for codes in SEEN.values() for code in codes.split()}
    assert {each.code for each in Currency if each.exponent is not None} <= seen


def test_what_the_package_dropped_is_withdrawn() -> None:
    current = {each.code for each in Currency}
    seen = {code for codes in SEEN.values() for code in codes.split()}
    assert seen - current <= WITHDRAWN.keys()


def test_a_withdrawal_has_digits_and_a_month() -> None:
    assert WITHDRAWN["BGN"] == (2, "2026-01")
    assert WITHDRAWN["TRL"] == (0, "2005-12")
    for code, withdrawal in WITHDRAWN.items():
        assert re.fullmatch(r"[A-Z]{3}", code)
        assert re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", withdrawal.month)


@pytest.mark.parametrize("code", WITHDRAWN)
def test_nothing_new_is_in_a_withdrawn_currency_and_what_is_old_can_be_read(code: str) -> None:
    assert not in_use(code)
    assert parse_amount(format_amount(1234, code), code) == 1234
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(schema.Currency).validate_python(code)
    [error] = caught.value.errors()
    assert error["type"] == "unknown-currency"
    assert "withdrawn" in error["msg"]


@pytest.mark.parametrize("code", sorted(FUNDS))
def test_nothing_new_is_in_what_nobody_pays_in_and_what_is_old_can_be_read(code: str) -> None:
    assert not in_use(code)
    assert parse_amount(format_amount(1234, code), code) == 1234
    with pytest.raises(ValidationError, match="not a currency of ISO 4217 for payments"):
        TypeAdapter(schema.Currency).validate_python(code)
