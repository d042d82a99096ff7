"""A load drawn from a seed: every kind of command that an audit has something to say about, in a random order."""

import json
import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from audit import Sent
from support.recording import Message

FORBIDDEN_ADDRESSES = ("q|exchange", "a|b|c", "somebody.else")
READS = frozenset({"get-cart", "get-job", "get-report"})
NOWHERE = "reply.nobody-listens"


class Load:
    """Messages for one tenant's carts; the same seed draws the same load, under ids of its own."""

    def __init__(self, tenant: str, seed: int, carts: int) -> None:
        self.tenant = tenant
        self.carts = [f"c-{number}" for number in range(carts)]
        self._random = random.Random(seed)
        self._items = 0

    def creations(self) -> list[Message]:
        """One command for each cart, which creates it; to be sent before anything else."""
        plan = {"id": "i-1", "offeringId": "plan"}
        header = {"country": "FR", "currency": "EUR"}
        return [self.message("create-cart", cart, {**header, "items": [plan]}) for cart in self.carts]

    def commands(self, count: int, *, poison: bool = True) -> list[Message]:
        """So many messages, and now and then a few more, on carts that exist."""
        draws = [self._quantity] * 12 + [self._new_item] * 3 + [self._dry_run, self._read, self._stale, self._invalid]
        if poison:
            draws += [self._forbidden_address, self._address_to_nowhere, self._garbage, self._unknown]
        messages: list[Message] = []
        while len(messages) < count:
            messages += self._random.choice(draws)(self._random.choice(self.carts))
        return messages

    def message(
        self, kind: str, cart: str | None = None, data: dict[str, Any] | None = None, **envelope: Any
    ) -> Message:
        """A command with an id of its own."""
        fields = {"type": kind, "data": data or {}, **({"cartId": cart} if cart else {}), **envelope}
        writes = kind not in READS and not envelope.get("dryRun", False)
        sent = Sent(uuid4().hex, cart, writes=writes)
        return Message(sent, f"{self.tenant}.{kind}", json.dumps(fields).encode())

    def quantity(self, cart: str, value: int, **envelope: Any) -> Message:
        """A new quantity for the line that every cart has."""
        return self.message("update-products", cart, {"products": [{"id": "i-1", "quantity": value}]}, **envelope)

    def _quantity(self, cart: str) -> Iterator[Message]:
        yield self.quantity(cart, self._random.randint(1, 99))

    def _new_item(self, cart: str) -> Iterator[Message]:
        self._items += 1
        item = {"id": f"n-{self._items}", "offeringId": self._random.choice(["plan", "phone"])}
        yield self.message("add-items", cart, {"items": [item]})

    def _dry_run(self, cart: str) -> Iterator[Message]:
        value = self._random.randint(1, 99)
        real = self.quantity(cart, value)
        dry = self.quantity(cart, value, dryRun=True)
        prediction = Sent(dry.sent.message_id, cart, writes=False, predicts=real.sent.message_id)
        yield Message(prediction, dry.routing_key, dry.body)
        yield real

    def _read(self, cart: str) -> Iterator[Message]:
        yield self.message("get-cart", cart, {"reprice": self._random.random() < 0.5})

    def _stale(self, cart: str) -> Iterator[Message]:
        # A version that no cart of the load ever reaches: refused whenever it is looked at.
        yield self.quantity(cart, 5, version=1_000_000)

    def _invalid(self, cart: str) -> Iterator[Message]:
        yield self.message("add-items", cart, {"items": [{"id": "i-0", "offeringId": "no-such-thing"}]})

    def _forbidden_address(self, cart: str) -> Iterator[Message]:
        yield self._elsewhere(self.quantity(cart, 7), self._random.choice(FORBIDDEN_ADDRESSES))

    def _address_to_nowhere(self, cart: str) -> Iterator[Message]:
        yield self._elsewhere(self.quantity(cart, self._random.randint(100, 199)), NOWHERE)

    def _elsewhere(self, message: Message, address: str) -> Message:
        sent = Sent(message.sent.message_id, message.sent.cart_id, answerable=False)
        return Message(sent, message.routing_key, message.body, address)

    def _garbage(self, cart: str) -> Iterator[Message]:
        body = self._random.choice([b"", b'{"type": ', b"\xff\xfe", b"[]", b'{"a": 1, "a": 2}', b"[" * 500])
        yield Message(Sent(uuid4().hex, cart), f"{self.tenant}.update-products", body)

    def _unknown(self, cart: str) -> Iterator[Message]:
        yield self.message("fold-cart", cart)
