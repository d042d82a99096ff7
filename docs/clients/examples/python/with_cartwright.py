"""A catalog, a cart, a dry run, a conflict and the events, with the typed client."""

import asyncio
import os

from cartwright import CartClient, CartEvent, CartUpdated, StaleVersion
from cartwright.commands import AddItems, CreateCart, NewItem, Offering, PricePoint, UpsertOfferings, UpsertPrices

URL = os.environ.get("CART_AMQP_URL", "amqp://guest:guest@localhost")
PREFIX = os.environ.get("CART_PREFIX", "cart")
TENANT = os.environ.get("CART_TENANT", "default")

OFFERINGS = UpsertOfferings(offerings=[Offering(id="mug", name="Mug"), Offering(id="kettle", name="Kettle")])
PRICES = UpsertPrices(
    prices=[
        PricePoint(id=offering, offering_id=offering, type="one-time", currency="EUR", amount=amount, tax_included=True)
        for offering, amount in (("mug", "9.90"), ("kettle", "89.00"))
    ]
)
TWO_MUGS = AddItems(items=[NewItem(offering_id="mug", quantity=2)])
A_KETTLE = AddItems(items=[NewItem(offering_id="kettle")])


async def add_at(carts: CartClient, cart_id: str, items: AddItems, version: int) -> CartUpdated:
    """Add items to the cart as it was seen; if somebody was faster, look again and repeat."""
    while True:
        try:
            return await carts.add_items(cart_id, items, version=version)
        except StaleVersion as stale:
            print(f"stale: expected version {version}, the cart is at {stale.current_version}")
            version = (await carts.get_cart(cart_id)).version


async def main() -> None:
    async with (
        CartClient(URL, tenant=TENANT, prefix=PREFIX) as carts,
        carts.events("cart-updated") as events,
    ):
        await carts.upsert_offerings(OFFERINGS)
        print("catalog at revision", (await carts.upsert_prices(PRICES)).catalog_revision)
        created = await carts.create_cart(CreateCart(country="FR", currency="EUR"))
        cart_id = created.cart_id
        print("cart at version", created.version)

        would_be = await carts.add_items(cart_id, TWO_MUGS, dry_run=True)
        print(f"dry run: version {would_be.version}, {would_be.cart.due_now.payable} EUR would be due")

        await carts.add_items(cart_id, A_KETTLE)  # somebody else
        added = await add_at(carts, cart_id, TWO_MUGS, version=created.version)
        print(f"applied: version {added.version}, {added.cart.due_now.payable} EUR are due")

        async for event in events:
            if isinstance(event, CartEvent) and event.cart_id == cart_id:
                print(f"event: version {event.version} by {event.command_type}")
                if event.version == added.version:
                    break


asyncio.run(main())
