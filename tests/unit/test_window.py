"""The books of the publisher: order over connections, and which message a confirm or a return is about."""

import asyncio

import pytest

from workers.amqp import Outgoing
from workers.amqp.tap.window import Batch, Entry, Window

PLENTY = 10**6


def entry(number: int) -> Entry:
    message = Outgoing("", "queue", b"", f"m-{number}", "t", mandatory=True)
    return Entry(message, b"%d," % number, Batch(1, asyncio.get_running_loop().create_future()), 0)


@pytest.fixture
async def window() -> Window:
    """Ten messages, of which the first six are written."""
    window = Window()
    window.add(entry(number) for number in range(10))
    assert window.advance(6, PLENTY) == b"0,1,2,3,4,5,"
    return window


def numbers(entries: list[Entry]) -> list[int]:
    return [int(each.frames[:-1]) for each in entries]


async def test_on_a_new_connection_all_comes_in_its_old_order(window: Window) -> None:
    assert numbers(window.take(2, multiple=False)) == [1]
    window.rewind()
    assert window.unconfirmed == 0
    assert window.advance(PLENTY, PLENTY) == b"0,2,3,4,5,6,7,8,9,"
    assert numbers(window.take(3, multiple=True)) == [0, 2, 3]


async def test_a_confirm_is_about_one_message_or_about_all_up_to_it(window: Window) -> None:
    assert numbers(window.take(2, multiple=False)) == [1]
    assert numbers(window.take(4, multiple=True)) == [0, 2, 3]
    assert numbers(window.take(4, multiple=True)) == []
    assert numbers(window.take(6, multiple=True)) == [4, 5]


async def test_a_return_is_forgotten_with_its_connection(window: Window) -> None:
    window.mark_returned("", "queue", "m-1")
    window.rewind()
    window.advance(PLENTY, PLENTY)
    assert [each.returned for each in window.take(10, multiple=True)] == [False] * 10


async def test_only_what_is_at_fault_is_withdrawn(window: Window) -> None:
    assert numbers(window.withdraw(lambda each: each.message.message_id == "m-3")) == [3]
    window.rewind()
    assert window.advance(PLENTY, PLENTY) == b"0,1,2,4,5,6,7,8,9,"
