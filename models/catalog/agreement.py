"""An agreement as the catalog holds it (002, agreement based pricing)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.header import TimePeriod
from cartwright.wire.schema import Id, Model, ShortText


class Agreement(Model):
    """Carts that name it (key `agreementId`) get its prices, if their customer may use it."""

    id: Id
    """The agreement's id; a cart names it with the key `agreementId`."""
    name: ShortText | None = None
    """The agreement's name."""
    customer_ids: Annotated[list[Id], Field(max_length=10_000)] = Field(default_factory=list)
    """Customers who may use it; an empty list means everybody."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""
