"""Warnings of forecasts: prices and taxes that the catalog has for a day before the last bill."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import Query
from models.cart.cart import Cart
from support.phases import monthly
from support.pricing import document, price_row, priced, rows

NOVEMBER = datetime(2020, 11, 16, 12, tzinfo=UTC)
"""Bills are due on the 16th of each month."""
NEW_YEAR = "2021-01-01T00:00:00Z"
UNTIL, SINCE = {"validFor": {"endDateTime": NEW_YEAR}}, {"validFor": {"startDateTime": NEW_YEAR}}
STANDARD = {"country": "FR", "category": "standard"}
TAXES = [{"id": "old", **STANDARD, "rate": "16", **UNTIL}, {"id": "new", **STANDARD, "rate": "19", **SINCE}]
PRICE, TAX = "price-changes", "tax-changes"


def shop(*prices: dict[str, Any], taxes: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    told = document({each["offeringId"]: 1 for each in prices}, list(prices), **more)
    if taxes is not None:
        told["facts"]["taxes"] = taxes
    return told


def forecast(told: dict[str, Any], periods: int, cart: Cart | None = None) -> dict[str, Any]:
    """The reply; for the document's cart, if none is given."""
    body = json.dumps({"type": "forecast-cart", "cartId": "c-1", "data": {"periods": periods}}).encode()
    entry, command = read_command(body, Origin("default", "forecast-cart", "m-1", None, None, NOVEMBER))
    assert isinstance(entry, Query)
    facts = Facts().with_rows(rows(told), 1)
    answer = answer_query(entry, cart or priced(told, NOVEMBER), command, facts, NOVEMBER)
    reply: dict[str, Any] = json.loads(answer.body("m-1"))
    return reply


def warned(told: dict[str, Any], periods: int = 4, cart: Cart | None = None) -> list[tuple[str, str]]:
    return [(each["itemId"], each["code"]) for each in forecast(told, periods, cart)["warnings"]]


def test_a_tax_that_changes_by_date_moves_no_bill_and_is_told() -> None:
    """10.00 at 16 % are 11.60 four times, 46.40; with 19 % from January on they would be 47.00."""
    reply = forecast(shop(monthly("10.00", taxIncluded=False), taxes=TAXES), 4)
    assert [each["gross"] for each in reply["items"]] == ["11.60"] * 4
    assert reply["total"]["gross"] == "46.40"
    assert reply["warnings"] == [
        {
            "code": TAX,
            "message": f"The tax of item a changes at {NEW_YEAR}; the bills from then on are as before it.",
            "itemId": "a",
        }
    ]


@pytest.mark.parametrize(("periods", "told"), [(1, False), (2, False), (3, True), (120, True)])
def test_only_what_changes_before_the_last_bill_is_told(periods: int, told: bool) -> None:
    """Bills on 16 November, 16 December, 16 January."""
    assert warned(shop(monthly("10.00"), taxes=TAXES), periods) == ([("a", TAX)] if told else [])


def test_a_bill_in_arrears_is_due_a_period_later() -> None:
    assert warned(shop(monthly("10.00", isArrears=True), taxes=TAXES), 2) == [("a", TAX)]
    assert warned(shop(monthly("10.00", isArrears=True), taxes=TAXES), 1) == []


def test_each_line_has_its_own_last_bill() -> None:
    """A year is billed once, in November; nor is what is paid once billed again."""
    prices = monthly("10.00"), price_row("b", "120.00", period="P1Y"), price_row("c", "5.00")
    assert warned(shop(*prices, taxes=TAXES)) == [("a", TAX)]
    assert warned(shop(*prices, taxes=TAXES), 13) == [("a", TAX), ("b", TAX)]


def test_another_price_or_none_any_more_is_told() -> None:
    follower = monthly("12.00", id="next", **SINCE)
    assert warned(shop(monthly("10.00", **UNTIL), follower)) == [("a", PRICE)]
    assert warned(shop(monthly("10.00", **UNTIL))) == [("a", PRICE)]
    sale = {**follower, "relationships": [{"id": "pp-a", "type": "replaces"}]}
    assert warned(shop(monthly("10.00"), sale)) == [("a", PRICE)]
    assert warned(shop(monthly("10.00", **UNTIL), follower, taxes=TAXES)) == [("a", PRICE), ("a", TAX)]


def test_what_costs_the_same_or_is_for_others_is_not_told() -> None:
    assert warned(shop(monthly("10.00", **UNTIL), monthly("10.0", id="next", **SINCE))) == []
    for_others = {"channel": "shop", **SINCE}
    assert warned(shop(monthly("10.00"), monthly("8.00", id="other", **for_others))) == []
    same = [{**each, "rate": "16"} for each in TAXES]
    assert warned(shop(monthly("10.00"), taxes=same)) == []
    over = {"validFor": {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2031-01-01T00:00:00Z"}}
    assert warned(shop(monthly("10.00", **over))) == []


def test_a_price_that_is_kept_does_not_change_until_its_rule_is_over() -> None:
    follower = monthly("12.00", id="next", **SINCE)
    keeping = {"changeRule": {"kind": "keep"}, **UNTIL}
    assert warned(shop(monthly("10.00", **keeping), follower)) == []
    ending = {"changeRule": {"kind": "keep-until", "until": "2021-02-01T00:00:00Z"}, **UNTIL}
    told = shop(monthly("10.00", **ending), follower)
    assert warned(told, 3) == []
    assert warned(told, 4) == [("a", PRICE)]


def test_a_tax_that_a_customer_does_not_owe_concerns_only_prices_that_contain_it() -> None:
    exempt = [{**each, "exemptions": [{"userType": "FIRM"}]} for each in TAXES]
    firm = {"customer": {"id": "u-1", "userType": "FIRM"}, "taxes": exempt}
    assert warned(shop(monthly("10.00", taxIncluded=False), **firm)) == []
    assert warned(shop(monthly("10.00"), **firm)) == [("a", TAX)]


def test_a_tax_that_ends_without_another_is_told() -> None:
    assert warned(shop(monthly("10.00"), taxes=TAXES[:1])) == [("a", TAX)]


def test_days_are_those_of_the_zone() -> None:
    """In Auckland the year, and its first bill, begin at 11:00 UTC on the day before."""
    at_midnight = "2020-12-31T11:00:00Z"
    taxes = [
        {**TAXES[0], "validFor": {"endDateTime": at_midnight}},
        {**TAXES[1], "validFor": {"startDateTime": at_midnight}},
    ]
    zone = {"pricingPolicy": {"timeZone": "Pacific/Auckland"}, "billCycleDay": 1}
    told = shop(monthly("30.00", isProrated=True), taxes=taxes, **zone)
    assert [each["date"] for each in forecast(told, 3)["items"]] == ["2020-11-17", "2020-12-01", "2021-01-01"]
    assert (warned(told, 2), warned(told, 3)) == ([], [("a", TAX)])
