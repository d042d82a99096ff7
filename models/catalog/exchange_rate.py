"""Exchange rates, as `upsert-rates` gives them."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.header import TimePeriod
from cartwright.wire.money import MoneyError
from cartwright.wire.schema import Currency, Decimals, Id, Model
from models.money.rates import parse_rate


class ExchangeRate(Model):
    """How many units of one currency a unit of another buys; of several that are valid, the latest to start counts."""

    id: Id
    """The rate's id."""
    source: Annotated[Currency, Field(alias="from")]
    """The currency that is converted."""
    target: Annotated[Currency, Field(alias="to")]
    """The currency that it is converted to."""
    rate: Decimals
    """Units of the target currency per unit of the source."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

    @model_validator(mode="after")
    def _positive(self) -> "ExchangeRate":
        try:
            if parse_rate(self.rate) > 0 and self.source != self.target:
                return self
        except MoneyError as error:
            raise PydanticCustomError("wrong-format", "not a rate of at most 12 decimals") from error
        raise PydanticCustomError("out-of-range", "a rate must be more than zero, and to another currency")
