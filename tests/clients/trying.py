"""Trying a client: its tutorial's code as it comes, then with what the answers say to set; then its example."""

import json
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from clients.catalogue import Client
from clients.programs import Programs, TrialError
from clients.wire import Wire

QUERY = "get-configuration"
WRITE = "create-cart"
DATA: dict[str, dict[str, str]] = {QUERY: {}, WRITE: {"country": "FR", "currency": "EUR"}}
TWICE = "applied twice: two carts"
ONCE = "applied once"
CURES = {
    "missing-message-id": "MESSAGE_ID",
    TWICE: "MESSAGE_ID",
    "malformed": "CONTENT_TYPE",
    "forbidden-reply-to": "REPLY_PREFIX",
}
"""The variable of a tutorial's program that sets what was wrong."""
VALUES = {"CONTENT_TYPE": "application/json", "REPLY_PREFIX": "reply."}
WORDS = {
    "MESSAGE_ID": "the message id",
    "CONTENT_TYPE": "the content type",
    "REPLY_PREFIX": "a reply queue's name that begins with `reply.`",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What was seen of one client, as the table has it."""

    client: str
    version: str
    defaults: str
    query: str
    write: str
    to_set: str
    own_types: str
    example: str

    def cells(self) -> tuple[str, ...]:
        """The cells of the table's row."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class Trial:
    """One client whose programs are in one folder, against a running worker."""

    client: Client
    version: str
    programs: Programs
    wire: Wire
    transcript: list[str]
    """What every example prints."""

    async def row(self) -> Row:
        """Everything there is to see. Raises TrialError for what no row of the table has."""
        query = await self._verdict(QUERY, {})
        defaults = await self.wire.sent_properties()
        settings: dict[str, str] = {}
        write = verdict = await self._verdict(WRITE, settings)
        while verdict != ONCE:
            wrong = next((name for sign, name in CURES.items() if sign in verdict), None)
            if wrong is None or wrong in settings:
                raise TrialError(f"{self.client.name}: {verdict} with {settings}")
            settings[wrong] = VALUES.get(wrong) or uuid4().hex
            verdict = await self._verdict(WRITE, settings)
        return Row(
            self.client.name,
            self.version,
            defaults,
            query,
            write,
            ", ".join(WORDS[name] for name in settings) or "nothing",
            await self._own_types(settings) if self.client.sets_headers else "–",
            await self._example() if self.client.example else "–",
        )

    async def _own_types(self, settings: dict[str, str]) -> str:
        """A deadline, a timestamp and an expiration as the client writes them, then a cart id that is a number."""
        times = await self._verdict(WRITE, {**settings, "MESSAGE_ID": uuid4().hex, "TIMES": "1"})
        number = await self._verdict(WRITE, {**settings, "MESSAGE_ID": uuid4().hex, "CART_ID_NUMBER": "1"})
        if (times, number) != (ONCE, "refused: `invalid`"):
            raise TrialError(f"{self.client.name}: times: {times}, a number as cart-id: {number}")
        return "read"

    async def _verdict(self, kind: str, settings: dict[str, str]) -> str:
        """What becomes of a command that the tutorial's code sends twice."""
        await self.wire.forget()
        body = json.dumps({"type": kind, "data": DATA[kind]})
        file = Path(self.client.tutorial).name
        said = await self.programs.run(file, f"trying.{kind}", body, given_up=self.wire.parked_code, **settings)
        if isinstance(said, str):
            return f"no answer: parked as `{said}`"
        return _verdict(*map(json.loads, said))

    async def _example(self) -> str:
        tenant = f"t-{uuid4().hex[:8]}"
        printed = await self.programs.run(Path(str(self.client.example)).name, CART_TENANT=tenant)
        if printed != self.transcript:
            raise TrialError(f"{self.client.name}: the example printed {printed}")
        return "works"


def _verdict(first: dict[str, Any], second: dict[str, Any]) -> str:
    """The two answers to one command that was sent twice, in a few words."""
    codes = [each["error"]["code"] for each in (first, second) if each["type"] == "command-refused"]
    if codes:
        return f"refused: `{'`, `'.join(dict.fromkeys(codes))}`"
    if first["type"] == "query-result":
        return "answered"
    statuses = (first["status"], second["status"])
    if statuses == ("applied", "duplicate") and first["cartId"] == second["cartId"]:
        return ONCE
    return TWICE if first["cartId"] != second["cartId"] else f"{statuses[0]}, {statuses[1]}"
