"""HTTP statuses: what a gateway in front of the queue would answer with, for every reply in whatever dialect."""

from collections.abc import Mapping

from cartwright.wire.refusals import ErrorCode

OK = 200
CREATED = 201
"""For a new cart only."""
NO_CONTENT = 204
BAD_REQUEST = 400
_OTHERS: Mapping[int, tuple[ErrorCode, ...]] = {
    403: (ErrorCode.FORBIDDEN, ErrorCode.SIGNATURE_INVALID, ErrorCode.OVERRIDE_OVER_LIMIT),
    404: (
        ErrorCode.CART_NOT_FOUND,
        ErrorCode.ITEM_NOT_FOUND,
        ErrorCode.CONTAINER_NOT_FOUND,
        ErrorCode.NOTE_NOT_FOUND,
        ErrorCode.JOB_NOT_FOUND,
    ),
    409: (
        ErrorCode.STALE_VERSION,
        ErrorCode.REBASE_CONFLICT,
        ErrorCode.IDEMPOTENCY_MISMATCH,
        ErrorCode.CART_EXISTS,
        ErrorCode.KEY_TAKEN,
        ErrorCode.CART_READ_ONLY,
        ErrorCode.CART_LOCKED,
        ErrorCode.CART_NOT_SUBMITTED,
        ErrorCode.ITEM_NOT_AMENDABLE,
        ErrorCode.TEST_FAILED,
        ErrorCode.JOB_ENDED,
    ),
    410: (ErrorCode.TOKEN_EXPIRED,),
    500: (ErrorCode.INTERNAL,),
    503: (ErrorCode.TEMPORARILY_UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED),
}
_BY_CODE = {code: status for status, codes in _OTHERS.items() for code in codes}


def http_status(code: ErrorCode) -> int:
    """The status of a refusal: 400 for whatever is wrong with what was asked, unless its code has one of its own."""
    return _BY_CODE.get(code, BAD_REQUEST)
