"""A request: a document, which of its operations, and variables; what it asks for is known before it is executed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    ValidationContext,
    get_argument_values,
    get_directive_values,
    get_variable_values,
    is_non_null_type,
)
from graphql.execution.values import VariableValues
from pydantic import Field

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import Model
from dialects.dialect import Call
from dialects.graphql.documents import MAX_ERRORS, Document, Documents
from dialects.graphql.errors import Unexecutable
from dialects.graphql.fields import collected
from dialects.reading import CallParameters, read_call


class RequestBody(Model):
    """The body of a call, as GraphQL is sent over HTTP."""

    query: str
    """The document."""
    variables: dict[str, Any] | None = None
    """Values of the operation's variables."""
    operation_name: Annotated[str, Field(max_length=200)] | None = None
    """Which operation of the document; it may be left out if there is just one."""
    extensions: dict[str, Any] | None = None
    """For what clients and servers agree upon; nothing here."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A field that the operation selects: its nodes, which are merged in the answer, and its arguments.

    `arguments` is None if they can't be had; executing the field says why.
    """

    name: str
    nodes: tuple[FieldNode, ...]
    arguments: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be executed."""

    documents: Documents
    document: Document
    operation: OperationDefinitionNode
    given: dict[str, Any]
    variables: VariableValues
    parameters: CallParameters

    @classmethod
    def read(cls, call: Call, documents: Documents) -> "Request":
        """The request that a call is; raises `Unexecutable`, or `invalid` if the call has another form."""
        parameters, body = read_call(call, CallParameters, RequestBody)
        document = documents.get(body.query)
        operation = document.operation(body.operation_name)
        given = body.variables or {}
        variables = get_variable_values(documents.schema, operation.variable_definitions or (), given, MAX_ERRORS)
        if isinstance(variables, list):
            raise Unexecutable(ErrorCode.INVALID, variables)
        request = cls(documents, document, operation, given, variables, parameters)
        if errors := request._nulls():
            raise Unexecutable(ErrorCode.INVALID, errors)
        return request

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.operation.operation is OperationType.MUTATION

    def roots(self) -> list[Selected]:
        """The fields at the root."""
        kind = self.documents.schema.get_root_type(self.operation.operation)
        return self._selected(kind, [self.operation.selection_set]) if kind is not None else []

    def within(self, parents: Iterable[Selected], kind: GraphQLObjectType) -> list[Selected]:
        """The fields in these fields, whose type is `kind`."""
        nodes = ([node.selection_set for node in each.nodes if node.selection_set] for each in parents)
        return [field for each in nodes for field in self._selected(kind, each)]

    def _nulls(self) -> list[GraphQLError]:
        """Variables that are null where null can't be: one with a default may stand there, and be null all the same."""
        nulls = {name for name, value in self.variables.coerced.items() if value is None}
        if not nulls:
            return []
        schema = self.documents.schema
        context = ValidationContext(schema, self.document.node, TypeInfo(schema), lambda _: None)
        return [
            GraphQLError(f"Variable '${each.node.name.value}' of type {each.type} can't be null.", each.node)
            for each in context.get_recursive_variable_usages(self.operation)
            if each.node.name.value in nulls and is_non_null_type(each.type)
        ]

    def _selected(self, kind: GraphQLObjectType, selections: Iterable[SelectionSetNode]) -> list[Selected]:
        fields = collected(self.documents.schema, kind, selections, self.document.fragments, self._included)
        return [self._field(kind, nodes) for nodes in fields.values()]

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and (include is None or include["if"])

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
        name = nodes[0].name.value
        definition = kind.fields.get(name)
        try:
            arguments = get_argument_values(definition, nodes[0], self.variables) if definition is not None else {}
        except GraphQLError:
            arguments = None
        return Selected(name, tuple(nodes), arguments)
