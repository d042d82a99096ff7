"""Schemas that can be executed: written as GraphQL writes them, with a function for each field.

Amounts of type `Float` are exact: a resolver gives them as JSON that is written already (`dialects.numbers`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from graphql import (
    GraphQLFloat,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    assert_valid_schema,
    build_schema,
)

Resolvers = Mapping[str, Mapping[str, Callable[..., object]]]
"""By type, then by field: what gives the field's value, of its object, the execution's info and its arguments."""
IS = "__is__"
"""In the place of a field of an abstract type: what gives the name of the type that a value has."""


def _exact(value: object) -> object:
    if not isinstance(value, orjson.Fragment):
        raise TypeError(f"{value!r} is no exact number")
    return value


class _OwnFloat(GraphQLScalarType):
    """A scalar that may be called `Float`; graphql-core reserves the name for its own, which gives Python floats."""

    reserved_types: Mapping[str, GraphQLNamedType] = {}


EXACT_FLOAT = _OwnFloat("Float", coerce_output_value=_exact, description="An amount: a JSON number, written exactly.")


def executable(text: str, resolvers: Resolvers) -> GraphQLSchema:
    """The schema with a resolver for every field; raises for a field that has none, and for one that there is not."""
    schema = build_schema(text)
    left = {(name, field) for name, fields in resolvers.items() for field in fields}
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            kind.resolve_type = _named(resolvers[kind.name][IS])
            left.remove((kind.name, IS))
        elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                field.resolve = resolvers[kind.name][name]
                left.remove((kind.name, name))
    if left:
        raise LookupError(f"the schema does not have {sorted(left)}")
    _make_floats_exact(schema)
    assert_valid_schema(schema)
    return schema


def _named(which: Callable[..., object]) -> Any:
    return lambda value, info, _: which(value, info)


def _make_floats_exact(schema: GraphQLSchema) -> None:
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                if field.type is GraphQLFloat:
                    field.type = EXACT_FLOAT
                elif isinstance(field.type, GraphQLNonNull) and field.type.of_type is GraphQLFloat:
                    field.type = GraphQLNonNull(EXACT_FLOAT)
    if "Float" in schema.type_map:
        schema.type_map["Float"] = EXACT_FLOAT
