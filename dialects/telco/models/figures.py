"""JSON numbers of the document, read exactly."""

from decimal import Decimal
from typing import Annotated

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError


def _number(given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise PydanticCustomError("wrong-type", "should be a number")
    return Decimal(given)


Figure = Annotated[Decimal, PlainValidator(_number)]
"""A whole number or a fraction, never a text."""
