import asyncio
import json

import pytest
from pymongo import AsyncMongoClient
from typer.testing import CliRunner

from cli.app import app
from support.cli_runs import Cart, runs
from support.running import Running
from support.shop import Shop


@pytest.fixture
def cart(running: Running, shop: Shop) -> Cart:
    return runs(running.settings, shop.tenant)


@pytest.fixture
async def stored(cart: Cart) -> None:
    items = [{"id": "i-1", "offeringId": "phone", "quantity": 2}]
    header = {"country": "FR", "currency": "EUR", "keys": {"storeId": "s-1"}, "items": items}
    created = await cart("send", "create-cart", "--cart", "c-1", "--data", "-", stdin=json.dumps(header))
    assert created.exit_code == 0, created.output


@pytest.mark.usefixtures("stored")
async def test_send_and_get(cart: Cart) -> None:
    update = '{"products": [{"id": "i-1", "quantity": 3}]}'
    sent = await cart("send", "update-products", "--cart", "c-1", "--version", "1", "--data", update)
    assert sent.exit_code == 0
    assert "applied cart c-1, version 2" in sent.output
    assert "quantity-changed i-1: 2 → 3" in sent.output
    assert "i-1 one-time: 240.00 → 360.00 EUR (quantity-changed)" in sent.output

    shown = await cart("get", "--key", "storeId=s-1")
    assert shown.exit_code == 0
    assert "due now 360.00 EUR" in shown.output
    raw = json.loads((await cart("get", "c-1", "--json")).output)
    assert (raw["status"], raw["cart"]["version"], raw["cart"]["items"][0]["quantity"]) == ("read", 2, 3)


@pytest.mark.usefixtures("stored")
async def test_a_refusal_is_shown_and_ends_with_one(cart: Cart) -> None:
    refused = await cart("send", "remove-items", "--cart", "c-1", "--data", '{"itemIds": ["i-9"]}')
    assert refused.exit_code == 1
    assert "refused (item-not-found)" in refused.output
    assert "/data/itemIds/0" in refused.output
    as_json = await cart("get", "c-9", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.output)["error"]["code"] == "cart-not-found"


@pytest.mark.usefixtures("stored")
async def test_a_dry_run_and_a_command_without_reply(cart: Cart) -> None:
    tried = await cart("send", "empty-cart", "--cart", "c-1", "--dry-run", "--json")
    assert (json.loads(tried.output)["status"], json.loads(tried.output)["version"]) == ("dry-run", 2)
    sent = await cart("send", "empty-cart", "--cart", "c-1", "--message-id", "m-1", "--no-reply")
    assert (sent.exit_code, sent.output.strip()) == (0, "m-1")


@pytest.mark.usefixtures("stored")
async def test_watch_shows_events(cart: Cart, shop: Shop) -> None:
    watching = asyncio.create_task(cart("watch", "--type", "cart-updated", "--json", "--count", "2"))
    # Nobody can tell from here when it begins to listen, so things happen until it has seen enough.
    while not watching.done():
        await shop.call("add-items", "c-1", {"items": [{"offeringId": "phone"}]})
    seen = await watching
    assert "listening" in seen.stderr
    first, second = (json.loads(line)["version"] for line in seen.stdout.splitlines())
    assert second == first + 1


async def test_doctor_finds_everything_in_order(cart: Cart) -> None:
    healthy = await cart("doctor", "--json")
    assert {finding["check"]: finding["ok"] for finding in json.loads(healthy.output)} == {
        "broker": True,
        "consistent-hash plugin": True,
        "partitions": True,
        "topology": True,
        "workers": True,
        "parking": True,
        "database": True,
        "replica set": True,
        "indexes": True,
        "clock": True,
        "owners": True,
        "progress": True,
    }
    assert healthy.exit_code == 0


async def test_doctor_before_any_worker(running: Running, prefix: str, database_name: str) -> None:
    settings = running.settings.model_copy(update={"prefix": prefix, "database": database_name})
    lonely = await runs(settings)("doctor")
    assert lonely.exit_code == 1
    assert f"topology: {prefix}.commands is missing" in lonely.output
    assert f"workers: nobody consumes {prefix}.commands.0" in lonely.output
    assert "indexes: missing: carts.by-key-and-creation" in lonely.output


async def test_doctor_sees_another_topology(cart: Cart, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_DELIVERY_LIMIT", "7")
    found = await cart("doctor")
    assert found.exit_code == 1
    assert f"{running.settings.prefix}.commands.0 differs" in found.output


async def test_doctor_without_servers(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    nowhere = f"127.0.0.1:{unused_tcp_port}"
    environment = {
        "CART_AMQP_URL": f"amqp://{nowhere}/",
        "CART_MONGO_URL": f"mongodb://{nowhere}/",
        "CART_STORAGE_TIMEOUT": "0.3",
    }
    found = await asyncio.to_thread(CliRunner().invoke, app, ["doctor", "--json"], env=environment)
    assert found.exit_code == 1
    assert [(each["check"], each["ok"]) for each in json.loads(found.output)] == [
        ("broker", False),
        ("database", False),
    ]


@pytest.mark.usefixtures("stored")
async def test_audit(cart: Cart, running: Running, shop: Shop) -> None:
    sound = await cart("audit")
    assert (sound.exit_code, sound.output.splitlines()[0]) == (0, f"1 versions of 1 carts of {shop.tenant}")
    assert "not to be seen" in next(line for line in sound.output.splitlines() if " G1 " in line)
    async with AsyncMongoClient(running.settings.mongo_url.get_secret_value()) as client:
        carts = client[running.settings.database]["carts"]
        await carts.update_one({"_id": f"{shop.tenant}/c-1"}, {"$set": {"version": 9}})
    broken = await cart("audit", "--json")
    assert broken.exit_code == 1
    told = {each["name"]: each["holds"] for each in json.loads(broken.output)["guarantees"]}
    assert told == {
        "G1": None,
        "G2": True,
        "G3": False,
        "G4": None,
        "G5": True,
        "G6": None,
        "G7": True,
        "G8": None,
        "G9": False,
    }
    assert "is stored at version 9" in (await cart("audit")).output
