"""A repricing run: prices change in the catalog, then every cart is priced anew."""

import asyncio
from collections.abc import Sequence

from cartwright.cli.demo import catalog
from cartwright.cli.demo.customer import Customer
from cartwright.cli.demo.history import Command, Sending
from cartwright.cli.demo.senders import Sender

_AT_ONCE = 64


async def stock(sender: Sender) -> None:
    """Fill the catalog."""
    for kind, rows in (
        ("taxes", catalog.TAXES),
        ("offerings", catalog.OFFERINGS),
        ("prices", catalog.PRICES),
        ("promotions", catalog.PROMOTIONS),
    ):
        await sender.ask(Command(f"upsert-{kind}", data={kind: rows}), "applied")


async def raise_prices(sender: Sender) -> Sending:
    """Change a few prices; carts keep theirs until they are priced anew."""
    return await sender.ask(Command("upsert-prices", data={"prices": catalog.DEARER}), "applied")


async def reprice(sender: Sender, customers: Sequence[Customer]) -> list[Sending]:
    """Price all carts at what things cost now, as fast as the workers answer."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(customer: Customer) -> Sending:
        async with gate:
            return await sender.ask(Command("reprice-cart", customer.cart_id, envelope={"reason": "evening prices"}))

    return await asyncio.gather(*(one(customer) for customer in customers))
