"""A voucher as the catalog holds it (contract, `upsert-vouchers`; 003, Vouchers)."""

from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.header import TimePeriod
from cartwright.wire.money import MoneyError, parse_amount
from cartwright.wire.schema import Currency, Decimals, Id, Model, Percentage, ShortText
from models.catalog.target import Target

MAX_USES = 100_000
"""All carts that hold a voucher are in one document, which limits their number."""


class Voucher(Model):
    """A reduction by percentage or by amount, for so many carts (`uses`; null: any number).

    It reduces one-time prices, and recurring ones in their first period or, where `every_recurring_payment` says so,
    in all of them.
    """

    code: Id
    """The voucher's code."""
    name: ShortText | None = None
    """The voucher's name."""
    reduction_percent: Percentage | None = None
    """What it takes off, in percent."""
    reduction_amount: Decimals | None = None
    """What it takes off, as an amount."""
    currency: Currency | None = None
    """The currency of the amount."""
    every_recurring_payment: bool = False
    """Whether it reduces every period of a recurring price, not only the first."""
    uses: Annotated[int, Field(ge=1, le=MAX_USES)] | None = 1
    """How many carts may hold it; null means any number."""
    target: Target = Field(default_factory=Target)
    """Which prices it reduces."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

    @model_validator(mode="after")
    def _one_reduction(self) -> "Voucher":
        if (self.reduction_percent is None) == (self.reduction_amount is None):
            raise PydanticCustomError("one-of", "give either reductionPercent or reductionAmount")
        if self.reduction_amount is not None:
            if self.currency is None:
                raise PydanticCustomError("missing", "an amount needs a currency")
            try:
                positive = parse_amount(self.reduction_amount, self.currency) > 0
            except MoneyError as error:
                raise PydanticCustomError("wrong-format", "not an amount in whole minor units") from error
            if not positive:
                raise PydanticCustomError("out-of-range", "the amount must be more than zero")
        if self.every_recurring_payment and "recurring" not in self.target.types:
            raise PydanticCustomError("without-effect", "only recurring prices have further payments")
        if not self.target.takes_what_is_paid_now:
            raise PydanticCustomError("without-effect", "a voucher is for what is paid once or recurs: target has none")
        return self

    @property
    def id(self) -> str:
        """The code, which identifies the row."""
        return self.code

    @cached_property
    def amount(self) -> int:
        """What is taken off, in minor units of the voucher's currency; zero for a percentage."""
        if self.reduction_amount is None or self.currency is None:
            return 0
        return parse_amount(self.reduction_amount, self.currency)
