"""Prior prices: the lowest price of the 30 days before a reduction began. Figures are worked out by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from facts.history import CatalogHistory, HistoryWanted
from facts.offering_history import continued, offering_history
from facts.snapshot import Facts
from models.cart.cart import ChosenPromotion
from models.cart.overrides import PriceOverride
from models.cart.prior_price import PriorPrice
from pricing.price import price
from support.dated_catalogs import DatedCatalog, cart_of, day, days, listed, off, sale


def test_a_sale_shows_what_the_mug_cost_before() -> None:
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}})
    assert catalog.prior_price(60) == PriorPrice("list", 1000, 1200, day(50))
    assert catalog.prior(49) is None


def test_a_price_that_was_raised_before_the_sale_does_not_count() -> None:
    """12.00, raised to 15.00 on day 40, and sold at 12.00 from day 50 on."""
    changes = {1: {"prices": [listed("12.00")]}, 40: {"prices": [listed("15.00")]}, 50: {"prices": [sale("12.00")]}}
    assert DatedCatalog(changes).prior(60) == (1200, 50)


@pytest.mark.parametrize(("raised", "prior"), [(20, 1500), (20.001, 1200), (19.999, 1500)])
def test_a_price_that_ended_30_days_before_counts_no_more(raised: float, prior: int) -> None:
    """The reduction begins on day 50, its 30 days on day 20: what ended then was no longer in force."""
    changes = {1: {"prices": [listed("12.00")]}, raised: {"prices": [listed("15.00")]}, 50: {"prices": [sale("9.00")]}}
    assert DatedCatalog(changes).prior(51) == (prior, 50)


def test_an_earlier_sale_within_the_days_counts() -> None:
    """Sold at 8.00 from day 30 to 35, and at 9.00 from day 50 on; from day 70 on at 9.50."""
    first = sale("8.00", "first", **days(30, 35))
    changes = {1: {"prices": [listed("12.00"), first]}, 50: {"prices": [sale("9.00", **days(None, 60))]}}
    catalog = DatedCatalog({**changes, 70: {"prices": [sale("9.50", "third")]}})
    assert [catalog.prior(on) for on in (31, 51, 65, 71)] == [(1200, 30), (800, 50), None, (900, 70)]


def test_a_promotion_that_ended_within_the_days_counts() -> None:
    """25 % off from day 30 to 35: 9.00. 10 % off since day 50: 10.80 now."""
    changes = {1: {"prices": [listed("12.00")], "promotions": [off("25", **days(30, 35))]}}
    catalog = DatedCatalog({**changes, 45: {"promotions": [off("10", "again", **days(50, None))]}})
    assert [catalog.prior(on) for on in (32, 40, 55)] == [(1200, 30), None, (900, 50)]


def test_a_promotion_is_over_when_its_row_says_so() -> None:
    """Paused on day 35 by a revision, and active again on day 50."""
    active, paused = {"promotions": [off("25")]}, {"promotions": [off("25", lifecycle="paused")]}
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 30: active, 35: paused, 50: active})
    assert [catalog.prior(on) for on in (32, 40, 55)] == [(1200, 30), None, (900, 50)]


def test_a_reduction_begins_with_the_revision_that_brings_it_or_with_its_own_date() -> None:
    late = DatedCatalog({1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00", **days(40, None))]}})
    early = DatedCatalog({1: {"prices": [listed("12.00")]}, 40: {"prices": [sale("9.00", **days(50, None))]}})
    assert late.prior(60) == early.prior(60) == (1200, 50)


def test_a_row_that_leaves_the_reduction_in_force_does_not_begin_it_again() -> None:
    changes = {1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}}
    again = {60: {"prices": [sale("9.00", unit="piece")]}, 70: {"prices": [listed("13.00")]}}
    assert DatedCatalog({**changes, **again}).prior(80) == (1200, 50)


def test_a_further_reduction_without_a_gap_keeps_the_price_before_the_first() -> None:
    """9.00 from day 50 to 60, then 6.00, and 10 % off that from day 65 on."""
    changes = {
        1: {"prices": [listed("12.00"), sale("9.00", **days(50, 60))]},
        55: {"prices": [sale("6.00", "deeper", **days(60, None))]},
        65: {"promotions": [off("10")]},
    }
    catalog = DatedCatalog(changes)
    assert [catalog.prior(on) for on in (51, 61, 70)] == [(1200, 50)] * 3


def test_a_gap_makes_it_a_new_reduction() -> None:
    changes = {
        1: {"prices": [listed("12.00"), sale("9.00", **days(50, 60)), sale("6.00", "deeper", **days(60.5, None))]}
    }
    assert DatedCatalog(changes).prior(61) == (900, 60.5)


def test_a_reduction_that_has_been_on_for_years() -> None:
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}})
    assert catalog.prior(2000) == (1200, 50)


def test_what_is_new_has_its_own_days_and_perhaps_none() -> None:
    new = DatedCatalog({1: {"prices": [listed("12.00")]}, 5: {"prices": [sale("9.00")]}})
    at_once = DatedCatalog({1: {"prices": [listed("12.00"), sale("9.00", **days(-5, None))]}})
    assert (new.prior(6), at_once.prior(6)) == ((1200, 5), None)


def test_days_on_which_nothing_was_on_sale_have_no_price() -> None:
    """Withdrawn from day 10 to 48, then sold at a reduced price at once."""
    offering = {"id": "mug", "taxCategory": "standard"}
    changes = {
        1: {"prices": [listed("12.00")]},
        10: {"offerings": [{**offering, **days(48, None)}], "prices": [sale("9.00", **days(48, None))]},
    }
    assert DatedCatalog(changes).prior(60) is None


def test_net_prices_are_told_with_the_tax_of_then() -> None:
    """10.00 at 20 % is 12.00, at 10 % 11.00 from day 40 to 45: that is the lowest."""
    rate = [{"id": "fr", "country": "FR", "category": "standard", "rate": "10", **days(40, 45)}]
    usual = [{"id": "usual", "country": "FR", "category": "standard", "rate": "20", **days(45, None)}]
    changes = {
        1: {"prices": [listed("10.00", taxIncluded=False)]},
        40: {"taxes": rate + usual},
        50: {"prices": [sale("9.00", taxIncluded=False)]},
    }
    assert DatedCatalog(changes).prior_price(60) == PriorPrice("list", 1000, 1100, day(50))


def test_what_is_personal_reduces_nothing() -> None:
    """A coupon, an override and an agreement are somebody's own, and so is what they made of the price before."""
    agreed = listed("5.00", "agreed", agreementId="a-1")
    coupon = off("50", "coupon", coupon="HALF")
    catalog = DatedCatalog({1: {"prices": [listed("12.00"), agreed], "promotions": [coupon]}})
    given = {"id": "o-1", "priceType": "one-time", "kind": "percent", "value": "50", "reason": "r", "role": "agent"}
    override = PriceOverride.model_validate({**given, "at": "2026-01-01T00:00:00Z"})
    overridden = cart_of([{"overrides": (override,)}])
    chosen = replace(cart_of(), chosen_promotions=(ChosenPromotion("coupon", "HALF"),))
    under_contract = cart_of(keys={"agreementId": "a-1"})
    assert [catalog.prior(60, each) for each in (overridden, chosen, under_contract)] == [None] * 3
    on_sale = DatedCatalog(
        {1: {"prices": [listed("12.00"), agreed]}, 50: {"prices": [sale("9.00", "sale", "list", "agreed")]}}
    )
    assert on_sale.prior(60, under_contract) == on_sale.prior(60) == (1200, 50)


