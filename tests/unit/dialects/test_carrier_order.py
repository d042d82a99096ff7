"""Random changes of the carrier's example are answered or refused: never by a bug."""

import asyncio
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import CatalogRows
from models.answers.answer import Refused
from storage.records import Revision
from support.carrier import OFFERINGS, PRICES, REQUEST
from support.changed import places
from support.deliveries import TENANT, command_delivery, delivery
from support.random_changes import RANDOM_CHANGES
from support.records import START
from support.simulation import SimulatedWorker, stocked_store

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["", "x" * 3000, "\x00", "swap;add", "terminate", "é\u0301"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)


class Desk:
    """A worker in memory with one cart, to which calls add."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._worker = self._runner.run(self._opened())
        self._calls = 0

    async def _opened(self) -> SimulatedWorker:
        store = stocked_store()
        rows = CatalogRows.of({"offerings": OFFERINGS, "prices": PRICES})
        store.catalog.revisions[TENANT].append(Revision(TENANT, 2, START, "more", b"", rows))
        worker = SimulatedWorker(store)
        worker.receive(command_delivery("create-cart", "c-1", {"currency": "EUR"}))
        await worker.drain()
        return worker

    def call(self, message: Any) -> tuple[int, Any]:
        """HTTP status and body of the reply."""
        return self._runner.run(self._reply(json.dumps(message).encode()))

    async def _reply(self, body: bytes) -> tuple[int, Any]:
        self._calls += 1
        own = f"m-{self._calls}"
        headers = {"dialect": "carrier-order", "cart-id": "c-1"}
        given = delivery(routing_key=f"{TENANT}.add-items", body=body, message_id=own, headers=headers)
        worker, before = self._worker, len(self._worker.outbox.messages)
        source = worker.parts.source(given)
        try:
            worker.receive(given)
        except Refusal as refusal:
            worker.outbox.messages += source.answer(Refused(refusal))
        await worker.drain()
        [reply] = [each for each in worker.outbox.messages[before:] if each.to_caller]
        return int(reply.headers["http-status"]), json.loads(reply.body)

    def close(self) -> None:
        self._runner.run(self._worker.close())
        self._runner.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """The example with one to four values replaced, removed or doubled; dry, so that the cart stays as it is."""
    changed = {"parameters": {"dryRun": True}, "body": deepcopy(REQUEST)}
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(places(changed["body"]) or [("items",)]))
        holder: Any = changed["body"]
        for step in way:
            holder = holder[step]
        how = draw(st.sampled_from(["replace", "remove", "add"]))
        if how == "remove" and last in (holder if isinstance(holder, dict) else range(len(holder))):
            del holder[last]
        elif how == "add" and isinstance(holder, dict):
            holder[draw(st.text(min_size=1, max_size=8))] = draw(ODD)
        else:
            holder[last] = draw(ODD)
    return changed


@settings(max_examples=RANDOM_CHANGES, deadline=None)
@given(message=mutated())
def test_whatever_is_sent_is_answered(desk: Desk, message: Any) -> None:
    status, body = desk.call(message)
    if status == 200:
        assert body.keys() == {"externalId"}
    else:
        assert status in {400, 404, 409}
        assert body["code"] in set(ErrorCode) - {ErrorCode.INTERNAL}
        assert {each["path"].split("/")[1] for each in body["problems"]} <= {"parameters", "body"}


def test_the_example_itself_is_answered(desk: Desk) -> None:
    assert desk.call({"parameters": {"dryRun": True}, "body": REQUEST})[0] == 200
