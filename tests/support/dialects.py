"""Calls in a dialect, on a running worker and in memory; and a dialect whose calls say themselves what they mean."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cartwright.wire.refusals import Refusal
from dialects.dialect import Call, CallOutcome, Dialect, Operation, Plan, Response, Step
from dialects.http_status import CREATED, OK, http_status
from support.shop import Shop


@dataclass(frozen=True, slots=True)
class DialectReply:
    """The reply to a call: its JSON body, its AMQP headers, its AMQP type."""

    body: Any
    headers: dict[str, Any]
    type: str

    @property
    def http_status(self) -> int:
        """What a gateway would answer with."""
        return int(self.headers["http-status"])


class Counter:
    """Makes calls in one dialect to the worker behind a shop."""

    def __init__(self, shop: Shop, dialect: str) -> None:
        self.shop = shop
        self.dialect = dialect

    async def send(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        body: object = None,
        *,
        cart_id: str | None = None,
        message_id: str | None = None,
        raw: bytes | None = None,
        headers: Mapping[str, Any] | None = None,
        **properties: Any,
    ) -> str:
        """Send a call; return its correlation id. `raw` is sent as the whole message body."""
        own = message_id or uuid4().hex
        given = {"dialect": self.dialect, "cart-id": cart_id or own, **(headers or {})}
        sent = json.dumps({"parameters": parameters, "body": body}).encode() if raw is None else raw
        return await self.shop.wire.publish(
            f"{self.shop.tenant}.{operation}", sent, message_id=own, headers=given, **properties
        )

    async def reply(self, correlation_id: str) -> DialectReply:
        """The reply to a call that was sent."""
        message = await self.shop.wire.replies.take(lambda each: each.correlation_id == correlation_id)
        body = json.loads(message.body) if message.body else None
        return DialectReply(body, dict(message.headers), str(message.type))

    async def call(self, operation: str, *args: Any, **kwargs: Any) -> DialectReply:
        """Send a call as `send` does, and return its reply."""
        return await self.reply(await self.send(operation, *args, **kwargs))


def _plan(call: Call) -> Plan:
    """The plan that the body is."""
    given = call.body if isinstance(call.body, dict) else {}
    fields = {name: value for name, value in given.items() if name not in {"steps", "catalog", "key"}}
    steps = tuple(Step(*each) for each in given.get("steps", []))
    catalog = tuple(Step(*each) for each in given.get("catalog", []))
    key = tuple(given["key"]) if given.get("key") else None
    return Plan(steps, **{"cart_id": call.cart_id if key is None else None, **fields}, key=key, catalog=catalog)


def _respond(call: Call, outcome: CallOutcome) -> Response:
    cart, before = outcome.cart, outcome.before
    shown = {
        "status": outcome.status,
        "items": {item.id: item.quantity for item in cart.items} if cart else None,
        "version": cart.version if cart else None,
        "before": before.version if before else None,
        "payable": cart.pricing.due_now.payable if cart else None,
        "changes": [each["type"] for each in outcome.changes],
        "moved": len(outcome.price_changes),
        "revision": outcome.facts.revision,
        "told": sorted(outcome.told),
        "rows": list(outcome.items),
        "found": [each.id for each in outcome.carts],
    }
    new = cart is not None and cart.version == 1 and outcome.status in {"applied", "duplicate"}
    return Response(CREATED if new else OK, shown)


def _refuse(call: Call | None, refusal: Refusal) -> Response:
    problems = [[each.path, each.code] for each in refusal.problems]
    return Response(
        http_status(refusal.code),
        {"oops": refusal.code, "at": problems, "read": call is not None and call.body is not None},
    )


def _broken(call: Call, *_: object) -> Any:
    raise RuntimeError("a bug of the dialect")


SELF_SAYING = Dialect(
    "self-saying",
    {
        "do": Operation(_plan, _respond),
        "read": Operation(_plan, _respond, writes=False),
        "break-plan": Operation(_broken, _respond),
        "break-response": Operation(_plan, _broken),
        "own-errors": Operation(_plan, _respond, refuse=lambda call, refusal: Response(418, {"own": refusal.code})),
    },
    _refuse,
)
"""Its calls' bodies are plans, so that tests of the way from queue to reply need no document."""
