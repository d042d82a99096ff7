"""Random catalogs and carts for Hypothesis: everything that pricing knows, in small numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from cartwright.wire.command import Command, Envelope
from cartwright.wire.money import digits, format_amount, format_scaled
from cartwright.wire.policy import (
    PRESETS,
    ActionsOfOnePromotion,
    OrderDiscountWeights,
    PercentRounding,
    PromotionOrder,
    ProrationUnit,
    Remainder,
    Rounding,
    TaxLevel,
)
from cartwright.wire.schema import format_time
from engine.context import NOTHING_FETCHED, context_of
from engine.opening import blank_cart
from facts.snapshot import CatalogRows, Facts
from handlers.cart.create_cart import CreateCart, create_cart
from models.cart.cart import Cart
from models.changes.adjustment_changes import AdjustmentApplied
from models.changes.change import evolve
from models.changes.override_changes import PriceOverridden
from models.changes.promotion_changes import PromotionChosen
from models.changes.voucher_changes import VoucherAdded
from pricing.price import price
from pricing.promotion import Promotion
from support.pricing import NOON

NAMES = ["a", "b", "c", "d"]
"""Offerings; `d` is a bundle of the others."""
COUPONED = "spring"
CASH_STEPS = {"EUR": "0.05", "CHF": "0.05", "JPY": "10", "KWD": "0.005"}
"""The currencies that carts are in, of every number of digits, and a coin of each."""
MOST = 99_999
PERCENTS = st.one_of(st.integers(0, 100).map(str), st.integers(0, 10_000).map(lambda n: f"{n // 100}.{n % 100:02}"))
LEVELS = ("item", "container", "cart")


@dataclass(frozen=True, slots=True)
class Case:
    """A cart before it is priced, and the facts that price it."""

    cart: Cart
    facts: Facts

    def priced(self) -> Cart:
        """The cart with its prices, at noon."""
        return price(self.cart, self.facts, NOON)

    def promoted(self, further: dict[str, Any]) -> "Case":
        """The same with a further promotion in the catalog, and its coupon in the cart's hands."""
        new = Promotion.model_validate(further)
        facts = self.facts.with_rows(CatalogRows(promotions=(new,)), self.facts.revision + 1)
        chosen = [PromotionChosen(promotion_id=new.id, coupon=new.coupon)] if new.on_demand else []
        return Case(evolve(self.cart, chosen), facts)


@cache
def money(currency: str, most: int = MOST) -> st.SearchStrategy[dict[str, str]]:
    """An amount and its currency, as promotions state them."""
    return st.integers(0, most).map(lambda n: {"amount": format_amount(n, currency), "currency": currency})


@cache
def amounts(currency: str) -> st.SearchStrategy[str]:
    """Amounts in whole minor units."""
    return st.integers(0, MOST).map(lambda n: format_amount(n, currency))


@cache
def unit_prices(currency: str) -> st.SearchStrategy[str]:
    """Prices of one unit, some of them finer than the currency."""
    places = digits(currency)
    finer = st.integers(0, MOST * 1000).map(lambda n: format_scaled(n, places + 3))
    return st.one_of(amounts(currency), finer)


@cache
def _targets() -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)
    types = st.sampled_from([["one-time"], ["recurring"], ["one-time", "recurring", "usage"]])
    return st.one_of(
        st.just({}), some.map(lambda ids: {"offeringIds": ids}), types.map(lambda names: {"priceTypes": names})
    )


