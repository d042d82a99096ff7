"""What can go wrong with a call: the worker refuses it, nobody answers, or the broker can't be reached."""

# ruff: noqa: N818 (a refusal or a timeout is named for what it says, as in the reply's own codes)

from typing import ClassVar

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.refused import CommandRefused, ProblemEntry


class ClientError(Exception):
    """Base of everything that the client raises."""


class Unreachable(ClientError):
    """The broker can't be reached, or lets nobody in under this address."""


class MissingTopology(ClientError):
    """The broker is there, but an exchange that every worker declares is not: wrong prefix, or no worker yet."""


class Unroutable(ClientError):
    """The broker found no queue for the command; it was not stored anywhere."""


class NotTaken(ClientError):
    """The broker said no to the command, for example because its queue is full."""


class CallTimeout(ClientError, TimeoutError):
    """No answer in time. Whether the command was applied is not known: ask again with the same message id."""

    def __init__(self, message_id: str, seconds: float) -> None:
        super().__init__(f"no answer to {message_id} within {seconds:g} s")
        self.message_id = message_id


class ParkingBusy(ClientError):
    """Somebody else is at the parking queue, and did not leave it in time."""


class NotReplayable(ClientError):
    """A parked message can't be sent again like this; nothing was sent, and it is still parked."""


class ClientClosed(ClientError):
    """The client was closed, or never opened."""


class UnreadableMessage(ClientError):
    """A reply or an event that is not what the contract says."""


class RefusedError(ClientError):
    """The worker refused the command; nothing was written.

    `code` is stable (a text, since codes may be added), `retryable` says whether trying again may help, `details`
    and `problems` say more; a problem's path is a JSON Pointer into the body.
    """

    _by_code: ClassVar[dict[str, type["RefusedError"]]] = {}

    def __init_subclass__(cls, code: ErrorCode) -> None:
        RefusedError._by_code[code] = cls

    def __init__(self, refused: CommandRefused) -> None:
        error = refused.error
        super().__init__(f"{error.code}: {error.message}")
        self.reply = refused
        self.code = error.code
        self.message = error.message
        self.retryable = error.retryable
        self.details = error.details
        self.problems: list[ProblemEntry] = error.problems

    @classmethod
    def of(cls, refused: CommandRefused) -> "RefusedError":
        """The exception for this refusal: of the class for its code, if there is one."""
        return cls._by_code.get(refused.error.code, RefusedError)(refused)


class InvalidCommand(RefusedError, code=ErrorCode.INVALID):
    """The command is not valid; see `problems`."""


class CartNotFound(RefusedError, code=ErrorCode.CART_NOT_FOUND):
    """There is no such cart, or it is another tenant's."""


class CartExists(RefusedError, code=ErrorCode.CART_EXISTS):
    """There is, or was, a cart with this id."""


class ItemNotFound(RefusedError, code=ErrorCode.ITEM_NOT_FOUND):
    """The cart has no such line item."""


class ContainerNotFound(RefusedError, code=ErrorCode.CONTAINER_NOT_FOUND):
    """The cart has no such container."""


class NoteNotFound(RefusedError, code=ErrorCode.NOTE_NOT_FOUND):
    """The item or the container has no such note."""


class PatchTestFailed(RefusedError, code=ErrorCode.TEST_FAILED):
    """A `test` of a patch found another value."""


class OfferingNotFound(RefusedError, code=ErrorCode.OFFERING_NOT_FOUND):
    """The catalog has no such offering."""


class OfferingNotAvailable(RefusedError, code=ErrorCode.OFFERING_NOT_AVAILABLE):
    """The offering can't be sold to this cart now."""


class PriceNotFound(RefusedError, code=ErrorCode.PRICE_NOT_FOUND):
    """The catalog has no price for this offering and cart."""


class StaleVersion(RefusedError, code=ErrorCode.STALE_VERSION):
    """The cart has moved on since the version that the command named."""

    @property
    def current_version(self) -> int:
        """The version that the cart is at."""
        version = self.details.get("currentVersion")
        if not isinstance(version, int):
            raise UnreadableMessage("the refusal does not say at which version the cart is")
        return version


class RebaseConflict(RefusedError, code=ErrorCode.REBASE_CONFLICT):
    """What the command touches has changed since the version that it named."""


class CartReadOnly(RefusedError, code=ErrorCode.CART_READ_ONLY):
    """The cart can no longer be changed."""


class CartLocked(RefusedError, code=ErrorCode.CART_LOCKED):
    """Somebody else has locked the cart for a while; `details` say who, and until when."""


class CartNotSubmitted(RefusedError, code=ErrorCode.CART_NOT_SUBMITTED):
    """The cart was not submitted, so it can't be amended or reopened."""


class KeyTaken(RefusedError, code=ErrorCode.KEY_TAKEN):
    """Another cart that is still open has this key."""


class IdempotencyMismatch(RefusedError, code=ErrorCode.IDEMPOTENCY_MISMATCH):
    """The message id was used before, with another body."""


class Forbidden(RefusedError, code=ErrorCode.FORBIDDEN):
    """The caller may not do this."""


class ItemNotAmendable(RefusedError, code=ErrorCode.ITEM_NOT_AMENDABLE):
    """The amendment may not change the line any more."""


class SignatureInvalid(RefusedError, code=ErrorCode.SIGNATURE_INVALID):
    """The token was not issued for this cart, or was altered."""


class TokenExpired(RefusedError, code=ErrorCode.TOKEN_EXPIRED):
    """The token has expired; validate the cart again."""


class DeadlineExceeded(RefusedError, code=ErrorCode.DEADLINE_EXCEEDED):
    """The worker came to the command too late; it was not applied."""


class TemporarilyUnavailable(RefusedError, code=ErrorCode.TEMPORARILY_UNAVAILABLE):
    """Something that the worker needs is away; try again."""
