"""Installments: the days on which the parts of a payable amount fall due."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cartwright.wire.header import Header
from cartwright.wire.refusals import Refusal
from cartwright.wire.stored import read_stored
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from models.jobs.report import CartOutcome
from pricing.price import price
from storage.records import CartKey
from support.deliveries import TENANT
from support.job_runs import command, finish
from support.pricing import NOON, document, price_row, priced, rows
from support.simulation import SimulatedWorker, stocked_store

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


FOUR = {"currency": "EUR", "smallestPart": "5.00", "largestPart": "500.00", "mostParts": 4}
DAYS = {"january": ["2026-01-31", "2026-02-28", "2026-03-31"], "march": ["2026-03-12", "2026-04-12", "2026-05-12"]}
RATE = {"id": "r", "from": "EUR", "to": "USD"}


async def in_parts() -> SimulatedWorker:
    """A worker with a cart in three parts of 31 January, and forty days later."""
    worker = SimulatedWorker(stocked_store())
    await command(worker, "set-configuration", {"installments": [FOUR]})
    await command(worker, "upsert-rates", {"rates": [{**RATE, "rate": "1.10"}]})
    header = {"country": "FR", "currency": "EUR", "paymentParts": 3}
    created = await command(
        worker, "create-cart", {**header, "items": [{"id": "p", "offeringId": "plan", "quantity": 9}]}, cart_id="c-1"
    )
    assert days(created) == DAYS["january"]
    worker.at += timedelta(days=40)
    return worker


def days(reply: dict[str, Any]) -> list[str]:
    """The days on which the parts of a cart fall due."""
    due: list[str] = reply["cart"]["payment"]["dueDates"]
    return due


async def test_days_move_with_the_day_on_which_a_cart_is_priced() -> None:
    worker = await in_parts()
    assert days(await command(worker, "get-cart", {}, cart_id="c-1")) == DAYS["january"]
    assert days(await command(worker, "get-cart", {"reprice": True}, cart_id="c-1")) == DAYS["march"]
    dry = await command(worker, "reprice-cart", {}, cart_id="c-1", dryRun=True)
    repriced = await command(worker, "reprice-cart", {}, cart_id="c-1")
    for reply in (dry, repriced):
        assert (reply["changes"], reply["priceChanges"]) == ([{"type": "payment-changed"}], [])
        assert days(reply) == DAYS["march"]
    assert (repriced["status"], repriced["version"]) == ("applied", 2)
    told = [each for each in worker.events if each["cartId"] == "c-1" and each["version"] == 2]
    assert [each["type"] for each in told] == ["cart-updated"]
    again = await command(worker, "reprice-cart", {}, cart_id="c-1")
    assert (again["status"], again["version"], days(again)) == ("unchanged", 2, DAYS["march"])
    await worker.close()


async def test_an_order_has_the_parts_that_were_possible_when_it_was_validated() -> None:
    worker = await in_parts()
    await command(worker, "set-configuration", {"installments": [{**FOUR, "mostParts": 2}]})
    validated = await command(worker, "validate-cart", {}, cart_id="c-1")
    assert (validated["status"], validated["version"]) == ("applied", 2)
    assert [each["code"] for each in validated["warnings"]] == ["installments-not-possible"]
    submitted = await command(worker, "submit-cart", {"token": validated["validation"]["token"]}, cart_id="c-1")
    payment = submitted["cart"]["payment"]
    assert (submitted["status"], payment["mostParts"], payment["installments"], payment["dueDates"]) == (
        "applied",
        2,
        [],
        [],
    )
    await worker.close()


async def test_a_rate_alone_is_shown_and_makes_no_version() -> None:
    worker = await in_parts()
    worker.at -= timedelta(days=40)
    await command(worker, "upsert-rates", {"rates": [{**RATE, "rate": "1.50"}]})
    plan = {"offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "USD", "amount": "11.00"}
    await command(worker, "upsert-prices", {"prices": [{"id": "pp-plan-usd", **plan}]})
    for kind, data in (("get-cart", {"reprice": True}), ("validate-cart", {}), ("reprice-cart", {})):
        reply = await command(worker, kind, data, cart_id="c-1")
        assert (reply["version"], reply["changes"], reply["cart"]["availableCurrencies"]) == (1, [], ["EUR", "USD"])
        rates = {each["currency"]: each["rate"] for each in reply["cart"]["dueNow"]["inOtherCurrencies"]}
        assert rates["USD"] == "1.50"
    await worker.close()


async def test_a_job_writes_no_cart_of_which_no_amount_has_moved() -> None:
    """Whether it proves the cart untouched or prices it: another configuration keeps it from the proof."""
    worker = await in_parts()
    for _ in range(2):
        started = await command(worker, "start-repricing", {})
        job = await finish(worker, started["job"]["id"])
        counts = job.tally.counts
        assert (counts[CartOutcome.CHANGED], counts[CartOutcome.UNCHANGED]) == (0, 1)
        assert worker.store.carts.stored[CartKey(TENANT, "c-1")].cart.version == 1
        await command(worker, "set-configuration", {"installments": [{**FOUR, "mostParts": 3}]})
    await worker.close()