@cache
def benefit_fields(currency: str) -> dict[str, st.SearchStrategy[dict[str, Any]]]:
    """The fields of benefits, by their kind."""
    amounts, few = money(currency), st.integers(1, 3)
    ceilings = amounts.filter(lambda each: float(each["amount"]) > 0)
    limits: dict[str, Any] = {"periods": few, "atMost": ceilings}
    many = {"maxQuantity": st.integers(1, 12)}
    of_amounts = st.one_of(
        st.fixed_dictionaries({"per": st.just("line")}, optional=limits),
        st.fixed_dictionaries({"per": st.just("unit")}, optional={**limits, **many}),
    )
    of_prices = st.fixed_dictionaries({}, optional={"per": st.just("unit")})
    return {
        "percent": st.fixed_dictionaries({"value": PERCENTS}, optional={**limits, **many}),
        "fixed": st.builds(lambda amount, more: {**amount, **more}, amounts, of_amounts),
        "fixed-price": st.builds(lambda amount, more: {**amount, **more}, amounts, of_prices),
        "buy-get": st.fixed_dictionaries({"buy": few, "get": few, "percent": PERCENTS}),
        "nth-cheapest": st.fixed_dictionaries({"n": few, "percent": PERCENTS}),
        "nth-dearest": st.fixed_dictionaries({"n": few, "percent": PERCENTS}),
        "further-lines": st.fixed_dictionaries({"percent": PERCENTS, "full": few}),
        "free-period": st.fixed_dictionaries({"periods": few}),
        "recurring-discount": st.fixed_dictionaries({"percent": PERCENTS, "periods": few}),
        "free-item": st.fixed_dictionaries({"offeringId": st.sampled_from(NAMES[:3]), "quantity": few}),
    }


