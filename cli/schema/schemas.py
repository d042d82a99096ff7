"""JSON schemas of everything on the wire, from the models themselves."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, create_model
from pydantic.alias_generators import to_pascal
from pydantic.json_schema import models_json_schema

from cartwright.wire.error_meanings import MEANINGS
from cartwright.wire.events import EVENTS, Event
from cartwright.wire.refusals import RESERVED, ErrorCode
from cartwright.wire.replies import REPLIES, CommandRefused, Reply
from cli.schema.generator import WireSchema
from facts.kinds import Kinds
from facts.rule import Rule
from facts.rule import kinds as rules
from handlers.registry import commands
from models.changes.change import change_kinds
from pricing.benefits import Benefit
from pricing.benefits import kinds as benefits
from pricing.conditions import Condition
from pricing.conditions import kinds as conditions
from workers.publish.bodies import ANNOUNCED

Schema = dict[str, Any]
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


def sent_replies() -> dict[str, type[Reply | CommandRefused]]:
    """The kinds of reply that some command is answered with."""
    sent = {"command-refused", *(entry.reply_type for entry in commands().values())}
    return {kind: model for kind, model in REPLIES.items() if kind in sent}


def published_events() -> dict[str, type[Event]]:
    """The kinds of event that some change leads to."""
    published = {"cart-updated", "price-changed"} | (ANNOUNCED & change_kinds().keys())
    return {kind: model for kind, model in EVENTS.items() if kind in published}


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
        schemas[parent.__name__] = {"title": parent.__name__, "description": parent.__doc__, "oneOf": one_of}
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


def _error_codes() -> Schema:
    codes = [code for code in ErrorCode if code not in RESERVED]
    meanings = "\n".join(f"- `{code.value}`: {MEANINGS[code]}" for code in codes)
    return {
        "title": "ErrorCode",
        "description": "Why a command was refused. A code's meaning never changes; more may be added.\n\n" + meanings,
        "type": "string",
        "enum": [code.value for code in codes],
    }
