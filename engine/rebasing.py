"""What stands in the way of a command that is rebased: what changed since the version that it expects."""

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from cartwright.wire.command import CommandData
from cartwright.wire.refusals import ErrorCode, Refusal, pointer_parts
from models.cart.cart import Cart
from models.changes.change import EVERYTHING, Change, ids_of, overlap, touched


def check_rebase(cart: Cart, changes: Iterable[Change], since: Iterable[Change]) -> None:
    """Raise `rebase-conflict` if the changes touch what has changed since."""
    if shared := overlap(touched(changes), touched(since)):
        raise _conflict(cart, shared)


def check_named(cart: Cart, data: CommandData, since: Iterable[Change]) -> None:
    """Raise `rebase-conflict` if a command that is refused names what has changed since: that may be the reason."""
    given = data.wire()
    names = {*given, *_texts(given)}
    if changed := [each for each in touched(since) if _is_named(each, names)]:
        raise _conflict(cart, changed)


def _is_named(touched_name: str, names: set[str]) -> bool:
    """Whether a command that says these names says all ids in the name of what was touched."""
    ids = ids_of(touched_name)
    return touched_name == EVERYTHING or (bool(ids) and names.issuperset(ids))


def _texts(value: JsonValue) -> Iterator[str]:
    """All texts in a value; of a path its parts, too."""
    if isinstance(value, str):
        yield value
        if value.startswith("/"):
            yield from pointer_parts(value)
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _conflict(cart: Cart, conflicts: Iterable[str]) -> Refusal:
    return Refusal(
        ErrorCode.REBASE_CONFLICT,
        "What the command touches has changed since the version that it expected.",
        details={"currentVersion": cart.version, "conflicts": sorted(conflicts)},
    )
