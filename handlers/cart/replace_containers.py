"""`replace-containers`: replace the items in offer containers, found by portfolio (002, Update OfferContainers).

A container of a portfolio that the cart doesn't have, or without one, is new. In one that is there, items are found by
id or by product; what is found keeps its id and the fields that are not sent, and what is not sent is deleted, but for
children of what stays and for gifts, which belong to their promotions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.extensions import MAX_OF_CART
from cartwright.wire.lines import MAX_CONTAINERS, NewContainer, NewItem
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from handlers.admission import PlacedItem, admit
from handlers.differing import differing
from handlers.extensions import EXTENSIONS, outgrown, with_extensions
from handlers.kinds import Decision
from handlers.lines import Place, line_changes, misplaced
from handlers.needs import Context
from handlers.notes import written_notes
from handlers.registry import command
from models.cart.cart import Cart, Container, Item
from models.cart.item_fields import write_container
from models.changes.change import Change, evolve
from models.changes.container_changes import ContainerChanged
from models.changes.stated import Made, changes_in
from rules.pairs import SWAP
from rules.removal import descendants, remove_items

NOT_SET = frozenset({"id", "containerId"})
"""Fields of a line that is found which say which one it is."""
CONTAINER_FIELDS = ("category", "processContext", "attributes", "notes", EXTENSIONS)


class ReplaceContainers(CommandData):
    """The containers, with the items that each should hold."""

    model_config = example(
        {"containers": [{"portfolioId": "pf-1", "attributes": {}, "items": [{"productId": "p-7", "quantity": 2}]}]}
    )

    containers: Annotated[list[NewContainer], Field(min_length=1, max_length=MAX_CONTAINERS)]
    """The containers; those that are not named stay as they are."""


@dataclass(slots=True)
class Match:
    """What a command says, sorted by whether the cart has it already."""

    containers: list[tuple[Container, NewContainer, Place]] = field(default_factory=list)
    new_containers: list[tuple[NewContainer, Place]] = field(default_factory=list)
    lines: dict[str, tuple[Item, NewItem, Place]] = field(default_factory=dict)
    new_items: list[PlacedItem] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


@command("replace-containers", ReplaceContainers)
def replace_containers(cart: Cart, data: ReplaceContainers, context: Context) -> Decision:
    """Delete what is not sent, set what differs, and add what is new."""
    match = _match(cart, data.containers)
    removed = list(remove_items(cart, _left_out(cart, match)))
    remaining = evolve(cart, removed)
    changed: list[Made] = [*_container_changes(cart, match, context)]
    for item, new, place in match.lines.values():
        try:
            given = {name: value for name, value in new.wire().items() if name not in NOT_SET}
            changed += line_changes(cart, item, given, context, place)
        except Refusal as refusal:
            match.refusals.append(refusal)
    added: list[Change] = []
    try:
        added += admit(remaining, match.new_containers, match.new_items, context)
    except Refusal as refusal:
        match.refusals.append(refusal)
    else:
        match.refusals += _misplaced(evolve(remaining, changes_in([*changed, *added])), match)
    if match.refusals:
        raise Refusal.of(match.refusals)
    yield from (*removed, *changed, *added)


def _match(cart: Cart, given: Sequence[NewContainer]) -> Match:
    match = Match()
    named: set[str] = set()
    for index, new in enumerate(given):
        place: Place = ("containers", index)
        same = [each for each in cart.containers if each.portfolio_id == new.portfolio_id] if new.portfolio_id else []
        problem = _container_problem(new, same, named)
        if problem is not None:
            where, code, message = problem
            match.refusals.append(Refusal.at(pointer("data", *place, where), ErrorCode.INVALID, message, code))
        elif same:
            match.containers.append((same[0], new, place))
            _match_items(cart, same[0], new, place, match)
        else:
            match.new_containers.append((new, place))
        named |= {new.portfolio_id} if new.portfolio_id else set()
    return match


def _container_problem(new: NewContainer, same: Sequence[Container], named: set[str]) -> tuple[str, str, str] | None:
    """Field, code and message of what keeps a container from being found."""
    if new.portfolio_id in named:
        return "portfolioId", "duplicate-id", f"Portfolio {new.portfolio_id} is here twice."
    if len(same) > 1:
        return "portfolioId", "ambiguous-container", f"Several containers have the portfolio {new.portfolio_id}."
    if same and new.id not in {None, same[0].id}:
        return "id", "mismatch", f"The container of portfolio {new.portfolio_id} is {same[0].id}."
    return None


def _match_items(cart: Cart, container: Container, given: NewContainer, place: Place, match: Match) -> None:
    inside = [item for item in cart.items if item.container_id == container.id]
    by_id = {item.id: item for item in inside}
    for index, new in enumerate(given.items):
        where: Place = (*place, "items", index)
        same = [by_id[new.id]] if new.id in by_id else _with_product(inside, new.product_id)
        problem = _item_problem(new, same, match.lines)
        if not same:
            match.new_items.append(PlacedItem(new, where, container.id, nested=True))
        elif problem is not None:
            match.refusals.append(Refusal.at(pointer("data", *where), ErrorCode.INVALID, problem[1], problem[0]))
        elif new.container_id not in {None, container.id}:
            message = f"The item is in container {container.id}."
            path = pointer("data", *where, "containerId")
            match.refusals.append(Refusal.at(path, ErrorCode.INVALID, message, "mismatch"))
        if len(same) == 1:
            match.lines.setdefault(same[0].id, (same[0], new, where))


def _with_product(inside: Sequence[Item], product_id: str | None) -> list[Item]:
    """The lines about a product; one that takes its place only if there is no other."""
    found = [item for item in inside if product_id is not None and item.product_id == product_id]
    return [item for item in found if item.action != SWAP] or found


def _item_problem(new: NewItem, same: Sequence[Item], lines: Mapping[str, object]) -> tuple[str, str] | None:
    """Code and message of what keeps an item from being found."""
    if len(same) > 1:
        return "ambiguous-item", f"Several items of the container are about the product {new.product_id}."
    if same and same[0].id in lines:
        return "duplicate-item", f"Item {same[0].id} is here twice."
    return None


def _left_out(cart: Cart, match: Match) -> list[str]:
    """The items of the named containers that are not sent and don't hang on one that is."""
    named = {container.id for container, _, _ in match.containers}
    kept = descendants(cart, match.lines)
    return [item.id for item in cart.items if item.container_id in named and item.id not in kept and not item.is_gift]


