"""Whether something of a cart has a value: what `test` compares."""

from collections.abc import Mapping

from pydantic import JsonValue

from cartwright.wire.schema import normalised
from handlers.differing import is_empty


def agrees(current: object, wanted: JsonValue) -> bool:
    """Whether a value is the wanted one; of an object, the fields that it names."""
    if is_empty(wanted):
        return is_empty(current)
    if isinstance(wanted, dict):
        return isinstance(current, Mapping) and all(agrees(current.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        if not isinstance(current, list) or len(current) != len(wanted):
            return False
        return all(agrees(*pair) for pair in zip(current, wanted, strict=True))
    if isinstance(wanted, str):
        return current == normalised(wanted)
    return type(current) is type(wanted) and current == wanted
