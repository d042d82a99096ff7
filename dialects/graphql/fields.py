"""Which fields an object of a type is asked for, as GraphQL collects them: fragments are spread, equal keys merged."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]
Included = Callable[[SelectionNode], bool]


def collected(
    schema: GraphQLSchema,
    kind: GraphQLObjectType,
    selections: Iterable[SelectionSetNode],
    fragments: Fragments,
    included: Included,
) -> dict[str, list[FieldNode]]:
    """The nodes of each field, by its key in the answer; `included` says which selections count."""
    spread: set[str] = set()

    def walk(nodes: SelectionSetNode) -> Iterator[FieldNode]:
        for node in filter(included, nodes.selections):
            if isinstance(node, FieldNode):
                yield node
                continue
            inside: InlineFragmentNode | FragmentDefinitionNode | None = None
            if isinstance(node, InlineFragmentNode):
                inside = node
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                inside = fragments[node.name.value]
            if inside is not None and _applies(schema, kind, inside.type_condition):
                yield from walk(inside.selection_set)

    grouped: dict[str, list[FieldNode]] = {}
    for each in selections:
        for node in walk(each):
            grouped.setdefault((node.alias or node.name).value, []).append(node)
    return grouped


def _applies(schema: GraphQLSchema, kind: GraphQLObjectType, condition: NamedTypeNode | None) -> bool:
    if condition is None or condition.name.value == kind.name:
        return True
    named = schema.get_type(condition.name.value)
    return isinstance(named, GraphQLAbstractType) and schema.is_sub_type(named, kind)
