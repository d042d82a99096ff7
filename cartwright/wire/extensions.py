"""Extensions: what a dialect keeps with a cart, a container or a line item, for want of a field of ours.

An extension is a JSON object of the dialect's own. It is kept as its JSON text: numbers stay exactly as they were
written, and no database sees the names in it.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, JsonValue
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from cartwright.wire.kept_json import MAX_DEPTH, decode_kept, encode_kept
from cartwright.wire.merging import Merged
from cartwright.wire.schema import Name
from cartwright.wire.stored import reads_stored

MAX_DIALECTS = 16
MAX_OF_CART = 16 * 1024
"""Bytes of one dialect's extension of a cart or a container, as compact JSON."""
MAX_OF_ITEM = 32 * 1024
"""Bytes of one dialect's extension of a line item."""
TOO_LONG = "too-long"
"""The code of a problem with one that has more bytes."""


class KeptObject:
    """As an annotation: a JSON object of at most so many bytes that is read as its text.

    The text of one that is `Merged` says so; it can be too long yet when it is merged.
    """

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
        text = encode_kept(given.set_fields if isinstance(given, Merged) else given)
        if (wrong := too_long(text, self._most)) is not None:
            raise PydanticCustomError(TOO_LONG, wrong)
        return given.written(text) if isinstance(given, Merged) else text


def too_long(text: str, most: int) -> str | None:
    """What is wrong with a text of more than so many bytes; None for any other."""
    return f"at most {most} bytes of JSON are kept" if len(text.encode()) > most else None


def read_kept(extensions: Mapping[str, object], dialect: str) -> dict[str, object]:
    """A dialect's extension as the object that was sent (`decode_kept`); empty if it keeps none."""
    text = extensions.get(dialect)
    return decode_kept(text) if isinstance(text, str) else {}


CartExtensions = Annotated[
    dict[Name, Annotated[JsonValue, KeptObject(MAX_OF_CART)] | None], Field(max_length=MAX_DIALECTS)
]
ItemExtensions = Annotated[
    dict[Name, Annotated[JsonValue, KeptObject(MAX_OF_ITEM)] | None], Field(max_length=MAX_DIALECTS)
]
Extensions = Mapping[str, str]
"""What is kept: a JSON text for each dialect."""
