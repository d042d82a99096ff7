"""Which messages a command of `cart parking` is about."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic_core import PydanticCustomError

from cartwright import CartClient, Wanted
from cartwright.wire.schema import parse_time
from cli.asking import client_for
from cli.exits import Exit, fail

_AGO = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
ANYBODY = "default"
"""The tenant of the client; replays go to the tenants of the messages."""


def chosen(
    ids: Sequence[str] | None,
    code: str | None,
    command: str | None,
    tenant: str | None,
    since: str | None,
    limit: int | None,
) -> Wanted:
    """The messages that the options mean."""
    return Wanted(
        ids=frozenset(ids or ()),
        code=code,
        command=command,
        tenant=tenant,
        since=None if since is None else _time(since),
        limit=limit,
    )


def check_meant(wanted: Wanted, *, everything: bool) -> None:
    """End with a sentence where nothing says which messages are meant; a tenant alone is all of them."""
    said = wanted.ids or wanted.code or wanted.command or wanted.since or wanted.limit
    if not said and not everything:
        fail("say which messages: ids, --code, --command, --since, --limit, or --all", Exit.USAGE)
    if said and everything:
        fail("--all is for every message; leave out what says less", Exit.USAGE)


def client() -> CartClient:
    """A client, not yet open; whose tenant it is doesn't matter."""
    return client_for(ANYBODY)


def _time(text: str) -> datetime:
    if (ago := _AGO.fullmatch(text)) is not None:
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        return parse_time(text)
    except PydanticCustomError:
        fail(f"--since {text} is no time such as 2026-01-31T08:00:00Z or 6h", Exit.USAGE)
