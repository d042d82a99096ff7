"""`cart reprice` against a worker: started, watched, come back to, reported in a file, refused."""

import csv
import json
import re
from pathlib import Path

import pytest

from support.cli_runs import Cart, runs
from support.jobs import ended, lines_of, raise_price
from support.running import Running
from support.shop import Shop

PHONE = {"id": "i-1", "offeringId": "phone", "quantity": 1}
UNKNOWN_JOB = "j-" + 24 * "0"


@pytest.fixture
def cart(running: Running, shop: Shop) -> Cart:
    return runs(running.settings, shop.tenant)


@pytest.fixture
async def phones(shop: Shop) -> list[str]:
    """Carts whose price has risen."""
    phones = [await shop.cart(PHONE) for _ in range(3)]
    await raise_price(shop, "110.00")
    return sorted(phones)


async def test_shows_what_the_job_came_to(cart: Cart, shop: Shop, phones: list[str]) -> None:
    done = await cart("reprice", "--label", "[b]December[/b]", "--where", 'country = "FR"', "--rate", "1000")
    assert done.exit_code == 0, done.output
    assert "completed [b]December[/b]" in done.output
    assert re.search(r"│ +3 │ +3 │ +0 │ +0 │ +0 │ +0 │", done.output)
    assert re.search(r"│ one-time +│ EUR +│ +360.00 │ +396.00 │ +36.00 │", done.output)
    assert re.search(r"│ one-time EUR +│ \+10 to \+50 +│ █+ +│ +3 │", done.output)
    assert all(phone in done.output for phone in phones)
    assert [(await shop.call("get-cart", phone))["version"] for phone in phones] == [2, 2, 2]


async def test_a_preview_in_json_writes_nothing(cart: Cart, shop: Shop, phones: list[str]) -> None:
    done = await cart("reprice", "--preview", "--as-of", "2026-01-01T00:00:00Z", "--cart", phones[0], "--json")
    assert done.exit_code == 0, done.output
    job = json.loads(done.stdout)
    assert (job["mode"], job["asOf"], job["counts"]["total"]) == ("preview", "2026-01-01T00:00:00Z", 1)
    assert (await shop.call("get-cart", phones[0]))["version"] == 1


async def test_comes_back_to_a_job_and_writes_its_report(
    cart: Cart, shop: Shop, phones: list[str], tmp_path: Path
) -> None:
    gone = await shop.call("start-repricing", data={"cartIds": [*phones, "c-gone"]})
    job_id = gone["job"]["id"]
    rows, lines = tmp_path / "report.csv", tmp_path / "report.jsonl"
    for path in (rows, lines):
        done = await cart("reprice", "--job", job_id, "--out", str(path))
        assert done.exit_code == 0, done.output
    assert list(map(json.loads, lines.read_text().splitlines())) == await lines_of(shop, job_id)
    with rows.open(newline="") as file:
        found = {row["cartId"]: row for row in csv.DictReader(file)}
    assert found.keys() == {*phones, "c-gone"}
    moved = {"currency": "EUR", "type": "one-time", "period": "", "before": "120.00", "after": "132.00"}
    head = {"versionBefore": "1", "versionAfter": "2", "outcome": "changed", "code": ""}
    assert found[phones[0]] == {"cartId": phones[0], **head, **moved, "because": "list-price-changed"}
    assert (found["c-gone"]["outcome"], found["c-gone"]["code"]) == ("skipped", "cart-not-found")
    assert found["c-gone"]["before"] == ""


async def test_a_cancelled_job_ends_with_one(cart: Cart, shop: Shop) -> None:
    await shop.cart(PHONE)
    job_id = (await shop.call("start-repricing", data={"ratePerSecond": 1}))["job"]["id"]
    await shop.call("cancel-job", data={"jobId": job_id})
    await ended(shop, job_id)
    done = await cart("reprice", "--job", job_id)
    assert done.exit_code == 1
    assert "the job is cancelled" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--where", "country ="), "invalid", "/data/where at character 10"),
        (("--where", 'country = "FR"', "--cart", "c-1"), "invalid", "/data the carts are named by where or by cartIds"),
        (("--with-draft", "pp-draft"), "invalid", "/data asOf and withDrafts need mode preview"),
        (("--with-draft", "pp-draft", "--preview"), "invalid", "/data/withDrafts/0 no-draft"),
        (("--label", 1000 * "x"), "invalid", "/data/label"),
        (("--cart", ""), "invalid", "/data/cartIds/0"),
        (("--job", UNKNOWN_JOB), "job-not-found", "/data/jobId"),
        (("--job", "7"), "job-not-found", "/data/jobId"),
        (("--job", "my job"), "invalid", "/data/jobId"),
    ],
)
async def test_a_refusal_is_shown_and_ends_with_one(
    cart: Cart, shop: Shop, arguments: tuple[str, ...], code: str, said: str
) -> None:
    refused = await cart("reprice", *arguments)
    assert refused.exit_code == 1, refused.output
    assert f"refused ({code})" in refused.stderr
    assert said in refused.stderr
    as_json = await cart("reprice", *arguments, "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["error"]["code"] == code
    assert (await shop.call("find-jobs"))["items"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--job", UNKNOWN_JOB, "--preview"), "what it does was said when it was started"),
        (("--out", "/no/such/folder/report.csv"), "/no/such/folder/report.csv can't be written"),
        (("--rate", "0"), "--rate"),
        (("--as-of", "yesterday"), "--as-of"),
    ],
)
async def test_what_makes_no_sense_ends_with_two_and_starts_nothing(
    cart: Cart, shop: Shop, arguments: tuple[str, ...], said: str
) -> None:
    wrong = await cart("reprice", *arguments)
    assert wrong.exit_code == 2, wrong.output
    assert said in wrong.stderr
    assert (await shop.call("find-jobs"))["items"] == []
