"""Commands that follow from others: what they are made of, where they are kept, how they go out."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import bson
import pytest

from cartwright.wire.headers import FOLLOWS
from cartwright.wire.refusals import Refusal
from engine.execute import execute
from engine.opening import blank_cart
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import CartCommand
from models.changes.follow_up import FollowUp
from storage.mongo.entry_documents import read_entry, write_entry
from support.deliveries import delivery, read
from support.records import entry
from workers.broker.topology import Topology
from workers.publish.cloud_events import CloudEvents
from workers.publish.messages import Messages
from workers.settings import Settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GONE = FollowUp("from", "delete-cart", "c-2", {"why": ["merged", 1]})
MESSAGES = Messages(Topology(Settings()), CloudEvents("cartwright", "cloudEvents:"))


@pytest.mark.parametrize("suffix", ["", "From", "a:b", "a b", "x" * 17, "1", "é"])
def test_a_suffix_is_a_short_word(suffix: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        FollowUp(suffix, "delete-cart", "c-2", {})


def test_it_is_stored_with_its_entry_and_only_where_there_is_one() -> None:
    plain = entry("m-1", 1)
    assert "followUps" not in write_entry(plain)
    leading = replace(plain, follow_ups=(GONE,))
    stored = bson.decode(bson.encode(write_entry(leading)), bson.CodecOptions(tz_aware=True))
    assert read_entry(stored) == leading


def test_it_goes_out_as_a_command_of_its_own() -> None:
    leading = replace(entry("m-1", 1), follow_ups=(GONE,))
    [first], [again] = ([*MESSAGES.follow_ups(each)] for each in (leading, leading))
    assert first == again
    assert (first.exchange, first.routing_key, first.message_id) == ("cart.commands", "acme.delete-cart", "m-1:from")
    assert (first.headers, first.reply_to, first.mandatory, first.to_caller) == (
        {"cart-id": "c-2", "cart-follows": "m-1"},
        None,
        True,
        False,
    )
    assert json.loads(first.body) == {"type": "delete-cart", "cartId": "c-2", "reason": "because", "data": GONE.data}
    assert list(MESSAGES.follow_ups(entry("m-2", 1))) == []


def test_one_that_was_decided_about_a_version_says_so_wherever_it_is_kept() -> None:
    """It is rebased: a version that brought new prices alone does not stand in its way."""
    leading = replace(entry("m-1", 1), follow_ups=(replace(GONE, version=3),))
    [sent] = MESSAGES.follow_ups(read_entry(write_entry(leading)))
    body = json.loads(sent.body)
    assert (body["version"], body["onConflict"], body["data"]) == (3, "rebase", GONE.data)
    [stored] = write_entry(replace(leading, follow_ups=(GONE,)))["followUps"]
    assert stored.keys() == {"suffix", "type", "cartId", "data"}


@pytest.mark.parametrize(
    ("message_id", "taken"),
    [
        ("x" * 128 + ":from", True),
        ("x" * 129, False),
        ("x" * 128 + ":From", False),
        ("x" * 128 + ":" + "a" * 17, False),
    ],
)
def test_the_longest_id_still_has_room_for_a_suffix(message_id: str, taken: bool) -> None:
    headers = {FOLLOWS: message_id.rpartition(":")[0]}
    body = b'{"type": "get-cart", "cartId": "c-1", "data": {}}'
    given = delivery(body=body, message_id=message_id, headers=headers)
    if taken:
        assert read(given, NOW).command.id == message_id
    else:
        with pytest.raises(Refusal):
            read(given, NOW)


def decided(*decision: Any) -> Any:
    body = b'{"type": "empty-cart", "cartId": "c-1", "data": {}}'
    registered, command = read_command(body, Origin("acme", "empty-cart", "m-1", None, None, NOW))
    assert isinstance(registered, CartCommand)
    cart = replace(blank_cart("acme", "c-1", NOW, None), version=1)
    return execute(replace(registered, decide=lambda *_: decision), cart, command, Facts(), NOW, ())


def test_an_outcome_names_what_follows_whether_or_not_its_own_cart_changes() -> None:
    outcome = decided(GONE)
    assert (outcome.unchanged, outcome.follow_ups) == (True, (GONE,))


def test_two_that_would_have_one_id_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="suffix from"):
        decided(GONE, replace(GONE, cart_id="c-3"))
