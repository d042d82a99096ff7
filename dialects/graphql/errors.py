"""GraphQL errors: a refusal is an error with its code, or comes back as the response to a request that isn't executed.

`extensions.code` is what GraphQL servers commonly say, `extensions.errorCode` the code of the refusal.
"""

from collections.abc import Iterable, Sequence

from graphql import GraphQLError

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Response
from dialects.http_status import BAD_REQUEST, http_status
from models.cart.forms import Document

_CODES = {400: "BAD_USER_INPUT", 404: "BAD_USER_INPUT", 409: "BAD_USER_INPUT", 403: "FORBIDDEN"}
NOT_EXECUTED = frozenset(
    {
        ErrorCode.MALFORMED,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNKNOWN_COMMAND,
        ErrorCode.UNSUPPORTED_SCHEMA_VERSION,
        ErrorCode.MISSING_MESSAGE_ID,
        ErrorCode.FORBIDDEN_REPLY_TO,
        ErrorCode.FORBIDDEN,
        ErrorCode.SIGNATURE_INVALID,
        ErrorCode.TOKEN_EXPIRED,
        ErrorCode.IDEMPOTENCY_MISMATCH,
        ErrorCode.DEADLINE_EXCEEDED,
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        ErrorCode.INTERNAL,
    }
)
"""Codes that say that a request was not executed; all others are what came of executing it."""


class Unexecutable(Refusal):
    """A request that does not parse or validate, or that is beyond the limits; `errors` say where."""

    def __init__(self, code: ErrorCode, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code, errors[0].message)
        self.errors = tuple(errors)


def not_executed(refusal: Refusal) -> Response:
    """The response to a request that was refused before execution."""
    if isinstance(refusal, Unexecutable):
        return Response(BAD_REQUEST, {"errors": [error_body(each, refusal) for each in refusal.errors]})
    errors = [{"message": in_words(refusal).message, "extensions": extensions(refusal)}]
    return Response(http_status(refusal.code), {"errors": errors})


def in_words(refusal: Refusal) -> Refusal:
    """The refusal with a message that names all that is invalid."""
    if refusal.code is not ErrorCode.INVALID or not refusal.problems:
        return refusal
    return Refusal(refusal.code, "; ".join(f"{each.path} {each.message}" for each in refusal.problems))


def error_bodies(errors: Iterable[GraphQLError]) -> list[Document]:
    """Errors of an execution; an exception that is neither a refusal nor GraphQL's own is raised again.

    GraphQL's own are of single fields: what the catalog says is then no value of the field's type.
    """
    return [error_body(error, _refusal(error)) for error in errors]


def _refusal(error: GraphQLError) -> Refusal:
    cause = error.original_error
    if isinstance(cause, Refusal):
        return cause
    if cause is None or isinstance(cause, GraphQLError):
        return Refusal(ErrorCode.INTERNAL, error.message)
    raise cause


def error_body(error: GraphQLError, refusal: Refusal) -> Document:
    """One error, with the codes of a refusal."""
    locations = {"locations": [{"line": each.line, "column": each.column} for each in error.locations or ()]}
    return {
        "message": error.message,
        **(locations if locations["locations"] else {}),
        **({"path": error.path} if error.path is not None else {}),
        "extensions": extensions(refusal),
    }


def extensions(refusal: Refusal) -> Document:
    """The codes of a refusal."""
    code = _CODES.get(http_status(refusal.code), "INTERNAL_SERVER_ERROR")
    return {"code": code, "errorCode": refusal.code.value}
