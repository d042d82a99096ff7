"""The in-memory twin of the archive."""

from collections.abc import Collection

from models.cart.cart import Cart
from storage.records import CartKey


class MemoryArchive:
    """`Archive` in a dictionary."""

    def __init__(self) -> None:
        self.carts: dict[CartKey, Cart] = {}

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, Cart]:
        """Look up."""
        return {key: self.carts[key] for key in keys if key in self.carts}

    async def keep(self, cart: Cart) -> None:
        """Compare and set."""
        key = CartKey(cart.tenant, cart.id)
        if key not in self.carts or self.carts[key].version < cart.version:
            self.carts[key] = cart
