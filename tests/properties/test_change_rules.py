"""Laws of change rules: what is kept does not move, what is capped moves no further than its cap, once per change."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from models.cart.keeping import kept_amount
from models.cart.price import Price
from models.changes.item_changes import QuantityChanged
from pricing.price import price
from support.pricing import NOON, document, only_price, price_row, priced

UNHURRIED = settings(deadline=None, max_examples=80)
AMOUNTS = st.decimals("0.01", "100", places=4).map(lambda each: f"{each:f}")
PRICES = st.lists(AMOUNTS, min_size=1, max_size=6)
QUANTITIES = st.integers(1, 20)
KEEPING = st.sampled_from(
    [{"kind": "keep"}, {"kind": "on-renewal"}, {"kind": "keep-until", "until": "2027-01-01T00:00:00Z"}]
)
PERCENT = st.decimals("0", "100", places=3).map(lambda each: {"kind": "cap", "percent": f"{each:f}"})
AMOUNT = st.decimals("0", "50", places=3).map(lambda each: {"kind": "cap", "amount": f"{each:f}"})
RULES = KEEPING | PERCENT | AMOUNT


def catalog(amount: str, rule: dict[str, Any] | None, revision: int, **fields: Any) -> tuple[Facts, dict[str, Any]]:
    own = {} if rule is None else {"changeRule": rule}
    shop = document({"plan": 1}, [price_row("plan", amount, period="P1M", **own, **fields)])
    return Facts().with_rows(CatalogRows.of(shop["facts"]), revision), shop


def courses(amounts: Sequence[str], rule: dict[str, Any] | None, quantities: Sequence[int] = ()) -> list[Cart]:
    """The cart after each of these list prices, with these quantities from the second on."""
    carts = [priced(catalog(amounts[0], rule, 1)[1])]
    for number, amount in enumerate(amounts[1:]):
        cart, made = carts[-1], []
        if number < len(quantities):
            made = [QuantityChanged(item_id="plan", before=cart.items[0].quantity, after=quantities[number])]
            cart = made[0].apply(cart)
        facts, _ = catalog(amount, rule, number + 2)
        carts.append(price(cart, facts, NOON, made))
        assert price(carts[-1], facts, NOON) == carts[-1], "twice is not as once"
    return carts


def unit(price: Price) -> Fraction:
    return Fraction(Decimal(price.unit_amount))


@UNHURRIED
@given(PRICES, KEEPING, st.lists(QUANTITIES, max_size=5))
def test_a_kept_unit_price_never_moves(amounts: list[str], rule: dict[str, Any], quantities: list[int]) -> None:
    for cart, amount in zip(courses(amounts, rule, quantities), amounts, strict=True):
        own = only_price(cart, "plan")
        assert unit(own) == Fraction(amounts[0])
        listed = only_price(priced({**catalog(amount, None, 1)[1], "items": [_item(cart)]}), "plan")
        assert kept_amount(cart) == listed.list_amount - own.list_amount


def _item(cart: Cart) -> dict[str, Any]:
    return {"id": "plan", "offeringId": "plan", "quantity": cart.items[0].quantity}


@UNHURRIED
@given(PRICES, PERCENT | AMOUNT, st.lists(QUANTITIES, max_size=5))
def test_a_capped_price_moves_towards_the_list_price_and_no_further_than_the_cap(
    amounts: list[str], rule: dict[str, Any], quantities: list[int]
) -> None:
    prices = [only_price(cart, "plan") for cart in courses(amounts, rule, quantities)]
    for before, after, was, amount in zip(prices, prices[1:], amounts, amounts[1:], strict=False):
        listed, moved = Fraction(amount), unit(after) - unit(before)
        most = unit(before) * Fraction(rule["percent"]) / 100 if "percent" in rule else Fraction(rule["amount"])
        assert abs(moved) <= most
        if Fraction(was) == listed:
            assert moved == 0
        else:
            wanted = listed - unit(before)
            assert 0 <= moved <= wanted or wanted <= moved <= 0
            assert moved == wanted or most - abs(moved) < Fraction(1, 10**12)


@UNHURRIED
@given(PRICES, st.lists(QUANTITIES, max_size=5))
def test_follow_is_as_no_rule(amounts: list[str], quantities: list[int]) -> None:
    without, follows = (courses(amounts, rule, quantities) for rule in (None, {"kind": "follow"}))
    assert follows == without
    assert all(kept_amount(cart) == 0 for cart in follows)


@UNHURRIED
@given(AMOUNTS, AMOUNTS, RULES, st.sampled_from([("10", "0"), ("0", "20"), ("20", "10")]))
def test_a_new_tax_is_no_change_of_the_list_price(was: str, amount: str, rule: Any, rates: tuple[str, str]) -> None:
    first, second = courses([was, amount], rule)
    facts, _ = catalog(amount, rule, 3)
    taxed = facts.with_rows(
        CatalogRows.of({"taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": rates[1]}]}), 4
    )
    own, other = only_price(second, "plan"), only_price(price(second, taxed, NOON), "plan")
    assert (other.unit_amount, other.list_amount, other.kept) == (own.unit_amount, own.list_amount, own.kept)
    assert only_price(first, "plan").kept is None
