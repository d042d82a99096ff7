"""Errors of both REST forms."""

from cartwright.wire.refusals import Refusal
from dialects.dialect import Call, Response
from dialects.http_status import http_status


def refuse(call: Call | None, refusal: Refusal) -> Response:
    """The document's error; its message names every problem."""
    problems = [f"{each.path}: {each.message}" for each in refusal.problems if each.message != refusal.message]
    message = " ".join([refusal.message, *problems[1:]]) if len(problems) > 1 else refusal.message
    return Response(
        http_status(refusal.code), {"errorCode": refusal.code.value, "errorMessage": message, "severity": "ERROR"}
    )
