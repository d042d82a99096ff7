"""Laws of prior prices, on catalogs that change at random: what each moment says is worked out moment by moment."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.prior.shelf import ShelfPrice, alone, public, shelf_prices
from support.dated_catalogs import DatedCatalog, Tables, cart_of, day, days, listed, off, sale

UNHURRIED = settings(deadline=None, max_examples=60)
LAST = 90
KEY = ("one-time", None)
HALF_DAYS = [1 + number / 2 for number in range(2 * LAST)]
"""Everything in these catalogs begins and ends at one of these times."""


@st.composite
def catalogs(draw: st.DrawFn) -> dict[float, Tables]:
    """Prices, sales and promotions that come, change and end; few ids, so that rows replace each other."""
    times = st.sampled_from(HALF_DAYS)
    amounts = st.sampled_from(["6.00", "8.00", "9.00", "12.00", "15.00"])
    periods = st.builds(lambda one, other: days(min(one, other), max(one, other) + 0.5), times, times) | st.just({})
    names = st.sampled_from(["first", "second"])
    rows: dict[str, st.SearchStrategy[Any]] = {
        "prices": st.builds(listed, amounts)
        | st.builds(lambda amount, name, dates: sale(amount, name, "list", **dates), amounts, names, periods),
        "promotions": st.builds(
            lambda percent, name, dates, state: off(percent, name, lifecycle=state, **dates),
            st.sampled_from(["10", "50"]),
            names,
            periods,
            st.sampled_from(["active", "active", "paused"]),
        ),
    }
    changes: dict[float, Tables] = {1: {"prices": [listed(draw(amounts))]}}
    for at in sorted(draw(st.sets(times, max_size=8)) - {1}):
        kind = draw(st.sampled_from(sorted(rows)))
        changes[at] = {kind: [draw(rows[kind])]}
    return changes


def moment(catalog: DatedCatalog, at: float) -> ShelfPrice | None:
    """The shelf price of a mug at a time, as the catalog was then."""
    cart = cart_of()
    return shelf_prices(alone(cart, cart.items[0]), public(catalog.facts(day(at))), day(at)).get(KEY)


@UNHURRIED
@given(catalogs(), st.sampled_from([45.25, 70.25, LAST + 0.25]))
def test_it_is_the_lowest_of_all_moments_before_the_reduction(changes: dict[float, Tables], on: float) -> None:
    catalog = DatedCatalog(changes)
    prior, now = catalog.prior(on), moment(catalog, on)
    if now is None or not now.reduced:
        assert prior is None
        return
    began = on
    for at in reversed([each for each in HALF_DAYS if each <= on]):
        then = moment(catalog, at)
        if then is None or not then.reduced:
            break
        began = at
    before = [moment(catalog, at) for at in HALF_DAYS if began - 30 <= at < began]
    lowest = min((each.gross for each in before if each is not None), default=None)
    assert prior == (None if lowest is None else (lowest, began))


@UNHURRIED
@given(catalogs(), st.sampled_from(["1.00", "99.00"]))
def test_what_was_before_the_days_and_after_the_time_changes_nothing(changes: dict[float, Tables], amount: str) -> None:
    """A price that was in force until the 30 days began, and one that comes later."""
    catalog = DatedCatalog(changes)
    told = catalog.prior(LAST + 0.25)
    if told is not None and told[1] > 35:
        start = told[1] - 31.25
        in_force = [row.wire() for row in catalog.facts(day(start)).table("prices").values() if row.id == "list"]
        older = {start: {"prices": [listed(amount)]}, start + 0.125: {"prices": in_force}}
        later = {LAST + 1.0: {"prices": [listed(amount), sale(amount)]}}
        assert DatedCatalog(dict(sorted({**changes, **older, **later}.items()))).prior(LAST + 0.25) == told


@UNHURRIED
@given(catalogs(), st.sampled_from([20.0, 60.5, 90.0, 300.0]))
def test_it_does_not_matter_how_much_of_the_past_was_read(changes: dict[float, Tables], on: float) -> None:
    catalog = DatedCatalog(changes)
    assert catalog.prior_price(on) == catalog.prior_price(on, whole=True)
