"""What change rules keep of a price, and what they let go: kinds, tiers, other price points, other currencies."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from facts.snapshot import CatalogRows, Facts
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.keeping import keeps_prices, kept_amount
from models.cart.overrides import PriceOverride
from models.cart.price import Price
from pricing.price import price
from support.phases import course
from support.pricing import NOON, only_price, price_row, run

TAXES = [{"id": "fr", "country": "FR", "category": "standard", "rate": "20"}]
OFFERINGS = [{"id": "plan", "taxCategory": "standard"}, {"id": "other", "taxCategory": "standard"}]
KEEP = {"kind": "keep"}
TENTH = {"kind": "cap", "percent": "10"}
TWO = {"kind": "cap", "amount": "2.00"}
LATER = "2027-01-01T00:00:00Z"
RENEWAL = {"kind": "on-renewal"}


@dataclass
class Shop:
    """A catalog that changes, and one cart in it that is priced as a worker does."""

    facts: Facts = field(default_factory=Facts)
    cart: Cart | None = None

    def sells(self, *prices: dict[str, Any], **others: Any) -> "Shop":
        tables = {"offerings": OFFERINGS, "taxes": TAXES, "prices": prices, **others}
        self.facts = self.facts.with_rows(CatalogRows.of(tables), self.facts.revision + 1)
        return self

    def does(self, kind: str, data: dict[str, Any], **envelope: Any) -> Outcome:
        envelope |= {} if self.cart else {"cartId": "c-1"}
        outcome = run(kind, data, self.cart, self.facts, **envelope)
        assert isinstance(outcome, Outcome)
        if not outcome.unchanged:
            self.cart = outcome.cart
        again = price(outcome.cart, self.facts, NOON)
        assert again.items == outcome.cart.items, "priced again, it is another cart"
        return outcome

    def has(self, quantity: int = 1, **line: Any) -> "Shop":
        header = line.pop("header", {})
        item = {"id": "i-1", "offeringId": "plan", "quantity": quantity, **line}
        self.does("create-cart", {"country": "FR", "currency": "EUR", **header, "items": [item]})
        return self

    def repriced(self, **envelope: Any) -> Price:
        return only_price(self.does("reprice-cart", {"asOf": None}, **envelope).cart, "i-1")

    def updated(self, **fields: Any) -> Price:
        return only_price(self.does("update-products", {"products": [{"id": "i-1", **fields}]}).cart, "i-1")

    def patched(self, path: str, value: Any) -> Price:
        operation = {"op": "replace" if path else "patch", "path": f"/items/i-1{path}", "value": value}
        return only_price(self.does("patch-cart", {"operations": [operation]}).cart, "i-1")


def plan(amount: str, rule: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return price_row("plan", amount, period="P1M", **fields, **({"changeRule": rule} if rule else {}))


def shop(amount: str, rule: dict[str, Any] | None, quantity: int = 1, **line: Any) -> Shop:
    return Shop().sells(plan(amount, rule)).has(quantity, **line)


def test_without_a_rule_and_under_follow_a_line_costs_what_the_catalog_says() -> None:
    free, follows = shop("10.00", None), shop("10.00", {"kind": "follow"})
    free.sells(plan("12.00"))
    follows.sells(plan("12.00", {"kind": "follow"}))
    assert free.repriced() == follows.repriced()
    assert (free.repriced().unit_amount, free.repriced().kept, free.repriced().basis) == ("12.00", None, None)


@pytest.mark.parametrize("rule", [KEEP, {"kind": "keep-until", "until": LATER}, RENEWAL])
@pytest.mark.parametrize("amount", ["12.00", "8.00"])
def test_a_kept_price_stays_and_says_what_the_catalog_asks(rule: dict[str, Any], amount: str) -> None:
    price = shop("10.00", rule, 2).sells(plan(amount, rule)).repriced()
    assert (price.unit_amount, price.list_amount, price.gross) == ("10.00", 2000, 2000)
    assert price.kept is not None
    assert (price.kept.kind, price.kept.until) == (rule["kind"], rule.get("until"))
    assert (price.kept.unit_amount, price.kept.list_amount) == (amount, 2 * int(amount.replace(".", "")))


def test_a_new_quantity_keeps_the_unit_price() -> None:
    price = shop("10.00", KEEP, 2).sells(plan("12.00", KEEP)).updated(quantity=5)
    assert (price.unit_amount, price.list_amount) == ("10.00", 5000)
    assert price.kept is not None
    assert price.kept.list_amount == 6000


def test_keep_until_ends_at_its_time() -> None:
    for until, unit in (("2026-03-04T12:00:00Z", "12.00"), ("2026-03-04T12:00:01Z", "10.00")):
        rule = {"kind": "keep-until", "until": until}
        assert shop("10.00", rule).sells(plan("12.00", rule)).repriced().unit_amount == unit


PAID = {"currency": "EUR", "amount": "0.00", "startDateTime": "2026-03-01T00:00:00Z", "endDateTime": LATER}


@pytest.mark.parametrize("renewing", [{"term": "24M"}, {"nextExpirationDate": "2027-03-04"}, {"paidPeriod": PAID}])
def test_on_renewal_keeps_until_a_command_renews_the_line(renewing: dict[str, Any]) -> None:
    line = shop("10.00", RENEWAL).sells(plan("12.00", RENEWAL))
    assert line.updated(quantity=2).unit_amount == "10.00"
    assert line.updated(trial=False).unit_amount == "10.00"
    assert line.patched("", renewing).unit_amount == "12.00"
    assert line.sells(plan("13.00", RENEWAL)).repriced().unit_amount == "12.00"


@pytest.mark.parametrize(
    ("rule", "was", "listed", "now"),
    [
        (TENTH, "10.00", "12.00", "11.00"),
        (TENTH, "10.00", "10.50", "10.50"),
        (TENTH, "10.00", "11.00", "11.00"),
        (TENTH, "10.00", "7.00", "9.00"),
        (TENTH, "9.99", "20.00", "10.989"),
        (TENTH, "9.99", "1.00", "8.991"),
        (TENTH, "0.000000000007", "1.00", "0.000000000007"),
        ({"kind": "cap", "percent": "33.333333333333"}, "0.1", "1.00", "0.133333333333"),
        ({"kind": "cap", "percent": "33.333333333333"}, "0.1", "0", "0.066666666667"),
        (TWO, "10.00", "15.00", "12.00"),
        (TWO, "10.00", "5.00", "8.00"),
        (TWO, "10.00", "11.50", "11.50"),
        ({"kind": "cap", "amount": "0.0005"}, "0.0100", "0.02", "0.0105"),
        ({"kind": "cap", "percent": "0"}, "10.00", "15.00", "10.00"),
    ],
)
def test_a_cap_moves_the_unit_price_exactly(rule: dict[str, Any], was: str, listed: str, now: str) -> None:
    assert shop(was, rule).sells(plan(listed, rule)).repriced().unit_amount == now


def test_a_cap_counts_once_per_change_of_the_list_price() -> None:
    line = shop("10.00", TENTH).sells(plan("20.00", TENTH))
    assert [line.repriced().unit_amount for _ in range(3)] == ["11.00"] * 3
    assert line.updated(quantity=3).unit_amount == "11.00"
    assert line.sells(plan("21.00", TENTH)).repriced().unit_amount == "12.10"
    assert line.sells(plan("12.50", TENTH)).repriced().unit_amount == "12.50"
    assert line.repriced().kept is None
    assert line.sells(plan("5.00", TENTH)).repriced().unit_amount == "11.25"
    kept = line.repriced().kept
    assert kept is not None
    assert (kept.unit_amount, kept.list_amount) == ("5.00", 1500)


def test_the_lines_own_rule_counts_over_the_price_points() -> None:
    assert (
        shop("10.00", KEEP, changeRule={"kind": "follow"}).sells(plan("12.00", KEEP)).repriced().unit_amount == "12.00"
    )
    line = shop("10.00", None, changeRule=KEEP).sells(plan("12.00"))
    assert line.repriced().unit_amount == "10.00"
    assert line.updated(changeRule=None).unit_amount == "12.00"
    assert line.updated(changeRule=TENTH).unit_amount == "12.00"
    assert line.sells(plan("15.00")).repriced().unit_amount == "13.20"


def test_a_rule_that_comes_with_the_new_price_keeps_the_old_one() -> None:
    line = shop("10.00", None).sells(plan("12.00", KEEP))
    assert (line.repriced().unit_amount, line.updated(quantity=2).list_amount) == ("10.00", 2000)
    net = Shop().sells(plan("10.00", taxIncluded=False)).has().sells(plan("15.00", KEEP, taxIncluded=True))
    assert (net.repriced().net, net.repriced().gross) == (1000, 1200)


def test_a_kept_price_keeps_its_minimum_whether_the_tax_is_in_it_or_not() -> None:
    """A minimum of 11.00 without tax is 13.20 with 20 %, on a price of 12.00 without tax that is now stated with it."""
    half = {"id": "half", "level": "item", "benefits": [{"kind": "percent", "value": "50"}]}
    net = plan("12.00", KEEP, taxIncluded=False, minimumPrice="11.00")
    line = Shop().sells(net, promotions=[half]).has()
    assert only_price(line.cart or Cart(id="", tenant=""), "i-1").net == 1100
    gross = plan("30.00", KEEP, taxIncluded=True, minimumPrice="13.20")
    kept = line.sells(gross, promotions=[half]).repriced()
    assert (kept.kept is not None, kept.net, kept.gross) == (True, 1100, 1320)


def test_the_ledger_says_what_was_kept_and_leads_to_the_amount() -> None:
    rule = {"kind": "keep-until", "until": LATER}
    line = shop("10.00", rule, 2).sells(plan("12.00", rule))
    outcome = line.does("reprice-cart", {"asOf": None}, explain=True)
    assert outcome.unchanged
    assert outcome.explanation is not None
    [ledger] = outcome.explanation.wire()["items"]
    steps = [(each["step"], each["amount"], each.get("note")) for each in ledger["lines"]]
    assert steps[:2] == [("list-price", "24.00", None), ("change-rule", "-4.00", f"kept until {LATER}")]
    assert outcome.explanation.items[0].amount == outcome.explanation.totals[0].amount == 2000
    words = {"keep": "kept", "on-renewal": "kept until the line is renewed"}
    for kind, note in words.items():
        told = shop("10.00", {"kind": kind}).sells(plan("12.00", {"kind": kind})).does("reprice-cart", {}, explain=True)
        assert told.explanation is not None
        assert told.explanation.items[0].lines[1].note == note
    for rule, most in ((TENTH, "10 %"), (TWO, "2.00")):
        told = shop("10.00", rule).sells(plan("20.00", rule)).does("reprice-cart", {}, explain=True)
        assert told.explanation is not None
        assert told.explanation.items[0].lines[1].note == f"kept, but for {most} per change of the list price"


def test_what_is_kept_is_summed_and_nothing_else() -> None:
    line = shop("10.00", KEEP, 2)
    assert line.cart is not None
    assert not keeps_prices(line.cart)
    for amount, kept in (("12.00", 400), ("9.00", -200), ("10.00", 0)):
        outcome = line.sells(plan(amount, KEEP)).does("reprice-cart", {"asOf": None})
        assert (outcome.unchanged, kept_amount(outcome.cart), keeps_prices(outcome.cart)) == (True, kept, bool(kept))


def test_an_override_and_promotions_apply_to_what_was_kept() -> None:
    tenth = {"id": "ten-off", "benefits": [{"kind": "percent", "value": "10"}], "conditions": []}
    line = shop("10.00", KEEP, 2).sells(plan("12.00", KEEP), promotions=[tenth])
    assert (line.repriced().list_amount, line.repriced().gross) == (2000, 1800)
    assert line.cart is not None
    half = {"id": "o-1", "priceType": "recurring", "period": "P1M", "kind": "percent", "value": "50", "reason": ""}
    halved = PriceOverride.model_validate({**half, "role": "agent", "at": NOON})
    item = replace(line.cart.items[0], overrides=(halved,))
    assert only_price(price(replace(line.cart, items=(item,)), line.facts, NOON), "i-1").gross == 900


def tiered(amounts: tuple[str, str], rule: dict[str, Any] | None, **fields: Any) -> dict[str, Any]:
    first, second = amounts
    return plan(first, rule, tiers=[{"minQuantity": 5, "amount": second}], **fields)


def test_a_kept_line_keeps_its_tiers_for_any_quantity() -> None:
    line = Shop().sells(tiered(("10.00", "8.00"), KEEP)).has(5).sells(tiered(("20.00", "18.00"), KEEP))
    assert (line.repriced().unit_amount, line.repriced().list_amount) == ("8.00", 4000)
    assert line.updated(quantity=4).list_amount == 4000
    assert line.updated(quantity=10).list_amount == 8000
    kept = line.repriced().kept
    assert kept is not None
    assert (kept.unit_amount, kept.list_amount) == ("18.00", 18000)
    graduated = Shop().sells(tiered(("10.00", "8.00"), KEEP, tierMode="graduated")).has(6)
    graduated.sells(plan("20.00", KEEP))
    assert (graduated.repriced().list_amount, graduated.updated(quantity=7).list_amount) == (5600, 6400)


def test_a_cap_moves_every_tier_from_its_own_price() -> None:
    line = Shop().sells(tiered(("10.00", "8.00"), TENTH)).has(5).sells(tiered(("20.00", "8.40"), TENTH))
    assert line.repriced().unit_amount == "8.40"
    assert line.updated(quantity=4).unit_amount == "11.00"
    blocks = [{"minQuantity": 1, "amount": "30.00", "blockSize": 2}]
    line.sells(plan("20.00", TENTH, tiers=blocks))
    assert (line.repriced().unit_amount, line.repriced().list_amount) == ("24.20", 4840)


def test_tiers_from_before_the_rule_keep_the_unit_price_where_all_units_have_one() -> None:
    line = Shop().sells(tiered(("10.00", "8.00"), None)).has(5).sells(tiered(("20.00", "18.00"), KEEP))
    assert (line.repriced().list_amount, line.updated(quantity=6).list_amount) == (4000, 4800)
    graduated = Shop().sells(tiered(("10.00", "8.00"), None, tierMode="graduated")).has(6)
    assert graduated.sells(tiered(("20.00", "18.00"), KEEP, tierMode="graduated")).repriced().list_amount == 11600
    same = Shop().sells(tiered(("10.00", "8.00"), None)).has(5).sells(tiered(("10.00", "8.00"), KEEP))
    same.updated(trial=False)
    assert same.sells(tiered(("20.00", "18.00"), KEEP)).updated(quantity=4).list_amount == 4000


def test_a_price_in_blocks_from_before_the_rule_tells_no_unit_price() -> None:
    blocks = Shop().sells(plan("1.00", tiers=[{"minQuantity": 10, "amount": "5.00", "blockSize": 10}])).has(25)
    assert blocks.repriced().list_amount == 1500
    assert blocks.sells(plan("9.00", KEEP)).repriced().list_amount == 22500


def test_a_line_that_gets_a_rule_keeps_the_tiers_that_lines_share() -> None:
    line = Shop().sells(tiered(("10.00", "6.00"), None, tiersOverLines=True)).has(3)
    line.does("add-items", {"items": [{"id": "i-2", "offeringId": "plan", "quantity": 2}]})
    assert line.updated(changeRule=KEEP).list_amount == 1800
    line.sells(tiered(("20.00", "16.00"), None, tiersOverLines=True))
    assert line.repriced().list_amount == 1800
    assert only_price(line.does("remove-items", {"itemIds": ["i-2"]}).cart, "i-1").list_amount == 3000


PHASES = [{"periods": 12, "amount": "19.00"}, {"periods": None, "amount": "29.00"}]


@pytest.mark.parametrize("rule", [KEEP, TENTH, RENEWAL])
@pytest.mark.parametrize("fields", [{"phases": PHASES}, {"uplift": {"percent": "10", "every": "P1Y"}}])
def test_a_line_that_gets_a_rule_keeps_what_its_price_costs_later(rule: dict[str, Any], fields: dict[str, Any]) -> None:
    line = Shop().sells(plan("19.00", **fields)).has(2)
    before = line.repriced()
    after = line.updated(changeRule=rule)
    assert (after.later, after.kept) == (before.later, None)
    assert after.basis is not None
    assert [each.from_period for each in after.later][:1] == [13]
    assert line.sells(plan("19.00", rule, **fields)).repriced() == after
    if rule is not TENTH:
        assert line.sells(plan("99.00", rule)).repriced().later == before.later
        assert line.updated(quantity=1).later[0].list_amount * 2 == before.later[0].list_amount


def test_a_rule_that_comes_with_a_new_price_keeps_what_the_old_one_costs_later() -> None:
    """Of 3 units the amounts tell what one costs in each phase; of a rise each year, as far as it was told."""
    phases = Shop().sells(plan("19.00", phases=PHASES)).has(3).sells(plan("99.00", KEEP))
    assert course(phases.repriced()) == [(1, 12, 5700), (13, None, 8700)]
    assert course(phases.updated(quantity=1)) == [(1, 12, 1900), (13, None, 2900)]
    uplift = Shop().sells(plan("9.99", uplift={"percent": "3", "every": "P1Y"})).has(3)
    told = course(uplift.repriced())
    assert course(uplift.sells(plan("99.00", KEEP)).repriced()) == told


def test_a_line_that_gets_a_rule_keeps_an_uplift_that_counts_whole_periods() -> None:
    """28 of 31 days are left on 4 March; twelve months from April on."""
    prorated = {"isProrated": True, "uplift": {"percent": "10", "every": "P1Y"}}
    line = Shop().sells(plan("31.00", **prorated)).has(1, header={"billCycleDay": 1})
    told = line.repriced()
    assert course(told)[:3] == [(1, 1, 2800), (2, 12, 3100), (14, 12, 3410)]
    kept = line.updated(changeRule=KEEP)
    assert course(kept) == course(told)
    assert kept.basis is not None
    assert kept.basis.tariff.uplift is not None
    assert course(line.sells(plan("99.00", KEEP, **prorated)).repriced()) == course(told)


@pytest.mark.parametrize(
    "listed",
    [
        {"phases": [PHASES[0], {"periods": None, "amount": "39.00"}]},
        {"phases": [{"periods": 6, "amount": "19.00"}, PHASES[1]]},
        {"uplift": {"percent": "3", "every": "P1Y"}},
        {},
    ],
)
def test_what_is_kept_of_later_periods_is_told_too(listed: dict[str, Any]) -> None:
    line = Shop().sells(plan("19.00", KEEP, phases=PHASES)).has(2)
    price = line.sells(plan("19.00", KEEP, **listed)).repriced()
    assert course(price) == [(1, 12, 3800), (13, None, 5800)]
    assert price.kept is not None
    assert (price.kept.unit_amount, price.kept.list_amount, price.list_amount) == ("19.00", 3800, 3800)
    assert line.sells(plan("19.00", KEEP, phases=PHASES)).repriced().kept is None


ENDED = {"startDateTime": None, "endDateTime": "2026-03-04T00:00:00Z"}


def test_a_point_in_the_place_of_another_is_a_change_of_the_list_price() -> None:
    line = shop("10.00", KEEP).sells(plan("10.00", KEEP, validFor=ENDED), plan("12.00", id="pp-2"))
    price = line.repriced()
    assert (price.id, price.unit_amount) == ("pp-plan", "10.00")
    assert price.kept is not None
    assert price.kept.unit_amount == "12.00"
    line.sells(plan("10.00", id="pp-2"))
    assert (line.repriced().id, line.repriced().kept) == ("pp-plan", None)
    line.sells(plan("15.00", id="pp-2"))
    assert (line.updated(quantity=2).unit_amount, line.updated(trial=True).unit_amount) == ("10.00", "10.00")
    unruled = shop("10.00", None).sells(plan("10.00", validFor=ENDED), plan("12.00", KEEP, id="pp-2"))
    assert (unruled.repriced().id, unruled.repriced().unit_amount) == ("pp-2", "12.00")


def test_what_is_reduced_is_told_by_the_price_that_is_kept() -> None:
    """Half of a kept 10.00 is 5.00, a sale at 8.00 beside it or not; a kept sale's 8.00 stays reduced beside 10.00."""
    half = {"id": "half", "benefits": [{"kind": "percent", "value": "50", "target": {"unreducedOnly": True}}]}
    sale = plan("8.00", KEEP, id="sale", relationships=[{"id": "pp-plan", "type": "replaces"}])
    full = shop("10.00", KEEP).sells(sale, promotions=[half]).repriced()
    assert (full.id, full.unit_amount, full.gross) == ("pp-plan", "10.00", 500)
    line = Shop().sells(plan("10.00"), sale).has().sells({**sale, "validFor": ENDED}, promotions=[half])
    assert (line.repriced().id, line.repriced().gross) == ("sale", 800)
    cheaper = line.sells(plan("7.00")).repriced()
    assert (cheaper.id, cheaper.unit_amount, cheaper.gross) == ("sale", "8.00", 400)


