"""Calls in a dialect: a document's own request out, its own response and what a gateway would make of it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from aio_pika.abc import AbstractIncomingMessage
from pydantic import JsonValue
from pydantic_core import from_json

from cartwright.client.errors import UnreadableMessage
from cartwright.wire.headers import CART_ID, CART_VERSION, HTTP_STATUS, STATUS


@dataclass(frozen=True, slots=True)
class DialectReply:
    """The answer to a call in a dialect.

    `body` is the document's own response or error; `raw` is the same as it came, in which every number is exact.
    """

    http_status: int
    body: JsonValue
    raw: bytes
    status: str | None
    cart_id: str | None
    cart_version: int | None

    @property
    def refused(self) -> bool:
        """Whether it is an error of the document."""
        return self.http_status >= 400

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> Self:
        """The answer in a reply; raises `UnreadableMessage`."""
        headers: Mapping[str, object] = message.headers
        http_status, version = headers.get(HTTP_STATUS), headers.get(CART_VERSION)
        if not isinstance(http_status, int):
            raise UnreadableMessage("the reply has no HTTP status")
        try:
            body: JsonValue = from_json(message.body) if message.body else None
        except ValueError as error:
            raise UnreadableMessage(f"not JSON: {error}") from error
        return cls(
            http_status,
            body,
            message.body,
            _text(headers.get(STATUS)),
            _text(headers.get(CART_ID)),
            version if isinstance(version, int) else None,
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
