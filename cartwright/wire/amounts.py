"""Amounts in commands, each with its own currency."""

from functools import cached_property

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.money import MAX_AMOUNT, MoneyError, parse_amount
from cartwright.wire.schema import Currency, Decimals, Model


class StatedAmount(Model):
    """An amount from zero to the largest that can be meant, in whole minor units of its currency."""

    currency: Currency
    """The currency of `amount`."""
    amount: Decimals
    """The amount, from zero up, in whole minor units of the currency."""

    @field_validator("amount")
    @classmethod
    def _exact(cls, amount: str, info: ValidationInfo) -> str:
        currency = info.data.get("currency")
        try:
            # Without a currency there is a problem already, and nothing to compare with.
            if currency is None or 0 <= parse_amount(amount, currency) <= MAX_AMOUNT:
                return amount
        except MoneyError as error:
            raise PydanticCustomError("wrong-format", "not an amount in whole minor units") from error
        raise PydanticCustomError("out-of-range", f"the amount must be between zero and {MAX_AMOUNT} minor units")

    @cached_property
    def minor(self) -> int:
        """The amount in minor units."""
        return parse_amount(self.amount, self.currency)
