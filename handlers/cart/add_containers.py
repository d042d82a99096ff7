"""`add-containers`: add offer containers, empty or with line items in them (002, Add Offer Container)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_CONTAINERS, NewContainer
from cartwright.wire.schema import ShortText
from handlers.admission import admit_contents
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change


class DefinedContainer(NewContainer):
    """An offer container to create, with its category and its process context."""

    category: ShortText
    """What kind of products it holds, e.g. `mobile`."""
    process_context: ShortText
    """The business process, e.g. `new` or `in-life`."""


class AddContainers(CommandData):
    """The containers to add, with their items."""

    model_config = example(
        {
            "containers": [
                {
                    "id": "k-2",
                    "category": "mobile",
                    "processContext": "in-life",
                    "portfolioId": "pf-1",
                    "attributes": {"color": "red"},
                    "items": [
                        {"id": "i-7", "offeringId": "sim", "productId": "p-7", "quantity": 1, "action": "modify"}
                    ],
                }
            ]
        }
    )

    containers: Annotated[list[DefinedContainer], Field(min_length=1, max_length=MAX_CONTAINERS)]
    """The containers to add."""


@command("add-containers", AddContainers)
def add_containers(cart: Cart, data: AddContainers, context: Context) -> Iterator[Change]:
    """Admit the containers and what is in them."""
    yield from admit_contents(cart, data.containers, (), context)