def test_more_than_one_unit_is_no_reduction_of_one() -> None:
    """Three for two, and a tier from 3 units on; but a sale of one unit is a sale of three."""
    three = {"id": "three", "level": "item", "benefits": [{"kind": "buy-get", "buy": 2, "get": 1}]}
    tiers = [{"minQuantity": 3, "amount": "8.00"}]
    catalog = DatedCatalog(
        {1: {"prices": [listed("12.00", tiers=tiers)], "promotions": [three]}, 50: {"prices": [sale("9.00")]}}
    )
    threefold = cart_of([{"quantity": 3}])
    assert (catalog.prior(40, threefold), catalog.prior(60, threefold)) == (None, (1200, 50))


def test_circumstances_have_prices_of_their_own() -> None:
    """In the shop it was 10.00 on days 40 to 45, everywhere else 12.00."""
    catalog = DatedCatalog(
        {
            1: {"prices": [listed("12.00"), listed("10.00", "shop", channel="shop", **days(40, 45))]},
            50: {"prices": [sale("9.00", "sale", "list", "shop")]},
        }
    )
    assert (catalog.prior(60), catalog.prior(60, cart_of(channel={"id": "shop"}))) == ((1200, 50), (1000, 50))


def test_happy_hours_begin_every_day_and_count_for_each_other() -> None:
    """25 % off from 17:00 to 19:00 in Paris, since day 10; the hours of yesterday are within the 30 days of today's."""
    hours = {"kind": "time-window", "start": "17:00", "end": "19:00", "timeZone": "Europe/Paris"}
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 10: {"promotions": [off("25", conditions=[hours])]}})
    # 17:00 in Paris is 16:00 UTC in January.
    begins = 10 + 16 / 24
    assert catalog.prior(begins) == (1200, begins)
    assert catalog.prior(begins + 1.05) == (900, begins + 1)
    assert catalog.prior(begins + 0.5) is None


