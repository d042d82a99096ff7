"""The catalog in the morning, new prices in the evening, and carts priced at them."""

from demo.actors.customer import Customer
from demo.actors.senders import Sender
from demo.record import Command, Sending
from demo.shop import catalog


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
    """Change a few prices; carts keep theirs until they are repriced."""
    return await sender.ask(Command("upsert-prices", data={"prices": catalog.DEARER}), "applied")


async def reprice(sender: Sender, customer: Customer) -> Sending:
    """Price a cart at current prices."""
    return await sender.ask(Command("reprice-cart", customer.cart_id, envelope={"reason": "evening prices"}))
