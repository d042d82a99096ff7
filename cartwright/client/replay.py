"""How a parked message is sent again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

import aio_pika
from pydantic_core import to_json

from cartwright.client.errors import NotReplayable, UnreadableMessage
from cartwright.client.messages import fields_of
from cartwright.client.parked import ParkedMessage
from cartwright.wire.headers import CART_ID, DEADLINE
from cartwright.wire.parked import CARRIED, CHUNK
from cartwright.wire.schema import format_time

_IDS = UUID("6f2d4b0e-52a5-5d3c-8d2b-0b5f5f0c9d11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a parked message is sent again.

    `body` is another body, and `new_id` another message id; a message with another body gets another id in any case,
    and so does one that has none. The new id is made of the parked message and the body, so the same replay, done
    again, has the same id. `dry_run`: as a dry run, which leaves the message parked.
    """

    body: bytes | None = None
    new_id: bool = False
    dry_run: bool = False

    def message(self, parked: ParkedMessage, seconds: float) -> tuple[aio_pika.Message, str]:
        """The message and its routing key; raises `NotReplayable`. After so many seconds nobody waits any more."""
        if parked.command == CHUNK:
            raise NotReplayable("a chunk of a job is not sent again: its job hands it out again, or has failed")
        body = parked.body if self.body is None else self.body
        headers = {name: _header(parked.headers[name]) for name in CARRIED if name in parked.headers}
        message_id, key = parked.message_id, parked.routing_key
        if self.new_id or self.body is not None or message_id is None:
            message_id = str(uuid5(_IDS, f"{parked.id}\0{parked.message_id}\0{sha256(body).hexdigest()}"))
            headers[CART_ID] = parked.cart_id or message_id
        if self.body is not None and parked.dialect is None:
            fields = _fields(body)
            kind, cart_id = fields.get("type"), fields.get("cartId")
            headers[CART_ID] = cart_id if isinstance(cart_id, str) else message_id
            key = f"{parked.tenant}.{kind}" if parked.tenant and isinstance(kind, str) else key
        if self.dry_run:
            body = _dry(body, in_parameters=parked.dialect is not None)
        headers[DEADLINE] = format_time(datetime.now(UTC) + timedelta(seconds=seconds))
        sent = aio_pika.Message(
            body,
            message_id=message_id,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers=headers,  # type: ignore[arg-type]  # as they came
        )
        return sent, key


def _header(value: object) -> object:
    """A header as the driver takes it: text that is not UTF-8 it reads as bytes, and writes as a byte array only."""
    return bytearray(value) if isinstance(value, bytes) else value


def _fields(body: bytes) -> dict[str, object]:
    try:
        return {**fields_of(body)}
    except UnreadableMessage as error:
        raise NotReplayable(f"the body is {error}") from error


def _dry(body: bytes, *, in_parameters: bool) -> bytes:
    fields = _fields(body)
    if not in_parameters:
        return to_json({**fields, "dryRun": True})
    parameters = fields.get("parameters")
    return to_json({**fields, "parameters": {**(parameters if isinstance(parameters, dict) else {}), "dryRun": True}})