def test_another_point_because_the_line_asks_for_something_else_is_followed() -> None:
    red, blue = ({"id": f"pp-{color}", "characteristics": {"color": color}} for color in ("red", "blue"))
    line = Shop().sells(plan("10.00", KEEP, **red), plan("20.00", KEEP, **blue)).has(characteristics={"color": "red"})
    line.sells(plan("12.00", KEEP, **red))
    assert line.updated(trial=False).unit_amount == "10.00"
    assert line.patched("/characteristics/color", "blue").unit_amount == "20.00"


def test_another_channel_is_followed_and_a_more_specific_price_in_the_catalog_is_not() -> None:
    line = Shop().sells(plan("10.00", KEEP)).has(header={"channel": {"id": "web"}})
    line.sells(plan("12.00", KEEP, id="pp-web", channel="web"))
    assert line.repriced().unit_amount == "10.00"
    line.sells(plan("13.00", KEEP, id="pp-shop", channel="shop"))
    moved = line.does("move-cart", {"channel": {"id": "shop"}})
    assert only_price(moved.cart, "i-1").unit_amount == "13.00"


def test_another_currency_or_offering_is_followed() -> None:
    dollars = plan("15.00", KEEP, id="pp-usd", currency="USD")
    line = Shop().sells(plan("10.00", KEEP), dollars).has().sells(plan("12.00", KEEP))
    assert only_price(line.does("update-cart", {"currency": "USD"}).cart, "i-1").unit_amount == "15.00"
    assert only_price(line.does("update-cart", {"currency": "EUR"}).cart, "i-1").unit_amount == "12.00"
    swapped = shop("10.00", None, changeRule=KEEP).sells(price_row("other", "30.00", period="P1M"))
    item = {"id": "i-1", "offeringId": "other", "changeRule": KEEP}
    assert only_price(swapped.does("replace-items", {"items": [item]}).cart, "i-1").unit_amount == "30.00"


