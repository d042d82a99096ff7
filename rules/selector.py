"""Which lines of a cart a rule is about."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.schema import Id, Model, ShortText
from models.cart.cart import Item
from models.catalog.offering import Offering
from rules.contents import Contents


class Selector(Model):
    """Lines with one of the offerings or categories; without any, all lines."""

    offering_ids: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    """Offerings."""
    categories: Annotated[list[ShortText], Field(max_length=1000)] = Field(default_factory=list)
    """Categories."""

    def takes(self, item: Item, offering: Offering | None) -> bool:
        """Whether the line is selected."""
        if not self.offering_ids and not self.categories:
            return True
        named = item.offering_id in self.offering_ids
        return named or (offering is not None and any(each in self.categories for each in offering.categories))

    def items(self, contents: Contents) -> list[Item]:
        """The selected lines, in cart order."""
        return [item for item, offering in contents.lines if self.takes(item, offering)]
