"""Extensions: what a dialect keeps with a cart, a container or a line item, for want of a field of ours.

An extension is a JSON object of the dialect's own. It is kept as its JSON text: numbers stay exactly as they were
written, and no database sees the names in it.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, JsonValue
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from cartwright.wire.schema import Name
from cartwright.wire.stored import reads_stored

MAX_DEPTH = 20
MAX_DIALECTS = 16
MAX_OF_CART = 16 * 1024
"""Bytes of one dialect's extension of a cart or a container, as compact JSON."""
MAX_OF_ITEM = 32 * 1024
"""Bytes of one dialect's extension of a line item."""


SAFE_DIGITS = 19
"""Integers of fewer digits fit into 64 bits."""


class KeptObject:
    """As an annotation: a JSON object of at most so many bytes that is read as its text."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read an object from the wire, and its text from what is stored."""
        text = core_schema.str_schema()
        return core_schema.no_info_before_validator_function(self._read, text, metadata=reads_stored(lambda kept: kept))

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """An object with any fields."""
        size = f"any JSON object of at most {self._most // 1024} KiB and {MAX_DEPTH} levels"
        return {"type": "object", "description": size, "maxProperties": self._most}

    def _read(self, given: object) -> str:
        if not isinstance(given, Mapping):
            raise PydanticCustomError("wrong-type", "Input should be an object")
        text = _json(given, 1)
        if len(text.encode()) > self._most:
            raise PydanticCustomError("too-long", f"at most {self._most} bytes of JSON are kept")
        return text


def _json(value: object, depth: int) -> str:
    """Compact JSON with every number as it was written; raises `PydanticCustomError`."""
    if isinstance(value, Mapping | list):
        if depth > MAX_DEPTH:
            raise PydanticCustomError("too-deep", f"at most {MAX_DEPTH} levels are kept")
        if isinstance(value, list):
            return f"[{','.join([_json(each, depth + 1) for each in value])}]"
        fields = [f"{json.dumps(name, ensure_ascii=False)}:{_json(each, depth + 1)}" for name, each in value.items()]
        return f"{{{','.join(fields)}}}"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def read_kept(extensions: Mapping[str, object], dialect: str) -> dict[str, object]:
    """A dialect's extension as the object that was sent; empty if it keeps none.

    Fractions are `Decimal`, and so are integers that don't fit into 64 bits, which few writers of JSON take.
    """
    text = extensions.get(dialect)
    kept: dict[str, object] = _DECODER.decode(text) if isinstance(text, str) else {}
    return kept


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < SAFE_DIGITS else Decimal(digits)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=_integer)


CartExtensions = Annotated[
    dict[Name, Annotated[JsonValue, KeptObject(MAX_OF_CART)] | None], Field(max_length=MAX_DIALECTS)
]
ItemExtensions = Annotated[
    dict[Name, Annotated[JsonValue, KeptObject(MAX_OF_ITEM)] | None], Field(max_length=MAX_DIALECTS)
]
Extensions = Mapping[str, str]
"""What is kept: a JSON text for each dialect."""
