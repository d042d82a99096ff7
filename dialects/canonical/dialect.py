"""The canonical dialect: a message in it is a command, and its reply is the command's own.

So nothing has to be planned and no operation is listed: the commands are its operations. What is said here is what a
gateway needs of every reply, and how a message in an unknown dialect is refused.
"""

import orjson

from cartwright.wire.refusals import Refusal
from dialects.dialect import Call, Dialect, Response
from dialects.http_status import CREATED, OK, http_status
from models.answers.answer import Answer, Refused
from models.answers.cart_answer import CartAnswer


def status_of(answer: Answer) -> int:
    """The HTTP status of a canonical reply."""
    if isinstance(answer, CartAnswer):
        return CREATED if answer.creates else OK
    return http_status(answer.refusal.code) if isinstance(answer, Refused) else OK


def refuse(call: Call | None, refusal: Refusal) -> Response:
    """A refusal as its canonical reply."""
    refused = Refused(refusal, call.cart_id if call is not None else None)
    return Response(http_status(refusal.code), orjson.Fragment(refused.body(call.message_id if call else None)))


DIALECT = Dialect("canonical", {}, refuse)
