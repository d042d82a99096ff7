"""`assign-key`: give the cart a key, if it has none of that name (004, externalId)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id, Name
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.cart_changes import HeaderChanged
from models.changes.change import Change
from models.derived_id import derived_id

DIGITS = 14


class AssignKey(CommandData):
    """The key."""

    model_config = example({"name": "externalId"})

    name: Name
    """The key's name, e.g. `externalId`."""
    value: Id | None = None
    """Its value; if absent, one is made: the year and 14 digits, such as `26-46236265737394`."""


@command("assign-key", AssignKey)
def assign_key(cart: Cart, data: AssignKey, context: Context) -> Iterator[Change]:
    """Add it to the cart's keys, unless there is one of that name."""
    keys = cart.header.keys
    if data.name not in keys:
        assigned = {**keys, data.name: data.value or _made(cart, data.name, context.now.year)}
        yield HeaderChanged(before={"keys": keys or None}, after={"keys": assigned}).at("value")


def _made(cart: Cart, name: str, year: int) -> str:
    """A value of its own."""
    made = int(derived_id(cart.tenant, cart.id, name, digits=16), 16)
    return f"{year % 100:02}-{made % 10**DIGITS:0{DIGITS}}"
