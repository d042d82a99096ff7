"""JSON schemas of everything on the wire, from the models themselves."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, create_model
from pydantic.alias_generators import to_pascal
from pydantic.json_schema import models_json_schema

from cartwright.wire.error_meanings import MEANINGS
from cartwright.wire.events import EVENTS
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.replies import REPLIES
from facts.kinds import Kinds
from handlers.registry import commands
from models.changes.change import change_kinds
from pricing.benefits import Benefit
from pricing.benefits import kinds as benefits
from pricing.conditions import Condition
from pricing.conditions import kinds as conditions
from rules.rule import Rule
from rules.rule import kinds as rules

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


def component_schemas() -> Schema:
    """Every schema by name: bodies of commands, replies and events, what they hold, changes and refusal codes."""
    changes = sorted(change_kinds().values(), key=lambda each: each.type)
    kinds = [model for family in FAMILIES.values() for model in family.models.values()]
    models: list[type[BaseModel]] = [*command_models().values(), *REPLIES.values(), *EVENTS.values(), *changes, *kinds]
    named, generated = models_json_schema([(model, "validation") for model in models], ref_template=SCHEMAS + "{model}")
    schemas: Schema = generated["$defs"]
    for parent, family in FAMILIES.items():
        one_of = [named[model, "validation"] for model in family.models.values()]
        schemas[parent.__name__] = {"title": parent.__name__, "description": parent.__doc__, "oneOf": one_of}
    for change in changes:
        schemas[change.__name__]["properties"]["type"] = {"const": change.type}
    schemas["ChangeEntry"]["x-kinds"] = {change.type: ref(change) for change in changes}
    schemas["ErrorEntry"]["properties"]["code"] = ref("ErrorCode")
    return {**schemas, "ErrorCode": _error_codes()}


def _error_codes() -> Schema:
    return {
        "title": "ErrorCode",
        "description": "Why a command was refused. A code's meaning never changes; more may be added.",
        "type": "string",
        "oneOf": [{"const": code.value, "description": MEANINGS[code]} for code in ErrorCode],
    }
