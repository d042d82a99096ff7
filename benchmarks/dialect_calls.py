"""What a dialect costs of its own: planning a call and writing its response, in CPU time, next to the whole call.

The whole call is what a worker does without broker and database: read, plan, decide, price, respond, encode.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from benchmarks.bench import Bench
from benchmarks.results import Figures, Medians
from benchmarks.scene import SEEDED_AT, SMALL, TENANT, cart, facts
from benchmarks.systems import System
from dialects.dialect import CallOutcome
from dialects.numbers import exactly
from dialects.registry import dialects
from engine.execute import execute
from engine.reading import Origin
from handlers.kinds import CartCommand
from models.cart.cart import Cart
from workers.consume.dialect_calls import DialectCall, read_call

_CALLS = 300
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """A usual call of a dialect, about a cart of `SMALL` lines."""

    dialect: str
    operation: str
    parameters: Any
    body: Any


_RESET = """mutation Reset { resetCart {
  totalPrice totalPriceWithoutTax vouchers { code reductionPercent }
  content { pagination { total } items { accessMode { id priceFormat } product { id name type } } }
} }"""
SAMPLES = (
    Sample(
        "carrier-order",
        "add-items",
        {"cartId": "c-0"},
        {
            "items": [
                {"action": "add", "productOfferingId": "offering-1", "productOfferingType": "Mobile_Offer"},
                {"action": "add", "productOfferingId": "offering-2", "billingAccount": {"id": "b-1"}},
            ]
        },
    ),
    Sample(
        "sales-journey",
        "update-cart",
        {"salesJourneyId": "32423423"},
        [{"itemType": "ADDON", "catalogId": "offering-1", "actionType": "ADD", "quantity": 1}],
    ),
    Sample("subscription-shop", "update-products", {"id": "c-0"}, {"id": "i-1", "quantity": 3}),
    Sample(
        "telco",
        "create-cart-item",
        {"id": "c-0", "offerContainerId": "k-1"},
        {"cartItem": [{"action": "add", "quantity": 1, "productOffering": {"id": "offering-1"}}]},
    ),
    Sample("video-store", "graphql", None, {"query": _RESET}),
)


async def own_share(_bench: Bench, _system: System, _medians: Medians) -> Figures:
    """By dialect: the share of a call that is the dialect's own. The best of several attempts."""
    figures: Figures = {}
    for sample in SAMPLES:
        before, body = _known(cart(SMALL)), orjson.dumps({"parameters": sample.parameters, "body": sample.body})
        own, whole = _own(sample, before, body), _whole(sample, before, body)
        attempts = [(_seconds(own), _seconds(whole)) for _ in range(_ATTEMPTS)]
        cost, total = (min(each[part] for each in attempts) for part in (0, 1))
        figures |= {f"{sample.dialect} µs": cost * 1e6, f"{sample.dialect} share": cost / total}
    return figures


def _known(made: Cart) -> Cart:
    """The cart, as one that the sales journey's client finds by its key."""
    return replace(made, header=made.header.model_copy(update={"keys": {"salesJourneyId": "32423423"}}))


def _seconds(call: Callable[[], object]) -> float:
    begun = time.process_time()
    for _ in range(_CALLS):
        call()
    return (time.process_time() - begun) / _CALLS


def _own(sample: Sample, before: Cart, body: bytes) -> Callable[[], object]:
    """Planning the call and writing its response."""
    reading, outcome = _outcome(sample, before, body)
    call = reading.call
    if call is None:
        raise TypeError("the call was read")

    def own() -> bytes:
        reading.operation.plan(call)
        return orjson.dumps(reading.operation.respond(call, outcome).body, exactly)

    return own


def _whole(sample: Sample, before: Cart, body: bytes) -> Callable[[], object]:
    """Everything from its bytes to those of its response."""

    def whole() -> bytes:
        reading, outcome = _outcome(sample, before, body)
        if reading.call is None:
            raise TypeError("the call was read")
        return orjson.dumps(reading.operation.respond(reading.call, outcome).body, exactly)

    return whole


def _outcome(sample: Sample, before: Cart, body: bytes) -> tuple[DialectCall, CallOutcome]:
    """The call as it was read, and what came of it."""
    dialect = dialects()[sample.dialect]
    reading = DialectCall(dialect, dialect.operations[sample.operation])
    origin = Origin(TENANT, sample.operation, "m-1", "c-0", None, SEEDED_AT)
    entry, command = read_call(body, origin, reading)
    if not isinstance(entry, CartCommand):
        raise TypeError(f"{sample.operation} is no command about a cart")
    done = execute(entry, before, command, _FACTS, SEEDED_AT, ())
    return reading, CallOutcome("applied", _FACTS, done.cart, before, done.changes, done.price_changes, done.told)


_FACTS = facts()
