"""Every integer that a command may hold, read off the AsyncAPI document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cartwright.wire.refusals import pointer
from handlers.registry import commands

ASYNCAPI = Path(__file__).parents[2] / "docs" / "asyncapi.json"
"""A test compares it with the models."""
Schema = Mapping[str, Any]
Steps = tuple[tuple[str | int, str | None], ...]
TELLING = frozenset({"$ref", "type", "anyOf", "oneOf", "allOf", "const", "enum"})
"""One of these says what a value may be; without them it may be an integer, too."""


@dataclass(frozen=True, slots=True)
class IntegerField:
    """One place for an integer: the fields that lead to it, each with the `kind` of the object that holds it."""

    command: str
    steps: Steps
    schema: Schema

    @property
    def path(self) -> str:
        """Its JSON Pointer; in lists it is in the first element."""
        return pointer(*(step for step, _ in self.steps))

    def __str__(self) -> str:
        kinds = [kind for _, kind in self.steps if kind]
        return f"{self.command}{self.path}{f' of {kinds[-1]}' if kinds else ''}"

    def body(self, value: Any) -> dict[str, Any]:
        """A command that holds this value there, and else as little as leads to it."""
        held: Any = value
        for step, kind in reversed(self.steps):
            held = [held] if step == 0 else {**({"kind": kind} if kind else {}), step: held}
        return {"type": self.command, "cartId": "c-1", "data": {}, **held}


@cache
def integer_fields() -> tuple[IntegerField, ...]:
    """All of them, by command; conditions of conditions only to the first level."""
    document = json.loads(ASYNCAPI.read_bytes())
    messages = document["components"]["messages"]
    return tuple(
        IntegerField(kind, steps, schema)
        for kind in commands()
        for steps, schema in _integers(messages[f"{kind}-command"]["payload"], document, ())
    )


def _integers(schema: Schema, document: Schema, inside: tuple[str, ...]) -> Iterator[tuple[Steps, Schema]]:
    if "$ref" in schema:
        name = schema["$ref"]
        if name not in inside:
            yield from _integers(_resolved(document, name), document, (*inside, name))
        return
    if schema.get("type") in ("integer", ["integer", "null"]) or not schema.keys() & TELLING:
        yield (), schema
    for step, part in _parts(schema):
        for steps, found in _integers(part, document, inside):
            yield (*step, *steps), found


def _parts(schema: Schema) -> Iterator[tuple[Steps, Schema]]:
    """The schemas within a schema, each behind the step that leads to it; the forms of one value are behind none."""
    for name in ("anyOf", "oneOf", "allOf"):
        yield from (((), form) for form in schema.get(name, ()))
    kinds = schema.get("properties", {}).get("kind", {}).get("enum", ())
    kind = kinds[0] if len(kinds) == 1 else None
    yield from ((((name, kind),), part) for name, part in schema.get("properties", {}).items())
    if isinstance(schema.get("items"), dict):
        yield ((0, None),), schema["items"]
    others = schema.get("additionalProperties", False)
    for part in (
        *schema.get("patternProperties", {}).values(),
        *([{} if others is True else others] if others else []),
    ):
        yield (("any", None),), part


def _resolved(document: Schema, reference: str) -> Schema:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    found: Schema = node
    return found
