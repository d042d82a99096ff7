"""What replies and events share: open to fields that come later, amounts as exact decimals."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from cartwright.wire.money import MAX_DIGITS, MoneyError, parse_decimal
from cartwright.wire.schema import Model


class Answer(Model):
    """Base of everything that the worker says: what it doesn't know yet is kept in `model_extra`."""

    model_config = ConfigDict(extra="allow")


class Message(Answer):
    """A remark with a stable code, and a sentence for people."""

    code: str
    """A stable code for programs."""
    message: str
    """A sentence for people."""
    item_id: str | None = None
    """The line item that it is about, if it is one."""
    path: str | None = None
    """Where in the command it is, as a JSON Pointer, if it is about a row that a catalog command brought."""


def _amount(text: object) -> Decimal:
    if isinstance(text, Decimal):
        return text
    if not isinstance(text, str):
        raise PydanticCustomError("wrong-type", "an amount is a string, never a number")
    try:
        parse_decimal(text, MAX_DIGITS)
    except MoneyError as error:
        raise PydanticCustomError("wrong-format", "not a decimal string such as 3.50") from error
    return Decimal(text)


def _written(amount: Decimal) -> str:
    """All digits, however small the amount is; `str` would write an exponent."""
    return f"{amount:f}"


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", "description": "a decimal string"}),
]
