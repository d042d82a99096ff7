"""`remove-offerings`: take offerings out of the cart, with all their lines (000, REMOVE; 003, Remove Product)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_ITEMS, Characteristics
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Id, Model
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart, Item
from models.changes.change import Change
from rules.removal import remove_items as removals


class LeavingOffering(Model):
    """An offering to take out, or only those of its lines that have certain characteristics."""

    offering_id: Id
    """The offering."""
    characteristics: Characteristics = Field(default_factory=dict)
    """Values that a line's characteristics must have to be removed."""

    def matches(self, item: Item) -> bool:
        """Whether the line is one of those; what promotions gave leaves with them only."""
        return (
            item.offering_id == self.offering_id
            and not item.is_gift
            and self.characteristics.items() <= item.characteristics.items()
        )


class RemoveOfferings(CommandData):
    """The offerings to take out."""

    model_config = example({"offerings": [{"offeringId": "headset"}]})

    offerings: Annotated[list[LeavingOffering], Field(min_length=1, max_length=MAX_ITEMS)]
    """The offerings; every line of each leaves, with its children."""


@command("remove-offerings", RemoveOfferings)
def remove_offerings(cart: Cart, data: RemoveOfferings, context: Context) -> Iterator[Change]:
    """Remove the lines; every offering that has none is listed as a problem."""
    lines: dict[str, list[Item]] = {}
    for item in cart.items:
        lines.setdefault(item.offering_id or "", []).append(item)
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for index, each in enumerate(data.offerings):
        found = [item.id for item in lines.get(each.offering_id, ()) if each.matches(item)]
        places |= dict.fromkeys(found, index)
        if not found:
            message = f"There is no such item of offering {each.offering_id}."
            problems.append(Problem(pointer("data", "offerings", index), ErrorCode.ITEM_NOT_FOUND, message))
    if problems:
        raise Refusal(ErrorCode.ITEM_NOT_FOUND, problems[0].message, problems=problems)
    for removed in removals(cart, places):
        yield removed.at("offerings", places[removed.item_id]) if removed.item_id in places else removed
