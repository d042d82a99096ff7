"""Which price a line gets, its taxes and roundings, what is payable elsewhere: from the queue to the reply."""

from typing import Any

import pytest

from support.shop import Shop, problems

MUG = {"id": "mug", "taxCategory": "standard"}
PLAIN = {"id": "plain", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "10.00"}
LINE = {"id": "i-1", "offeringId": "mug"}
TURN = "2030-01-01T00:00:00Z"
CIRCUMSTANCES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"channel": "web"}, {"channel": {"id": "web"}}, {}),
    ({"place": "paris"}, {"place": {"id": "paris"}}, {}),
    ({"marketSegment": "gold"}, {"marketSegment": {"id": "gold"}}, {}),
    ({"customerId": "u-1"}, {"customer": {"id": "u-1"}}, {}),
    ({"userType": "STAFF"}, {"customer": {"id": "u-2", "userType": "STAFF"}}, {}),
    ({"agreementId": "frame"}, {"keys": {"agreementId": "frame"}}, {}),
    ({"term": "P24M"}, {}, {"term": "P24M"}),
    ({"characteristics": {"color": "red"}}, {}, {"characteristics": {"color": "red"}}),
]


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.call("upsert-offerings", data={"offerings": [MUG]})
    return shop


async def load(shop: Shop, *rows: dict[str, Any], kind: str = "prices") -> None:
    reply = await shop.call(f"upsert-{kind}", data={kind: list(rows)})
    assert reply["type"] == "catalog-updated", reply


async def priced(shop: Shop, line: dict[str, Any] | None = None, **header: Any) -> dict[str, Any]:
    """The cart of a mug, or of another line, as it is stored."""
    cart_id = await shop.cart({**LINE, **(line or {})}, **header)
    return (await shop.call("get-cart", cart_id))["cart"]


@pytest.mark.parametrize(("criterion", "header", "line"), CIRCUMSTANCES)
async def test_the_most_specific_price_counts(
    shop: Shop, criterion: dict[str, Any], header: dict[str, Any], line: dict[str, Any]
) -> None:
    await load(shop, PLAIN, {**PLAIN, "id": "special", "amount": "8.00", **criterion})
    special = await priced(shop, line, **header)
    assert [each["id"] for each in special["items"][0]["prices"]] == ["special"]
    assert (await priced(shop))["totals"][0]["list"] == "10.00"


@pytest.mark.parametrize("criterion", [each[0] for each in CIRCUMSTANCES])
async def test_a_tie_is_refused_when_it_is_loaded(shop: Shop, criterion: dict[str, Any]) -> None:
    await load(shop, PLAIN, {**PLAIN, "id": "special", **criterion})
    tie = {**PLAIN, "id": "other", **criterion}
    reply = await shop.call("upsert-prices", data={"prices": [tie]})
    assert problems(reply) == [("/data/prices/0", "ambiguous-price")]
    other = {"term": "P12M"} if "term" not in criterion else {"channel": "shop"}
    crossing = await shop.call("upsert-prices", data={"prices": [{**PLAIN, "id": "other", **other}]})
    assert problems(crossing) == [("/data/prices/0", "ambiguous-price")]
    # Two criteria are more than one: such a point ties with nobody.
    await load(shop, {**PLAIN, "id": "other", **criterion, **other})


async def test_dates_that_overlap_tie_and_dates_that_meet_do_not(shop: Shop) -> None:
    await load(shop, {**PLAIN, "validFor": {"endDateTime": TURN}})
    early = {**PLAIN, "id": "next", "validFor": {"startDateTime": "2029-12-31T23:59:59Z"}}
    assert problems(await shop.call("upsert-prices", data={"prices": [early]})) == [
        ("/data/prices/0", "ambiguous-price")
    ]
    await load(shop, {**early, "validFor": {"startDateTime": TURN}})
    assert (await priced(shop))["items"][0]["prices"][0]["id"] == "plain"


