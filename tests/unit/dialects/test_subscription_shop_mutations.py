"""Random changes of the samples of document 001 are answered or refused, in the document's shape: never by a bug."""

import asyncio
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import ErrorCode
from support.dialects import DialectReply
from support.memory_counter import MemoryCounter
from support.random_changes import RANDOM_CHANGES
from support.shop import OFFERINGS, PRICES, TAXES
from support.subscription_shop import checkout, item, sample, update, upgrade

SUBSCRIPTION = "sub-1"
SEARCH: dict[str, Any] = {
    "pageable": {"page": 0, "size": 3, "sort": ["createDate,desc"]},
    "predicate": {"country": ["FR", "DE"], "products.id": "plan", "dbVersion": 1, "customerId": None},
    "target": "products",
}
LONG = 100
TEXTS = ["", "/", "\x00", "{", "$where", "x" * 3000, "9" * 200, "plan", '" or id exists', "e\u0301", "2026-02-30"]
INTEGERS = [0, -1, 1, 7, 2**31, 2**63, -(10**30), 10**34]
RANDOM: list[Callable[[Random], Any]] = [
    lambda random: None,
    lambda random: random.choice([True, False]),
    lambda random: random.choice(INTEGERS),
    lambda random: random.choice([0.1, -0.5, 1e300, 1e-300, 12.345678901234]),
    lambda random: random.choice(TEXTS),
    lambda random: "".join(chr(random.randrange(1, 0xD7FF)) for _ in range(random.randint(1, 20))),
    lambda random: [random.choice(INTEGERS)] * random.randint(0, 3),
    lambda random: {random.choice(TEXTS): random.choice(INTEGERS) for _ in range(3)},
    lambda random: nested(random.randint(1, 60)),
    lambda random: [0] * 20 * LONG,
]
"""Values of all kinds that a call might hold."""


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else []


class Desk:
    """A shop with a subscription, which is a submitted cart, in memory; and a cart that most mutants leave alone."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._counter = MemoryCounter("subscription-shop", {"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES})
        ordered = self.call("create-item", None, item("plan", **{"Subscription Id": SUBSCRIPTION})).body["id"]
        token = self._command("validate-cart", ordered, {})["validation"]["token"]
        assert self._command("submit-cart", ordered, {"token": token})["status"] == "applied"
        self.cart_id = str(self.call("create-item", None, item("plan")).body["id"])

    def call(self, operation: str, parameters: Any = None, body: Any = None) -> DialectReply:
        return self._runner.run(self._counter.call(operation, parameters, body))

    def _command(self, kind: str, cart_id: str, data: dict[str, Any]) -> dict[str, Any]:
        return self._runner.run(self._counter.command(kind, cart_id, data))

    def close(self) -> None:
        self._runner.run(self._counter.worker.close())
        self._runner.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to the values below a JSON value, but for those of long lists."""
    if isinstance(value, list) and len(value) > LONG:
        return []
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in below for found in ((*path, key), *places(each, (*path, key)))]


def mutated(random: Random, call: dict[str, Any]) -> dict[str, Any]:
    """A call with one to three values replaced, removed or added."""
    changed = deepcopy(call)
    for _ in range(random.randint(1, 3)):
        found = places(changed)
        if not found:
            break
        *way, last = random.choice(found)
        holder = changed
        for step in way:
            holder = holder[step]
        match random.choice(["replace", "remove", "add"]):
            case "add" if isinstance(holder, dict):
                holder[random.choice(TEXTS)] = random.choice(RANDOM)(random)
            case "remove":
                del holder[last]
            case _:
                holder[last] = random.choice(RANDOM)(random)
    return changed


CALLS: dict[str, tuple[dict[str, Any], Any]] = {
    "create-item": ({"dryRun": False, "reason": "r"}, item("plan", "phone")),
    "create-checkout": ({}, checkout("box")),
    "create-mid-term-upgrade": ({}, upgrade("phone", SUBSCRIPTION)),
    "create-subscription-offer": (
        {},
        sample("create-subscription-offer", subscriptionId=SUBSCRIPTION, discountCode=None),
    ),
    "update-products": ({"id": "", "productRecommendationId": "r-1", "version": 1}, [update("plan")]),
    "get-item": ({"id": "", "version": 1}, None),
    "delete-item": ({"id": "no-cart", "reason": "r"}, None),
    "get-items": (SEARCH, None),
    "get-distinct-values": ({**SEARCH, "pageable": {"size": 2}}, None),
    "get-recap-quantities": ({**SEARCH, "pageable": {"size": 2}}, None),
    "get-unwind-values": ({**SEARCH, "pageable": {"size": 2}}, None),
}


@pytest.mark.parametrize("operation", sorted(CALLS.keys() - {"create-checkout", "delete-item"}))
def test_what_is_changed_would_be_answered(desk: Desk, operation: str) -> None:
    parameters, body = CALLS[operation]
    own = {**parameters, "id": desk.cart_id, "dryRun": True} if parameters.get("id") == "" else parameters
    assert desk.call(operation, own, body).http_status in {200, 201}


@pytest.mark.parametrize("operation", CALLS)
@settings(max_examples=RANDOM_CHANGES, deadline=None)
@given(random=st.integers(0, 2**40).map(Random))
def test_whatever_is_sent_is_answered(desk: Desk, operation: str, random: Random) -> None:
    parameters, body = CALLS[operation]
    own = {**parameters, "id": desk.cart_id} if parameters.get("id") == "" else parameters
    call = mutated(random, {"parameters": own, "body": body})
    reply = desk.call(operation, call.get("parameters"), call.get("body"))
    if reply.http_status in {200, 201}:
        assert isinstance(reply.body, dict)
    else:
        assert reply.http_status in {400, 404, 409}
        assert reply.body["code"] in set(ErrorCode) - {ErrorCode.INTERNAL}
        assert {each["path"].split("/")[1] for each in reply.body["problems"]} <= {"parameters", "body"}
