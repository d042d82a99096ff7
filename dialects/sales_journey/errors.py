"""Errors of both REST forms."""

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, Response
from dialects.http_status import http_status


def refuse(call: Call | None, refusal: Refusal) -> Response:
    """The document's error; its message names every problem."""
    message = refusal.message
    if refusal.code is ErrorCode.INVALID and refusal.problems:
        message = "; ".join(f"{each.path} {each.message}" for each in refusal.problems)
    return Response(
        http_status(refusal.code), {"errorCode": refusal.code.value, "errorMessage": message, "severity": "ERROR"}
    )
