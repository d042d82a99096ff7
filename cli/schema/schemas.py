"""JSON schemas of everything on the wire, from the models themselves."""

import inspect
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, create_model
from pydantic.alias_generators import to_pascal
from pydantic.json_schema import models_json_schema

from cartwright.wire.error_meanings import MEANINGS
from cartwright.wire.events import EVENTS, Event
from cartwright.wire.nearness import suggestion
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import Reply
from cartwright.wire.reply_kinds import REPLIES
from cli.schema.generator import WireSchema
from cli.schema.headers import Schema
from facts.kinds import Kinds
from handlers.kinds import Registered
from handlers.registry import commands
from models.changes.change import change_kinds
from pricing.benefits import Benefit
from pricing.benefits import kinds as benefits
from pricing.conditions import Condition
from pricing.conditions import kinds as conditions
from rules.rule import Rule
from rules.rule import kinds as rules

SCHEMAS = "#/components/schemas/"
FAMILIES: Mapping[type[BaseModel], Kinds[Any]] = {Condition: conditions, Benefit: benefits, Rule: rules}
"""Models whose field `kind` says which other fields there are."""


def ref(model: type[BaseModel] | str) -> Schema:
    """A reference to the schema of a model, or to the one with this name."""
    return {"$ref": SCHEMAS + (model if isinstance(model, str) else model.__name__)}


@cache
def command_models() -> Mapping[str, type[BaseModel]]:
    """The body of each command by type: its envelope, with the type fixed."""
    return {
        kind: create_model(
            f"{to_pascal(kind.replace('-', '_'))}Command",
            __base__=entry.envelope,
            __doc__=f"The body of `{kind}`.",
            type=(Literal[kind], ...),  # type: ignore[arg-type]
        )
        for kind, entry in commands().items()
    }


def data_model(entry: Registered) -> type[BaseModel]:
    """The model of a command's own data."""
    model: type[BaseModel] = entry.envelope.model_fields["data"].annotation  # type: ignore[assignment]
    return model


def summary(entry: Registered) -> str:
    """What a command does, in a sentence: the first line of its module."""
    text = (sys.modules[data_model(entry).__module__].__doc__ or "").split("\n", 1)[0]
    sentence = text.removeprefix(f"`{entry.kind}`: ")
    return f"{sentence[0].upper()}{sentence[1:]}"


def sent_replies() -> dict[str, type[Reply | CommandRefused]]:
    """The kinds of reply that some command is answered with."""
    sent = {"command-refused", *(entry.reply_type for entry in commands().values())}
    return {kind: model for kind, model in REPLIES.items() if kind in sent}


def published_events() -> Mapping[str, type[Event]]:
    """The kinds of event that workers publish."""
    return EVENTS


@cache
def component_schemas() -> Schema:
    """Every schema by name: bodies of commands, replies and events, what they hold, changes and refusal codes."""
    changes = sorted(change_kinds().values(), key=lambda each: each.type)
    kinds = [model for family in FAMILIES.values() for model in family.models.values()]
    models: list[type[BaseModel]] = [
        *command_models().values(),
        *sent_replies().values(),
        *published_events().values(),
        *changes,
        *kinds,
    ]
    named, generated = models_json_schema(
        [(model, "validation") for model in models], ref_template=SCHEMAS + "{model}", schema_generator=WireSchema
    )
    schemas: Schema = generated["$defs"]
    for parent, family in FAMILIES.items():
        one_of = [named[model, "validation"] for model in family.models.values()]
        schemas[parent.__name__] = {"title": parent.__name__, "description": inspect.getdoc(parent), "oneOf": one_of}
    for change in changes:
        schemas[change.__name__]["properties"]["type"] = {
            "type": "string",
            "enum": [change.type],
            "description": "The kind of change.",
        }
    schemas["ChangeEntry"]["x-kinds"] = {change.type: ref(change) for change in changes}
    code = schemas["ErrorEntry"]["properties"]["code"]
    schemas["ErrorEntry"]["properties"]["code"] = {**ref("ErrorCode"), "description": code["description"]}
    return {**schemas, "ErrorCode": _error_codes()}


def references(roots: Iterable[str], schemas: Schema) -> set[str]:
    """The names of all schemas that the roots refer to; a root only if something refers back to it."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        new = set(_named(schemas[waiting.pop()])) - found
        found |= new
        waiting += new
    return found


def _named(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(SCHEMAS)
        for part in node.values():
            yield from _named(part)
    elif isinstance(node, list):
        for part in node:
            yield from _named(part)


def standalone_schema(name: str) -> Schema:
    """The JSON schema of a command by its type, or of any other type by its name; raises `LookupError`."""
    schemas = component_schemas()
    model = command_models().get(name)
    root = model.__name__ if model is not None else name
    if root not in schemas:
        meant = suggestion(name, [*command_models(), *schemas])
        raise LookupError(f"there is no command and no type {name}.{meant}")
    used = {each: schemas[each] for each in sorted(references([root], schemas))}
    own = json.dumps({**schemas[root], "$defs": used}).replace(SCHEMAS, "#/$defs/")
    found: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **json.loads(own)}
    return found


def _error_codes() -> Schema:
    meanings = "\n".join(f"- `{code.value}`: {MEANINGS[code]}" for code in ErrorCode)
    return {
        "title": "ErrorCode",
        "description": "Why a command was refused. A code's meaning never changes; more may be added.\n\n" + meanings,
        "type": "string",
        "enum": [code.value for code in ErrorCode],
    }
