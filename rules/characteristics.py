"""Values of characteristics by their type: the form of each, and the check digits of numbers that have some."""

import re
from collections.abc import Callable, Mapping
from datetime import date

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,33})", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_IMEI = re.compile(r"\d{15}", re.ASCII)
_ICCID = re.compile(r"89\d{17,18}", re.ASCII)
_EID = re.compile(r"89\d{30}", re.ASCII)
_LONGEST_DECIMAL = 36

Fault = tuple[str, str]
"""What is wrong with a value: a stable code, and what it should be."""
FORMAT, CHECK = "wrong-format", "wrong-check-digit"


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _string(_value: str) -> Fault | None:
    return None


def _integer(value: str) -> Fault | None:
    return None if _INTEGER.fullmatch(value) else (FORMAT, "an integer")


def _decimal(value: str) -> Fault | None:
    fits = len(value) <= _LONGEST_DECIMAL and _DECIMAL.fullmatch(value)
    return None if fits else (FORMAT, "a decimal number such as 12.50")


def _boolean(value: str) -> Fault | None:
    return None if value in {"true", "false"} else (FORMAT, "true or false")


def _date(value: str) -> Fault | None:
    try:
        date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except ValueError:
        return FORMAT, "a date such as 2026-01-31"
    return None


def _imei(value: str) -> Fault | None:
    """15 digits, the last a check digit (3GPP TS 23.003, annex B)."""
    if not _IMEI.fullmatch(value):
        return FORMAT, "an IMEI of 15 digits"
    return None if luhn(value) else (CHECK, "an IMEI whose last digit checks the others")


def _iccid(value: str) -> Fault | None:
    """19 or 20 digits from 89 on, the last a check digit (ITU-T E.118)."""
    if not _ICCID.fullmatch(value):
        return FORMAT, "an ICCID of 19 or 20 digits that begins with 89"
    return None if luhn(value) else (CHECK, "an ICCID whose last digit checks the others")


def _eid(value: str) -> Fault | None:
    """32 digits from 89 on that leave 1 when divided by 97 (GSMA SGP.29)."""
    if not _EID.fullmatch(value):
        return FORMAT, "an EID of 32 digits that begins with 89"
    return None if int(value) % 97 == 1 else (CHECK, "an EID whose last two digits check the others")


_CHECKS: Mapping[str, Callable[[str], Fault | None]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "imei": _imei,
    "iccid": _iccid,
    "eid": _eid,
}


def fault(value_type: str, value: str) -> Fault | None:
    """What is wrong with a value of this type; a type that older catalogs may name allows anything."""
    return _CHECKS.get(value_type, _string)(value)
