"""`cardinality`: how many units of some offerings or categories a cart, or each of its containers, may hold (002)."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import CountFromZero
from models.cart.cart import Item
from rules.contents import Contents
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class Cardinality(Rule):
    """At least `min` and at most `max` units; a cart that is still below `min` only gets a warning."""

    kind: Literal["cardinality"]
    items: Selector
    """Lines that are counted."""
    min: CountFromZero = 0
    """The least units."""
    max: CountFromZero | None = None
    """The most units; without it, any number."""
    per: Literal["cart", "container"] = "cart"
    """Whether the cart is counted as a whole or each container by itself."""

    @model_validator(mode="after")
    def _ordered(self) -> "Cardinality":
        if self.max is not None and self.min > self.max:
            raise PydanticCustomError("out-of-range", "min must not exceed max")
        return self

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """Too many or too few, by cart or by container."""
        for place, items in self._places(contents).items():
            count = sum(item.quantity for item in items)
            if self.max is not None and count > self.max:
                message = f"Rule {self.id} allows {self.max} of these, there are {count}."
                excess = count - self.max
                yield Finding(self.id, place, ErrorCode.RULE_BROKEN, message, items[-1].id, excess)
            if count < self.min:
                message = f"Rule {self.id} wants at least {self.min} of these, there are {count}."
                yield Finding(self.id, place, ErrorCode.RULE_BROKEN, message, pending=True)

    def _places(self, contents: Contents) -> dict[str, list[Item]]:
        items = self.items.items(contents)
        if self.per == "cart":
            return {"": items}
        return {
            container.id: [item for item in items if item.container_id == container.id]
            for container in contents.cart.containers
        }
