"""What each refusal code means; a code's meaning never changes (contract, "Error codes")."""

from collections.abc import Mapping
from types import MappingProxyType

from cartwright.wire.refusals import ErrorCode

MEANINGS: Mapping[ErrorCode, str] = MappingProxyType(
    {
        ErrorCode.MALFORMED: "The body is not JSON in UTF-8, nests too deep, or names a key twice.",
        ErrorCode.TOO_LARGE: "The body, or an object in it, is larger than allowed.",
        ErrorCode.INVALID: "The command does not fit its schema, or its parts do not fit each other; see the problems.",
        ErrorCode.UNKNOWN_COMMAND: "There is no command of this type.",
        ErrorCode.UNSUPPORTED_SCHEMA_VERSION: "The worker does not understand this version of the command schema.",
        ErrorCode.MISSING_MESSAGE_ID: "A command that may write came without a message id.",
        ErrorCode.FORBIDDEN_REPLY_TO: "The reply address is neither direct reply-to nor a reply queue.",
        ErrorCode.FORBIDDEN: "The caller may not do this.",
        ErrorCode.CART_NOT_FOUND: "There is no such cart for this tenant.",
        ErrorCode.CART_EXISTS: "There is, or was, a cart with this id.",
        ErrorCode.ITEM_NOT_FOUND: "The cart has no such line item.",
        ErrorCode.CONTAINER_NOT_FOUND: "The cart has no such container.",
        ErrorCode.OFFERING_NOT_FOUND: "The catalog has no such offering.",
        ErrorCode.OFFERING_NOT_AVAILABLE: "The offering can't be sold now, or not through this channel.",
        ErrorCode.PRICE_NOT_FOUND: "The catalog has no price for this offering under the cart's circumstances.",
        ErrorCode.STALE_VERSION: "The cart has a newer version than the command named; read it first.",
        ErrorCode.REBASE_CONFLICT: "Something that the command touches has changed since that version.",
        ErrorCode.IDEMPOTENCY_MISMATCH: "The message id was used before, with another body.",
        ErrorCode.CART_READ_ONLY: "The cart is submitted, expired or quoted and can no longer be changed.",
        ErrorCode.RULE_BROKEN: "The cart would break a rule of the catalog.",
        ErrorCode.INCOMPATIBLE_ITEMS: "Two items can't be in one cart.",
        ErrorCode.ALREADY_OWNED: "The customer owns this already.",
        ErrorCode.PROMOTION_NOT_APPLICABLE: "The promotion's conditions do not hold for this cart.",
        ErrorCode.VOUCHER_UNKNOWN: "There is no such voucher.",
        ErrorCode.VOUCHER_EXHAUSTED: "The voucher has no use left.",
        ErrorCode.OVERRIDE_OVER_LIMIT: "The price override goes beyond what the caller's role allows.",
        ErrorCode.SIGNATURE_INVALID: "A signature does not match.",
        ErrorCode.TOKEN_EXPIRED: "A token has expired.",
        ErrorCode.CART_TOO_LARGE: "The cart would hold more items, containers or notes than allowed.",
        ErrorCode.NOTE_NOT_FOUND: "The item or the container has no such note.",
        ErrorCode.TEST_FAILED: "A `test` of a patch found another value.",
        ErrorCode.ITEM_NOT_AMENDABLE: "The amendment may not change this line item.",
        ErrorCode.KEY_TAKEN: "Another cart that is still open has this key.",
        ErrorCode.CART_NOT_SUBMITTED: "The cart was not submitted, so it can't be amended or reopened.",
        ErrorCode.CART_LOCKED: "Somebody else has locked the cart for a while.",
        ErrorCode.JOB_NOT_FOUND: "There is no such job for this tenant.",
        ErrorCode.JOB_ENDED: "The job has ended and can't be steered.",
        ErrorCode.DEADLINE_EXCEEDED: "The deadline had passed before the command was executed; nothing was applied.",
        ErrorCode.TEMPORARILY_UNAVAILABLE: "Something that the worker needs is unavailable; try again later.",
        ErrorCode.INTERNAL: "The worker failed on this command; nothing was applied.",
    }
)
