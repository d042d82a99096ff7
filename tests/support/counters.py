"""Calls in a dialect without a worker: planned, executed on carts in memory, answered."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from cartwright.wire.decoding import decode
from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, CallOutcome, Dialect, Plan, Response, Step
from engine.execute import execute
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import CartCommand, Query
from handlers.needs import Fetched
from models.answers import encoding
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart
from support.pricing import NOON

TENANT = "acme"


@dataclass
class MemoryCounter:
    """A dialect on carts in memory. The catalog is always the same; every call has a message id of its own."""

    dialect: Dialect
    facts: Facts
    carts: dict[str, Cart] = field(default_factory=dict)
    calls: int = 0
    defaults: dict[str, Any] = field(default_factory=dict)

    def call(
        self, operation: str, parameters: object = None, body: object = None, cart_id: str | None = None
    ) -> tuple[int, Any]:
        """The HTTP status and the body of the answer to a call, as JSON."""
        response = self.response(operation, parameters, body, cart_id)
        return response.status, json.loads(encoding.encode(response.body))

    def response(self, operation: str, parameters: object, body: object, cart_id: str | None = None) -> Response:
        """The answer to a call."""
        self.calls += 1
        own = f"m-{self.calls}"
        entry = self.dialect.operations[operation]
        call = Call(TENANT, operation, own, cart_id or own, None, None)
        try:
            given = decode(json.dumps({"parameters": parameters, "body": body}).encode())
            call = replace(call, parameters=given["parameters"], body=given["body"])
            return entry.respond(call, self._outcome(entry.plan(call), own))
        except Refusal as refusal:
            return (entry.refuse or self.dialect.refuse)(call, refusal)

    def _outcome(self, plan: Plan, message_id: str) -> CallOutcome:
        if not plan.steps:
            return CallOutcome("read", self.facts)
        cart = self._found(plan)
        searched = any(step.type == "find-carts" for step in plan.steps)
        if searched:
            return CallOutcome("read", self.facts, carts=tuple(self.carts.values()), paging={"last": True})
        if cart is None and plan.opening is None:
            raise Refusal(ErrorCode.CART_NOT_FOUND, "There is no cart with this id.")
        outcome = CallOutcome("read", self.facts, cart=cart)
        opening = [Step("create-cart", {**self.defaults, **plan.opening})] if plan.opening and cart is None else []
        for step in [*opening, *plan.steps]:
            outcome = self._done(step, outcome.cart, message_id)
        if outcome.cart is not None and outcome.status != "read":
            version = 1 if opening else outcome.cart.version
            outcome = replace(outcome, cart=replace(outcome.cart, version=version))
            if not plan.dry_run:
                self.carts[outcome.cart.id] = outcome.cart
        return outcome

    def outcome(self, kind: str, data: dict[str, Any], cart_id: str) -> CallOutcome:
        """What comes of one command about a cart; nothing is kept."""
        return self._done(Step(kind, data), self.carts[cart_id], "m")

    def _found(self, plan: Plan) -> Cart | None:
        if plan.key is None:
            return self.carts.get(plan.cart_id or "")
        name, value = plan.key
        return next((cart for cart in self.carts.values() if cart.header.keys.get(name) == value), None)

    def _done(self, step: Step, cart: Cart | None, message_id: str) -> CallOutcome:
        envelope = {"type": step.type, "data": step.data, "cartId": cart.id if cart else f"c-{message_id}"}
        origin = Origin(TENANT, step.type, message_id, None, None, NOON)
        entry, command = read_command(json.dumps(envelope).encode(), origin)
        if isinstance(entry, CartCommand):
            done = execute(entry, cart, command, self.facts, NOON, ())
            status = "unchanged" if done.unchanged else "applied"
            return CallOutcome(status, self.facts, done.cart, changes=done.changes, price_changes=done.price_changes)
        assert isinstance(entry, Query)
        answer = answer_query(entry, cart, command, self.facts, NOON, Fetched())
        if isinstance(answer, QueryAnswer):
            return CallOutcome("read", self.facts, cart, items=answer.items, paging=answer.paging)
        return CallOutcome("read", self.facts, cart)