def test_a_price_that_turns_from_net_to_gross_stays_what_it_was() -> None:
    line = Shop().sells(plan("10.00", KEEP, taxIncluded=False)).has(2).sells(plan("15.00", KEEP))
    price = line.repriced()
    assert (price.net, price.gross) == (2000, 2400)
    assert price.kept is not None
    assert (price.kept.unit_amount, price.kept.list_amount) == ("12.50", 2500)
    capped = Shop().sells(plan("12.00", TENTH)).has().sells(plan("15.00", TENTH, taxIncluded=False))
    assert (capped.repriced().gross, capped.sells(plan("11.00", TENTH, taxIncluded=False)).repriced().gross) == (
        1320,
        1320,
    )


def test_a_new_line_and_a_line_that_comes_back_have_nothing_to_keep() -> None:
    line = shop("10.00", KEEP).sells(plan("12.00", KEEP))
    line.does("remove-items", {"itemIds": ["i-1"]})
    added = line.does("add-items", {"items": [{"id": "i-1", "offeringId": "plan"}]})
    assert (only_price(added.cart, "i-1").unit_amount, only_price(added.cart, "i-1").kept) == ("12.00", None)


def test_as_of_another_time_is_a_change_like_any_other() -> None:
    rule = {"kind": "keep-until", "until": LATER}
    line = shop("10.00", rule).sells(plan("12.00", rule))
    assert line.cart is not None
    late = price(line.cart, line.facts, datetime(2027, 1, 1, tzinfo=UTC))
    assert only_price(late, "i-1").unit_amount == "12.00"


def test_lines_at_the_prices_of_an_order_count_for_nothing() -> None:
    line = shop("10.00", KEEP).sells(plan("12.00", KEEP))
    cart = line.does("reprice-cart", {"asOf": None}).cart
    assert kept_amount(cart) == 200
    ordered = replace(cart, items=tuple(replace(item, as_ordered=True) for item in cart.items))
    assert (kept_amount(ordered), keeps_prices(ordered)) == (0, False)
