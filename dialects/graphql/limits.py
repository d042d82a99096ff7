"""How large a document may be, checked before anything walks through it twice.

Fields are counted as an operation is executed, with every fragment where it is spread, so neither aliases nor
fragments of fragments make an answer longer than the limit. Introspection is counted apart: the query by which tools
usually introspect has more fields than any other may have.
"""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_BYTES = 16 * 1024
MAX_TOKENS = 4000
MAX_OPERATIONS = 10
"""In one document, of which a request executes one."""
MAX_DEPTH = 15
MAX_FIELDS = 200
MAX_INTROSPECTION = 300
"""Fields of introspection, besides the others."""
_INTROSPECTION = frozenset({"__schema", "__type"})


class Size(NamedTuple):
    """How many fields are selected, how many of introspection, and how deep they are nested."""

    fields: int = 0
    introspection: int = 0
    depth: int = 0


Sizes = Mapping[str, Size]
"""Of fragments by name."""


def size_of(selections: SelectionSetNode | None, fragments: Sizes) -> Size:
    """The size of a selection set with everything in it."""
    fields = introspection = depth = 0
    for node in selections.selections if selections is not None else ():
        if isinstance(node, FragmentSpreadNode):
            inside = fragments.get(node.name.value, Size())
        else:
            inside = size_of(node.selection_set, fragments)  # type: ignore[attr-defined]
        if isinstance(node, FieldNode):
            inside = _field_size(node, inside)
        fields, introspection = fields + inside.fields, introspection + inside.introspection
        depth = max(depth, inside.depth)
    return Size(fields, introspection, depth)


def _field_size(node: FieldNode, inside: Size) -> Size:
    if node.name.value in _INTROSPECTION:
        return Size(0, 1 + inside.fields + inside.introspection, 1 + inside.depth)
    return Size(1 + inside.fields, inside.introspection, 1 + inside.depth)


def fragment_sizes(document: DocumentNode) -> Sizes:
    """The sizes of all fragments; raises `GraphQLError` if they spread each other in a circle."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    spreads = {name: _spreads(each.selection_set) for name, each in fragments.items()}
    sizes: dict[str, Size] = {}
    try:
        for name in TopologicalSorter(spreads).static_order():
            if name in fragments:
                sizes[name] = size_of(fragments[name].selection_set, sizes)
    except CycleError as error:
        circle = [fragments[name] for name in error.args[1][1:]]
        names = ", ".join(each.name.value for each in circle)
        raise GraphQLError(f"Fragments spread each other in a circle: {names}.", circle) from None
    return sizes


def _spreads(selections: SelectionSetNode) -> set[str]:
    found: set[str] = set()
    waiting: list[Node] = [selections]
    while waiting:
        for node in waiting.pop().selections:  # type: ignore[attr-defined]
            if isinstance(node, FragmentSpreadNode):
                found.add(node.name.value)
            elif node.selection_set is not None:
                waiting.append(node.selection_set)
    return found


def excesses(document: DocumentNode, fragments: Sizes) -> Iterator[GraphQLError]:
    """What is larger than it may be."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if len(operations) > MAX_OPERATIONS:
        yield GraphQLError(f"A document has at most {MAX_OPERATIONS} operations.", operations[MAX_OPERATIONS])
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode):
            size = size_of(each.selection_set, fragments)
            if size.fields > MAX_FIELDS or size.introspection > MAX_INTROSPECTION:
                yield GraphQLError(
                    f"At most {MAX_FIELDS} fields are selected, and of introspection "
                    f"{MAX_INTROSPECTION}, fragments included.",
                    each,
                )
            if size.depth > MAX_DEPTH:
                yield GraphQLError(f"Fields are nested at most {MAX_DEPTH} deep.", each)
