"""Operations compiled to functions: what graphql-core decides for every object anew is decided once.

Only operations without directives and introspection are compiled, and a compiled operation has an answer only if
nothing fails: every other case is graphql-core's, which says where and why. Resolvers are pure, so it may ask them
again. What there is an answer to is answered as graphql-core does (tests compare the two).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    SelectionSetNode,
    get_argument_values,
)
from graphql.execution.values import VariableValues

from dialects.graphql.fields import Fragments, collected

T = TypeVar("T")
Complete = Callable[[Any, Any, VariableValues], Any]
"""From a value, the context and the variables to what the answer has for it."""


class NotCompiled(Exception):  # noqa: N818 (no error: graphql-core executes the operation)
    """The operation, or what came of it, is graphql-core's."""


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a resolver may ask of the field that it is for."""

    context: Any
    field_nodes: Sequence[FieldNode]


class Compiler:
    """Compiles operations of one document."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments

    def operation(self, operation: OperationDefinitionNode) -> Complete:
        """The operation's answer, from a root value that resolvers ignore; raises `NotCompiled`."""
        kind = self._schema.get_root_type(operation.operation)
        if kind is None:
            raise NotCompiled
        return self._object(kind, [operation.selection_set])

    def _object(self, kind: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Complete:
        grouped = collected(self._schema, kind, selections, self._fragments, _without_directives)
        fields = [(key, self._field(kind, nodes)) for key, nodes in grouped.items()]
        return lambda value, context, variables: {key: get(value, context, variables) for key, get in fields}

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        name = nodes[0].name.value
        if name == "__typename":
            return lambda value, context, variables: kind.name
        definition = kind.fields.get(name)
        if definition is None or definition.resolve is None:
            raise NotCompiled
        complete = self._complete(definition.type, nodes)
        return _resolved(definition, definition.resolve, tuple(nodes), complete)

    def _complete(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        if isinstance(kind, GraphQLNonNull):
            return _never_null(self._complete(kind.of_type, nodes))
        if isinstance(kind, GraphQLList):
            return _list_of(self._complete(kind.of_type, nodes))
        if isinstance(kind, GraphQLScalarType):
            return _scalar(kind.coerce_output_value)
        selections = [node.selection_set for node in nodes if node.selection_set is not None]
        if isinstance(kind, GraphQLObjectType):
            return _nullable(self._object(kind, selections))
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) and kind.resolve_type is not None:
            types = self._schema.get_possible_types(kind)
            return _one_of(
                {each.name: self._object(each, selections) for each in types}, kind, kind.resolve_type, nodes
            )
        raise NotCompiled


def _without_directives(node: Any) -> bool:
    if node.directives:
        raise NotCompiled
    return True


def _resolved(
    definition: GraphQLField, resolve: Callable[..., Any], nodes: tuple[FieldNode, ...], complete: Complete
) -> Complete:
    if not definition.args:
        return lambda value, context, variables: complete(resolve(value, FieldInfo(context, nodes)), context, variables)

    def with_arguments(value: Any, context: Any, variables: VariableValues) -> Any:
        arguments = get_argument_values(definition, nodes[0], variables)
        return complete(resolve(value, FieldInfo(context, nodes), **arguments), context, variables)

    return with_arguments


def _never_null(complete: Complete) -> Complete:
    def completed(value: Any, context: Any, variables: VariableValues) -> Any:
        found = complete(value, context, variables)
        if found is None:
            raise NotCompiled
        return found

    return completed


def _nullable(complete: Complete) -> Complete:
    return lambda value, context, variables: None if value is None else complete(value, context, variables)


def _list_of(complete: Complete) -> Complete:
    return _nullable(lambda value, context, variables: [complete(each, context, variables) for each in value])


def _scalar(coerce: Callable[[Any], Any]) -> Complete:
    return lambda value, context, variables: None if value is None else coerce(value)


def _one_of(
    kinds: Mapping[str, Complete], kind: Any, named: Callable[..., Any], nodes: Sequence[FieldNode]
) -> Complete:
    return _nullable(
        lambda value, context, variables: kinds[named(value, FieldInfo(context, nodes), kind)](
            value, context, variables
        )
    )
