"""`create-cart`: create a cart, empty or with containers and items (001, Create an item; 002, Create Shopping Cart)."""

from collections.abc import Iterator

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.header import HeaderFields, Whereabouts
from cartwright.wire.lines import NewContainers, NewItems
from handlers.admission import admit_contents
from handlers.defaults import with_defaults
from handlers.extensions import with_extensions
from handlers.needs import Context, Needs
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.cart_changes import CartCreated
from models.changes.change import Change, evolve


class CreateCart(HeaderFields, Whereabouts, CommandData):
    """The header fields, containers and items of the new cart."""

    model_config = example(
        {
            "country": "FR",
            "locale": "fr-FR",
            "currency": "EUR",
            "channel": {"id": "web"},
            "customer": {"id": "u-1", "userType": "CUSTOMER"},
            "keys": {"salesJourneyId": "32423423"},
            "containers": [{"id": "k-1", "category": "mobile", "processContext": "new"}],
            "items": [
                {
                    "id": "i-1",
                    "offeringId": "sim-only",
                    "containerId": "k-1",
                    "characteristics": {"color": "red"},
                }
            ],
        }
    )

    containers: NewContainers = Field(default_factory=list)
    """The offer containers."""
    items: NewItems = Field(default_factory=list)
    """The line items."""


@command("create-cart", CreateCart, needs=lambda data: Needs(customers=data.customer_ids), creates=True)
def create_cart(cart: Cart, data: CreateCart, context: Context) -> Iterator[Change]:
    """Create the cart with its header, then admit containers and items."""
    given = with_extensions(data.wire(), {})
    header = {name: value for name, value in given.items() if name not in {"containers", "items"}}
    created = CartCreated(header=with_defaults(header, context.facts))
    yield created
    yield from admit_contents(evolve(cart, [created]), data.containers, data.items, context)