@pytest.mark.parametrize(
    ("mode", "quantity", "amount", "unit"),
    [
        ("volume", 9, "90.00", "10.00"),
        ("volume", 10, "80.00", "8.00"),
        # Nine at 10.00, one at 8.00.
        ("graduated", 10, "98.00", "8.00"),
    ],
)
async def test_tiers(shop: Shop, mode: str, quantity: int, amount: str, unit: str) -> None:
    await load(shop, {**PLAIN, "tierMode": mode, "tiers": [{"minQuantity": 10, "amount": "8.00"}]})
    [row] = (await priced(shop, {"quantity": quantity}))["items"][0]["prices"]
    assert (row["list"], row["unitAmount"]) == (amount, unit)


async def test_a_unit_price_is_finer_than_a_cent(shop: Shop) -> None:
    await load(shop, {**PLAIN, "amount": "0.000123456789", "unit": "kB"})
    [row] = (await priced(shop, {"quantity": 1_000_000}))["items"][0]["prices"]
    assert (row["list"], row["unitAmount"], row["unit"]) == ("123.46", "0.000123456789", "kB")
    longer = await shop.call("upsert-prices", data={"prices": [{**PLAIN, "amount": "0.0001234567890"}]})
    assert problems(longer) == [("/data/prices/0/amount", "too-many-decimals")]


@pytest.mark.parametrize("decimals", [26, 30])
async def test_a_tax_rate_has_as_many_decimals_as_it_needs(shop: Shop, decimals: int) -> None:
    """Of 15.00 a rate of just below 10 % is a hair less than 1.50: rounded down it is a cent less, and nothing else."""
    rate = "9." + decimals * "9"
    await load(shop, {"id": "fr", "country": "FR", "category": "standard", "rate": rate}, kind="taxes")
    offering = {"id": "exact", "taxCategory": "standard"}
    await load(shop, offering, kind="offerings")
    await load(
        shop,
        {"id": "pp-exact", "offeringId": "exact", "type": "one-time", "currency": "EUR", "amount": "15.00"},
    )
    for rounding, tax in (("half-up", "1.50"), ("down", "1.49")):
        cart_id = await shop.cart({"offeringId": "exact"}, pricingPolicy={"rounding": rounding})
        [total] = (await shop.call("get-cart", cart_id))["cart"]["totals"]
        assert total["taxes"] == [{"id": "fr", "rate": rate, "amount": tax}]
        assert (total["net"], total["gross"]) == ("15.00", f"16.{tax[2:]}")
    finer = {"id": "fr", "country": "FR", "category": "standard", "rate": "9." + 31 * "9"}
    reply = await shop.call("upsert-taxes", data={"taxes": [finer]})
    assert problems(reply) == [("/data/taxes/0/rate", "wrong-format")]


async def test_a_price_of_nothing(shop: Shop) -> None:
    await load(shop, {**PLAIN, "amount": "0"})
    cart = await priced(shop)
    assert (cart["totals"][0]["gross"], cart["dueNow"]["payable"]) == ("0.00", "0.00")


async def test_several_taxes_and_an_exemption(shop: Shop) -> None:
    await load(
        shop,
        {"id": "gst", "country": "CA", "category": "standard", "rate": "5"},
        {"id": "qst", "country": "CA", "category": "standard", "rate": "9.975", "exemptions": [{"userType": "FN"}]},
        kind="taxes",
    )
    await load(shop, {**PLAIN, "amount": "100.00"})
    [total] = (await priced(shop, country="CA"))["totals"]
    # 9.975 is 9.98.
    assert [(each["id"], each["amount"]) for each in total["taxes"]] == [("gst", "5.00"), ("qst", "9.98")]
    [spared] = (await priced(shop, country="CA", customer={"id": "u", "userType": "FN"}))["totals"]
    assert (spared["gross"], [each["amount"] for each in spared["taxes"]]) == ("105.00", ["5.00", "0.00"])


