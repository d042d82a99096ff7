"""Documents that may be executed: parsed, within the limits, valid against a schema; those that come often, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from cartwright.wire.refusals import ErrorCode
from dialects.graphql.errors import Unexecutable
from dialects.graphql.limits import MAX_BYTES, MAX_TOKENS, Sizes, excesses, fragment_sizes, size_of

REMEMBERED = 100
"""So many documents are kept parsed."""
REMEMBERED_LENGTH = 4096
"""Longer documents are not kept: parsed, they take a hundred times their length."""
MAX_ERRORS = 20
_GIVEN_UP = "Parsing aborted."
"""How graphql-core's error ends for a document that has too many tokens, or is nested too deeply, to be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document that is valid."""

    node: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]
    sizes: Sizes
    counted: dict[int, int] = field(default_factory=dict, init=False)
    """How many fields selection sets hold, by the identity of their nodes."""

    def fields_in(self, selections: SelectionSetNode | None) -> int:
        """How many fields a selection set of this document holds."""
        found = self.counted.get(id(selections))
        if found is None:
            found = self.counted[id(selections)] = size_of(selections, self.sizes).fields
        return found

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation with a name, or the only one; raises `Unexecutable`."""
        if name is not None:
            found = [each for each in self.operations if each.name is not None and each.name.value == name]
        else:
            found = list(self.operations)
        if len(found) != 1:
            message = "The document has several operations: operationName must name one."
            message = message if name is None else "The document has no operation with the name that operationName is."
            raise Unexecutable(ErrorCode.INVALID, [GraphQLError(message)])
        return found[0]


class Documents:
    """The documents that clients execute against one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    def get(self, text: str) -> Document:
        """The document with this text; raises `Unexecutable`."""
        return self._remembered(text) if len(text) <= REMEMBERED_LENGTH else self._read(text)

    @property
    def remembered(self) -> int:
        """How many documents are kept parsed."""
        return self._remembered.cache_info().currsize

    def _read(self, text: str) -> Document:
        if len(text.encode()) > MAX_BYTES:
            raise Unexecutable(ErrorCode.TOO_LARGE, [GraphQLError(f"A document has at most {MAX_BYTES} bytes.")])
        try:
            node = parse(text, max_lexical_tokens=MAX_TOKENS)
        except GraphQLSyntaxError as error:
            code = ErrorCode.TOO_LARGE if error.message.endswith(_GIVEN_UP) else ErrorCode.MALFORMED
            raise Unexecutable(code, [error]) from None
        try:
            sizes = fragment_sizes(node)
        except GraphQLError as error:
            raise Unexecutable(ErrorCode.INVALID, [error]) from None
        if large := list(excesses(node, sizes)):
            raise Unexecutable(ErrorCode.TOO_LARGE, large[:MAX_ERRORS])
        if errors := validate(self.schema, node, max_errors=MAX_ERRORS):
            raise Unexecutable(ErrorCode.INVALID, errors)
        operations = tuple(each for each in node.definitions if isinstance(each, OperationDefinitionNode))
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        return Document(node, operations, fragments, sizes)
