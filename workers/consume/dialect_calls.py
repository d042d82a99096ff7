"""Messages in a dialect: what they mean, and how they are answered in their own words.

The header `dialect` and the routing key name the operation. Its plan becomes one command or query, which is executed
as any other; what came of it, or why not, is given to the operation, which writes the reply.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import structlog
from pydantic import ValidationError

from cartwright.wire.command import AnyCommand, AnyEnvelope, Command
from cartwright.wire.decoding import decode
from cartwright.wire.headers import CANONICAL, CART_ID, DIALECT, HTTP_STATUS
from cartwright.wire.nearness import suggestion
from cartwright.wire.problems import problems_of
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from dialects.dialect import Call, CallOutcome, Dialect, Operation, Plan, Response, Step
from dialects.numbers import exactly
from dialects.placing import in_call
from dialects.registry import dialects
from engine.body_hash import call_hash
from engine.composing import NOTHING, OPENING, STEPS, Composition, Part, composed
from engine.composing_catalog import CATALOG, CatalogPart, CatalogParts, composed_catalog
from engine.reading import Origin, derived_cart_id, invalid, missing_message_id
from handlers.kinds import AboutNoCart, CartCommand, CatalogCommand, Query, Registered
from handlers.registry import commands
from models.answers.answer import Answer, Headers, QueryAnswer, Refused
from workers.amqp import Delivery

NOTHING_READ = QueryAnswer(())
"""What a query answers that finds nothing."""
_MEMBERS = frozenset({"parameters", "body"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DialectAnswer:
    """A reply that a dialect wrote."""

    type: str
    headers: Headers
    encoded: bytes

    def body(self, command_id: str | None) -> bytes:  # noqa: ARG002 (as all answers have it)
        """The document's own body."""
        return self.encoded


@dataclass(slots=True, eq=False)
class DialectCall:
    """A message in a dialect; `call` and `plan` are there once it was read."""

    dialect: Dialect
    operation: Operation
    call: Call | None = None
    plan: Plan | None = None
    catalog: tuple[CatalogCommand, AnyEnvelope] | None = None
    """The command whose rows come into the catalog before."""

    @property
    def key(self) -> tuple[str, str] | None:
        """The key by which its cart is found, if it is."""
        return self.plan.key if self.plan is not None else None

    @property
    def opens(self) -> bool:
        """Whether it opens a cart if there is none with its key."""
        return self.plan is not None and self.plan.opening is not None

    def came(self, delivery: Delivery, now: datetime) -> None:
        """Note where it comes from, so that it can be refused even if the rest of it can't be read."""
        tenant, _, operation = delivery.routing_key.partition(".")
        key = delivery.headers.get(CART_ID)
        named = key if isinstance(key, str) else None
        self.call = Call(tenant, operation, delivery.message_id, named, None, None, now)

    def respond(self, outcome: CallOutcome, answer: Answer) -> DialectAnswer:
        """The reply that says what came of it; `answer` is the canonical one."""
        if self.call is None:
            raise TypeError("a call that was not read has no outcome")
        return _answer(self.operation.respond(self.call, outcome), answer)

    def refuse(self, refused: Refused) -> Answer:
        """The reply that says why nothing came of it."""
        refusal = refused.refusal if self.plan is None else in_call(refused.refusal, self.plan)
        try:
            response = (self.operation.refuse or self.dialect.refuse)(self.call, refusal)
            return _answer(response, NOTHING_READ if response.is_read else refused)
        except Exception:  # noqa: BLE001 (a caller is answered, whatever a dialect makes of a refusal)
            _log.exception("dialect_failed", dialect=self.dialect.name, code=refusal.code.value)
            return refused


def _answer(response: Response, answer: Answer) -> DialectAnswer:
    headers = {HTTP_STATUS: response.status, **answer.headers}
    return DialectAnswer(answer.type, headers, orjson.dumps(response.body, exactly))


def dialect_call(delivery: Delivery) -> DialectCall | None:
    """The call that a delivery is, not read yet; None for a command, and for what no dialect understands."""
    name = delivery.headers.get(DIALECT)
    if name in CANONICAL or not isinstance(name, str):
        return None
    dialect = dialects().get(name)
    operation = dialect.operations.get(delivery.routing_key.partition(".")[2]) if dialect is not None else None
    return DialectCall(dialect, operation) if dialect is not None and operation is not None else None


def not_understood(delivery: Delivery) -> Refusal:
    """The refusal of a message in a dialect that there is not, or of an operation that its dialect does not have."""
    name = delivery.headers.get(DIALECT)
    dialect = dialects().get(name) if isinstance(name, str) else None
    if dialect is None:
        meant = suggestion(str(name), dialects())
        return Refusal(ErrorCode.UNKNOWN_COMMAND, f"There is no such dialect.{meant}")
    meant = suggestion(delivery.routing_key.partition(".")[2], dialect.operations)
    return Refusal(ErrorCode.UNKNOWN_COMMAND, f"There is no such operation in this dialect.{meant}")