def small_hours(end: str) -> dict[str, Any]:
    """25 % off from 02:30 on in Paris."""
    hours = {"kind": "time-window", "start": "02:30", "end": end, "timeZone": "Europe/Paris"}
    return {"promotions": [off("25", conditions=[hours])]}


def test_hours_that_the_clocks_show_twice_begin_twice() -> None:
    """25 October is day 298. In Paris it is 02:30 at 00:30 UTC, and again at 01:30 UTC; 9.00 for 15 minutes each.

    On day 297 the window came, and there it was 02:30 at 00:30 UTC too. So the 9.00 of then, and of the first time on
    day 298, are within the 30 days of the second one.
    """
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 297: small_hours("02:45")})
    assert day(298) == datetime(2026, 10, 25, tzinfo=UTC)
    minutes = {25: None, 35: (900, 30), 50: None, 85: None, 95: (900, 90), 110: None}
    for minute, told in minutes.items():
        prior = catalog.prior_price(298 + minute / 1440)
        began = None if told is None else PriorPrice("list", 750, told[0], day(298) + timedelta(minutes=told[1]))
        assert (minute, prior) == (minute, began)


def test_a_revision_between_the_two_times_leaves_the_second_one() -> None:
    """At 01:10 UTC, after the clocks were put back; 02:30 is still to come, and there were no such hours before."""
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 298 + 70 / 1440: small_hours("02:45")})
    assert catalog.prior_price(298 + 95 / 1440) == PriorPrice("list", 1000, 1200, day(298) + timedelta(minutes=90))


def test_hours_that_the_clocks_leave_out_begin_when_they_are_put_forward() -> None:
    """29 March is day 88. At 01:00 UTC it is 03:00 in Paris, within the hours; at 01:30 UTC they are over."""
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 87.5: small_hours("03:30")})
    assert day(88) == datetime(2026, 3, 29, tzinfo=UTC)
    since = PriorPrice("list", 1000, 1200, day(88) + timedelta(hours=1))
    found = [catalog.prior_price(88 + minute / 1440) for minute in (59, 60, 75, 89, 90)]
    assert found == [None, since, since, since, None]


def test_recurring_prices_have_prior_prices_too_and_usage_has_none() -> None:
    month = {"type": "recurring", "period": "P1M"}
    usage = [listed("0.20", "use", type="usage"), sale("0.10", "use-less", "use", type="usage")]
    catalog = DatedCatalog({1: {"prices": [listed("12.00", **month), *usage]}, 50: {"prices": [sale("9.00", **month)]}})
    prices = catalog.priced(cart_of(), day(60)).items[0].prices
    assert [(each.type, each.prior and each.prior.unit_gross) for each in prices] == [
        ("recurring", 1200),
        ("usage", None),
    ]


