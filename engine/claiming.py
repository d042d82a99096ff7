"""Keys that belong to one open cart at a time: a command that claims one which another cart has is refused."""

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from models.cart.amendment import AMENDS
from models.cart.cart import Cart
from models.cart.keys import UNIQUE_ID, claimed_keys, lookup_keys


def check_keys(before: Cart, after: Cart, command: AnyCommand, taken: frozenset[str]) -> None:
    """Raise `key-taken` for the keys that the cart comes to have and that are taken; it names no other cart."""
    lost = [name for text, name in claimed_keys(before, after).items() if text in taken] if taken else []
    if lost:
        keys = {name.removeprefix("@"): lookup_keys(after)[name] for name in lost}
        problems = [Problem(_place(name, command), ErrorCode.KEY_TAKEN.value, _message(name)) for name in lost]
        raise Refusal(ErrorCode.KEY_TAKEN, problems[0].message, details={"keys": keys}, problems=problems)


def _message(name: str) -> str:
    return "Another open cart amends this order." if name == AMENDS else f"Another open cart has the key {name}."


def _place(name: str, command: AnyCommand) -> str:
    """Where the command gives the cart this key; its data as a whole if it doesn't."""
    if name == AMENDS:
        return pointer("data", "amends")
    given = command.data.wire()
    if name in (given.get("keys") or {}):
        return pointer("data", "keys", name)
    return pointer("data", name) if name == UNIQUE_ID and name in given else pointer("data")
