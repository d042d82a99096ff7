"""Percentages that move a price."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from cartwright.wire.schema import Percentage
from models.money.rates import parse_percent


def _something(percent: str) -> str:
    if not parse_percent(percent):
        raise PydanticCustomError("without-effect", "nothing per cent of a price moves nothing")
    return percent


SomePercentage = Annotated[Percentage, AfterValidator(_something)]
"""More than 0 %, and at most 100 %."""
