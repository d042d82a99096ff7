"""The golden kinds about periods: what a part of one costs, and how many cycles are billed."""

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from counter import Shop, alterations, noon, taken_off
from switches import choice_of

from cartwright.wire.money import format_amount
from cartwright.wire.periods import parse_period
from pricing.arithmetic.billing_cycles import Period
from pricing.forecasting import Bill, forecast

PERIODS = {
    "DAILY": "P1D",
    "WEEKLY": "P7D",
    "BIWEEKLY": "P14D",
    "THIRTY_DAYS": "P30D",
    "THIRTY_ONE_DAYS": "P31D",
    "SIXTY_DAYS": "P60D",
    "NINETY_DAYS": "P90D",
    "MONTHLY": "P1M",
    "BIMESTRIAL": "P2M",
    "QUARTERLY": "P3M",
    "TRIANNUAL": "P4M",
    "BIANNUAL": "P6M",
    "ANNUAL": "P1Y",
    "SESQUIENNIAL": "P18M",
    "BIENNIAL": "P2Y",
    "TRIENNIAL": "P3Y",
}
"""Kill Bill's names of billing periods."""
WHOLE = 10**12
"""A price in minor units that tells every part of a period: no two parts cost the same, however they are rounded."""
LONGEST = 1200
"""More days than any period has."""
SHORTEST_MONTH = 28
YEARS = (2011, 2012)
Case = dict[str, Any]


def proration(case: Case) -> str:
    """What a price costs from a day on that leaves so many days of a cycle of that length.

    Where no cycle of the calendar is as long, a period that was paid is credited.
    """
    found = cycle_of(case["period_days"])
    if found is None or not case["days"]:
        return format_amount(credited(case), "EUR")
    opens, months = found
    at = opens + timedelta(days=case["period_days"] - case["days"])
    shop = Shop(choice_of(case), header={"billCycleDay": opens.day})
    anchor = {"anchorMonth": opens.month} if months > 1 else {}
    shop.sell(str(case["price"]), period=f"P{months}M", isProrated=True, **anchor)
    return format_amount(shop.ring_up(noon(at)).pricing.due_now.payable, "EUR")


def credited(case: Case) -> int:
    opens = date(YEARS[0], 1, 1)
    closes = opens + timedelta(days=case["period_days"])
    at = closes - timedelta(days=case["days"])
    return credit(opens, closes, str(case["price"]), at, choice_of(case))


@cache
def cycle_of(days: int) -> tuple[date, int] | None:
    """The first day and the months of a cycle of so many days, if the calendar has one that comes every year."""
    for months in (1, 2, 3, 4, 6, 12):
        for opens in (date(year, month, 1) for year in YEARS for month in range(1, 13)):
            if (Period(months).after(opens, 1, 1) - opens).days == days:
                return opens, months
    return None


def cycles(case: Case) -> Fraction:
    """The bills of a cart's forecast up to a day, as parts of the price of a period.

    What ends within a period is credited for the rest of it.
    """
    start, target = date.fromisoformat(case["start"]), date.fromisoformat(case["target"])
    end = date.fromisoformat(case["end"]) if case.get("end") else None
    if case["period"] not in PERIODS:
        raise ValueError(f"unknown period: {case['period']}")
    if target < start:
        return Fraction(0)
    bills = bills_of(start, target, PERIODS[case["period"]], case)
    due = [bill for bill in bills if bill.day <= target and (end is None or bill.day < end)]
    whole = sum((part_of(bill.gross) for bill in due), Fraction(0))
    closes = bills[len(due)].day
    if not due or end is None or end >= closes:
        return whole
    unused = credit(due[-1].day, closes, format_amount(due[-1].gross, "EUR"), end, choice_of(case))
    return whole - part_of(due[-1].gross) + part_of(due[-1].gross - unused)


def bills_of(start: date, target: date, period: str, case: Case) -> list[Bill]:
    """The bills of a service from its start on; of one period at least that begins after the target."""
    by_month = bool(parse_period(period).months)
    shop = Shop(choice_of(case), header={"billCycleDay": case["bcd"]})
    shop.sell(format_amount(WHOLE, "EUR"), period=period, isProrated=by_month)
    months, days, _ = parse_period(period)
    shortest = months * SHORTEST_MONTH or days
    at = noon(start)
    return forecast(shop.ring_up(at), shop.catalog, at, (target - start).days // shortest + 3)


def credit(opens: date, closes: date, amount: str, at: date, policy: dict[str, str]) -> int:
    """What is credited on a day for the rest of a period that was paid, on something that costs enough."""
    paid = {"startDateTime": day(opens), "endDateTime": day(closes), "amount": amount, "currency": "EUR"}
    shop = Shop(policy)
    shop.sell(format_amount(WHOLE, "EUR"), item={"action": "modify", "paidPeriod": paid})
    [found] = alterations(shop.ring_up(noon(at)))
    return taken_off(found)


def day(when: date) -> str:
    return f"{when.isoformat()}T00:00:00Z"


def part_of(minor: int) -> Fraction:
    """The part of a period that costs so much: a number of days out of all of its days."""
    return Fraction(minor, WHOLE).limit_denominator(LONGEST)
