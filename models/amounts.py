"""Amounts that stand on their own in a command, with their currency."""

from functools import cached_property

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cartwright.models.money import MoneyError, parse_amount
from cartwright.models.schema import Currency, Decimals, Model


class StatedAmount(Model):
    """An amount of zero or more, in whole minor units of its currency."""

    amount: Decimals
    currency: Currency

    @model_validator(mode="after")
    def _exact(self) -> "StatedAmount":
        try:
            if self.minor >= 0:
                return self
        except MoneyError as error:
            raise PydanticCustomError("wrong-format", "not an amount in whole minor units") from error
        raise PydanticCustomError("out-of-range", "the amount is not negative")

    @cached_property
    def minor(self) -> int:
        """The amount in minor units."""
        return parse_amount(self.amount, self.currency)
