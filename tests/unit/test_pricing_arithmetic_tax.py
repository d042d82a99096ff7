"""Taxes by unit, line and rate; with and without the tax in the price."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.policy import InclusiveRounding, PricingPolicy, Rounding, TaxLevel
from models.money.rates import parse_percent
from pricing.arithmetic.tax import Rates, TaxableLine, tax_lines
from support.pricing import document, only_price, price_row, priced

VAT = parse_percent("19")
RATES = st.sampled_from([parse_percent(rate) for rate in ("0", "2.6", "5.5", "7", "19", "20", "23")])
LINES = st.lists(
    st.builds(
        TaxableLine,
        st.integers(-(10**8), 10**8),
        st.integers(1, 1000),
        st.builds(Rates, st.tuples(RATES) | st.tuples(RATES, RATES)),
        st.just(()),
        runs=st.none(),
    ),
    max_size=8,
)
POLICIES = st.builds(
    PricingPolicy,
    tax_level=st.sampled_from(list(TaxLevel)),
    rounding=st.sampled_from(list(Rounding)),
    inclusive_rounding=st.sampled_from(list(InclusiveRounding)),
)


def level(name: str) -> PricingPolicy:
    return PricingPolicy.model_validate({"taxLevel": name})


@pytest.mark.parametrize(("name", "tax"), [("unit", 63), ("line", 62), ("group", 62)])
def test_the_level_decides_how_often_is_rounded(name: str, tax: int) -> None:
    [line] = tax_lines([TaxableLine(324, 3, Rates((VAT,)))], inclusive=False, policy=level(name))
    assert (line.net, line.tax, line.gross) == (324, tax, 324 + tax)


def test_lines_of_a_rate_sum_to_its_one_rounding() -> None:
    lines = [TaxableLine(143, 1, Rates((VAT,)))] * 3
    taxed = tax_lines(lines, inclusive=True, policy=level("group"))
    assert [line.tax for line in taxed] == [23, 23, 22]  # 68 together
    assert [line.gross for line in taxed] == [143] * 3


def test_several_taxes_contained_in_one_price() -> None:
    # 100.00 net, 5 % and 9.975 % side by side.
    rates = Rates((parse_percent("5"), parse_percent("9.975")))
    [line] = tax_lines([TaxableLine(11498, 1, rates)], inclusive=True)
    assert line.taxes == (500, 998)
    assert line.net == 10000


@pytest.mark.parametrize(
    ("side", "rounding", "tax"),
    [("tax", "half-up", 167), ("net", "half-up", 166), ("net", "half-down", 167), ("net", "half-even", 167)],
)
def test_half_a_cent_in_a_price_goes_where_the_policy_rounds(side: str, rounding: str, tax: int) -> None:
    # 9.99 with 20 % inside is 8.325 and 1.665.
    policy = PricingPolicy.model_validate({"inclusiveRounding": side, "rounding": rounding})
    [line] = tax_lines([TaxableLine(999, 1, Rates((parse_percent("20"),)))], inclusive=True, policy=policy)
    assert (line.net, line.tax, line.gross) == (999 - tax, tax, 999)


def test_each_level_rounds_the_net_once() -> None:
    # Three at 0.03, 20 % inside: 0.025 net each, 0.075 together.
    rates = Rates((parse_percent("20"),))
    for lines in ([TaxableLine(3, 1, rates)] * 3, [TaxableLine(9, 3, rates)]):
        nets = {
            level: sum(line.net for line in tax_lines(lines, inclusive=True, policy=net_policy(level)))
            for level in ("unit", "line", "group")
        }
        assert (nets["unit"], nets["group"]) == (9, 8)
        assert nets["line"] == (9 if len(lines) == 3 else 8)


def test_without_tax_in_the_price_there_is_no_net_to_round() -> None:
    lines = [TaxableLine(250, 1, Rates((parse_percent("5"),)))]
    for name in ("unit", "line", "group"):
        assert tax_lines(lines, inclusive=False, policy=net_policy(name))[0].tax == 13


def net_policy(name: str) -> PricingPolicy:
    return PricingPolicy.model_validate({"inclusiveRounding": "net", "taxLevel": name})


@pytest.mark.parametrize("name", ["unit", "line", "group"])
@pytest.mark.parametrize("amount", [1, -1, 2])
def test_taxes_that_are_rounded_up_do_not_exceed_what_contains_them(name: str, amount: int) -> None:
    policy = PricingPolicy.model_validate({"taxLevel": name, "rounding": "up", "inclusiveRounding": "tax"})
    rates = Rates(tuple(map(parse_percent, ("5.5", "1.1", "2"))))
    [line] = tax_lines([TaxableLine(amount, 1, rates)], inclusive=True, policy=policy)
    assert (line.net, line.tax, line.gross) == (0, amount, amount)


def test_what_one_line_has_no_room_for_falls_to_the_next_of_its_rate() -> None:
    policy = PricingPolicy.model_validate({"taxLevel": "group", "rounding": "up", "inclusiveRounding": "tax"})
    rates = Rates((parse_percent("5.5"), parse_percent("1.1")))
    taxed = tax_lines([TaxableLine(1, 1, rates), TaxableLine(90, 1, rates)], inclusive=True, policy=policy)
    # 91 x 5.5 / 106.6 = 4.70 and 91 x 1.1 / 106.6 = 0.94, each rounded up.
    assert [line.taxes for line in taxed] == [(1, 0), (4, 1)]


def test_an_uneven_line_is_taxed_unit_by_unit() -> None:
    # 10.01 over two units is 5.01 and 5.00: 20 % of these are 1.00 each.
    [line] = tax_lines([TaxableLine(1001, 2, Rates((parse_percent("20"),)))], inclusive=False, policy=level("unit"))
    assert line.tax == 200


@pytest.mark.parametrize(("included", "net", "gross"), [(False, 400, 480), (True, 333, 400)])
def test_the_tax_on_units_finer_than_a_cent_is_rounded_once(included: bool, net: int, gross: int) -> None:
    """A thousand at 0.004 are 4.00; of each cent that a unit bears, 20 % would be rounded to nothing."""
    prices = [price_row("a", "0.004", taxIncluded=included)]
    cart = priced(document({"a": 1000}, prices, pricingPolicy={"taxLevel": "unit", "inclusiveRounding": "tax"}))
    assert (only_price(cart, "a").net, only_price(cart, "a").gross) == (net, gross)


@given(LINES, st.booleans(), POLICIES)
def test_net_and_tax_are_gross_and_the_stated_side_stays(
    lines: list[TaxableLine], inclusive: bool, policy: PricingPolicy
) -> None:
    taxed = tax_lines(lines, inclusive=inclusive, policy=policy)
    for line, result in zip(lines, taxed, strict=True):
        assert result.net + result.tax == result.gross
        assert (result.gross if inclusive else result.net) == line.amount
    assert all(len(result.taxes) == len(line.rates.exact) for line, result in zip(lines, taxed, strict=True))


@given(LINES, st.data(), st.booleans(), POLICIES)
def test_what_is_not_owed_is_nothing_and_changes_no_other_tax(
    lines: list[TaxableLine], data: st.DataObject, inclusive: bool, policy: PricingPolicy
) -> None:
    exempt = [data.draw(st.tuples(*[st.booleans()] * len(line.rates.exact))) for line in lines]
    spared = [line._replace(exempt=each) for line, each in zip(lines, exempt, strict=True)]
    taxed = tax_lines(spared, inclusive=inclusive, policy=policy)
    for line, result in zip(spared, taxed, strict=True):
        assert result.net + result.tax == result.gross
        assert not any(tax for tax, none in zip(result.taxes, line.exempt, strict=True) if none)
        assert inclusive or result.net == line.amount
    owed = [each for each, none in zip(lines, exempt, strict=True) if not any(none)]
    if policy.tax_level is not TaxLevel.GROUP:
        alone = tax_lines(owed, inclusive=inclusive, policy=policy)
        assert alone == [each for each, none in zip(taxed, exempt, strict=True) if not any(none)]


def test_a_group_is_rounded_without_those_who_owe_nothing() -> None:
    # 20 % of 0.03 is 0.006: the line that owes it has a cent, whoever stands before it.
    rates = Rates((parse_percent("20"),))
    lines = [TaxableLine(3, 1, rates, (True,)), TaxableLine(3, 1, rates)]
    assert [line.taxes for line in tax_lines(lines, inclusive=False, policy=level("group"))] == [(0,), (1,)]


def test_two_taxes_of_one_rate_are_two_groups() -> None:
    # Two taxes of 9 % on 0.50, 0.045 each: a cent short of it together, if they were one group.
    rates = Rates((parse_percent("9"), parse_percent("9")))
    [line] = tax_lines([TaxableLine(50, 1, rates)], inclusive=False, policy=level("group"))
    assert line.taxes == (5, 5)


@given(st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=8), RATES, st.booleans())
def test_a_group_is_rounded_once(amounts: list[int], rate: Fraction, inclusive: bool) -> None:
    lines = [TaxableLine(amount, 1, Rates((rate,))) for amount in amounts]
    taxed = tax_lines(lines, inclusive=inclusive, policy=level("group"))
    factor = rate / (1 + rate) if inclusive else rate
    assert abs(sum(line.tax for line in taxed) - sum(amounts) * factor) <= Fraction(1, 2)
