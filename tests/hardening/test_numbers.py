"""Numbers and dates past every limit: refused with a pointer, and the neighbours of the same lane are served."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from support.integers import IntegerField, integer_fields
from support.running import Running
from support.shop import Shop, error_code, problems

CART = "c-1"
PAST_64_BITS = (2**63, -(2**63) - 1, 10**30)
VERSIONED = "/schemaVersion"
"""The one integer whose value is a code of its own."""


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    """The one shop of all rows, with the cart that they are about."""
    shop = await running.shop()
    await shop.call("create-cart", CART, {"country": "FR", "currency": "EUR", "items": [{"offeringId": "plan"}]})
    return shop


async def send(shop: Shop, body: Mapping[str, Any]) -> str:
    """Send a body as it is; returns its correlation id."""
    kind = body["type"]
    return await shop.wire.publish(f"{shop.tenant}.{kind}", json.dumps(body).encode(), message_id=uuid4().hex)


@pytest.mark.parametrize("field", integer_fields(), ids=str)
async def test_an_integer_beyond_64_bits_is_refused_where_it_stands(shop: Shop, field: IntegerField) -> None:
    before = await send(shop, {"type": "upsert-offerings", "data": {"offerings": [{"id": uuid4().hex}]}})
    sent = [await send(shop, field.body(value)) for value in PAST_64_BITS]
    after = [
        await shop.send("upsert-offerings", data={"offerings": [{"id": uuid4().hex}]}),
        await shop.send("update-cart", CART, {"scenario": uuid4().hex}),
    ]
    replies = await asyncio.gather(*map(shop.wire.reply, sent))
    if field.path == VERSIONED:
        assert [error_code(each) for each in replies] == ["unsupported-schema-version"] * 3
        assert [problems(each)[0][0] for each in replies] == [field.path] * 3
    else:
        assert [error_code(each) for each in replies] == ["invalid"] * 3
        assert [(field.path, "out-of-range") in problems(each) for each in replies] == [True] * 3
    neighbours = await asyncio.gather(*map(shop.wire.reply, [before, *after]))
    assert [each.get("status") for each in neighbours] == ["applied"] * 3


def price(**fields: Any) -> dict[str, Any]:
    point = {"id": "pp-long", "offeringId": "plan", "type": "recurring", "currency": "EUR", "amount": "1.00"}
    return {"type": "upsert-prices", "data": {"prices": [{**point, **fields}]}}


def terms(period: str, parts: int) -> dict[str, Any]:
    row = {"currency": "EUR", "smallestPart": "1.00", "largestPart": "9.00", "mostParts": parts, "period": period}
    return {"type": "set-configuration", "data": {"installments": [row]}}


def promoted(condition: dict[str, Any], **benefit: Any) -> dict[str, Any]:
    benefits = [{"kind": "percent", "value": "10", **benefit}]
    rows = [{"id": "p", "conditions": [condition], "benefits": benefits}]
    return {"type": "upsert-promotions", "data": {"promotions": rows}}


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"kind": "first-order"}
    for _ in range(depth - 1):
        condition = {"kind": "not", "condition": condition}
    return condition


LATE = "9801-01-01T00:00:00Z"
TOO_FAR = {
    **{f"period {each}": (price(period=each), "/data/prices/0/period") for each in ("P9999Y", "P9999M", "P101Y")},
    "period in weeks": (price(period="P9999W"), "/data/prices/0/period"),
    "period in all units": (price(period="P99Y11M5W1D"), "/data/prices/0/period"),
    "prorated period": (price(period="P9999Y", isProrated=True), "/data/prices/0/period"),
    "period of an override": ({"type": "override-price", "cartId": CART, "data": {"period": "P9999Y"}}, "/data/period"),
    "period of a target": (
        promoted(nested(1), target={"pricePeriods": ["P9999Y"]}),
        "/data/promotions/0/benefits/0/target/pricePeriods/0",
    ),
    "period of installments": (terms("P9999Y", 2), "/data/installments/0/period"),
    "installments over more than 100 years": (terms("P1Y", 120), "/data/installments/0"),
    "as of a day before the end": (
        {"type": "reprice-cart", "cartId": CART, "data": {"asOf": LATE}},
        "/data/asOf",
    ),
    "simulated before the end": ({"type": "simulate-price", "data": {"currency": "EUR", "asOf": LATE}}, "/data/asOf"),
    "compared before the end": (
        {"type": "compare-price", "cartId": CART, "data": {"to": {"asOf": LATE}}},
        "/data/to/asOf",
    ),
}


@pytest.mark.parametrize(("body", "path"), TOO_FAR.values(), ids=TOO_FAR)
async def test_what_leads_out_of_the_calendar_is_refused_where_it_stands(
    shop: Shop, body: dict[str, Any], path: str
) -> None:
    reply = await shop.wire.reply(await send(shop, body))
    assert error_code(reply) == "invalid"
    assert (path, "out-of-range") in problems(reply)


@pytest.mark.parametrize("depth", [21, 150, 185])
async def test_conditions_that_stand_in_each_other_too_deep_are_refused(shop: Shop, depth: int) -> None:
    neighbour = {"type": "upsert-offerings", "data": {"offerings": [{"id": uuid4().hex}]}}
    sent = [await send(shop, body) for body in (promoted(nested(depth)), neighbour)]
    refused, served = await asyncio.gather(*map(shop.wire.reply, sent))
    assert problems(refused) == [("/data/promotions/0/conditions", "too-deep")]
    assert served["status"] == "applied"
    assert (await shop.wire.reply(await send(shop, {**promoted(nested(20)), "dryRun": True})))["status"] == "dry-run"


async def test_the_longest_that_is_let_in_is_priced_at_the_latest_time(shop: Shop) -> None:
    """Every place where a period is added to a date, at the edge of what may be said."""
    await shop.call("upsert-offerings", data={"offerings": [{"id": "century"}]})
    point = price(offeringId="century", period="P100Y", isProrated=True)
    await shop.wire.reply(await send(shop, point))
    await shop.wire.reply(await send(shop, terms("P10M", 120)))
    paid = {
        "currency": "EUR",
        "amount": "5.00",
        "startDateTime": "1970-01-01T00:00:00Z",
        "endDateTime": "9998-12-31T00:00:00Z",
    }
    line = {"offeringId": "century", "quantity": 100, "paidPeriod": paid}
    for time in ("9800-12-31T23:59:59Z", "1970-01-01T00:00:00Z"):
        for day in (1, 31):
            data = {"currency": "EUR", "items": [line], "billCycleDay": day, "paymentParts": 20, "asOf": time}
            reply = await shop.call("simulate-price", data=data)
            assert reply["status"] == "dry-run", reply
            assert [each["source"] for each in reply["cart"]["items"][0]["prices"][0]["alterations"]][-1] == "credit"