def test_a_price_that_moved_to_another_offering_and_back() -> None:
    """On days 35 to 40 there was no price of 8.00 of this mug, for the row was another offering's."""
    low = listed("8.00", "low")
    elsewhere = {"prices": [{**low, "offeringId": "cup"}]}
    changes = {1: {"prices": [listed("12.00", "zz")]}, 10: {"prices": [low]}, 15: elsewhere}
    assert DatedCatalog({**changes, 50: {"prices": [sale("7.00", "sale", "zz")]}}).prior(60) == (1200, 50)
    back = {45: {"prices": [low]}, 46: elsewhere}
    assert DatedCatalog({**changes, **back, 50: {"prices": [sale("7.00", "sale", "zz")]}}).prior(60) == (800, 50)


def test_explanations_tell_it_whatever_the_policy_says() -> None:
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}}, shown=False)
    assert catalog.prior(60) is None
    [ledger] = catalog.explained(cart_of([{"quantity": 3}]), day(60)).items
    assert ledger.wire("EUR")["priorPrice"] == {
        "priceId": "list",
        "unitNet": "10.00",
        "unitGross": "12.00",
        "reducedSince": "2026-02-19T00:00:00Z",
    }
    [ledger] = catalog.explained(cart_of(), day(40)).items
    assert "priorPrice" not in ledger.wire("EUR")


def test_a_cart_may_have_them_shown_though_its_tenant_does_not() -> None:
    catalog = DatedCatalog({1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}}, shown=False)
    assert catalog.prior(60, cart_of(pricingPolicy={"priorPrices": "shown"})) == (1200, 50)


def test_an_earlier_catalog_knows_nothing_of_later_revisions() -> None:
    """As of day 60; the revisions that came on days 70 and 80 change nothing of that."""
    changes = {1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}}
    later = {70: {"prices": [listed("3.00"), sale("2.00")]}, 80: {"prices": [sale("9.00", **days(None, 55))]}}
    assert DatedCatalog({**changes, **later}).prior(60) == (1200, 50)


def test_an_earlier_catalog_at_a_later_time() -> None:
    """The catalog of day 60 on day 300: what the base of a shorter history holds of day 100 does not count."""
    changes = {1: {"prices": [listed("12.00")]}, 50: {"prices": [sale("9.00")]}, 100: {"prices": [sale("3.00")]}}
    catalog, history = DatedCatalog(changes), CatalogHistory()
    reads = 0
    while True:
        try:
            priced = price(cart_of(), catalog.facts(day(60), history), day(300))
            break
        except HistoryWanted as wanted:
            history, reads = catalog.history(wanted, history), reads + 1
    assert priced.items[0].prices[0].prior == PriorPrice("list", 1000, 1200, day(50))
    assert reads > 1


def test_revisions_about_something_else_leave_what_was_worked_out() -> None:
    catalog = DatedCatalog(
        {
            1: {"prices": [listed("12.00")]},
            50: {"prices": [sale("9.00")]},
            60: {"offerings": [{"id": "cup"}], "promotions": [off("10", "coupon", coupon="TEN")]},
            70: {"promotions": [off("10")]},
        }
    )
    first = offering_history("mug", Facts(), None, catalog.revisions[:2], 2)
    first.memo["worked out"] = True
    unrelated = continued("mug", first, catalog.revisions[:3], 3)
    assert (unrelated.until, unrelated.dated, unrelated.memo) == (3, first.dated, first.memo)
    related = continued("mug", unrelated, catalog.revisions, 4)
    assert ([each.revision for each in related.dated], related.memo) == ([1, 2, 4], {})


def test_clocks_that_disagree_do_not_turn_time_back() -> None:
    """A worker's clock is a day late: its revision counts from the one before on."""
    changes = {1: {"prices": [listed("12.00")]}, 50: {"prices": [listed("11.00")]}, 49: {"prices": [sale("9.00")]}}
    assert DatedCatalog(changes).prior(60) == (1200, 50)


def test_what_is_to_come_has_a_prior_price_by_what_is_known() -> None:
    catalog = DatedCatalog({1: {"prices": [listed("12.00"), sale("9.00", **days(100, None))]}})
    assert catalog.prior(101) == (1200, 100)
    far = datetime(2100, 1, 1, tzinfo=UTC)
    assert catalog.priced(cart_of(), far).items[0].prices[0].prior == PriorPrice("list", 1000, 1200, day(100))