def _benefits(currency: str, *, gifts: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Benefits of every kind; those that add an item only where they are wanted."""
    kinds = {kind: own for kind, own in benefit_fields(currency).items() if gifts or kind != "free-item"}
    return st.one_of(
        [
            st.builds(lambda own, target, kind=kind: {"kind": kind, **own, "target": target}, own, _targets())
            for kind, own in kinds.items()
        ]
    )


def _conditions(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions on amounts, quantities, offerings and the customer, and conditions of these."""
    plain = st.one_of(
        money(currency, 4 * MOST).map(lambda amount: {"kind": "minimum-amount", **amount}),
        st.integers(0, 12).map(lambda minimum: {"kind": "quantity", "minimum": minimum}),
        st.sampled_from(NAMES).map(lambda name: {"kind": "offering", "offeringIds": [name]}),
        st.sampled_from(["MEMBER", "GUEST"]).map(lambda name: {"kind": "customer-type", "userTypes": [name]}),
    )
    negated = plain.filter(lambda each: each["kind"] != "minimum-amount").map(
        lambda each: {"kind": "not", "condition": each}
    )
    several = st.lists(st.one_of(plain, negated), min_size=1, max_size=2)
    kinds = st.sampled_from(["all", "any"])
    nested = st.builds(lambda kind, inner: {"kind": kind, "conditions": inner}, kinds, several)
    return st.one_of(plain, negated, nested)


@cache
def promotions(
    currency: str, levels: tuple[str, ...] = LEVELS, *, gifts: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """Promotions without an id."""
    any_fields = st.fixed_dictionaries(
        {
            "level": st.sampled_from(levels),
            "priority": st.integers(0, 3),
            "exclusive": st.booleans(),
            "benefits": st.lists(_benefits(currency, gifts=gifts), min_size=1, max_size=2),
            "conditions": st.lists(_conditions(currency), max_size=1),
        },
        optional={"caps": st.just({"perCart": 1}), "coupon": st.just(COUPONED)},
    )
    return any_fields.map(_effective)


def _effective(promotion: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that have no effect at its level, or on its prices; further lines are a cart's."""
    if any(each["kind"] == "further-lines" for each in promotion["benefits"]) and promotion["level"] == "item":
        promotion = {**promotion, "level": "cart"}
    alone = promotion["level"] == "item"
    benefits = [
        {name: each[name] for name in each.keys() - _idle(each) - (_idle_alone(each) if alone else set())}
        for each in promotion["benefits"]
    ]
    kept = promotion.keys() - ({"caps"} if promotion["level"] == "cart" else set())
    return {**{name: promotion[name] for name in kept}, "benefits": benefits}


def _idle_alone(benefit: dict[str, Any]) -> set[str]:
    """What has no effect on single lines."""
    return {"full", "per"} if benefit["kind"] == "fixed-price" else {"full"}


def _idle(benefit: dict[str, Any]) -> set[str]:
    if benefit["kind"] == "free-item":
        return {"target"}
    types = benefit["target"].get("priceTypes", ["recurring"])
    if benefit["kind"] in {"free-period", "recurring-discount"}:
        return set() if "recurring" in types else {"target"}
    return set() if types == ["recurring"] else {"periods"}


@cache
def _policies(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    switches = {
        "rounding": Rounding,
        "taxLevel": TaxLevel,
        "remainder": Remainder,
        "percentRounding": PercentRounding,
        "orderDiscountWeights": OrderDiscountWeights,
        "actionsOfOnePromotion": ActionsOfOnePromotion,
        "promotionOrder": PromotionOrder,
        "proration": ProrationUnit,
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        name: st.sampled_from([each.value for each in values]) for name, values in switches.items()
    }
    optional["cashRounding"] = st.just(CASH_STEPS[currency])
    return st.fixed_dictionaries({"preset": st.sampled_from(sorted(PRESETS))}, optional=optional)


def _taxes() -> list[dict[str, Any]]:
    spared = {"exemptions": [{"userType": "MEMBER"}]}
    return [
        {"id": "full", "country": "FR", "category": "full", "rate": "20"},
        {"id": "low", "country": "FR", "category": "low", "rate": "5.5"},
        {"id": "eco", "country": "FR", "category": "low", "rate": "1.1", **spared},
    ]


FLAG = st.booleans()
KINDS: list[dict[str, Any]] = [
    {"type": "recurring", "period": "P1M"},
    {"type": "recurring", "period": "P1M", "later": True},
    {"type": "recurring", "period": "P1Y"},
    {"type": "recurring", "period": "P1W"},
    {"type": "usage", "unit": "GB"},
]
FURTHER_KINDS = st.lists(st.sampled_from(KINDS), max_size=2)
FIRST_PERIODS = st.integers(1, 4)
TIER_STARTS = st.lists(st.integers(2, 8), min_size=1, max_size=2, unique=True).map(sorted)
TIER_MODE = st.sampled_from(["graduated", "volume"])


@st.composite
def _prices(draw: st.DrawFn, currency: str, tax_included: bool | None) -> list[dict[str, Any]]:
    rows = []
    unit_price = unit_prices(currency)
    for name in NAMES:
        included = draw(FLAG) if tax_included is None else tax_included
        for place, kind in enumerate([{"type": "one-time"}, *draw(FURTHER_KINDS)]):
            row = {"id": f"{name}-{place}", "offeringId": name, "currency": currency, "taxIncluded": included, **kind}
            row["amount"] = draw(unit_price)
            if draw(FLAG):
                row["minimumPrice"] = draw(unit_price)
            if row.pop("later", False):
                first = {"amount": row["amount"], "periods": draw(FIRST_PERIODS)}
                row["phases"] = [first, {"amount": draw(amounts(currency))}]
            elif draw(FLAG):
                row["tiers"] = [{"minQuantity": start, "amount": draw(unit_price)} for start in draw(TIER_STARTS)]
                row["tierMode"] = draw(TIER_MODE)
            rows.append(row)
    return list({(row["offeringId"], row["type"]): row for row in rows}.values())


QUANTITY = st.integers(1, 9)
CONTAINER = st.sampled_from(["k-1", "k-2"])
CHOSEN = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
MONTH = {"startDateTime": "2026-02-20T00:00:00Z", "endDateTime": "2026-03-20T00:00:00Z"}


@cache
def _extra(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a line has besides: nothing, a trial, a discount plan, or a month that is paid already."""
    discount = {"discountPlan": {"percent": "15", "periods": 3}}
    paid = money(currency).map(lambda amount: {"paidPeriod": {**amount, **MONTH}})
    return st.one_of(st.just({}), st.just({"trial": True}), st.just(discount), paid)


@st.composite
def _items(draw: st.DrawFn, currency: str) -> list[dict[str, Any]]:
    chosen = draw(CHOSEN)
    return [
        {
            "id": name,
            "offeringId": name,
            "quantity": draw(QUANTITY),
            "containerId": draw(CONTAINER),
            "parentId": "d" if "d" in chosen and name != "d" else None,
            **draw(_extra(currency)),
        }
        for name in chosen
    ]


CURRENCY = st.sampled_from(sorted(CASH_STEPS))
TAX_CATEGORY = st.sampled_from(["full", "low"])
USER_TYPE = st.sampled_from(["MEMBER", "CUSTOMER"])


@cache
def _rules(currency: str, levels: tuple[str, ...]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(promotions(currency, levels), max_size=4)


@st.composite
def cases(draw: st.DrawFn, levels: tuple[str, ...] = LEVELS, tax_included: bool | None = None) -> Case:
    """Carts of up to four lines with up to four promotions, vouchers, an override, a gift card, under any policy."""
    currency = draw(CURRENCY)
    offerings: list[dict[str, Any]] = [{"id": name, "taxCategory": draw(TAX_CATEGORY)} for name in NAMES]
    offerings[-1]["bundle"] = [{"offeringId": name, "max": 9} for name in NAMES[:-1]]
    rules = draw(_rules(currency, levels))
    every, too = ({"everyRecurringPayment": draw(FLAG)} for _ in range(2))
    voucher = {"code": "V-2", "reductionAmount": "50", "currency": currency, **too}
    tables = {
        "offerings": offerings,
        "prices": draw(_prices(currency, tax_included)),
        "taxes": _taxes(),
        "promotions": [{**each, "id": f"p-{place}"} for place, each in enumerate(rules)],
        "vouchers": [{"code": "V-1", "reductionPercent": "12.5", **every}, voucher],
    }
    header = {
        "country": "FR",
        "currency": currency,
        "pricingPolicy": draw(_policies(currency)),
        "customer": {"id": "u-1", "userType": draw(USER_TYPE)},
        "containers": [{"id": "k-1"}, {"id": "k-2"}],
        "items": draw(_items(currency)),
    }
    facts = Facts().with_rows(CatalogRows.of(tables), 1)
    cart = _opened(header, facts)
    return Case(evolve(cart, draw(_extras(cart, facts))), facts)


def _opened(header: dict[str, Any], facts: Facts) -> Cart:
    blank = blank_cart("acme", "c-1", NOON, None)
    data = CreateCart.model_validate(header)
    envelope = Envelope[CreateCart](type="create-cart", data=data)
    command = Command(blank.tenant, "m-1", b"", envelope, blank.id, None, NOON)
    return evolve(blank, create_cart(blank, data, context_of(command, facts, None, NOON, NOTHING_FETCHED)))


@st.composite
def _extras(draw: st.DrawFn, cart: Cart, facts: Facts) -> list[Any]:
    """What else happens to a cart: coupons, vouchers, an override, a gift card."""
    return list(_happened(draw, cart, facts))


CODES = st.lists(st.sampled_from(["V-1", "V-2"]), max_size=2, unique=True)
OVERRIDE = st.sampled_from([{"kind": "percent", "value": "-10"}, {"kind": "percent", "value": "30"}])
BALANCE = st.integers(1, MOST)


def _happened(draw: st.DrawFn, cart: Cart, facts: Facts) -> Iterator[Any]:
    for each in facts.table("promotions").values():
        if each.on_demand and draw(FLAG):
            yield PromotionChosen(promotion_id=each.id, coupon=each.coupon)
    for code in draw(CODES):
        yield VoucherAdded(code=code)
    if draw(FLAG):
        override = {"id": "o-1", "priceType": "one-time", "reason": "r", "role": "agent", "at": format_time(NOON)}
        yield PriceOverridden(item_id=cart.items[0].id, override={**override, **draw(OVERRIDE)})
    if draw(FLAG):
        amount = format_amount(draw(BALANCE), cart.currency)
        yield AdjustmentApplied(adjustment_id="g-1", kind="gift-card", amount=amount, currency=cart.currency)
