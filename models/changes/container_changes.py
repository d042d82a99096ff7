"""Changes of offer containers (002, offerContainer)."""

from dataclasses import replace

from pydantic import Field

from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.item_fields import read_container, write_container
from models.changes.change import Change, change


@change("container-added")
class ContainerAdded(Change):
    """An offer container came in."""

    container_id: str
    """The container's id."""
    container: Document
    """The container's fields."""

    def apply(self, cart: Cart) -> Cart:
        """Append the container."""
        return replace(cart, containers=(*cart.containers, read_container(self.container)))

    def touches(self) -> frozenset[str]:
        """The container."""
        return frozenset({f"container:{self.container_id}"})


@change("container-removed")
class ContainerRemoved(Change):
    """An offer container went out; its items are removed by changes of their own."""

    container_id: str
    """The container's id."""

    def apply(self, cart: Cart) -> Cart:
        """Drop the container."""
        return replace(cart, containers=tuple(each for each in cart.containers if each.id != self.container_id))

    def touches(self) -> frozenset[str]:
        """The container, and all that is about it."""
        return frozenset({f"container:{self.container_id}", f"container:{self.container_id}:*"})


@change("container-changed")
class ContainerChanged(Change):
    """Fields of a container changed: category, process context, attributes; null means that it has none."""

    container_id: str
    """The container's id."""
    before: Document = Field(alias="from")
    """The changed fields before."""
    after: Document = Field(alias="to")
    """The changed fields after."""

    def apply(self, cart: Cart) -> Cart:
        """Set the fields."""
        return replace(
            cart,
            containers=tuple(
                read_container({**write_container(each), **self.after}) if each.id == self.container_id else each
                for each in cart.containers
            ),
        )

    def touches(self) -> frozenset[str]:
        """The container, and its notes if they are among the fields."""
        notes = {f"container:{self.container_id}:note:*"} if "notes" in self.after else set()
        return frozenset({f"container:{self.container_id}", *notes})
