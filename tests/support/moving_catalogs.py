"""Random changes of random catalogs, with dates on a grid of six hours, so that some of them begin or end just now."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from cartwright.wire.schema import format_time
from facts.snapshot import CatalogRows
from models.cart.budgets import PROMOTION, VOUCHER, Budget
from models.cart.cart import Cart
from support.catalogs import COUPONED, NAMES, PERCENTS, promotions, unit_prices
from support.pricing import NOON

Rows = dict[str, list[dict[str, Any]]]
STEP = timedelta(hours=6)
AGREEMENT = "ag-1"
BUDGETS = [Budget(PROMOTION, "p-0"), Budget(PROMOTION, "p-0", "u-1"), Budget(VOUCHER, "V-1")]
"""Budgets of which there may be nothing left."""


def on_the_grid(steps: int) -> datetime:
    """So many steps after noon."""
    return NOON + steps * STEP


@cache
def _periods() -> st.SearchStrategy[dict[str, Any]]:
    """What a row says of its validity: mostly nothing."""
    starts, lengths = st.integers(-3, 8), st.integers(1, 4)
    after = starts.map(lambda start: {"startDateTime": format_time(on_the_grid(start))})
    before = starts.map(lambda end: {"endDateTime": format_time(on_the_grid(end))})
    between = st.builds(
        lambda start, length: {
            "startDateTime": format_time(on_the_grid(start)),
            "endDateTime": format_time(on_the_grid(start + length)),
        },
        starts,
        lengths,
    )
    period = st.one_of(after, before, between)
    return st.one_of(st.just({}), st.just({}), period.map(lambda own: {"validFor": own}))


def _dated(rows: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda row, period: {**row, **period}, rows, _periods())


@cache
def _offerings() -> st.SearchStrategy[dict[str, Any]]:
    categories = st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True)
    return _dated(
        st.fixed_dictionaries(
            {"id": st.sampled_from(NAMES), "taxCategory": st.sampled_from(["full", "low"]), "categories": categories},
            optional={"channels": st.just(["shop"])},
        )
    )


@cache
def _prices(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """Prices that change, come, or move from one offering to another."""
    ids = st.sampled_from([f"{name}-{place}" for name in NAMES for place in range(3)])
    kinds: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [{"type": "one-time"}, {"type": "one-time"}, {"type": "recurring", "period": "P1M", "isProrated": True}]
    )
    fields = st.fixed_dictionaries(
        {
            "id": ids,
            "offeringId": st.sampled_from(NAMES),
            "amount": unit_prices(currency),
            "currency": st.just(currency),
        },
        optional={
            "agreementId": st.just(AGREEMENT),
            "userType": st.just("MEMBER"),
            "relationships": ids.map(lambda other: [{"id": other, "type": "replaces"}]),
        },
    )
    return _dated(st.builds(lambda row, kind: {**row, **kind}, fields, kinds))


@cache
def _taxes() -> st.SearchStrategy[dict[str, Any]]:
    return _dated(
        st.fixed_dictionaries(
            {
                "id": st.sampled_from(["full", "low", "eco"]),
                "country": st.sampled_from(["FR", "FR", "DE"]),
                "category": st.sampled_from(["full", "low"]),
                "rate": st.sampled_from(["0", "5.5", "20"]),
            }
        )
    )


@cache
def _conditions() -> st.SearchStrategy[dict[str, Any]]:
    window = st.builds(lambda own: {"kind": "date-window", "period": own.get("validFor", {})}, _periods())
    return st.one_of(
        st.just({"kind": "time-window", "start": "10:00", "end": "15:00"}),
        st.builds(
            lambda zone, day, end: {"kind": "day-window", end: f"2026-03-{day:02}", **zone},
            st.sampled_from([{}, {"timeZone": "Pacific/Kiritimati"}, {"timeZone": "America/Denver"}]),
            st.integers(3, 7),
            st.sampled_from(["firstDay", "lastDay"]),
        ),
        st.sampled_from(["x", "y"]).map(lambda name: {"kind": "category", "categories": [name]}),
        st.sampled_from(NAMES).map(lambda name: {"kind": "offering", "offeringIds": [name]}),
        window,
        window.map(lambda own: {"kind": "not", "condition": own}),
        window.map(lambda own: {"kind": "any", "conditions": [own, {"kind": "category", "categories": ["x"]}]}),
    )


@cache
def _promotions(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """Promotions of every kind, half of them with a further condition."""
    more = st.lists(_conditions(), max_size=2)
    own = st.fixed_dictionaries(
        {"id": st.sampled_from(["p-0", "p-1", "p-2"]), "lifecycle": st.sampled_from(["active", "active", "paused"])},
        optional={"caps": st.sampled_from([{"total": 3}, {"perCustomer": 1}]), "coupon": st.just(COUPONED)},
    )
    return _dated(
        st.builds(
            lambda row, fields, further: {**row, **fields, "conditions": [*row["conditions"], *further]},
            promotions(currency),
            own,
            more,
        )
    )


@cache
def _vouchers() -> st.SearchStrategy[dict[str, Any]]:
    return _dated(
        st.fixed_dictionaries(
            {"code": st.sampled_from(["V-1", "V-2"]), "reductionPercent": PERCENTS, "uses": st.sampled_from([None, 1])}
        )
    )


@cache
def _rules() -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(NAMES[:3])
    when = names.map(lambda name: {"offeringIds": [name]})
    common = {"id": st.just("r-1"), "lifecycle": st.sampled_from(["active", "paused"]), "when": when}
    adding = st.fixed_dictionaries({**common, "kind": st.just("add-item"), "offeringId": names})
    removing = st.fixed_dictionaries({**common, "kind": st.just("remove-item"), "items": when})
    return _dated(st.one_of(adding, removing))


@cache
def changes(currency: str) -> st.SearchStrategy[CatalogRows]:
    """One change of a catalog: a row or two of one kind."""
    agreement = _dated(st.just({"id": AGREEMENT}))
    policy = st.sampled_from(["default", "sylius"]).map(lambda name: {"pricingPolicy": {"preset": name}})
    kinds: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "offerings": _offerings(),
        "prices": _prices(currency),
        "taxes": _taxes(),
        "promotions": _promotions(currency),
        "vouchers": _vouchers(),
        "agreements": agreement,
        "rules": _rules(),
        "configuration": policy,
    }
    some = [
        st.lists(own, min_size=1, max_size=2).map(lambda rows, kind=kind: {kind: rows}) for kind, own in kinds.items()
    ]
    return st.one_of(some).map(CatalogRows.of)


@st.composite
def headed(draw: st.DrawFn, cart: Cart) -> Cart:
    """The cart with a header that more depends on: an agreement, a bill cycle day."""
    header = cart.header
    if draw(st.booleans()):
        header = header.model_copy(update={"keys": {**header.keys, "agreementId": AGREEMENT}})
    if draw(st.booleans()):
        header = header.model_copy(update={"bill_cycle_day": 20})
    return replace(cart, header=header)
