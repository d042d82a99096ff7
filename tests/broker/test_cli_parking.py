"""`cart parking` against a real queue: list, show, replay, drop, and what they say to scripts."""

import json
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from support.cli_runs import Cart, runs
from support.patience import until
from support.running import Running, running_worker
from support.shop import Shop

PLAN = {"id": "i-1", "offeringId": "plan"}
QUANTITY = {"products": [{"id": "i-1", "quantity": 2}]}
PAGE = Path(__file__).parents[2] / "docs" / "parking.md"


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker whose parking queue nobody empties."""
    async with running_worker(amqp_url, mongo_url, watch_parking=False) as running:
        yield running


@pytest.fixture
def cart(running: Running, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Cart:
    return runs(running.settings, shop.tenant)


async def park(shop: Shop, running: Running, cart_id: str, **headers: str) -> str:
    """Have one change of a cart parked; its message id."""
    before, message_id = running.parked, uuid4().hex
    properties: dict[str, Any] = {"reply_to": None, "headers": {"cart-id": cart_id, **headers}}
    await shop.send("update-products", cart_id, QUANTITY, message_id=message_id, properties=properties)
    await until(lambda: running.parked > before)
    return message_id


async def test_list_counts_by_code_command_and_tenant(cart: Cart, shop: Shop, running: Running) -> None:
    empty = await cart("parking", "list", "--json")
    assert json.loads(empty.output)["groups"] == []
    sent = [await park(shop, running, "c-1"), await park(shop, running, "c-2")]
    listed = json.loads((await cart("parking", "list", "--each", "--json")).output)
    [group] = listed["groups"]
    assert (group["code"], group["command"], group["tenant"], group["messages"]) == (
        "cart-not-found",
        "update-products",
        shop.tenant,
        2,
    )
    assert [(each["messageId"], each["cartId"]) for each in listed["messages"]] == list(
        zip(sent, ["c-1", "c-2"], strict=True)
    )
    text = (await cart("parking", "list")).output
    assert re.search(r"\d+ messages parked, of at most 100000; 2 of them are listed here", text)
    for given, found in (
        (("--code", "malformed"), 0),
        (("--command", "update-products", "--since", "1h"), 2),
        (("--since", "2099-01-01T00:00:00Z"), 0),
        (("--limit", "1"), 1),
        (("--tenant", "another"), 0),
    ):
        told = json.loads((await cart("parking", "list", "--each", "--json", *given)).output)
        assert len(told["messages"]) == found, given


async def test_show_tells_all_but_secrets(cart: Cart, shop: Shop, running: Running) -> None:
    message_id = await park(
        shop, running, "c-3", **{"lock-owner": "owner-secret", "traceparent": "\x1b[31mred", "context": "signed-secret"}
    )
    shown = await cart("parking", "show", message_id)
    assert shown.exit_code == 0
    assert "cart-not-found: There is no cart with this id." in shown.output
    assert "header traceparent: \\x1b[31mred" in shown.output
    assert "secret" not in shown.output
    assert '"quantity": 2' in shown.output
    [fields] = json.loads((await cart("parking", "show", message_id, "--secrets", "--json")).output)
    assert (fields["headers"]["lock-owner"], json.loads(fields["body"])["cartId"]) == ("owner-secret", "c-3")
    body = await cart("parking", "show", fields["id"], "--body")
    assert body.output == fields["body"]
    unknown = await cart("parking", "show", "m-unknown")
    assert (unknown.exit_code, "not parked: m-unknown" in unknown.output) == (1, True)


async def test_replay_is_tried_then_done(cart: Cart, shop: Shop, running: Running) -> None:
    message_id = await park(shop, running, "c-4")
    refused = await cart("parking", "replay", message_id)
    assert refused.exit_code == 1
    assert "refused, still parked" in refused.output
    await shop.call("create-cart", "c-4", {"country": "FR", "currency": "EUR", "items": [PLAN]})
    tried = await cart("parking", "replay", message_id, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "dry-run, still parked" in tried.output
    assert "quantity-changed i-1: 1 → 2" in tried.output
    done = await cart("parking", "replay", "--code", "cart-not-found", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["sentAs"], told["outcome"], told["parked"], told["reply"]["version"]) == (
        message_id,
        "applied",
        False,
        2,
    )
    gone = await cart("parking", "replay", message_id)
    assert gone.exit_code == 1
    assert json.loads((await cart("parking", "list", "--json")).output)["groups"] == []


async def test_an_edited_replay(cart: Cart, shop: Shop, running: Running) -> None:
    message_id = await park(shop, running, "c-5")
    cart_id = await shop.cart(PLAN)
    body = (await cart("parking", "show", message_id, "--body")).output.replace("c-5", cart_id)
    done = await cart("parking", "replay", message_id, "--body", "-", "--json", stdin=body)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["outcome"], told["reply"]["cartId"]) == ("applied", cart_id)
    assert told["sentAs"] != message_id
    broken = await park(shop, running, "c-5")
    not_sent = await cart("parking", "replay", broken, "--body", "[1]")
    assert (not_sent.exit_code, "not sent, still parked: the body is not a JSON object" in not_sent.output) == (1, True)
    await park(shop, running, "c-5")
    assert (await cart("parking", "replay", "--all", "--body", "{}")).exit_code == 2


async def test_drop_asks_first(cart: Cart, shop: Shop, running: Running) -> None:
    first, second = await park(shop, running, "c-6"), await park(shop, running, "c-7")
    kept = await cart("parking", "drop", first, stdin="n\n")
    assert (kept.exit_code, "nothing is dropped" in kept.output) == (1, True)
    assert (await cart("parking", "drop", "--all", stdin="")).exit_code == 1
    dropped = await cart("parking", "drop", first, stdin="y\n")
    assert (dropped.exit_code, "1 messages dropped" in dropped.output) == (0, True)
    told = json.loads((await cart("parking", "drop", "--all", "--yes", "--json")).output)
    assert [each["messageId"] for each in told["dropped"]] == [second]
    assert json.loads((await cart("parking", "list", "--json")).output)["groups"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("drop",),
        ("drop", "--yes"),
        ("replay",),
        ("replay", "--all", "--code", "internal"),
        ("list", "--since", "yesterday"),
        ("list", "--limit", "0"),
        ("show",),
        ("replay", "m-1", "--body", "@missing.json"),
    ],
)
async def test_wrong_usage(cart: Cart, arguments: tuple[str, ...]) -> None:
    assert (await cart("parking", *arguments)).exit_code == 2


async def test_exit_codes_without_a_queue_and_beside_somebody_else(
    cart: Cart, shop: Shop, running: Running, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = running.settings.model_copy(update={"prefix": prefix})
    nowhere = await runs(settings)("parking", "list")
    assert (nowhere.exit_code, "no worker has run yet" in nowhere.output) == (3, True)
    monkeypatch.setattr("cli.parking.looking.PATIENCE_SECONDS", 0.2)
    name = f"{running.settings.prefix}.parking.visit"
    lock = await running.wire.channel.declare_queue(name, exclusive=True)
    busy = await cart("parking", "list")
    await lock.delete()
    assert (busy.exit_code, "somebody else is at" in busy.output) == (4, True)


async def test_the_commands_of_the_page_are_understood(cart: Cart) -> None:
    [lines] = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for line in lines.splitlines():
        _, *arguments = shlex.split(line, comments=True)
        done = await cart(*arguments, stdin="y\n")
        assert done.exit_code == (1 if "show" in arguments else 0), (line, done.output)
