"""The bad inputs of the hardening list, one row each: what is sent, and what must come of it."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CART = "c-1"
"""The cart of the test: version 2, with the items `i-1` (plan) and `i-2` (phone)."""

ACCEPTED = "accepted"
PARKED = "parked:"
"""What an expectation of a parked message starts with; its code follows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message. `expected` is the code of a refusal, `parked:<code>`, or `accepted`."""

    number: int
    name: str
    expected: str
    body: bytes
    kind: str = "update-products"
    properties: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.number}-{self.name.replace(' ', '-')}"


def fields(kind: str = "update-products", cart: Any = CART, data: Any = None, **envelope: Any) -> dict[str, Any]:
    """A command as its fields; by default a good one that changes a quantity."""
    given = {"products": [{"id": "i-1", "quantity": 3}]} if data is None else data
    return {"type": kind, "cartId": cart, "data": given, **envelope}


def command(number: int, name: str, expected: str, wire: dict[str, Any], **properties: Any) -> Row:
    """A row with a well-formed JSON body."""
    return Row(number, name, expected, json.dumps(wire).encode(), wire["type"], properties)


def raw(number: int, name: str, expected: str, body: bytes, **properties: Any) -> Row:
    """A row whose body is just these bytes."""
    return Row(number, name, expected, body, properties=properties)


OPERATOR = {"$ne": None}
GOOD = json.dumps(fields()).encode()


def quantity(number: int, name: str, expected: str, value: str) -> Row:
    """A row whose quantity is this piece of JSON."""
    body = GOOD.replace(b'"quantity": 3', f'"quantity": {value}'.encode())
    return raw(number, name, expected, body)


def price(number: int, name: str, expected: str, amount: str, currency: str = "EUR") -> Row:
    """A row that brings a price with this amount."""
    point = {"id": "pp-x", "offeringId": "x", "type": "one-time", "currency": currency, "amount": amount}
    return command(number, name, expected, fields("upsert-prices", data={"prices": [point]}, dryRun=True))


def created(number: int, name: str, expected: str, **data: Any) -> Row:
    """A row that creates a cart, dry."""
    return command(number, name, expected, fields("create-cart", "c-2", {"currency": "EUR", **data}, dryRun=True))


def promotion(number: int, name: str, amount: tuple[str, str] | None = None, percent: str = "10") -> Row:
    """A row that brings a promotion that is not valid: above this amount, so many percent off."""
    kind = [{"kind": "minimum-amount", "amount": amount[0], "currency": amount[1]}] if amount else []
    benefits = [{"kind": "percent", "value": percent}]
    row = {"id": "p", "level": "cart", "conditions": kind, "benefits": benefits}
    return command(number, name, "invalid", fields("upsert-promotions", data={"promotions": [row]}, dryRun=True))


def named(number: int, name: str, expected: str, cart: Any) -> Row:
    """A row whose cart id is this."""
    return command(number, name, expected, fields(cart=cart))


ENVELOPE = [
    raw(1, "empty body", "malformed", b""),
    raw(2, "truncated JSON", "malformed", GOOD[:-1]),
    raw(3, "invalid UTF-8", "malformed", GOOD.replace(b"i-1", b"i-\xff")),
    raw(4, "UTF-16", "malformed", GOOD.decode().encode("utf-16")),
    raw(4, "byte-order mark", "malformed", b"\xef\xbb\xbf" + GOOD),
    raw(5, "array", "malformed", b'["a"]'),
    raw(6, "string", "malformed", b'"a"'),
    raw(7, "null", "malformed", b"null"),
    raw(8, "text", "malformed", GOOD, content_type="text/plain"),
    raw(9, "gzip", "malformed", gzip.compress(b"0" * 2**24), content_encoding="gzip"),
    raw(10, "over 1 MiB", "too-large", GOOD + b" " * 2**20),
    raw(11, "no message id", "missing-message-id", GOOD, message_id=None),
    raw(12, "control characters as a message id", "invalid", GOOD, message_id="\x01" * 255),
    raw(12, "message id of 129 characters", "invalid", GOOD, message_id="m" * 129),
    raw(15, "another queue", "parked:forbidden-reply-to", GOOD, reply_to="orders"),
    raw(16, "queue and exchange", "parked:forbidden-reply-to", GOOD, reply_to="queue|exchange"),
    raw(17, "three parts", "parked:forbidden-reply-to", GOOD, reply_to="a|b|c"),
    raw(17, "a reply queue and an exchange", "parked:forbidden-reply-to", GOOD, reply_to="reply.a|b"),
    raw(18, "the worker's queue", "parked:forbidden-reply-to", GOOD, reply_to="cart.commands.0"),
    command(19, "unknown command", "unknown-command", fields("drop-database")),
    command(20, "schema version", "unsupported-schema-version", fields(schemaVersion=2)),
    command(20, "schema version as text", "invalid", fields(schemaVersion="1")),
    raw(21, "deadline", "deadline-exceeded", GOOD, headers={"deadline": "2020-01-01T00:00:00Z"}),
    raw(21, "unreadable deadline", "invalid", GOOD, headers={"deadline": "tomorrow"}),
    raw(22, "64 kB of headers", "parked:too-large", GOOD, headers={f"h{n}": "x" * 1000 for n in range(64)}),
    raw(22, "one header of 64 kB", "parked:too-large", GOOD, headers={"cart-id": "x" * 65_000}),
    raw(23, "ANSI escapes", ACCEPTED, GOOD, headers={"x-note": "\x1b[31m\r\nERROR forged"}),
    raw(24, "forged x-death", ACCEPTED, GOOD, headers={"x-death": [{"count": 99}], "x-delivery-count": 99}),
    raw(25, "priority 255", ACCEPTED, GOOD, priority=255),
    raw(26, "invalid traceparent", ACCEPTED, GOOD, headers={"traceparent": "00-zz"}),
]

JSON = [
    quantity(27, "NaN", "malformed", "NaN"),
    quantity(28, "Infinity", "malformed", "Infinity"),
    quantity(28, "-Infinity", "malformed", "-Infinity"),
    quantity(29, "1e400", "malformed", "1e400"),
    quantity(29, "an exponent of 30 digits", "malformed", "1e" + "9" * 30),
    quantity(30, "5,000 digits", "malformed", "9" * 5000),
    raw(31, "duplicate key", "malformed", GOOD.replace(b'"type"', b'"type": "x", "type"', 1)),
    raw(32, "depth 100,000", "malformed", b'{"data":' + b"[" * 100_000),
    raw(33, "depth 201", "malformed", b'{"data":' + b"[" * 200 + b"]" * 200 + b"}"),
    raw(34, "lone surrogate", "malformed", GOOD.replace(b"i-1", b"i-\\ud800")),
    raw(35, "a null character in an id", "invalid", GOOD.replace(b"i-1", b"i-\\u0000")),
    raw(36, "200,000 keys", "too-large", json.dumps({f"{n:x}": 0 for n in range(200_000)}).encode()),
    raw(36, "20,000 keys", "too-large", json.dumps({f"{n:x}": 0 for n in range(20_000)}).encode()),
    raw(37, "trailing comma", "malformed", GOOD[:-1] + b",}"),
    price(38, "-0", ACCEPTED, "-0"),
]

NUMBERS = [
    price(39, "1e400", "invalid", "1e400"),
    price(40, "1_000", "invalid", "1_000"),
    price(41, "spaces", "invalid", " 1 "),
    price(42, "Arabic digits", "invalid", "١٢"),
    price(43, "21 decimals", "invalid", "10.000000000000000000001"),
    quantity(44, "true", "invalid", "true"),
    *(quantity(45, value, "invalid", value) for value in ("0", "-1", "1.0", '"1"', "1e0")),
    quantity(46, "2^63", "invalid", str(2**63)),
    promotion(48, "three decimals of EUR", amount=("1.234", "EUR")),
    promotion(49, "half a yen", amount=("1.5", "JPY")),
    promotion(52, "a discount of 101 percent", percent="101"),
    promotion(52, "a discount of -1 percent", percent="-1"),
    price(50, "KWD with three decimals", ACCEPTED, "12.345", "KWD"),
    *(created(51, value, "invalid", currency=value) for value in ("eur", "XXX", "ABC", "")),
    price(53, "35 digits", "invalid", "9" * 35),
    price(53, "-1", "invalid", "-1"),
    *(
        command(
            52,
            f"tax of {rate} percent",
            "invalid",
            fields(
                "upsert-taxes",
                data={"taxes": [{"id": "t", "country": "FR", "category": "x", "rate": rate}]},
                dryRun=True,
            ),
        )
        for rate in ("101", "-1", "1e1")
    ),
]

DATABASE = [
    named(54, "an operator as a cart id", "invalid", OPERATOR),
    named(54, "an empty cart id", "invalid", ""),
    named(54, "no cart id", "invalid", None),
    command(
        54, "an operator as a key", "invalid", fields("get-cart", None, {"key": {"name": "a", "value": {"$ne": 1}}})
    ),
    created(58, "$set as a key", "invalid", keys={"$set": "x"}),
    created(59, "a.b as a key", "invalid", keys={"a.b": "x"}),
    created(60, "an empty key", "invalid", keys={"": "x"}),
    created(
        58, "$set as a characteristic", "invalid", items=[{"offeringId": "plan", "characteristics": {"$set": "x"}}]
    ),
]

IDENTITY = [
    named(70, "no such cart", "cart-not-found", "c-none"),
    command(71, "a tenant in the body", "invalid", fields(tenant="other")),
    command(84, "stale version", "stale-version", fields(version=1)),
    *(command(85, f"version {value!r}", "invalid", fields(version=value)) for value in ("1", 1.0, True, -1)),
    *(command(86, f"dryRun {value!r}", "invalid", fields(dryRun=value)) for value in ("false", 0, None)),
]

TEXT = [
    *(
        named(88, f"{mark!r} in a cart id", "invalid", f"c{mark}1")
        for mark in ("\u202e", "\u200b", "\u00e9", " ", "\n")
    ),
    command(
        93,
        "cyclic bundle",
        "invalid",
        fields(
            "upsert-offerings",
            data={
                "offerings": [
                    {"id": "a", "bundle": [{"offeringId": "b"}]},
                    {"id": "b", "bundle": [{"offeringId": "a"}]},
                ]
            },
        ),
    ),
    command(94, "10,001 items", "invalid", fields("add-items", data={"items": [{"offeringId": "plan"}] * 10_001})),
    *(
        command(number, time, "invalid", fields("reprice-cart", data={"asOf": time}))
        for number, time in (
            (95, "9999-01-01T00:00:00Z"),
            (95, "-001-01-01T00:00:00Z"),
            (95, "1969-12-31T23:59:59Z"),
            (96, "2019-02-29T00:00:00Z"),
            (96, "2026-01-01T00:00:00+01:00"),
            (96, "2026-01-01"),
        )
    ),
]

ROWS = [*ENVELOPE, *JSON, *NUMBERS, *DATABASE, *IDENTITY, *TEXT]
