"""A tenant of its own on a running worker, and what it sells."""

import json
from typing import Any
from uuid import uuid4

from aio_pika.abc import AbstractIncomingMessage

from support.wire import Wire

TAXES = [
    {"id": "fr", "country": "FR", "category": "standard", "name": "TVA", "rate": "20"},
    {"id": "jp", "country": "JP", "category": "standard", "rate": "10"},
    {"id": "kw", "country": "KW", "category": "standard", "rate": "5"},
]
OFFERINGS = [
    {"id": "plan", "name": "Plan", "taxCategory": "standard"},
    {"id": "phone", "name": "Phone", "taxCategory": "standard"},
    {
        "id": "case",
        "taxCategory": "standard",
        "characteristics": [{"name": "color", "mandatory": True, "values": ["red", "blue"]}],
    },
    {"id": "shop-only", "taxCategory": "standard", "channels": ["shop"]},
    {"id": "past", "validFor": {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}},
    {"id": "unpriced", "taxCategory": "standard"},
]


def _point(offering: str, amount: str, **fields: Any) -> dict[str, Any]:
    point = {"id": f"pp-{offering}", "offeringId": offering, "type": "one-time", "currency": "EUR", "amount": amount}
    return {**point, **fields}


PRICES = [
    _point("plan", "10.00", type="recurring", period="P1M", taxIncluded=True),
    _point("phone", "100.00"),
    _point("phone", "1500", id="pp-phone-jpy", currency="JPY"),
    _point("phone", "12.345", id="pp-phone-kwd", currency="KWD", taxIncluded=True),
    _point("case", "7.50"),
    _point("shop-only", "1.00"),
    _point("past", "1.00"),
]
"""A plan at 10.00 a month (tax inside), a phone at 100.00 (tax on top) and in yen and dinars, a case at 7.50."""


class Shop:
    """Sends commands of one tenant, gets their replies, sees its events."""

    def __init__(self, wire: Wire, tenant: str) -> None:
        self.wire = wire
        self.tenant = tenant

    async def call(
        self,
        kind: str,
        cart_id: str | None = None,
        data: dict[str, Any] | None = None,
        *,
        message_id: str | None = None,
        properties: dict[str, Any] | None = None,
        **envelope: Any,
    ) -> dict[str, Any]:
        """The reply to a command; `envelope` holds its other fields under their wire names."""
        return await self.wire.reply(
            await self.send(kind, cart_id, data, message_id=message_id, properties=properties, **envelope)
        )

    async def send(
        self,
        kind: str,
        cart_id: str | None = None,
        data: dict[str, Any] | None = None,
        *,
        message_id: str | None = None,
        properties: dict[str, Any] | None = None,
        **envelope: Any,
    ) -> str:
        """Send a command without waiting; return its correlation id."""
        body = {"type": kind, "data": data or {}, **envelope}
        if cart_id is not None:
            body["cartId"] = cart_id
        given = {"message_id": message_id or uuid4().hex, **(properties or {})}
        given["headers"] = {"cart-id": cart_id or given["message_id"], **given.get("headers", {})}
        return await self.wire.publish(f"{self.tenant}.{kind}", json.dumps(body).encode(), **given)

    async def stock(self) -> None:
        """Fill the catalog."""
        tables = {"taxes": TAXES, "offerings": OFFERINGS, "prices": PRICES}
        for sent in [await self.send(f"upsert-{kind}", data={kind: rows}) for kind, rows in tables.items()]:
            reply = await self.wire.reply(sent)
            assert reply["type"] == "catalog-updated", reply

    async def cart(self, *items: dict[str, Any], country: str = "FR", currency: str = "EUR", **data: Any) -> str:
        """A new cart with these items; returns its id."""
        cart_id = f"c-{uuid4().hex[:8]}"
        header = {"country": country, "currency": currency, **data}
        reply = await self.call("create-cart", cart_id, {**header, "items": list(items)})
        assert reply["status"] == "applied", reply
        return cart_id

    async def events(self, count: int, cart_id: str | None = None) -> list[AbstractIncomingMessage]:
        """The first so many events of the tenant, or of one of its carts, in the order of arrival."""
        return await self.wire.events.wait(lambda event: self._is_own(event, cart_id), count)

    def heard(self, cart_id: str | None = None) -> list[AbstractIncomingMessage]:
        """The events that have arrived so far."""
        return [event for event in self.wire.events.messages if self._is_own(event, cart_id)]

    def _is_own(self, event: AbstractIncomingMessage, cart_id: str | None) -> bool:
        own = (event.routing_key or "").startswith(f"{self.tenant}.")
        return own and cart_id in (None, event.headers["cloudEvents:subject"])


def error_code(reply: dict[str, Any]) -> str:
    """The code of a refusal; fails for any other reply."""
    assert reply["type"] == "command-refused", reply
    return reply["error"]["code"]


def problems(reply: dict[str, Any]) -> list[tuple[str, str]]:
    """Path and code of all problems of a refusal."""
    assert reply["type"] == "command-refused", reply
    return [(each["path"], each["code"]) for each in reply["error"]["problems"]]
