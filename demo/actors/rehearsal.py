"""Dry runs, each followed by the real command: the prediction must come true to the cent, which the audit checks."""

from demo.actors.customer import Customer
from demo.record import Command, Sending


async def rehearse(customer: Customer) -> tuple[Sending, Sending]:
    """Ask what a command would do, then do it."""
    command = _command(customer)
    dry = Command(command.kind, command.cart_id, command.data, {"dryRun": True}, predicts=command.message_id)
    return await customer.sender.ask(dry), await customer.sender.ask(command)


async def conjure(customer: Customer) -> Sending:
    """Create a cart in a dry run only: it must not exist afterwards."""
    header = {**customer.basket.header, "items": customer.basket.items}
    ghost = Command("create-cart", f"ghost-{customer.number:03}", header, {"dryRun": True})
    await customer.sender.ask(ghost, "dry-run")
    return await customer.sender.ask(Command("get-cart", ghost.cart_id), "cart-not-found")


def _command(customer: Customer) -> Command:
    """A different command for each customer; some will be refused, which a dry run must predict as well."""
    commands = (
        customer.quantity_command(customer.quantity + 7),
        Command("add-items", customer.cart_id, {"items": [customer.basket.extra]}),
        Command("remove-items", customer.cart_id, {"itemIds": ["no-such-item"]}),
        Command("replace-items", customer.cart_id, {"items": [customer.basket.extra]}),
        Command("add-items", customer.cart_id, {"items": [{"offeringId": "no-such-offering"}]}),
        Command("update-cart", customer.cart_id, {"locale": "en-GB"}),
        Command("empty-cart", customer.cart_id),
    )
    return commands[customer.number % len(commands)]
