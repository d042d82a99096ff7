"""A line of many units costs what as many lines of one unit cost, for promotions that reduce units one by one."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.policy import PercentRounding, Rounding
from support.pricing import document, price_row, priced
from support.promotions import EUR

NAMES = ("a", "b")
PERCENTS = st.sampled_from(["5", "10", "12.5", "33", "50", "75", "100"])
AMOUNTS = st.integers(1, 900).map(lambda n: f"{n // 100}.{n % 100:02}")
TARGETS = st.sampled_from([{}, {"offeringIds": ["a"]}, {"offeringIds": ["b"]}])
FEW = st.integers(1, 3)
COUNTING = st.one_of(
    st.fixed_dictionaries({"kind": st.just("buy-get"), "buy": FEW, "get": FEW, "percent": PERCENTS, "target": TARGETS}),
    st.fixed_dictionaries({"kind": st.just("nth-cheapest"), "n": FEW, "percent": PERCENTS, "target": TARGETS}),
    st.fixed_dictionaries(
        {
            "kind": st.just("buy-get"),
            "buy": FEW,
            "off": AMOUNTS.map(lambda amount: {"amount": amount, **EUR}),
            "target": TARGETS,
        }
    ),
)
BY_UNIT = st.one_of(
    st.fixed_dictionaries({"kind": st.just("percent"), "value": PERCENTS, "target": TARGETS}),
    st.builds(
        lambda amount, target: {"kind": "fixed", "amount": amount, **EUR, "per": "unit", "target": target},
        AMOUNTS,
        TARGETS,
    ),
    st.builds(
        lambda amount, target: {"kind": "fixed-price", "amount": amount, **EUR, "target": target}, AMOUNTS, TARGETS
    ),
)


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Promotions of the cart that count units, and promotions of lines that reduce each unit, in any order."""
    levels = draw(st.lists(st.sampled_from(["cart", "item"]), min_size=1, max_size=4))
    return [
        {
            "id": f"p-{place}",
            "level": level,
            "priority": draw(st.integers(0, 3)),
            "benefits": draw(st.lists(COUNTING if level == "cart" else BY_UNIT, min_size=1, max_size=2)),
        }
        for place, level in enumerate(levels)
    ]


@settings(deadline=None, max_examples=150)
@given(
    rules(),
    st.tuples(st.integers(0, 900), st.integers(0, 900)),
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    st.sampled_from(PercentRounding),
    st.sampled_from(Rounding),
)
def test_a_line_of_many_units_costs_what_as_many_lines_cost(
    promotions: list[dict[str, Any]],
    units: tuple[int, int],
    quantities: tuple[int, int],
    percent_rounding: PercentRounding,
    rounding: Rounding,
) -> None:
    prices = [price_row(name, f"{unit // 100}.{unit % 100:02}") for name, unit in zip(NAMES, units, strict=True)]
    policy = {"promotionOrder": "priority", "percentRounding": percent_rounding.value, "rounding": rounding.value}
    together = document(dict(zip(NAMES, quantities, strict=True)), prices, *promotions, pricingPolicy=policy)
    apart = {
        **together,
        "items": [
            {**item, "id": f"{item['id']}-{unit}", "quantity": 1}
            for item in together["items"]
            for unit in range(item["quantity"])
        ],
    }
    assert priced(together).pricing.due_now.payable == priced(apart).pricing.due_now.payable
