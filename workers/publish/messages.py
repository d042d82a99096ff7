"""The messages that leave a worker: replies, events, commands that follow, retries, parked commands."""

from collections.abc import Iterator
from datetime import datetime
from typing import overload
from uuid import uuid4

from cartwright.wire.headers import CART_ID, DEADLINE, FOLLOWS, HTTP_STATUS, TRACEPARENT
from cartwright.wire.parked import (
    CARRIED,
    PARKED_AT,
    PARKED_CODE,
    PARKED_ID,
    PARKED_REASON,
    PARKED_REPLY_TO,
    PARKED_ROUTING_KEY,
    PARKED_USER,
)
from cartwright.wire.schema import format_time
from dialects.canonical.dialect import status_of
from models.answers.answer import Answer, Headers
from storage.records import Entry
from workers.amqp import Delivery, Outgoing
from workers.broker.topology import Topology
from workers.clock import Clock, now
from workers.consume.delivery_tokens import ATTEMPTS_HEADER, DELIVERY_HEADER
from workers.consume.dialect_calls import DialectAnswer
from workers.consume.direct_replies import DIRECT_REPLY_TO
from workers.consume.work import Work
from workers.publish.bodies import events_of, follow_up_body
from workers.publish.cloud_events import CloudEvents

_KEPT = (*CARRIED, DEADLINE)
_REASON_CHARACTERS = 500
_ID_DIGITS = 12


class Messages:
    """Builds messages; `cloud_events` writes the headers of events."""

    def __init__(self, topology: Topology, cloud_events: CloudEvents, clock: Clock = now) -> None:
        self.retry_delays = topology.settings.retry_delays
        """After how many seconds a command comes back, the first time, the second time and so on."""
        self._topology = topology
        self._cloud_events = cloud_events
        self._clock = clock

    def reply(self, delivery: Delivery, answer: Answer) -> Outgoing | None:
        """The reply to a delivery, if it asks for one."""
        if not delivery.reply_to:
            return None
        return Outgoing(
            exchange="",
            routing_key=_property(delivery.reply_to),
            body=answer.body(delivery.message_id or None),
            message_id=_property(f"{delivery.message_id or delivery.correlation_id or ''}:reply"),
            type=answer.type,
            correlation_id=_property(delivery.correlation_id or delivery.message_id),
            headers=_with_http_status(answer),
            # The broker returns what goes to a direct reply address, whether or not the caller gets it.
            mandatory=not delivery.reply_to.startswith(DIRECT_REPLY_TO),
            to_caller=True,
        )

    def events(self, entry: Entry) -> Iterator[Outgoing]:
        """The events of one version, under ids that are the same whenever they are published."""
        for kind, body in events_of(entry):
            event_id = f"{entry.tenant}:{entry.cart_id}:{entry.version}:{kind}"
            about = self._cloud_events.headers(event_id, kind, entry.cart_id, format_time(entry.at))
            yield Outgoing(
                exchange=self._topology.events,
                routing_key=f"{entry.tenant}.{kind}",
                body=body,
                message_id=event_id,
                type=kind,
                headers=_traced(about, entry),
            )

    def follow_ups(self, entry: Entry) -> Iterator[Outgoing]:
        """The commands that follow from an entry, for the commands exchange; they ask for no reply."""
        for each in entry.follow_ups:
            yield Outgoing(
                exchange=self._topology.commands,
                routing_key=f"{entry.tenant}.{each.type}",
                body=follow_up_body(entry, each),
                message_id=each.command_id(entry.command_id),
                type=each.type,
                correlation_id=entry.command_id,
                headers=_traced({CART_ID: each.cart_id, FOLLOWS: entry.command_id}, entry),
                mandatory=True,
            )

    def retry(self, delivery: Delivery, work: Work, delay: int, attempts: int) -> Outgoing:
        """A command that comes back after a delay, under its own routing key, with its deadline and token."""
        headers: dict[str, str | int] = {ATTEMPTS_HEADER: attempts, DELIVERY_HEADER: work.token.hex()}
        if work.deadline is not None:
            headers[DEADLINE] = format_time(work.deadline)
        return self._again(delivery, self._topology.retry(delay), delivery.routing_key, headers)

    def parked(self, delivery: Delivery, code: str, message: str) -> Outgoing:
        """A command that is set aside, with the reason in its headers."""
        reason: dict[str, str | int] = {
            PARKED_ID: uuid4().hex[:_ID_DIGITS],
            PARKED_CODE: code,
            PARKED_REASON: message[:_REASON_CHARACTERS],
            PARKED_AT: format_time(self._clock()),
            PARKED_ROUTING_KEY: delivery.routing_key,
        }
        if delivery.reply_to and not delivery.reply_to.startswith(DIRECT_REPLY_TO):
            reason[PARKED_REPLY_TO] = delivery.reply_to
        if delivery.user_id:
            reason[PARKED_USER] = delivery.user_id
        parked = self._again(delivery, "", self._topology.parking, reason)
        parked.parked = True
        return parked

    def _again(self, delivery: Delivery, exchange: str, routing_key: str, headers: dict[str, str | int]) -> Outgoing:
        found = {name: delivery.headers.get(name) for name in _KEPT}
        carried = {name: _header(value) for name, value in found.items() if isinstance(value, str | int | datetime)}
        return Outgoing(
            exchange=exchange,
            routing_key=_property(routing_key),
            body=delivery.body,
            message_id=_property(delivery.message_id or ""),
            type="",
            correlation_id=_property(delivery.correlation_id),
            reply_to=_property(delivery.reply_to) if exchange else None,
            headers={**carried, **headers},
            mandatory=True,
        )


def _with_http_status(answer: Answer) -> Headers:
    """The headers of a reply; a dialect has said the HTTP status already."""
    if isinstance(answer, DialectAnswer):
        return answer.headers
    return {HTTP_STATUS: status_of(answer), **answer.headers}


def _traced(headers: Headers, entry: Entry) -> Headers:
    """The headers of what follows from an entry: they go on with its trace."""
    return headers if entry.traceparent is None else {**headers, TRACEPARENT: entry.traceparent}


def _header(value: str | int | datetime) -> str | int:
    """A header's value as it can be sent on: a time as text, and a number beyond 64 bits, too."""
    if isinstance(value, datetime):
        return format_time(value)
    return str(value) if isinstance(value, int) and value >= 2**63 else value


@overload
def _property(text: str) -> str: ...
@overload
def _property(text: str | None) -> str | None: ...
def _property(text: str | None) -> str | None:
    """At most the 255 bytes that AMQP allows; what was not UTF-8 has grown since it was read."""
    return text and text.encode()[:255].decode(errors="ignore")
