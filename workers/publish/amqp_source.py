"""A command that came as a message: it is answered, put off and parked by messages, and acknowledged on its channel."""

from collections.abc import Iterator
from dataclasses import dataclass

from cartwright.wire.headers import TRACEPARENT
from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Answer, Refused
from workers.amqp import Acknowledges, Delivery, Outgoing
from workers.consume.delivery_tokens import attempts_of
from workers.consume.dialect_calls import DialectCall
from workers.consume.span import Span
from workers.consume.work import Work
from workers.publish.messages import Messages


@dataclass(slots=True, eq=False)
class AmqpSource:
    """The source that a delivery is."""

    delivery: Delivery
    messages: Messages
    call: DialectCall | None = None
    span: Span | None = None

    @property
    def link(self) -> Acknowledges:
        """The opening of the channel over which it came."""
        return self.delivery.link

    @property
    def number(self) -> int:
        """Its delivery tag."""
        return self.delivery.delivery_tag

    @property
    def body(self) -> bytes:
        """The command as it was sent."""
        return self.delivery.body

    def answer(self, answer: Answer) -> Iterator[Outgoing]:
        """The reply, if one is wanted; a refusal that nobody can be told goes to the parking queue."""
        reply = self._reply(answer)
        if reply is not None:
            yield reply
        elif isinstance(answer, Refused):
            yield from self.park(answer.refusal.code.value, answer.refusal.message)

    def put_off(self, work: Work) -> Iterator[Outgoing]:
        """The command for the next retry queue; after the last one it is given up."""
        attempts, delays = attempts_of(self.delivery), self.messages.retry_delays
        if attempts < len(delays):
            yield self.messages.retry(self.delivery, work, delays[attempts], attempts + 1)
            return
        refusal = Refusal(ErrorCode.TEMPORARILY_UNAVAILABLE, "The command could not be executed in time; try again.")
        yield from self.give_up(work.refused(refusal))

    def give_up(self, refused: Refused) -> Iterator[Outgoing]:
        """The reply, if one is wanted, and the command for the parking queue."""
        reply = self._reply(refused)
        if reply is not None:
            yield reply
        yield from self.park(refused.refusal.code.value, refused.refusal.message)

    def park(self, code: str, reason: str) -> Iterator[Outgoing]:
        """The command for the parking queue."""
        yield self.messages.parked(self.delivery, code, reason)

    def _reply(self, answer: Answer) -> Outgoing | None:
        """The reply, which goes on with the trace."""
        reply = self.messages.reply(self.delivery, self._in_dialect(answer))
        if reply is not None and self.span is not None:
            reply.headers = {**reply.headers, TRACEPARENT: self.span.traceparent}
        return reply

    def _in_dialect(self, answer: Answer) -> Answer:
        """A refusal in the words of the dialect in which the command came; other answers are in them already."""
        return self.call.refuse(answer) if self.call is not None and isinstance(answer, Refused) else answer