def _container_changes(cart: Cart, match: Match, context: Context) -> Iterator[Change]:
    for container, new, place in match.containers:
        given = with_extensions(new.wire(), container.extensions)
        if new.notes is not None:
            given = {**given, "notes": written_notes(new.notes, container.notes, cart.version, context.now)}
        before, after = differing(
            {name: given[name] for name in CONTAINER_FIELDS if name in given}, write_container(container)
        )
        match.refusals += outgrown(after, pointer("data", *place), MAX_OF_CART)
        if after:
            yield ContainerChanged(container_id=container.id, before=before, after=after).at(*place)


def _misplaced(after: Cart, match: Match) -> Iterator[Refusal]:
    """Why lines that are sent can't hang where they would afterwards, or are gone with what they hang on."""
    parents = {item.id: item.parent_id for item in after.items}
    paths = {own: pointer("data", *place, "parentId") for own, (_, _, place) in match.lines.items()}
    for own in paths.keys() - parents.keys():
        message = f"Item {own} leaves with an item that is not sent: the one that it hangs on, or its swapped one."
        yield Refusal.at(paths[own].removesuffix("/parentId"), ErrorCode.INVALID, message, "parent-leaves")
    yield from misplaced(parents, {own: path for own, path in paths.items() if own in parents}).values()