@pytest.mark.parametrize(
    ("level", "included", "tax"),
    [
        # 20 % of 1.08 is 0.216; of three, 0.648; of three and one more line of one, 0.864.
        ("unit", False, "0.88"),
        ("line", False, "0.87"),
        ("group", False, "0.86"),
        # A sixth of 1.08 is 0.18 without a rest.
        ("unit", True, "0.72"),
    ],
)
async def test_the_tenant_says_what_a_tax_is_rounded_on(shop: Shop, level: str, included: bool, tax: str) -> None:
    await shop.call("set-configuration", data={"pricingPolicy": {"preset": "default", "taxLevel": level}})
    await load(shop, {**PLAIN, "amount": "1.08", "taxIncluded": included})
    cart_id = await shop.cart({**LINE, "quantity": 3}, {**LINE, "id": "i-2"})
    cart = (await shop.call("get-cart", cart_id))["cart"]
    assert cart["totals"][0]["taxes"][0]["amount"] == tax


async def test_what_is_payable_in_other_currencies(shop: Shop) -> None:
    await load(shop, {**PLAIN, "amount": "19.99", "taxIncluded": True})
    rates = [
        {"id": "usd", "from": "EUR", "to": "USD", "rate": "1.0842"},
        {"id": "kwd", "from": "EUR", "to": "KWD", "rate": "0.33"},
        {"id": "jpy", "from": "EUR", "to": "JPY", "rate": "161.5"},
        {"id": "old", "from": "EUR", "to": "CHF", "rate": "1", "validFor": {"endDateTime": "2020-01-01T00:00:00Z"}},
    ]
    await load(shop, *rates, kind="rates")
    told = (await priced(shop))["dueNow"]["inOtherCurrencies"]
    # 3228.385 yen, 6.5967 dinars, 21.673158 dollars.
    assert [(each["currency"], each["payable"]) for each in told] == [
        ("JPY", "3228"),
        ("KWD", "6.597"),
        ("USD", "21.67"),
    ]
    back = {"id": "back", "from": "EUR", "to": "EUR", "rate": "1"}
    assert problems(await shop.call("upsert-rates", data={"rates": [back]})) == [("/data/rates/0", "out-of-range")]


async def test_a_price_takes_the_place_of_another(shop: Shop) -> None:
    tie = [{"id": "plain", "type": "replaces"}]
    rent = {**PLAIN, "id": "rent", "type": "recurring", "period": "P1M", "amount": "1.00", "relationships": tie}
    await load(shop, PLAIN, {**rent, "channel": "web"})
    assert [each["id"] for each in (await priced(shop, channel={"id": "web"}))["items"][0]["prices"]] == ["rent"]
    assert [each["id"] for each in (await priced(shop))["items"][0]["prices"]] == ["plain"]
    circle = {**PLAIN, "relationships": [{"id": "rent", "type": "replaces"}]}
    assert problems(await shop.call("upsert-prices", data={"prices": [circle]})) == [
        ("/data/prices/0/relationships", "cycle")
    ]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"amount": "-1.00"}, "out-of-range"),
        ({"amount": "1e3"}, "wrong-format"),
        ({"currency": "XAU"}, "unknown-currency"),
    ],
)
async def test_prices_that_make_no_sense(shop: Shop, field: dict[str, Any], code: str) -> None:
    [name] = field
    reply = await shop.call("upsert-prices", data={"prices": [{**PLAIN, **field}]})
    assert problems(reply) == [(f"/data/prices/0/{name}", code)]


async def test_the_quantity_is_at_least_one(shop: Shop) -> None:
    await load(shop, PLAIN)
    data = {"country": "FR", "currency": "EUR", "items": [{**LINE, "quantity": 0}]}
    assert problems(await shop.call("create-cart", "c-0", data)) == [("/data/items/0/quantity", "out-of-range")]
