"""A method for each command that everybody needs; any other command goes through `call` by its type."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack

from cartwright.client.messages import Data, Options
from cartwright.wire.replies import Reply
from cartwright.wire.schema import Model, format_time

Fields = Mapping[str, Any]
Rows = Sequence[Fields | Model]


class CallOptions(Options, total=False):
    """The options of a command that is answered; `timeout` counts seconds until the reply is there."""

    timeout: float


class Commands(ABC):
    """Commands by name. Every method takes `CallOptions` and raises what `call` raises."""

    @abstractmethod
    async def call(
        self, kind: str, data: Data | None = None, *, cart_id: str | None = None, **options: Unpack[CallOptions]
    ) -> Reply:
        """Send a command of any type and return its reply."""

    async def create_cart(self, data: Data, *, cart_id: str | None = None, **options: Unpack[CallOptions]) -> Reply:
        """Create a cart; without an id, the reply says which it got."""
        return await self.call("create-cart", data, cart_id=cart_id, **options)

    async def get_cart(self, cart_id: str, *, reprice: bool = False, **options: Unpack[CallOptions]) -> Reply:
        """Read a cart; `reprice` shows it at the prices of now, without writing."""
        return await self.call("get-cart", {"reprice": reprice}, cart_id=cart_id, **options)

    async def find_cart(self, key: str, value: str, *, reprice: bool = False, **options: Unpack[CallOptions]) -> Reply:
        """Read the cart that has this value under one of its keys, e.g. `salesJourneyId`."""
        return await self.call("get-cart", {"key": {"name": key, "value": value}, "reprice": reprice}, **options)

    async def update_cart(self, cart_id: str, fields: Data, **options: Unpack[CallOptions]) -> Reply:
        """Set header fields; a null removes one."""
        return await self.call("update-cart", fields, cart_id=cart_id, **options)

    async def add_items(
        self, cart_id: str, items: Rows, *, container_id: str | None = None, **options: Unpack[CallOptions]
    ) -> Reply:
        """Add line items, into the container if one is named."""
        return await self.call("add-items", _data(items=items, containerId=container_id), cart_id=cart_id, **options)

    async def replace_items(
        self, cart_id: str, items: Rows, *, container_id: str | None = None, **options: Unpack[CallOptions]
    ) -> Reply:
        """Let the cart, or one container, hold just these items."""
        data = _data(items=items, containerId=container_id)
        return await self.call("replace-items", data, cart_id=cart_id, **options)

    async def remove_items(self, cart_id: str, item_ids: Sequence[str], **options: Unpack[CallOptions]) -> Reply:
        """Remove line items, and those that hang on them."""
        return await self.call("remove-items", {"itemIds": list(item_ids)}, cart_id=cart_id, **options)

    async def update_products(self, cart_id: str, products: Rows, **options: Unpack[CallOptions]) -> Reply:
        """Change quantities and other fields of lines."""
        return await self.call("update-products", _data(products=products), cart_id=cart_id, **options)

    async def empty_cart(self, cart_id: str, **options: Unpack[CallOptions]) -> Reply:
        """Remove all items and containers."""
        return await self.call("empty-cart", cart_id=cart_id, **options)

    async def delete_cart(self, cart_id: str, **options: Unpack[CallOptions]) -> Reply:
        """Delete the cart for good."""
        return await self.call("delete-cart", cart_id=cart_id, **options)

    async def reprice_cart(
        self, cart_id: str, *, as_of: datetime | None = None, **options: Unpack[CallOptions]
    ) -> Reply:
        """Price the cart anew, at now or at a time with its zone."""
        data = {} if as_of is None else {"asOf": format_time(as_of)}
        return await self.call("reprice-cart", data, cart_id=cart_id, **options)

    async def upsert_offerings(self, offerings: Rows, **options: Unpack[CallOptions]) -> Reply:
        """Put offerings into the catalog."""
        return await self.call("upsert-offerings", _data(offerings=offerings), **options)

    async def upsert_prices(self, prices: Rows, **options: Unpack[CallOptions]) -> Reply:
        """Put price points into the catalog."""
        return await self.call("upsert-prices", _data(prices=prices), **options)

    async def upsert_taxes(self, taxes: Rows, **options: Unpack[CallOptions]) -> Reply:
        """Put taxes into the catalog."""
        return await self.call("upsert-taxes", _data(taxes=taxes), **options)


def _data(**fields: Rows | str | None) -> dict[str, Any]:
    """A command's data under wire names, models written out, without what is None."""
    return {
        name: value
        if isinstance(value, str)
        else [row.wire() if isinstance(row, Model) else dict(row) for row in value]
        for name, value in fields.items()
        if value is not None
    }
