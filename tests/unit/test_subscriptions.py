"""Subscriptions: what is left of a paid period comes off an upgrade, cent by cent; what an offer takes over."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from cartwright.wire.schema import format_time
from cartwright.wire.status import CartStatus
from engine.execute import execute
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CartCommand
from handlers.needs import Fetched
from handlers.subscriptions import order_search, paid_period
from models.cart.cart import Cart, Stamp
from models.cart.item_fields import write_item
from queries.search import Found
from storage.mongo.cart_documents import read_cart, write_cart
from support.pricing import document, price_row, priced, rows

SUBMITTED = datetime(2026, 4, 1, 15, 30, tzinfo=UTC)
"""A period of 30 days begins."""
MONTHLY = price_row("basic", "12.00", period="P1M")
NET = {**price_row("net", "30.00", period="P1M"), "taxIncluded": False}
ROWS = [
    MONTHLY,
    NET,
    price_row("pro", "36.00", period="P1M"),
    price_row("year", "360.00", period="P1Y"),
    price_row("setup", "5.00"),
    price_row("hourly", "1.00", period="PT1H"),
    price_row("free", "0.00", period="P1M"),
    price_row("mini", "28.00", period="P1M"),
    price_row("daily", "10.00", period="P1D"),
    price_row("cycle", "30.00", period="P1M", isProrated=True),
    price_row("quarter", "91.00", period="P3M", isProrated=True, anchorMonth=4),
]


def shop(quantities: dict[str, int], **header: Any) -> dict[str, Any]:
    vouchers = [{"code": "HALF", "reductionPercent": "50", "everyRecurringPayment": True, "uses": None}]
    made = document(quantities, ROWS, **header)
    made["facts"]["vouchers"] = vouchers
    return made


FACTS = Facts().with_rows(rows(shop({"basic": 1})), 1)


def submitted(cart: Cart, at: datetime = SUBMITTED) -> Cart:
    return replace(cart, id="order", version=3, status=CartStatus.SUBMITTED, updated=Stamp(at, None))


def order(quantities: dict[str, int], at: datetime = SUBMITTED, **header: Any) -> Cart:
    keys = {"subscriptionId": "sub-1", "salesJourneyId": "j-1"}
    return submitted(priced(shop(quantities, keys=keys, **header), at), at)


def decided(kind: str, found: Cart | None, at: datetime, facts: Facts = FACTS, **data: Any) -> Cart:
    """The cart that the command makes of the subscription."""
    body = json.dumps({"type": kind, "cartId": "new", "data": {"subscriptionId": "sub-1", **data}}).encode()
    entry, command = read_command(body, Origin("default", kind, "m-1", None, None, at))
    assert isinstance(entry, CartCommand)
    search = order_search("sub-1")
    fetched = Fetched(found={search: Found([found] if found else [], False, 0)})
    assert entry.needs(command.data).search == search
    return execute(entry, None, command, facts, at, (), fetched).cart


def upgraded(found: Cart | None, day: int, offering: str = "pro", **item: Any) -> Cart:
    at = datetime(2026, 4, day, 8, 0, tzinfo=UTC)
    return decided("create-mid-term-upgrade", found, at, item={"offeringId": offering, **item})


def due(cart: Cart) -> int:
    return cart.pricing.due_now.payable


@pytest.mark.parametrize(
    ("day", "payable"),
    [
        (1, 3600 - 1200),  # nothing of the period is used
        (2, 3600 - 1160),  # 29 of 30 days are left
        (16, 3600 - 600),
        (30, 3600 - 40),
    ],
)
def test_the_unused_days_of_the_paid_period_are_credited(day: int, payable: int) -> None:
    assert due(upgraded(order({"basic": 1, "setup": 1}), day)) == payable


def upgraded_at(found: Cart, at: str, **item: Any) -> Cart:
    """Upgraded to 36.00 a month."""
    return decided("create-mid-term-upgrade", found, datetime.fromisoformat(at), item={"offeringId": "pro", **item})


DENVER = {"pricingPolicy": {"timeZone": "America/Denver"}}


@pytest.mark.parametrize(
    ("quantities", "start", "end", "at", "payable"),
    [
        # 05:00 UTC on 1 March is 22:00 on 28 February in Denver; a month of 28 days ends on 28 March. From 15 to
        # 27 March 13 of them are left: 13.00 of 28.00.
        ("mini", "2026-03-01T05:00:00Z", "2026-03-29T04:00:00Z", "2026-03-15T18:00:00Z", 3600 - 1300),
        # The last one, until 28 March begins there at 06:00 UTC: the clocks were put forward on 8 March.
        ("mini", "2026-03-01T05:00:00Z", "2026-03-29T04:00:00Z", "2026-03-28T05:59:59Z", 3600 - 100),
        ("mini", "2026-03-01T05:00:00Z", "2026-03-29T04:00:00Z", "2026-03-28T06:00:00Z", 3600),
        # From 22:30 on 7 March until that time on 8 March there are 23 hours: a day there, all of it still unused.
        ("daily", "2026-03-08T05:30:00Z", "2026-03-09T04:30:00Z", "2026-03-08T06:59:59Z", 3600 - 1000),
        ("daily", "2026-03-08T05:30:00Z", "2026-03-09T04:30:00Z", "2026-03-08T07:00:00Z", 3600),
    ],
)
def test_the_days_of_a_paid_period_are_those_of_the_zone(
    quantities: str, start: str, end: str, at: str, payable: int
) -> None:
    cart = upgraded_at(order({quantities: 1}, datetime.fromisoformat(start), **DENVER), at)
    paid = cart.items[0].terms.paid_period
    assert paid is not None
    assert (format_time(paid.start_date_time), format_time(paid.end_date_time)) == (start, end)
    assert due(cart) == payable


def test_a_day_of_the_zone_may_lie_within_one_of_utc() -> None:
    """In London 29 March 2026 is over at 23:00 UTC; a period of a day from 00:30 on ends at 23:30 UTC."""
    london = {"pricingPolicy": {"timeZone": "Europe/London"}}
    cart = upgraded_at(order({"daily": 1}, datetime(2026, 3, 29, 0, 30, tzinfo=UTC), **london), "2026-03-29T12:00:00Z")
    assert due(cart) == 3600 - 1000
    assert read_cart(write_cart(cart)) == cart
    paid = cart.items[0].terms.paid_period
    assert paid is not None
    assert format_time(paid.end_date_time) == "2026-03-29T23:30:00Z"


@pytest.mark.parametrize(
    ("name", "cycle_day", "start", "paid", "at", "payable"),
    [
        # 15.00 for the 15 days until 1 May; from 24 to 30 April 7 of them are left, 7.00.
        ("cycle", 1, "2026-04-16T09:00:00Z", "15.00", "2026-04-24T09:00:00Z", 3600 - 700),
        ("cycle", 1, "2026-04-16T09:00:00Z", "15.00", "2026-04-16T10:00:00Z", 3600 - 1500),
        ("cycle", 1, "2026-04-16T09:00:00Z", "15.00", "2026-04-30T23:59:59Z", 3600 - 100),
        # The next bill is for May.
        ("cycle", 1, "2026-04-16T09:00:00Z", "15.00", "2026-05-01T00:00:00Z", 3600),
        # A whole cycle has all of its days: from 24 to 30 April 7 of 30.
        ("cycle", 1, "2026-04-01T09:00:00Z", "30.00", "2026-04-24T09:00:00Z", 3600 - 700),
        # It may begin on the last day of a short month. From 28 February until 31 March it has 31 days; from 14 to
        # 30 March 17 of them are left: 30.00 × 17 / 31 = 16.4516.
        ("cycle", 31, "2026-02-28T09:00:00Z", "30.00", "2026-03-14T09:00:00Z", 3600 - 1645),
        # 42.00 for the 42 days of 91 until 1 July; from 10 to 30 June 21 of them are left, 21.00.
        ("quarter", 1, "2026-05-20T09:00:00Z", "42.00", "2026-06-10T09:00:00Z", 3600 - 2100),
        # Without a bill cycle day nothing is prorated: from 24 April to 15 May 22 of 30 days are left, 22.00.
        ("cycle", None, "2026-04-16T09:00:00Z", "30.00", "2026-04-24T09:00:00Z", 3600 - 2200),
        # The bill cycle day is not for other prices: of 28.00 22 of 30 days are left, 20.5333.
        ("mini", 1, "2026-04-16T09:00:00Z", "28.00", "2026-04-24T09:00:00Z", 3600 - 2053),
    ],
)
def test_a_prorated_first_period_ends_with_the_bill_cycle(
    name: str, cycle_day: int | None, start: str, paid: str, at: str, payable: int
) -> None:
    cart = upgraded_at(order({name: 1}, datetime.fromisoformat(start), billCycleDay=cycle_day), at)
    period = cart.items[0].terms.paid_period
    assert period is not None
    assert (period.amount, due(cart)) == (paid, payable)


@pytest.mark.parametrize(
    ("unit", "paid", "payable"),
    [
        # By the second there are 14.5 days of 30 from noon on 16 April until 1 May, 14.50. 7 of them are left: 7.00.
        ("second", "14.50", 3600 - 700),
        ("30-360", "15.00", 3600 - 700),
    ],
)
def test_a_prorated_first_period_is_credited_as_it_was_counted(unit: str, paid: str, payable: int) -> None:
    header = {"billCycleDay": 1, "pricingPolicy": {"proration": unit}}
    cart = upgraded_at(order({"cycle": 1}, datetime(2026, 4, 16, 12, tzinfo=UTC), **header), "2026-04-24T00:00:00Z")
    period = cart.items[0].terms.paid_period
    assert period is not None
    assert (period.amount, due(cart)) == (paid, payable)


def test_the_bill_cycle_day_begins_where_the_zone_is() -> None:
    """At 08:00 UTC on 30 April one day of 30 is left in Paris, where 1 May begins at 22:00 UTC."""
    header = {"billCycleDay": 1, "pricingPolicy": {"timeZone": "Europe/Paris"}}
    found = order({"cycle": 1}, datetime(2026, 4, 30, 8, tzinfo=UTC), **header)
    assert due(found) == 100
    assert [due(upgraded_at(found, f"2026-04-30T{at}Z")) for at in ("21:59:59", "22:00:00")] == [3600 - 100, 3600]


@pytest.mark.parametrize(
    ("first", "second", "paid", "payable"),
    [
        # Until 1 May: 15.00, of which 7.00 are left. What hangs on it was paid until 16 May, and is not credited.
        ("cycle", "mini", "15.00", 3600 - 700),
        # The other way round 22 of 30 days are left of 28.00, 20.5333.
        ("mini", "cycle", "28.00", 3600 - 2053),
        ("mini", "basic", "40.00", 3600 - 2933),
    ],
)
def test_of_periods_that_end_at_other_times_the_first_one_counts(
    first: str, second: str, paid: str, payable: int
) -> None:
    together = {second: {"parentId": first}}
    found = order({first: 1, second: 1}, datetime(2026, 4, 16, 9, tzinfo=UTC), billCycleDay=1, fields=together)
    cart = upgraded_at(found, "2026-04-24T09:00:00Z")
    period = cart.items[0].terms.paid_period
    assert period is not None
    assert (period.amount, due(cart)) == (paid, payable)


def test_a_period_that_was_let_in_once_ends_by_the_calendar() -> None:
    """A prorated price of P1M1D, or one that is in no catalog any more."""
    start = datetime(2026, 4, 16, 9, tzinfo=UTC)
    found = order({"cycle": 1}, start, billCycleDay=1)
    assert paid_period(found, found.items, Facts()).end_date_time == datetime(2026, 5, 1, tzinfo=UTC)
    mixed = price_row("cycle", "30.00", period="P1M1D", isProrated=True)
    stored = Facts().with_rows(CatalogRows.stored({"prices": [mixed]}), 1)
    [item] = found.items
    [price] = item.prices
    item = replace(item, prices=(replace(price, period="P1M1D", alterations=()),))
    assert paid_period(found, [item], stored).end_date_time == datetime(2026, 5, 17, 9, tzinfo=UTC)


def test_after_the_period_nothing_is_left() -> None:
    at = datetime(2026, 5, 2, tzinfo=UTC)
    assert due(decided("create-mid-term-upgrade", order({"basic": 1}), at, item={"offeringId": "pro"})) == 3600


def test_only_the_first_period_is_reduced() -> None:
    cart = upgraded(order({"basic": 1}), 16)
    [price] = cart.items[0].prices
    assert [(each.source, each.amount, each.periods) for each in price.alterations] == [("credit", -600, 1)]


def test_all_that_was_paid_for_the_line_counts() -> None:
    assert due(upgraded(order({"basic": 2}), 16)) == 3600 - 1200


def test_a_year_is_credited_by_its_days() -> None:
    # 350 of 365 days: 345.205.
    assert due(upgraded(order({"year": 1}), 16, "year")) == 36000 - 34521


@pytest.mark.parametrize(
    ("before", "after", "payable"),
    [
        ("basic", "net", 3600 - 600),  # 30.00 and 20 %, less half of 12.00
        ("net", "pro", 3600 - 1800),  # half of 36.00
        ("net", "net", 3600 - 1800),
    ],
)
def test_prices_with_and_without_tax_are_credited_alike(before: str, after: str, payable: int) -> None:
    assert due(upgraded(order({before: 1}), 16, after)) == payable


@pytest.mark.parametrize("first", ["pro", "net"])
def test_a_credit_counts_as_paid_when_the_upgrade_is_upgraded(first: str) -> None:
    once = submitted(upgraded(order({"basic": 1}), 16, first), datetime(2026, 4, 16, 8, tzinfo=UTC))
    # Of 36.00, 6.00 of them by credit, all 30 days are left on the day itself.
    assert due(upgraded(once, 16, "year")) == 36000 - 3600


ON_TOP = [
    {"id": "lower", "country": "FR", "category": "standard", "rate": "10"},
    {"id": "upper", "country": "FR", "category": "standard", "rate": "2", "onTopOf": ["lower"]},
]
NOT_FOR_FIRMS = [
    {"id": "fr", "country": "FR", "category": "standard", "rate": "20", "exemptions": [{"userType": "FIRM"}]},
]


@pytest.mark.parametrize(
    ("taxes", "first", "upgrades"),
    [
        # 2 % on top of 10 % are 12.2 %. Of 12.00 half is left; 36.00 are 32.0856 net, and 30.00 less 30.00 is nothing.
        (ON_TOP, "basic", [("pro", 16, 3600 - 600), ("net", 16, 0)]),
        (ON_TOP, "net", [("net", 16, 3366 - 1683), ("pro", 16, 3600 - 3366)]),
        # Of 36.00 firms pay 30.00, of 12.00 they pay 10.00.
        (NOT_FOR_FIRMS, "basic", [("pro", 16, 3000 - 500), ("net", 16, 0)]),
        (NOT_FOR_FIRMS, "pro", [("pro", 1, 0), ("pro", 1, 0), ("pro", 16, 3000 - 1500)]),
        (NOT_FOR_FIRMS, "net", [("pro", 16, 3000 - 1500), ("year", 16, 30000 - 3000)]),
    ],
)
def test_a_credit_knows_taxes_on_top_of_others_and_exemptions(
    taxes: list[dict[str, Any]], first: str, upgrades: list[tuple[str, int, int]]
) -> None:
    told = shop({first: 1}, customer={"id": "u-1", "userType": "FIRM"}, keys={"subscriptionId": "sub-1"})
    told["facts"]["taxes"] = taxes
    facts, cart = Facts().with_rows(rows(told), 1), submitted(priced(told, SUBMITTED))
    for offering, day, payable in upgrades:
        at = datetime(2026, 4, day, 16, tzinfo=UTC)
        cart = decided("create-mid-term-upgrade", cart, at, facts, item={"offeringId": offering})
        assert due(cart) == payable
        cart = submitted(cart, at)


def test_the_head_comes_along_and_of_the_keys_the_subscription_only() -> None:
    found = order({"basic": 1}, customer={"id": "u-1"}, storeId="s-1", externalContext="before", source="PURCHASE")
    header = upgraded(found, 16).header
    assert header.keys == {"subscriptionId": "sub-1"}
    assert (header.customer and header.customer.id, header.store_id, header.country) == ("u-1", "s-1", "FR")
    assert (header.source, header.external_context) == ("MID_TERM_UPGRADE", "before")
    at = datetime(2026, 4, 16, tzinfo=UTC)
    named = decided("create-mid-term-upgrade", found, at, item={"offeringId": "pro"}, externalContext="now")
    assert named.header.external_context == "now"


def test_of_several_recurring_lines_one_is_named() -> None:
    found = order({"basic": 1, "year": 1})
    cart = upgraded(found, 16, previousLineItemId="basic")
    assert due(cart) == 3600 - 600
    assert write_item(cart.items[0])["previousLineItemId"] == "basic"


@pytest.mark.parametrize(
    ("quantities", "item", "code", "problem"),
    [
        ({"basic": 1, "year": 1}, {}, "invalid", ("/data/subscriptionId", "ambiguous-item")),
        ({"setup": 1}, {}, "invalid", ("/data/subscriptionId", "nothing-to-upgrade")),
        ({"hourly": 1}, {}, "invalid", ("/data/subscriptionId", "period-too-short")),
        ({"basic": 1}, {"previousLineItemId": "no"}, "item-not-found", ("/data/item/previousLineItemId",) * 2),
        ({"basic": 1}, {"offeringId": "no"}, "offering-not-found", ("/data/item/offeringId", "offering-not-found")),
        (
            {"basic": 1},
            {
                "paidPeriod": {"amount": "1", "currency": "EUR", "startDateTime": "2026-01-01T00:00:00Z"}
                | {"endDateTime": "2026-02-01T00:00:00Z"}
            },
            "invalid",
            ("/data/item/paidPeriod", "not-allowed"),
        ),
    ],
)
def test_what_can_not_be_upgraded_is_refused(
    quantities: dict[str, int], item: dict[str, Any], code: str, problem: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        upgraded(order(quantities), 16, **({"offering": item["offeringId"]} if "offeringId" in item else item))
    path, own = problem
    assert refused.value.code == code
    assert [(each.path, each.code) for each in refused.value.problems] == [(path, code if own == path else own)]


def test_without_a_submitted_cart_there_is_no_subscription() -> None:
    for kind, data in (("create-mid-term-upgrade", {"item": {"offeringId": "pro"}}), ("create-subscription-offer", {})):
        with pytest.raises(Refusal) as refused:
            decided(kind, None, SUBMITTED, **data)
        assert refused.value.code == "cart-not-found"


def test_an_offer_has_the_recurring_lines_at_the_prices_of_now_and_the_voucher() -> None:
    found = order({"basic": 2, "setup": 1}, fields={"basic": {"trial": True}})
    cart = decided("create-subscription-offer", found, SUBMITTED, discountCode="HALF", useStrikeThroughPrice=True)
    assert [(item.offering_id, item.quantity, item.action) for item in cart.items] == [("basic", 2, "add")]
    assert (due(cart), cart.held_vouchers, cart.header.source) == (1200, ("HALF",), "OFFER")
    assert cart.header.use_strike_through_price
    assert due(decided("create-subscription-offer", found, SUBMITTED)) == 2400


@pytest.mark.parametrize(
    ("quantities", "data", "code", "path"),
    [
        ({"basic": 1}, {"discountCode": "NO"}, "voucher-unknown", "/data/discountCode"),
        ({"setup": 1}, {}, "invalid", "/data/subscriptionId"),
    ],
)
def test_what_can_not_be_offered_is_refused(
    quantities: dict[str, int], data: dict[str, Any], code: str, path: str
) -> None:
    with pytest.raises(Refusal) as refused:
        decided("create-subscription-offer", order(quantities), SUBMITTED, **data)
    assert (refused.value.code, [each.path for each in refused.value.problems]) == (code, [path])
