"""`docs/commands.md`: every command with its fields, the kinds of promotions and rules, and error codes."""

import inspect
import json
from collections.abc import Iterator

from cartwright.wire.command import Envelope
from cartwright.wire.error_meanings import MEANINGS
from cartwright.wire.refusals import RETRYABLE, ErrorCode
from cli.schema.headers import Schema
from cli.schema.messages import example_body
from cli.schema.schemas import FAMILIES, command_models, component_schemas, data_model, references, summary
from cli.schema.wording import type_text
from handlers.kinds import Registered
from handlers.registry import commands
from pricing.benefits import Benefit
from pricing.conditions import Condition
from rules.rule import Rule

_HEAD = """# Commands

`cart schema` generates this page from the models, and `cart schema --check` fails when it is stale. `cart commands`
lists the commands, `cart schema TYPE` prints the JSON schema of one. Fields in **bold** are required. How messages
travel, and what replies and events look like, is in [contract.md](contract.md).
"""
_FAMILIES = {
    Condition: "Conditions of promotions",
    Benefit: "Benefits of promotions",
    Rule: "Kinds of rules",
}
"""Headings of the models that have kinds."""


def reference() -> str:
    """The page."""
    schemas = component_schemas()
    return "\n".join(
        (
            _HEAD,
            *_envelope(schemas),
            "## Commands by type\n",
            *(line for kind, entry in commands().items() for line in _command(kind, entry, schemas)),
            *(line for base, heading in _FAMILIES.items() for line in _family(base, heading, schemas)),
            "## Types\n",
            *(line for name in _types(schemas) for line in _type(name, schemas)),
            *_error_codes(),
        )
    )


def _envelope(schemas: Schema) -> Iterator[str]:
    yield f"## The envelope\n\n{inspect.getdoc(Envelope)}\n"
    model = next(iter(command_models().values()))
    fields = schemas[model.__name__]["properties"]
    own = {"type": {"type": "string"}, "data": {"type": "object"}}
    shared = {name: {**own.get(name, part), "description": part["description"]} for name, part in fields.items()}
    yield from _table({**schemas[model.__name__], "properties": shared})


def _command(kind: str, entry: Registered, schemas: Schema) -> Iterator[str]:
    data = data_model(entry)
    yield f"### {kind}\n\n{summary(entry)} Reply: `{entry.reply_type}`.\n"
    yield f"`data`: {inspect.getdoc(data)}\n"
    yield from _table(schemas[data.__name__])
    yield f"```json\n{json.dumps(example_body(kind, entry), ensure_ascii=False)}\n```\n"


def _family(base: type, heading: str, schemas: Schema) -> Iterator[str]:
    yield f"## {heading}\n\n{inspect.getdoc(base)}\n"
    for kind, model in FAMILIES[base].models.items():
        schema = schemas[model.__name__]
        fields = {name: part for name, part in schema["properties"].items() if name != "kind"}
        yield f"### {kind}\n\n{inspect.getdoc(model)}\n"
        yield from _table({**schema, "properties": fields})


def _type(name: str, schemas: Schema) -> Iterator[str]:
    schema = schemas[name]
    yield f"### {name}\n\n{schema['description']}\n"
    if "enum" in schema:
        yield f"One of {type_text(schema)}.\n"
    else:
        yield from _table(schema)


def _table(schema: Schema) -> Iterator[str]:
    """The fields of an object as a table."""
    required = set(schema.get("required", ()))
    if not schema.get("properties"):
        yield "No fields.\n"
        return
    yield "| field | type | meaning |\n| --- | --- | --- |"
    for name, part in schema["properties"].items():
        shown = f"**{name}**" if name in required else name
        default = f" Default: `{json.dumps(part['default'])}`." if "default" in part else ""
        meaning = " ".join(part["description"].split())
        yield f"| {shown} | {type_text(part)} | {meaning}{default} |"
    yield ""


def _types(schemas: Schema) -> list[str]:
    """The types that fields of commands and of kinds hold, by name; those with a section of their own are left out."""
    kinds = [model.__name__ for base in FAMILIES for model in FAMILIES[base].models.values()]
    roots = [data_model(entry).__name__ for entry in commands().values()] + kinds
    own = {*roots, *(base.__name__ for base in FAMILIES)}
    return sorted(references(roots, schemas) - own)


def _error_codes() -> Iterator[str]:
    yield "## Error codes\n"
    yield "A code's meaning never changes. A retryable command may succeed later, after reading the cart or waiting.\n"
    yield "| code | meaning | retryable |\n| --- | --- | --- |"
    for code in ErrorCode:
        yield f"| `{code.value}` | {MEANINGS[code]} | {'yes' if code in RETRYABLE else 'no'} |"
    yield ""
