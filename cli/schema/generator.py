"""Turns pydantic's models into schemas that code generators can use.

Each field gets a description, from the text below it in its class and from its type. There are no titles, which some
generators turn into types, and no empty defaults; a constant is an enumeration of one value.
"""

import ast
import inspect
import sys
from functools import cache

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

EMPTY: tuple[object, ...] = (None, [], {}, "", ())


class WireSchema(GenerateJsonSchema):
    """Generator of the schemas in the AsyncAPI document."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 (as pydantic calls it)
        """No field has a title."""
        return False

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        """A literal, as an `enum` even of one value."""
        return _enumerated(super().literal_schema(schema))

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """An enumeration, as an `enum` even of one value."""
        return _enumerated(super().enum_schema(schema))

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A value or null; a plain type becomes one schema with two types, which typed languages can express."""
        generated = super().nullable_schema(schema)
        forms = generated.get("anyOf", [])
        if len(forms) == 2 and isinstance(forms[0].get("type"), str) and "enum" not in forms[0]:
            return {**forms[0], "type": [forms[0]["type"], "null"]}
        return generated

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """A field with a default, which is left out if it is empty."""
        generated = super().default_schema(schema)
        if generated.get("default", ...) in EMPTY:
            generated.pop("default")
        return generated

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A model with the descriptions of its fields."""
        generated = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        described = field_descriptions(model)
        for name, part in generated.get("properties", {}).items():
            text = " ".join(filter(None, (described.get(name), _sentence(part.get("description")))))
            if text:
                part["description"] = " ".join(text.split())
        return generated


@cache
def field_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field in the source of its class, by wire name; a subclass overrides its bases."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        generic = getattr(base, "__pydantic_generic_metadata__", {}).get("origin")
        found |= _attribute_texts(generic or base)
    fields = model.model_fields
    return {fields[name].alias or name: text for name, text in found.items() if name in fields}


def _attribute_texts(model: type[object]) -> dict[str, str]:
    definition = _class_definitions(model.__module__).get(model.__name__)
    if definition is None:  # built in, or made by `create_model`
        return {}
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in zip(definition.body, definition.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


@cache
def _class_definitions(module: str) -> dict[str, ast.ClassDef]:
    """The classes that a module defines, by name; one module is read once, for `inspect` reads it for each class."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):  # without source
        return {}
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _enumerated(schema: JsonSchemaValue) -> JsonSchemaValue:
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    return schema


def _sentence(text: str | None) -> str | None:
    """A type's own description as a sentence."""
    if not text:
        return None
    return text if text[-1] in ".!?" else f"{text[0].upper()}{text[1:]}."
