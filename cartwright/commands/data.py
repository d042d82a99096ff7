"""What the data of every command has in common: built by Python names, sent under wire names.

The worker alone knows the limits of a field (how long, how many, which pattern). A model here knows its type, so that a
client stays usable when a limit moves; what breaks a limit comes back as `InvalidCommand`, with a path to the field.
"""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, PlainSerializer
from pydantic.alias_generators import to_camel

from cartwright.wire.schema import format_time

Time = Annotated[AwareDatetime, PlainSerializer(format_time, return_type=str)]
"""A time with its zone; it is sent in UTC."""


class Data(BaseModel):
    """Base of all data that a command carries.

    A field that was never given is not sent. One that was given as None is sent as null, which removes what it names
    where that is possible (`update-cart`, `update-products`) and says nothing elsewhere.
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )

    def wire(self) -> dict[str, JsonValue]:
        """The data as a JSON object, as it is sent."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Kind(Data):
    """Base of data whose field `kind` says which other fields there are; the kind is sent though nobody gives it."""

    def model_post_init(self, _context: object, /) -> None:
        """Count the kind among the fields that were given."""
        self.model_fields_set.add("kind")
