"""Starts a worker that fails at a chosen point of a command's road: `<point>:<which time>:<signal>`.

The points are put around the worker's own methods from here, so the worker itself knows nothing of them.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import uvloop

from storage.mongo.briefings import MongoBriefings
from storage.mongo.budgets import MongoBudgets
from storage.mongo.carts import MongoCarts
from storage.mongo.journal import MongoJournal
from workers.amqp import Outgoing
from workers.app import run
from workers.consume.intake import Intake
from workers.consume.lanes import Lanes
from workers.execute import cart_groups
from workers.publish.outbound import Outbound
from workers.settings import Settings
from workers.settle import completion


class FailPoint:
    """A point on the road that a signal meets the so-manieth time it is passed."""

    def __init__(self, time: int, number: signal.Signals) -> None:
        self._left = time
        self._signal = number

    def due(self) -> bool:
        """Count one passing; whether this is the one."""
        self._left -= 1
        return self._left == 0

    def strike(self) -> None:
        """Send the signal to ourselves."""
        os.kill(os.getpid(), self._signal)

    def passed(self) -> None:
        """Count one passing, and strike if it is the one."""
        if self.due():
            self.strike()


def before(point: FailPoint, owner: Any, name: str) -> None:
    """Put the point in front of a function or method."""
    original = getattr(owner, name)

    def struck(*arguments: Any, **named: Any) -> Any:
        point.passed()
        return original(*arguments, **named)

    setattr(owner, name, struck)


def after(point: FailPoint, owner: Any, name: str) -> None:
    """Put the point behind a function or method."""
    original = getattr(owner, name)

    def struck(*arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        point.passed()
        return result

    setattr(owner, name, struck)


def after_awaiting(point: FailPoint, owner: Any, name: str) -> None:
    """Put the point where a coroutine method has come to its end."""
    original = getattr(owner, name)

    async def struck(*arguments: Any, **named: Any) -> Any:
        result = await original(*arguments, **named)
        point.passed()
        return result

    setattr(owner, name, struck)


def at_sending(point: FailPoint, events: bool, replies: bool) -> None:
    """Put the point where a group's messages go out, when only those of the chosen kind are confirmed."""
    original = Outbound.send

    async def struck(self: Outbound, messages: Sequence[Outgoing]) -> Awaitable[None]:
        if not any(message.exchange for message in messages) or not point.due():
            return await original(self, messages)
        first = [each for each in messages if (events if each.exchange else replies)]
        await (await original(self, first))
        point.strike()
        return await original(self, [each for each in messages if each not in first])

    Outbound.send = struck  # type: ignore[method-assign]


HOLD_POINTS: dict[str, Callable[[FailPoint], None]] = {
    "before-claim": lambda point: before(point, MongoBudgets, "claim"),
    "after-claim": lambda point: after_awaiting(point, MongoBudgets, "claim"),
    "before-settle": lambda point: before(point, MongoBudgets, "settle"),
    "after-settle": lambda point: after_awaiting(point, MongoBudgets, "settle"),
}
"""Points that only commands about something limited pass."""

POINTS: dict[str, Callable[[FailPoint], None]] = {
    "received": lambda point: before(point, Intake, "check_address"),
    "decoded": lambda point: before(point, Lanes, "put"),
    "loaded": lambda point: after_awaiting(point, MongoBriefings, "fetch"),
    "priced": lambda point: after(point, cart_groups, "fold"),
    "before-commit": lambda point: before(point, MongoCarts, "commit"),
    "after-commit": lambda point: after_awaiting(point, MongoCarts, "commit"),
    "before-events": lambda point: at_sending(point, events=False, replies=False),
    "after-events": lambda point: at_sending(point, events=True, replies=False),
    "reply": lambda point: at_sending(point, events=True, replies=True),
    "journal": lambda point: after_awaiting(point, MongoJournal, "append"),
    "before-ack": lambda point: before(point, completion, "settle"),
    "after-ack": lambda point: after(point, completion, "settle"),
}


def work(settings: Settings, log: Path, fail_point: str, register: Callable[[], None] | None = None) -> None:
    """Run a worker in this process, which was made for it; what it prints goes to the log.

    `register` brings commands that no worker has by itself.
    """
    if register is not None:
        register()
    with log.open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    if fail_point:
        name, time, number = fail_point.split(":")
        {**POINTS, **HOLD_POINTS}[name](FailPoint(int(time), signal.Signals[number]))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(not runner.run(run(settings)))
