"""What the input of each golden kind holds beside the switches of the pricing policy.

Whatever else it states is refused: leaving it out of account would be a guess.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, StrictBool, StrictInt, StrictStr, ValidationError
from switches import SWITCHES

Number = StrictInt | StrictStr | InstanceOf[Decimal]
"""A number as a case writes it; those with a point stay exact."""
Positive = Annotated[StrictInt, Field(ge=1)]
Day = Annotated[date, Field(strict=False)]


class Input(BaseModel):
    """The currency, which any kind may state."""

    model_config = ConfigDict(extra="forbid")

    currency: StrictStr | None = None


class Cart(Input):
    """A cart also says whether its prices contain their taxes."""

    inclusive: StrictBool = False


class Shares(Input):
    weights: list[StrictInt]
    amount: StrictInt


class FlooredShares(Input):
    line_totals: list[StrictInt]
    line_min: list[StrictInt]
    amount: Annotated[StrictInt, Field(le=0)]


class Quotient(Input):
    n: StrictInt
    d: StrictInt


class Taxed(Cart):
    lines: list[tuple[StrictInt, Positive, Number, StrictInt]]


class Promoted(Cart):
    lines: Annotated[list[tuple[StrictInt, Positive]], Field(min_length=1)]
    steps: list[Annotated[list[Any], Field(min_length=2, max_length=3)]]
    rate: Number = 0


class Discounted(Cart):
    lines: list[tuple[StrictInt, Positive, Number]]
    steps: list[StrictInt]


class GiftCard(Input):
    net: StrictInt
    gross: StrictInt
    balance: StrictInt


class Each(Input):
    items: Annotated[list[tuple[Positive, StrictInt]], Field(min_length=1)]
    max_quantity: Positive | None = None


class EachFixed(Each):
    value: StrictInt


class EachPercent(Each):
    value: Number


class BuyGet(Input):
    unit: StrictInt
    qty: Positive
    buy: Positive
    get: Positive


class Exchange(Input):
    amount: StrictInt
    rate: Number


class Cash(Input):
    amount: Number
    step: Number


class Prorated(Input):
    price: Number
    days: StrictInt
    period_days: Positive


class Cycles(Input):
    start: Day
    end: Day | None = None
    bcd: StrictInt
    target: Day
    period: StrictStr


class Tiers(Input):
    tiers: Annotated[list[tuple[Positive, StrictInt, Number]], Field(min_length=1)]
    quantity: StrictInt
    mode: Literal["all", "top"]


INPUTS: dict[str, type[Input]] = {
    "alloc": Shares,
    "alloc_floor": FlooredShares,
    "alloc_capped": Shares,
    "div_half_even": Quotient,
    "tax": Taxed,
    "promo": Promoted,
    "order_discount_tax": Discounted,
    "giftcard": GiftCard,
    "each_fixed": EachFixed,
    "each_pct": EachPercent,
    "buyget": BuyGet,
    "fx": Exchange,
    "cash_round": Cash,
    "proration": Prorated,
    "cycles": Cycles,
    "tier": Tiers,
}
"""The input of each kind."""


def check(kind: str, given: object) -> None:
    """Raise `ValueError` for an input that is not as its kind has it, with all that is wrong and where."""
    if not isinstance(given, dict):
        raise ValueError("the input is no object")  # noqa: TRY004 (as for anything else that is wrong in a file)
    stated = {name: value for name, value in given.items() if name not in SWITCHES or isinstance(value, list)}
    try:
        INPUTS[kind].model_validate(stated)
    except ValidationError as error:
        raise ValueError("; ".join(_told(error))) from None


def _told(error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        where = "/".join(map(str, each["loc"]))
        if each["type"] == "extra_forbidden":
            yield f"unknown input: {where}"
        elif each["type"] == "missing":
            yield f"missing input: {where}"
        else:
            yield f"input {where}: {each['msg']}"
