"""A catalog by hand, and carts found, on the command line; on a worker."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.cli_runs import Cart, runs
from support.running import Running
from support.shop import Shop

MUG = {"id": "mug", "taxCategory": "standard"}
PRICE = {"id": "mug", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "9.90"}


@pytest.fixture
def cart(running: Running, shop: Shop) -> Cart:
    return runs(running.settings, shop.tenant)


def written(folder: Path, **files: Any) -> str:
    for name, rows in files.items():
        (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
    return str(folder)


async def shown(cart: Cart, *arguments: str) -> str:
    """What a command prints, with single spaces."""
    done = await cart(*arguments)
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.replace("│", " ").split())


async def test_a_folder_is_loaded_in_order_and_a_second_time_changes_nothing(
    cart: Cart, shop: Shop, tmp_path: Path
) -> None:
    rule = {"id": "few", "kind": "cardinality", "items": {"offeringIds": ["mug"]}, "max": 3}
    folder = written(tmp_path, a_rules=[rule], b_prices=[PRICE], c_offerings=[MUG])
    first = await cart("load", folder)
    assert first.exit_code == 0, first.output
    said = [line.partition(", catalog revision")[0] for line in first.stdout.splitlines()]
    assert said == [
        "upsert-offerings: 1 row, applied",
        "upsert-prices: 1 row, applied",
        "upsert-rules: 1 row, applied",
        "3 rows of 3 files: the catalog has changed",
    ]
    cart_id = await shop.cart({"offeringId": "mug"})
    assert (await shop.call("get-cart", cart_id))["cart"]["dueNow"]["payable"] == "11.88"

    again = await cart("load", folder)
    assert [line.count("unchanged") for line in again.stdout.splitlines()] == [1, 1, 1, 0]
    assert again.stdout.splitlines()[-1] == "3 rows of 3 files: nothing has changed"
    told = json.loads((await cart("load", folder, "--json")).stdout)
    assert told["files"] == ["a_rules.json", "b_prices.json", "c_offerings.json"]
    assert [(each["type"], each["rows"], each["reply"]["status"]) for each in told["commands"]] == [
        ("upsert-offerings", 1, "unchanged"),
        ("upsert-prices", 1, "unchanged"),
        ("upsert-rules", 1, "unchanged"),
    ]


async def test_what_the_catalog_refuses_is_told_by_file_and_row(cart: Cart, shop: Shop, tmp_path: Path) -> None:
    tie = {**PRICE, "id": "other"}
    refused = await cart("load", written(tmp_path, offerings=[MUG], prices=[PRICE, tie]))
    assert refused.exit_code == 1
    assert "upsert-prices was refused (invalid)" in refused.output
    assert "prices.json row 2 (other) ambiguous-price: other ties with mug" in refused.output
    assert "1 row before it are loaded" in refused.output
    as_json = await cart("load", str(tmp_path), "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["error"]["code"]) == (1, "invalid")
    mended = await cart("load", written(tmp_path, prices=[PRICE]))
    assert mended.exit_code == 0
    assert "upsert-offerings: 1 row, unchanged" in mended.output


async def test_nothing_is_sent_if_a_row_is_wrong(cart: Cart, shop: Shop, tmp_path: Path) -> None:
    refused = await cart("load", written(tmp_path, offerings=[{"id": "new"}], prices=[{**PRICE, "amount": 9}]))
    assert refused.exit_code == 1
    assert "prices.json row 1 (mug) /amount wrong-type" in refused.output
    assert "nothing was sent" in refused.output
    reply = await shop.call("create-cart", None, {"currency": "EUR", "items": [{"offeringId": "new"}]})
    assert reply["error"]["code"] == "offering-not-found"


async def test_warnings_of_rows_are_told_by_file_and_row(cart: Cart, tmp_path: Path) -> None:
    doubtful = {
        "id": "doubtful",
        "conditions": [{"kind": "expression", "expression": "cart.amount >= 100"}],
        "benefits": [{"kind": "percent", "value": "10"}],
    }
    done = await cart("load", written(tmp_path, promotions=[doubtful]))
    assert (done.exit_code, "promotions.json row 1 (doubtful) /conditions/0/expression minor-units" in done.output) == (
        0,
        True,
    ), done.output


@pytest.fixture
async def carts(shop: Shop) -> None:
    """Seven carts of two customers, the first one submitted."""
    for number in range(7):
        data = {
            "country": "FR",
            "currency": "EUR",
            "customer": {"id": f"u-{number % 2}"},
            "keys": {"salesJourneyId": f"j-{number}"},
            "items": [{"offeringId": "phone" if number < 3 else "plan"}],
        }
        assert (await shop.call("create-cart", f"c-{number}", data))["status"] == "applied"
    token = (await shop.call("validate-cart", "c-0"))["validation"]["token"]
    assert (await shop.call("submit-cart", "c-0", {"token": token}))["status"] == "applied"


async def found(cart: Cart, *arguments: str) -> list[str]:
    done = await cart("find", *arguments, "--json")
    assert done.exit_code == 0, done.output
    return [each["id"] for each in json.loads(done.stdout)["items"]]


@pytest.mark.usefixtures("carts")
async def test_carts_are_found_by_what_they_hold(cart: Cart) -> None:
    assert await found(cart) == [f"c-{number}" for number in range(7)]
    assert await found(cart, "--customer", "u-1") == ["c-1", "c-3", "c-5"]
    assert await found(cart, "--status", "submitted", "--status", "saved") == ["c-0"]
    assert await found(cart, "--offering", "phone", "--status", "active") == ["c-1", "c-2"]
    assert await found(cart, "--key", "salesJourneyId=j-4", "--country", "FR", "--currency", "EUR") == ["c-4"]
    assert await found(cart, "--changed-since", "2020-01-01", "--sort", "-id", "--size", "1") == ["c-6"]
    assert await found(cart, "--changed-since", "9000-01-01T00:00:00Z") == []
    assert await found(cart, "--created-since", "2020-01-01", "--customer", "u-0", "--offering", "plan") == [
        "c-4",
        "c-6",
    ]
    assert await found(cart, "--where", 'id = "c-1" or id = "c-2"', "--customer", "u-0") == ["c-2"]


@pytest.mark.usefixtures("carts")
async def test_pages_of_carts(cart: Cart) -> None:
    page = await shown(cart, "find", "--size", "3", "--sort", "id")
    assert "c-0 submitted 1 u-0 FR 1 120.00 EUR" in page or "c-0 submitted 2 u-0 FR 1 120.00 EUR" in page
    assert "3 of 7 carts, page 1 of 3; more with --cursor " in page
    cursor = page.partition("--cursor ")[2].partition(",")[0]
    assert await found(cart, "--size", "3", "--cursor", cursor) == ["c-3", "c-4", "c-5"]
    assert await found(cart, "--size", "3", "--page", "3") == ["c-6"]
    assert "3 carts; more with" in await shown(cart, "find", "--size", "3", "--cursor", cursor)
    assert "1 of 7 carts, page 3 of 3" in await shown(cart, "find", "--size", "3", "--page", "3")
    assert "0 of 0 carts, page 1 of 1" in await shown(cart, "find", "--customer", "nobody")
    everything = await cart("find", "--size", "2", "--all", "--json")
    assert [json.loads(line)["id"] for line in everything.stdout.splitlines()] == [f"c-{n}" for n in range(7)]
    assert (await shown(cart, "find", "--size", "2", "--all")).endswith("7 carts")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--where", 'costumer.id = "u"'), 1, "Did you mean customer.id?"),
        (("--country", "FR"), 1, "no index serves this"),
        (("--sort", "updated"), 1, "Did you mean updatedAt?"),
        (("--status", "actve"), 2, "actve"),
        (("--key", "nothing"), 2, "--key takes NAME=VALUE"),
        (("--all", "--page", "2"), 2, "--all shows all pages"),
        (("--cursor", "x", "--page", "2"), 2, "--page or --cursor"),
        (("--cursor", "x"), 1, "wrong-cursor"),
        (("--changed-since", "yesterday"), 2, "yesterday"),
    ],
)
async def test_what_cannot_be_found(cart: Cart, arguments: tuple[str, ...], code: int, said: str) -> None:
    refused = await cart("find", *arguments)
    assert (refused.exit_code, said in refused.output) == (code, True), refused.output