def read_call(body: bytes, origin: Origin, reading: DialectCall) -> tuple[Registered, AnyCommand]:
    """The command or query that the message means; raises `Refusal`. `reading` learns the call and its plan."""
    fields = decode(body)
    unknown = sorted(fields.keys() - _MEMBERS)
    if unknown:
        message = "a call has parameters and a body"
        raise invalid([Problem(pointer(name), "unknown-field", message) for name in unknown])
    call = reading.call = Call(
        origin.tenant,
        origin.type,
        origin.message_id,
        origin.cart_key,
        fields.get("parameters"),
        fields.get("body"),
        origin.received_at,
    )
    if reading.operation.writes:
        _check_message_id(origin)
    plan = reading.plan = reading.operation.plan(call)
    entry, envelope = _planned(plan)
    reading.catalog = _catalog(plan) if plan.catalog else None
    if plan.catalog and (plan.key is not None or not isinstance(entry, CartCommand)):
        raise TypeError("rows of the catalog come before commands about a cart with an id")
    if not entry.reads:
        _check_message_id(origin)
    return entry, Command(
        tenant=origin.tenant,
        id=origin.message_id,
        body_hash=b"" if entry.reads else call_hash(reading.dialect.name, origin.type, plan.cart_id, fields, body),
        envelope=envelope,
        cart_id=_cart_id(entry, plan, origin),
        actor=origin.user,
        received_at=origin.received_at,
        roles=origin.roles,
        lock_owner=origin.lock_owner,
        follows=False,
    )


def _check_message_id(origin: Origin) -> None:
    if origin.message_id is None:
        raise missing_message_id()


def _planned(plan: Plan) -> tuple[Registered, AnyEnvelope]:
    """A single command or query as it is registered, several commands as one, or without any a query for nothing."""
    if not plan.steps:
        return NOTHING, NOTHING.envelope.model_validate({"type": NOTHING.kind, "data": {}})
    opening = None if plan.opening is None else Step("create-cart", plan.opening)
    if len(plan.steps) == 1 and opening is None:
        entry = commands()[plan.steps[0].type]
        return entry, _envelopes(plan, [(plan.steps[0], ())])[0]
    placed = [(step, (STEPS, number)) for number, step in enumerate(plan.steps)]
    envelopes = _envelopes(plan, [*placed, *([(opening, (OPENING,))] if opening is not None else [])])
    parts = [_part(envelope) for envelope in envelopes]
    steps, opens = parts[: len(plan.steps)], parts[-1] if opening is not None else None
    return composed(steps, opens), envelopes[0].model_copy(update={"data": Composition(tuple(steps), opens)})


def _catalog(plan: Plan) -> tuple[CatalogCommand, AnyEnvelope]:
    envelopes = _envelopes(plan, [(step, (CATALOG, number)) for number, step in enumerate(plan.catalog)])
    parts: list[CatalogPart] = []
    for envelope in envelopes:
        entry = commands()[envelope.type]
        if not isinstance(entry, CatalogCommand):
            raise TypeError(f"{entry.kind} is no command about a catalog")
        parts.append(CatalogPart(entry, envelope))
    data = CatalogParts(tuple(parts))
    return composed_catalog(parts), envelopes[0].model_copy(update={"data": data, "version": None})


def _part(envelope: AnyEnvelope) -> Part:
    entry = commands()[envelope.type]
    if not isinstance(entry, CartCommand):
        raise TypeError(f"{entry.kind} can't be planned together with others")
    return Part(entry, envelope)


def _envelopes(plan: Plan, steps: Sequence[tuple[Step, tuple[str | int, ...]]]) -> list[AnyEnvelope]:
    """The steps as validated envelopes; raises `invalid` with the problems of all."""
    envelopes: list[AnyEnvelope] = []
    problems: list[Problem] = []
    for step, place in steps:
        fields = {"type": step.type, "dryRun": plan.dry_run, "data": step.data}
        given = {"cartId": plan.cart_id, "version": plan.version, "reason": plan.reason}
        fields |= {name: value for name, value in given.items() if value is not None}
        try:
            envelopes.append(commands()[step.type].envelope.model_validate(fields))
        except ValidationError as error:
            found = invalid(problems_of(error, fields))
            problems += (found.within(*place) if place else found).problems
    if problems:
        raise invalid(list(dict.fromkeys(problems)))
    return envelopes


def _cart_id(entry: Registered, plan: Plan, origin: Origin) -> str:
    """The cart that the plan is about; empty if it is found by a key, or about a catalog."""
    named = plan.cart_id
    if named is not None and origin.cart_key not in (None, named, origin.message_id):
        message = "The call names another cart than the header cart-id."
        raise Refusal.at("/parameters", ErrorCode.INVALID, message, "mismatch")
    if named is not None or plan.key is not None or isinstance(entry, AboutNoCart):
        return named or ""
    if entry.blank if isinstance(entry, Query) else entry.creates:
        return derived_cart_id(origin.tenant, origin.message_id or "")
    raise Refusal(ErrorCode.CART_NOT_FOUND, "The call names no cart.")
