"""Direct reply addresses: which are taken for real, and when the broker is asked."""

import asyncio
import base64
from typing import Any

import pytest
from aiormq.exceptions import AMQPError
from hypothesis import given
from hypothesis import strategies as st

from support.deliveries import FakeLink, delivery
from support.direct import KEY, PREFIX, address, not_of_this_broker, old_process, process, tampered, with_numbers
from workers.amqp import Delivery
from workers.consume.direct_replies import TRUST_SECONDS, DirectReplies, target_of
from workers.consume.door import Door
from workers.consume.intake import Intake, Parked

REAL = address(process(b"reply@130066404"))
FORMATS = {
    "3.10 to 4.x": "amq.rabbitmq.reply-to.g1h2AA9yZXBseUAxMzAwNjY0MDQAAALLAAAAAGsK4Mk=.sqSAU7Qf7/PF9I8k5CPEQw==",
    "3.9": address(process(b"generated@130066404")),
    "3.8 on a new Erlang": address(b"\x83Xw\x09rabbit@vm" + bytes(12)),
    "3.8 on an old Erlang": address(old_process(b"rabbit@vm")),
    "a long node name": address(b"\x83Xw\x50" + b"rabbit@" + b"h" * 73 + bytes(12)),
}


def allowed(reply_to: str) -> bool:
    try:
        Intake("reply.").check_address(delivery(reply_to=reply_to))
    except Parked:
        return False
    return True


@pytest.mark.parametrize("form", FORMATS)
def test_addresses_of_all_brokers_are_allowed(form: str) -> None:
    assert allowed(FORMATS[form])


@pytest.mark.parametrize("harm", tampered(REAL))
def test_what_no_broker_makes_is_forbidden(harm: str) -> None:
    assert not allowed(tampered(REAL)[harm])


@pytest.mark.parametrize(
    ("reply_to", "fine"),
    [
        ("reply.x", True),
        ("amq.gen-FylsK6hkbt4sy1bBRj0_Ag", True),
        ("amq.gen-x|cart.commands", False),
        ("amq.gen", False),
        ("amq.generous", False),
        ("amq.direct", False),
        ("reply." + "x" * 249, True),
        ("reply." + "x" * 250, False),
        ("reply.\N{REPLACEMENT CHARACTER}", False),
        ("reply.x\n", False),
    ],
)
def test_other_addresses_are_queues_by_their_names(reply_to: str, fine: bool) -> None:
    assert allowed(reply_to) is fine


@given(st.data())
def test_a_mutation_is_forbidden_or_leads_to_a_process_id_of_one_spelling(data: st.DataObject) -> None:
    at = data.draw(st.integers(len(PREFIX), len(REAL)))
    cut = data.draw(st.integers(0, 3))
    mutated = REAL[:at] + data.draw(st.text("ABab019+/=.|\n é", max_size=3)) + REAL[at + cut :]
    target = target_of(mutated)
    assert allowed(mutated) is (target is not None)
    if target is not None:
        raw = base64.b64decode(target.channel)
        assert base64.b64encode(raw).decode() == target.channel
        assert raw[0] == 131
        assert mutated.count(".") == PREFIX.count(".") + 1
        assert mutated.isascii()


@given(st.text(max_size=60) | st.text(max_size=60).map(PREFIX.__add__))
def test_any_text_is_an_address_or_none(text: str) -> None:
    assert allowed(text) in (True, False)


class Broker:
    """Answers probes as it is told to."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.closed = False

    async def survives(self, routing_key: str) -> bool:
        self.asked.append(routing_key)
        await asyncio.sleep(0)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        self.closed = True


async def test_the_broker_is_asked_once_per_node_and_again_after_a_while() -> None:
    now = [0.0]
    broker = Broker(True, False)
    replies = DirectReplies(broker.survives, lambda: now[0])
    neighbour = with_numbers(REAL, 9, 1)
    assert replies.doubtful(REAL)
    await replies.ask(REAL)
    assert not replies.doubtful(REAL)
    assert not replies.doubtful(neighbour)
    assert not replies.refused(neighbour)
    now[0] = TRUST_SECONDS + 1
    assert replies.doubtful(neighbour)
    await replies.ask(neighbour)
    assert replies.refused(REAL)
    channel = base64.b64encode(process(b"reply@130066404")).decode()
    assert broker.asked[0].startswith(f"{PREFIX}{channel}.")
    assert not broker.asked[0].endswith(KEY)  # or the caller would be told of it


@pytest.mark.parametrize("case", not_of_this_broker(REAL))
async def test_one_that_cannot_be_told_is_asked_about_by_itself(case: str) -> None:
    replies = DirectReplies(Broker(True).survives)
    await replies.ask(REAL)
    assert replies.doubtful(not_of_this_broker(REAL)[case])


def test_nobody_is_asked_about_queues_and_nonsense() -> None:
    replies = DirectReplies(Broker().survives)
    for each in (None, "", "reply.x", "amq.gen-x", *tampered(REAL).values()):
        assert not replies.doubtful(each)


class OpenLink(FakeLink):
    open = True


class Hall:
    """Who came in by the door, by delivery tag."""

    def __init__(self, expected: int) -> None:
        self.tags: list[int] = []
        self._expected = expected
        self._full = asyncio.Event()

    def receive(self, each: Delivery) -> None:
        self.tags.append(each.delivery_tag)
        if len(self.tags) == self._expected:
            self._full.set()

    async def filled(self) -> list[int]:
        async with asyncio.timeout(5):
            await self._full.wait()
        return self.tags


def arriving(number: int, reply_to: str, link: FakeLink) -> Delivery:
    return delivery(delivery_tag=number, reply_to=reply_to, link=link)


async def test_deliveries_come_in_by_the_door_in_their_order() -> None:
    broker: Any = Broker(True, AMQPError("gone"), False)
    link, other = OpenLink(), not_of_this_broker(REAL)["another node"]
    addresses = ["reply.x", REAL, "reply.x", REAL, other, "reply.x"]
    hall = Hall(len(addresses))
    door = Door(broker)
    enter = door.way_to(hall.receive)
    for number, reply_to in enumerate(addresses):
        enter(arriving(number, reply_to, link))
    assert hall.tags == [0]
    assert await hall.filled() == [0, 1, 2, 3, 4, 5]
    assert (door.refused(REAL), door.refused(other)) == (False, True)
    enter(arriving(6, REAL, link))
    assert hall.tags[-1] == 6
    await door.close()
    assert broker.closed


async def test_who_waits_on_a_closed_link_is_left_to_be_delivered_again() -> None:
    broker: Any = Broker(True)
    hall = Hall(1)
    door = Door(broker)
    enter = door.way_to(hall.receive)
    link = OpenLink()
    enter(arriving(1, REAL, link))
    enter(arriving(2, "reply.x", link))
    link.open = False
    enter(arriving(3, "reply.x", OpenLink()))
    assert (await hall.filled(), broker.asked) == ([3], [])
    await door.close()
