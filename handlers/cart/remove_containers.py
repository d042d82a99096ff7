"""`remove-containers`: remove offer containers with their complete content (002, Delete offer container)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_CONTAINERS
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Id
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from rules.removal import remove_containers as removals


class RemoveContainers(CommandData):
    """The containers to remove."""

    model_config = example({"containerIds": ["k-2"]})

    container_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_CONTAINERS)]
    """Ids of the containers to remove; their items leave with them, and what hangs on these, wherever it is."""


@command("remove-containers", RemoveContainers)
def remove_containers(cart: Cart, data: RemoveContainers, context: Context) -> Iterator[Change]:
    """Remove the containers; every unknown id is listed as a problem."""
    known = {container.id for container in cart.containers}
    problems = [
        Problem(pointer("data", "containerIds", index), ErrorCode.CONTAINER_NOT_FOUND, f"There is no container {own}.")
        for index, own in enumerate(data.container_ids)
        if own not in known
    ]
    if problems:
        raise Refusal(ErrorCode.CONTAINER_NOT_FOUND, problems[0].message, problems=problems)
    yield from removals(cart, data.container_ids)
