"""Reading what was let in once: the shape of a model without its limits (decision 15).

Limits are for what comes in. What was stored was let in under the limits of its day, and must be readable under those
of any later day: a stricter bound, a withdrawn currency or a new check never makes it unreadable. So a stored object
is read by the schema of its model, from which bounds, patterns and validators that run after a value was read are
taken out. Types, names and conversions (text to time) stay.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import SchemaValidator

M = TypeVar("M", bound=BaseModel)
LIMITS = frozenset({"ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern"})
_NO_SCHEMA = frozenset({"cls", "config", "default", "expected", "members", "metadata", "serialization"})
"""Parts of a schema that hold no schema of a value."""


def read_stored(model: type[M], wire: object) -> M:
    """The object that `wire()` wrote, whatever limits there are by now; raises `ValidationError` for another shape."""
    read: M = stored_reader(model).validate_python(wire)
    return read


@cache
def stored_reader(model: type[BaseModel]) -> SchemaValidator:
    """The validator of a model's shape."""
    # Else pydantic would put the validator that the model has already, limits and all, into the place of its schema.
    return SchemaValidator(_unlimited(model.__pydantic_core_schema__), _use_prebuilt=False)


def reads_stored(function: Callable[[object], object]) -> dict[str, object]:
    """The metadata of a validator that calls others: the function that calls those of the shape instead."""
    return {"reads_stored": function}


def _unlimited(node: Any) -> Any:
    """A node of a core schema, and all below it; what has no `type` is a table of nodes by name."""
    match node:
        case list() | tuple():
            return type(node)(_unlimited(each) for each in node)
        case {"type": "function-after", "schema": inner}:
            named = {"ref": node["ref"]} if "ref" in node else {}
            return {**_unlimited(inner), **named}
        case {"type": "function-before", "metadata": {"reads_stored": function}}:
            called = {**node["function"], "function": function}
            return {"type": "function-before", "function": called, "schema": _unlimited(node["schema"])}
        case {"type": str()}:
            kept = {name: part for name, part in node.items() if name not in LIMITS}
            return {name: part if name in _NO_SCHEMA else _unlimited(part) for name, part in kept.items()}
        case dict():
            return {name: _unlimited(part) for name, part in node.items()}
    return node
