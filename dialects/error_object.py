"""The canonical `error` object alone, for dialects whose documents have no errors of their own."""

from cartwright.wire.refusals import Refusal
from dialects.dialect import Call, Response
from dialects.http_status import http_status


def refuse_with_error_object(_call: Call | None, refusal: Refusal) -> Response:
    """The error object, with the status of its code."""
    return Response(http_status(refusal.code), refusal.wire())
