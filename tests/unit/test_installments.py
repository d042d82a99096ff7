"""Installments: the days on which the parts of a payable amount fall due."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cartwright.wire.header import Header
from cartwright.wire.refusals import Refusal
from cartwright.wire.stored import read_stored
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from pricing.price import price
from support.pricing import NOON, document, price_row, priced, rows

TERMS = {"currency": "EUR", "smallestPart": "10.00", "largestPart": "50.00", "mostParts": 6}


def parted(zone: str | None, at: datetime, period: str = "P1M") -> Cart:
    """100.00 in three parts."""
    policy = {"pricingPolicy": {"timeZone": zone}} if zone is not None else {}
    shop = document({"mug": 1}, [price_row("mug", "100.00")], paymentParts=3, **policy)
    terms = CatalogRows.of({"configuration": [{"installments": [{**TERMS, "period": period}]}]})
    return price(priced(shop, at), Facts().with_rows(rows(shop), 1).with_rows(terms, 2), at)


@pytest.mark.parametrize(
    ("zone", "period", "days"),
    [
        # At 05:00 UTC on 1 June it is 23:00 on 31 May in Denver; June has no 31st.
        ("America/Denver", "P1M", ("2023-05-31", "2023-06-30", "2023-07-31")),
        ("America/Denver", "P2W", ("2023-05-31", "2023-06-14", "2023-06-28")),
        # In Auckland it is 17:00 on 1 June.
        ("Pacific/Auckland", "P1M", ("2023-06-01", "2023-07-01", "2023-08-01")),
        (None, "P1M", ("2023-06-01", "2023-07-01", "2023-08-01")),
    ],
)
def test_parts_fall_due_on_days_of_the_zone(zone: str | None, period: str, days: tuple[str, ...]) -> None:
    plan = parted(zone, datetime(2023, 6, 1, 5, tzinfo=UTC), period).pricing.payment
    assert plan is not None
    assert (plan.installments, plan.due_dates) == ((3334, 3333, 3333), days)


def test_in_a_zone_that_is_gone_no_day_is_known() -> None:
    at = datetime(2023, 6, 1, 5, tzinfo=UTC)
    known = parted("America/Denver", at)
    header = read_stored(Header, {**known.header.wire(), "pricingPolicy": {"timeZone": "Mars/Olympus"}})
    terms = CatalogRows.of({"configuration": [{"installments": [TERMS]}]})
    shop = document({"mug": 1}, [price_row("mug", "100.00")])
    facts = Facts().with_rows(rows(shop), 1).with_rows(terms, 2)
    cart = price(replace(known, header=header), facts, at)
    assert [each.code for each in cart.pricing.warnings] == ["installments-not-possible"]


def test_a_currency_has_its_terms_once() -> None:
    """Further ones would have no effect."""
    body = json.dumps({"type": "set-configuration", "data": {"installments": [TERMS, {**TERMS, "mostParts": 3}]}})
    with pytest.raises(Refusal) as refused:
        read_command(body.encode(), Origin("default", "set-configuration", "m-1", None, None, NOON))
    assert [(each.path, each.code) for each in refused.value.problems] == [("/data/installments", "duplicate-currency")]
