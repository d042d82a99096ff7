"""Refusals: the one way a command says no. Raised where the reason is found, turned into a reply in one place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class ErrorCode(StrEnum):
    """Stable codes of `error.code` on the wire (contract, "Error codes"); a code's meaning never changes."""

    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    INVALID = "invalid"
    UNKNOWN_COMMAND = "unknown-command"
    UNSUPPORTED_SCHEMA_VERSION = "unsupported-schema-version"
    MISSING_MESSAGE_ID = "missing-message-id"
    FORBIDDEN_REPLY_TO = "forbidden-reply-to"
    FORBIDDEN = "forbidden"
    CART_NOT_FOUND = "cart-not-found"
    CART_EXISTS = "cart-exists"
    ITEM_NOT_FOUND = "item-not-found"
    CONTAINER_NOT_FOUND = "container-not-found"
    OFFERING_NOT_FOUND = "offering-not-found"
    OFFERING_NOT_AVAILABLE = "offering-not-available"
    PRICE_NOT_FOUND = "price-not-found"
    STALE_VERSION = "stale-version"
    REBASE_CONFLICT = "rebase-conflict"
    IDEMPOTENCY_MISMATCH = "idempotency-mismatch"
    CART_READ_ONLY = "cart-read-only"
    RULE_BROKEN = "rule-broken"
    INCOMPATIBLE_ITEMS = "incompatible-items"
    ALREADY_OWNED = "already-owned"
    PROMOTION_NOT_APPLICABLE = "promotion-not-applicable"
    VOUCHER_UNKNOWN = "voucher-unknown"
    VOUCHER_EXHAUSTED = "voucher-exhausted"
    OVERRIDE_OVER_LIMIT = "override-over-limit"
    SIGNATURE_INVALID = "signature-invalid"
    TOKEN_EXPIRED = "token-expired"  # noqa: S105 (a code, not a secret)
    CART_TOO_LARGE = "cart-too-large"
    NOTE_NOT_FOUND = "note-not-found"
    TEST_FAILED = "test-failed"
    ITEM_NOT_AMENDABLE = "item-not-amendable"
    KEY_TAKEN = "key-taken"
    CART_NOT_SUBMITTED = "cart-not-submitted"
    CART_LOCKED = "cart-locked"
    JOB_NOT_FOUND = "job-not-found"
    JOB_ENDED = "job-ended"
    DEADLINE_EXCEEDED = "deadline-exceeded"
    TEMPORARILY_UNAVAILABLE = "temporarily-unavailable"
    INTERNAL = "internal"


RETRYABLE = frozenset({ErrorCode.STALE_VERSION, ErrorCode.REBASE_CONFLICT, ErrorCode.TEMPORARILY_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `path` is a JSON Pointer into the command, `code` is stable, `message` is for people."""

    path: str
    code: str
    message: str

    def within(self, *parts: str | int) -> "Problem":
        """The problem of a command that is a part of another one's data: what points into its data points there."""
        return replace(self, path=_within(self.path, parts))

    def wire(self) -> dict[str, str]:
        """The problem as an element of `error.problems`, or of a catalog's `warnings`."""
        return {"path": self.path, "code": self.code, "message": self.message}


class Refusal(Exception):  # noqa: N818 (a refusal is an answer, not a program error)
    """A command that is answered with `command-refused`; nothing is written."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        details: Mapping[str, object] | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.problems = tuple(problems)

    @classmethod
    def at(
        cls,
        path: str,
        code: ErrorCode,
        message: str,
        problem: str | None = None,
        *,
        details: Mapping[str, object] | None = None,
    ) -> Self:
        """A refusal with one problem at the JSON Pointer `path`; the problem's code is the error's by default."""
        return cls(code, message, details=details, problems=[Problem(path, problem or code.value, message)])

    @classmethod
    def of(cls, refusals: Sequence["Refusal"]) -> Self:
        """One or more refusals as one: the first one's code and message, and the problems of all, each once."""
        first = refusals[0]
        problems = dict.fromkeys(problem for refusal in refusals for problem in refusal.problems)
        return cls(first.code, first.message, details=first.details, problems=list(problems))

    def moved(self, path: Callable[[str], str]) -> "Refusal":
        """The refusal with its problems at other places: `path` gives the new pointer for each old one."""
        problems = [replace(each, path=path(each.path)) for each in self.problems]
        return Refusal(self.code, self.message, details=self.details, problems=problems)

    def within(self, *parts: str | int) -> "Refusal":
        """The refusal of a command that is a part of another one's data: what points into its data points there."""
        return self.moved(lambda path: _within(path, parts))

    def wire(self) -> dict[str, object]:
        """The `error` object of a `command-refused` reply."""
        error: dict[str, object] = {
            "code": self.code.value,
            "message": self.message,
            "retryable": self.code in RETRYABLE,
        }
        if self.details:
            error["details"] = self.details
        error["problems"] = [problem.wire() for problem in self.problems or self._at_the_whole()]
        return error

    def _at_the_whole(self) -> tuple[Problem, ...]:
        """The problem of an `invalid` command no part of whose body is to blame, such as one with a wrong header."""
        return (Problem("", self.code.value, self.message),) if self.code is ErrorCode.INVALID else ()


def pointer(*parts: str | int) -> str:
    """A JSON Pointer (RFC 6901) from its unescaped parts: `pointer("data", 0)` is `/data/0`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def pointer_parts(text: str) -> list[str]:
    """The unescaped parts of a JSON Pointer: `/data/0` is `data` and `0`. A text that begins with no slash has none."""
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]] if text.startswith("/") else []


def is_below(path: str, place: str) -> bool:
    """Whether a JSON Pointer is this place, or leads to something in it."""
    return path == place or path.startswith(place + "/")


def _within(path: str, parts: Sequence[str | int]) -> str:
    return pointer("data", *parts) + path.removeprefix("/data") if is_below(path, "/data") else path
