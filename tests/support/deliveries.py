"""Deliveries as a consumer would hand them over, without a broker."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from workers.amqp import Delivery
from workers.broker.topology import Topology
from workers.consume.intake import Intake
from workers.consume.work import Work
from workers.consume.work import acknowledge as acknowledge_sources
from workers.publish.amqp_source import AmqpSource
from workers.publish.cloud_events import CloudEvents
from workers.publish.messages import Messages
from workers.settings import Settings

TENANT = "acme"
READ_AT = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGES = Messages(Topology(Settings()), CloudEvents("cartwright", "cloudEvents:"))


class FakeLink:
    """Counts what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []
        self.open = True

    def acknowledge(self, tags: Any) -> None:
        self.acknowledged += tags


def delivery(**fields: Any) -> Delivery:
    """A delivery with these properties; by default of an empty command that wants a reply."""
    given: dict[str, Any] = {
        "link": FakeLink(),
        "delivery_tag": 1,
        "redelivered": False,
        "routing_key": f"{TENANT}.get-cart",
        "body": b"{}",
        "headers": {},
        "message_id": "m-1",
        "correlation_id": "r-1",
        "reply_to": "reply.x",
        "content_type": "application/json",
        "content_encoding": None,
        "expiration": None,
        "timestamp": None,
        "user_id": None,
    }
    return Delivery(**{**given, **fields})


def acknowledge(deliveries: Iterable[Delivery]) -> None:
    """Acknowledge deliveries, those of one link together."""
    acknowledge_sources(AmqpSource(each, MESSAGES) for each in deliveries)


def command_delivery(
    kind: str, cart_id: str | None, data: dict[str, Any], *, message_id: str | None = None, **envelope: Any
) -> Delivery:
    """The delivery of a command; `envelope` holds its other fields under their wire names."""
    body = {"type": kind, "data": data, **envelope}
    if cart_id is not None:
        body["cartId"] = cart_id
    own = message_id or uuid4().hex
    return delivery(
        routing_key=f"{TENANT}.{kind}", body=json.dumps(body).encode(), message_id=own, correlation_id=uuid4().hex
    )


def work_of(given: Delivery, deadline: datetime | None = None) -> Work:
    """A command as it was read from this delivery, whatever its properties."""
    body = b'{"type": "get-cart", "cartId": "c-1", "data": {}}'
    work = read(delivery(body=body))
    return replace(work, source=AmqpSource(given, MESSAGES), deadline=deadline, token=b"\x01" * 14)


def read(given: Delivery, now: datetime = READ_AT) -> Work:
    """The command of a delivery, as a worker reads it; raises `Refusal`."""
    return Intake("reply.").read(given, AmqpSource(given, MESSAGES), now)
