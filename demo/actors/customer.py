"""A customer with a cart: fills it, changes their mind, uses two tabs at once."""

import asyncio

from demo.actors.senders import Sender
from demo.record import Command, Sending
from demo.shop.baskets import BASKETS


class Customer:
    """One cart and its customer; `version` is the cart's version as last seen."""

    def __init__(self, number: int, sender: Sender) -> None:
        self.number = number
        self.cart_id = f"cart-{number:03}"
        self.basket = BASKETS[number % len(BASKETS)]
        self.version = 0
        self.quantity = 1
        self.sender = sender

    async def arrive(self) -> Sending:
        """Open the cart."""
        person = {"id": f"customer-{self.number}", "userType": "CUSTOMER"}
        keys = {"salesJourneyId": f"journey-{self.number}"}
        data = {**self.basket.header, "customer": person, "keys": keys, "items": self.basket.items}
        sending = await self.sender.ask(Command("create-cart", self.cart_id, data), "applied")
        self._see(sending)
        return sending

    async def want_more(self) -> Sending:
        """Raise the quantity of a line."""
        self.quantity += 1
        return await self._tell(self.quantity_command(self.quantity), "customer wants more")

    async def add_extra(self) -> Sending:
        """Put something else into the cart."""
        return await self._tell(Command("add-items", self.cart_id, {"items": [self.basket.extra]}), "one more thing")

    async def drop_extra(self) -> Sending:
        """Take it out again."""
        data = {"itemIds": [self.basket.extra["id"]]}
        return await self._tell(Command("remove-items", self.cart_id, data), "changed their mind")

    async def use_two_tabs(self) -> Sending:
        """Send two commands at once that both name the version last seen: one of them is late, and tries again."""
        await asyncio.gather(self.want_more(), self.add_extra())
        return await self.drop_extra()

    async def hurry(self) -> Sending:
        """Send four commands without waiting for any of their replies."""
        extra = self.basket.extra
        sendings = await self.sender.ask_all(
            [
                Command("add-items", self.cart_id, {"items": [extra]}),
                self.quantity_command(self.quantity + 2),
                self.quantity_command(self.quantity + 1),
                Command("remove-items", self.cart_id, {"itemIds": [extra["id"]]}),
            ]
        )
        self.quantity += 1
        self._see(sendings[-1])
        return sendings[-1]

    def quantity_command(self, quantity: int) -> Command:
        """The command that sets the quantity of the basket's `line`."""
        return Command("update-products", self.cart_id, {"products": [{"id": self.basket.line, "quantity": quantity}]})

    async def _tell(self, command: Command, reason: str) -> Sending:
        """Send a change of the version last seen; if it is stale, send it again with the current one."""
        while True:
            envelope: dict[str, object] = {"version": self.version, "reason": reason}
            sending = await self.sender.ask(Command(command.kind, self.cart_id, command.data, envelope))
            if sending.outcome != "stale-version":
                self._see(sending)
                return sending
            self.version = max(self.version, sending.replies[0]["error"]["details"]["currentVersion"])

    def _see(self, sending: Sending) -> None:
        for reply in sending.replies[:1]:
            self.version = max(self.version, reply.get("version", 0))
