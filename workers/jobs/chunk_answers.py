"""Carts of a chunk on their way through the lanes: where their commands come from, and where the answers go."""

# ruff: noqa: ARG002 (a source is told more than a job needs to know)

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.answers.answer import Answer, Refused
from workers.amqp import Delivery, Outgoing
from workers.consume.work import Work


class Interrupted(Exception):  # noqa: N818 (it says what happened)
    """Some carts could not be done now: the chunk is to be done again."""


class ChunkAnswers:
    """The link of some carts' sources: it collects the answers, and knows when all of them hold."""

    def __init__(self, carts: int) -> None:
        self.open = True
        self.answers: dict[str, Answer] = {}
        self._answered: dict[int, tuple[str, Answer]] = {}
        self._left = carts
        self._put_off = False
        self._done = asyncio.Event()

    def answered(self, number: int, cart_id: str, answer: Answer) -> None:
        """Note an answer; it holds once what was committed with it is published."""
        self._answered[number] = (cart_id, answer)

    def put_off(self) -> None:
        """Note that a cart could not be done now."""
        self._put_off = True

    def acknowledge(self, numbers: Iterable[int], /) -> None:
        """Take note that these carts are finished."""
        for number in numbers:
            cart_id, answer = self._answered.pop(number, ("", None))
            if answer is not None:
                self.answers[cart_id] = answer
            self._left -= 1
        if self._left <= 0:
            self._done.set()

    def withdrawn(self, carts: int) -> None:
        """Note that so many carts will not be done."""
        self._left -= carts
        if self._left <= 0:
            self._done.set()

    async def done(self) -> Mapping[str, Answer]:
        """The answers by cart once all carts are finished; raises `Interrupted` if one was put off."""
        await self._done.wait()
        if self._put_off:
            raise Interrupted
        return self.answers


@dataclass(slots=True, eq=False)
class CartSource:
    """One cart's command. Nobody waits for an answer but its chunk."""

    link: ChunkAnswers
    number: int
    cart_id: str
    body: bytes = field(default=b"", init=False)
    call: None = field(default=None, init=False)
    span: None = field(default=None, init=False)

    def answer(self, answer: Answer) -> Iterable[Outgoing]:
        """Tell the chunk."""
        self.link.answered(self.number, self.cart_id, answer)
        return ()

    def put_off(self, work: Work) -> Iterable[Outgoing]:
        """The whole chunk comes again."""
        self.link.put_off()
        return ()

    def give_up(self, refused: Refused) -> Iterable[Outgoing]:
        """The whole chunk comes again."""
        self.link.put_off()
        return ()

    def park(self, code: str, reason: str) -> Iterable[Outgoing]:
        """The whole chunk comes again."""
        self.link.put_off()
        return ()


@dataclass(slots=True, eq=False)
class Running:
    """A chunk that is being run: the answers of its carts in the lanes, and the deliveries that came for it meanwhile.

    `stopped`: no more carts are to follow; `begun_before`: somebody may have done some of it already.
    """

    answers: ChunkAnswers | None = None
    stopped: bool = False
    begun_before: bool = False
    came_again: list[Delivery] = field(default_factory=list)
