"""Starts a worker that fails at a chosen point of a command's road: `<point>:<which time>:<signal>`.

The points are put around the worker's parts while it is put together, so the worker itself knows nothing of them.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvloop

from workers.amqp import Outgoing
from workers.app import run
from workers.clock import now
from workers.settings import Settings
from workers.wiring import USUAL

Place = Callable[["FailPoint", Callable[..., Any]], Callable[..., Any]]
"""Puts a point around a function or method."""


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


class Around:
    """A part of a worker with something else in place of one of its methods."""

    def __init__(self, part: Any, **methods: Any) -> None:
        self._part = part
        self.__dict__ |= methods

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


def before(point: FailPoint, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put the point in front of a function or method."""

    def struck(*arguments: Any, **named: Any) -> Any:
        point.passed()
        return call(*arguments, **named)

    return struck


def after(point: FailPoint, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put the point behind a function or method."""

    def struck(*arguments: Any, **named: Any) -> Any:
        result = call(*arguments, **named)
        point.passed()
        return result

    return struck


def after_awaiting(point: FailPoint, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put the point where a coroutine method has come to its end."""

    async def struck(*arguments: Any, **named: Any) -> Any:
        result = await call(*arguments, **named)
        point.passed()
        return result

    return struck


def when_sending(*, events: bool, replies: bool) -> Place:
    """Put the point where a group's messages go out, when only those of the chosen kind are confirmed."""

    def put(point: FailPoint, send: Callable[..., Any]) -> Callable[..., Any]:
        async def struck(messages: Sequence[Outgoing]) -> Awaitable[None]:
            if not any(message.exchange for message in messages) or not point.due():
                return await send(messages)
            first = [each for each in messages if (events if each.exchange else replies)]
            await (await send(first))
            point.strike()
            return await send([each for each in messages if each not in first])

        return struck

    return put


HOLD_POINTS: dict[str, tuple[str, Place]] = {
    "before-claim": ("store.budgets.claim", before),
    "after-claim": ("store.budgets.claim", after_awaiting),
    "before-resolve": ("store.budgets.resolve", before),
    "after-resolve": ("store.budgets.resolve", after_awaiting),
}
"""Points that only commands about something limited pass."""

JOB_POINTS: dict[str, tuple[str, Place]] = {
    "planned": ("store.jobs.write", after_awaiting),
    "added": ("store.jobs.add", after_awaiting),
    "handed-out": ("store.jobs.sent", after_awaiting),
    "before-result": ("store.jobs.finish", before),
    "after-result": ("store.jobs.finish", after_awaiting),
    "counting": ("store.jobs.finished", after_awaiting),
}
"""Points that only jobs pass."""

POINTS: dict[str, tuple[str, Place]] = {
    "received": ("intake.check_address", before),
    "decoded": ("lanes.put", before),
    "loaded": ("store.briefings.fetch", after_awaiting),
    "priced": ("reservations.claim", before),
    "before-commit": ("store.carts.commit", before),
    "after-commit": ("store.carts.commit", after_awaiting),
    "before-events": ("outbound.send", when_sending(events=False, replies=False)),
    "after-events": ("outbound.send", when_sending(events=True, replies=False)),
    "reply": ("outbound.send", when_sending(events=True, replies=True)),
    "journal": ("store.journal.append", after_awaiting),
    "before-ack": ("acknowledge", before),
    "after-ack": ("acknowledge", after),
}
"""Where each point is: a part of the worker under its name in the wiring, and the way to one of its methods."""


class Failing:
    """Fits a worker with a fail point."""

    def __init__(self, name: str, point: FailPoint) -> None:
        way, self._place = {**POINTS, **HOLD_POINTS, **JOB_POINTS}[name]
        self._part, *self._way = way.split(".")
        self._point = point

    def __call__(self, name: str, part: Any, /) -> Any:
        """The part, with the point if it is there."""
        if name != self._part:
            return part
        return self._at(part, self._way)

    def _at(self, part: Any, way: list[str]) -> Any:
        if not way:
            return self._place(self._point, part)
        return Around(part, **{way[0]: self._at(getattr(part, way[0]), way[1:])})


def work(
    settings: Settings,
    log: Path,
    fail_point: str,
    register: Callable[[], None] | None = None,
    hours_ahead: int = 0,
) -> None:
    """Run a worker in this process, which was made for it; what it prints goes to the log.

    `register` brings commands that no worker has by itself; its machine's clock is `hours_ahead` of all others.
    """
    if register is not None:
        register()
    with log.open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    wiring = replace(USUAL, clock=lambda: now() + timedelta(hours=hours_ahead)) if hours_ahead else USUAL
    if fail_point:
        name, time, number = fail_point.split(":")
        wiring = replace(wiring, fit=Failing(name, FailPoint(int(time), signal.Signals[number])))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(not runner.run(run(settings, wiring)))
