"""Currencies that nobody pays in any more: prices and carts in them stay readable for ever.

Codes and months of withdrawal are those of ISO 4217, list three; the list tells no digits, so these are what list one
said while the currency was on it. The package `iso4217` carries list one alone, and drops a code on the day on which
it is withdrawn. `tests/unit/test_currencies.py` holds every code that the package has had against this table.
"""

from types import MappingProxyType
from typing import NamedTuple


class Withdrawal(NamedTuple):
    """What is still to be known of a currency: its digits, and the month (`2026-01`) in which it was withdrawn."""

    digits: int
    month: str


_WITHOUT_DIGITS = """
    ADP 2003-07, BEF 2002-03, BYB 2001-01, BYR 2017-01, ESP 2002-03, GRD 2002-03, ITL 2002-03, LUF 2002-03,
    MGF 2004-12, PTE 2002-03, TPE 2002-11, TRL 2005-12
"""
_WITH_TWO = """
    AFA 2003-01, ANG 2025-03, ATS 2002-03, AZM 2005-12, BGL 2003-11, BGN 2026-01, CHC 2004-11, CSD 2006-10,
    CUC 2021-06, CYP 2008-01, DEM 2002-03, EEK 2011-01, FIM 2002-03, FRF 2002-03, GHC 2008-01, GHP 2007-06,
    HRK 2023-01, IEP 2002-03, LTL 2014-12, LVL 2014-01, MRO 2017-12, MTL 2008-01, MZM 2006-06, NLG 2002-03,
    ROL 2005-06, RUR 2004-01, SDD 2007-07, SIT 2007-01, SKK 2009-01, SLL 2023-12, SRG 2003-12, STD 2017-12,
    TMM 2009-01, USS 2014-03, VEB 2008-01, VEF 2018-08, YUM 2003-07, ZMK 2012-12, ZWD 2008-08, ZWL 2024-09,
    ZWN 2006-09, ZWR 2009-06
"""


def _listed(text: str, digits: int) -> dict[str, Withdrawal]:
    pairs = (entry.split() for entry in text.split(","))
    return {code: Withdrawal(digits, month) for code, month in pairs}


WITHDRAWN = MappingProxyType({**_listed(_WITHOUT_DIGITS, 0), **_listed(_WITH_TWO, 2)})
"""Withdrawn currencies by code."""
