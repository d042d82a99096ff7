"""`forecast-cart`: the bills of a cart's next periods, with the days on which they are due, and their sum."""

from functools import partial
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.found import CartForecast
from cartwright.wire.money import format_amount
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import PricingTime
from cartwright.wire.zones import wall_clock
from handlers.needs import Context, Needs
from handlers.registry import query
from models.answers.answer import QueryAnswer
from models.answers.rendering import render_warning
from models.cart.cart import Cart
from models.cart.forms import Document
from pricing.arithmetic.billing_cycles import CalendarError
from pricing.forecast_warnings import forecast_warnings
from pricing.forecasting import Bill, forecast, last_dues, sum_of
from pricing.price import price
from pricing.sheet.policies import policy_of

MOST = 120


class ForecastCart(CommandData):
    """How far to look ahead, and from when on."""

    model_config = example({"periods": 12})

    periods: Annotated[int, Field(ge=1, le=MOST)]
    """How many periods of every price with the shortest one; longer ones count that begin before the first of these has
    had as many."""
    as_of: PricingTime | None = None
    """The time at which the first period begins, and whose prices and taxes count for all periods; now if absent. A
    frozen cart keeps its prices, whatever the time."""


@query("forecast-cart", ForecastCart, needs=lambda data: Needs(at=data.as_of), reply=CartForecast)
def forecast_cart(cart: Cart, data: ForecastCart, context: Context) -> QueryAnswer:
    """The bills by day, of the cart priced with these facts, and warnings of what changes before the last of them.

    Raises `invalid` where they lead out of the calendar.
    """
    priced = price(cart, context.facts, context.at, horizon=data.periods)
    # A frozen cart has the prices of an earlier time; what it would be billed is billed from now on all the same.
    at = wall_clock(data.as_of or context.now, policy_of(cart, context.facts).time_zone)
    try:
        bills = forecast(priced, context.facts, at, data.periods)
        dues = partial(last_dues, priced, context.facts, at, data.periods)
        warnings = forecast_warnings(priced, context.facts, context.at, dues)
    except CalendarError as error:
        raise Refusal.at("/data/periods", ErrorCode.INVALID, str(error), "out-of-range") from None
    total = _amounts(sum_of(bills, at.date()), cart)
    told = {"total": total, "warnings": [render_warning(each) for each in warnings]}
    return QueryAnswer([_row(bill, cart) for bill in bills], told)


def _row(bill: Bill, cart: Cart) -> Document:
    return {"date": bill.day.isoformat(), "type": bill.type, "period": bill.period, **_amounts(bill, cart)}


def _amounts(bill: Bill, cart: Cart) -> Document:
    currency = cart.currency
    return {
        "currency": currency,
        "net": format_amount(bill.net, currency),
        "taxes": [
            {"id": tax.id, "rate": tax.rate, "amount": format_amount(tax.amount, currency)} for tax in bill.taxes
        ],
        "gross": format_amount(bill.gross, currency),
    }
