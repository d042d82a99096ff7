"""`cart price`: documents and stories priced offline, and the waterfall that it prints."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.app import app
from support.golden_carts import FOLDER
from support.pricing import document, price_row, promotion

runner = CliRunner()
CARTS = sorted(FOLDER.glob("*.json"))
TENTH = {"kind": "percent", "value": "10"}


def printed(path: Path, *options: str) -> str:
    done = runner.invoke(app, ["price", str(path), *options], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.stdout


def written(folder: Path, content: Any) -> Path:
    path = folder / "document.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", CARTS, ids=lambda path: path.stem)
def test_every_golden_cart_is_printed_as_a_waterfall(path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))["expected"]
    shown = printed(path)
    assert "policy " in shown
    for price in expected["prices"]:
        assert all(part in shown for part in (price["of"], price["gross"], price["lines"][0][1]))
    for total in expected["totals"]:
        assert total["gross"] in shown
    last = [line.split() for line in shown.partition("due now")[2].splitlines() if line.strip()]
    assert [expected["dueNow"]["payable"]] in last
    for name, reason in expected["verdicts"].items():
        assert f"promotion {name} {'applied' if reason is None else f'did not apply: {reason}'}" in shown


def test_a_document_is_printed_with_the_way_to_its_amounts(tmp_path: Path) -> None:
    shop = document({"mug": 3}, [price_row("mug", "9.99")], promotion("tenth", TENTH))
    rows = [line.split() for line in printed(written(tmp_path, shop)).splitlines()]
    assert ["mug", "one-time", "list-price", "pp-mug", "29.97", "29.97"] in rows
    assert ["promotion", "tenth", "-3.00", "26.97"] in rows
    assert ["promotion", "tenth", "applied"] in rows


def test_the_same_as_json(tmp_path: Path) -> None:
    shop = document({"mug": 3}, [price_row("mug", "9.99")], promotion("tenth", TENTH))
    told = json.loads(printed(written(tmp_path, shop), "--json"))
    assert told["cart"]["dueNow"]["payable"] == "26.97"
    assert told["explanation"]["dueNow"]["lines"][-1]["after"] == "26.97"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"items": []}, "/data/currency missing"),
        ({"catalog": {"prices": [{"id": "p"}]}, "steps": []}, "not a story"),
        ({"catalog": {}, "steps": []}, "Nothing in this story prices a cart."),
        ({"catalog": {}, "steps": [{"send": {"type": "set-configuration", "data": {}}}]}, "rows belong to the catalog"),
    ],
)
def test_what_cannot_be_priced_says_why(tmp_path: Path, content: dict[str, Any], said: str) -> None:
    done = runner.invoke(app, ["price", str(written(tmp_path, content))])
    assert done.exit_code == 1
    assert said in done.output


def test_later_periods_are_told_in_words(tmp_path: Path) -> None:
    free = promotion("free", {"kind": "free-period", "periods": 3})
    content = document({"a": 1}, [price_row("a", "29.90", period="P1M")], free)
    assert "P1M: 0.00 for 3 months, then 29.90" in printed(written(tmp_path, content))


def test_later_periods_of_lines_are_told_too(tmp_path: Path) -> None:
    ramp = {
        **price_row("a", "29.90", period="P1M"),
        "phases": [{"periods": 2, "amount": "9.90"}, {"periods": None, "amount": "29.90"}],
    }
    del ramp["amount"]
    shop = document({"a": 1, "b": 1}, [ramp, price_row("b", "5.00", period="P1M")])
    lines = printed(written(tmp_path, shop)).splitlines()
    assert "a P1M: 9.90 for 2 months, then 29.90" in lines
    assert "total P1M: 14.90 for 2 months, then 34.90" in lines
    assert not [line for line in lines if line.startswith("b P1M:")]


def test_warnings_are_told(tmp_path: Path) -> None:
    gone = {"validFor": {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}}
    price, offering = price_row("mug", "9.99"), {"id": "mug", "taxCategory": "standard"}
    story = {
        "catalog": {"offerings": [offering], "prices": [price]},
        "steps": [
            {
                "send": {
                    "type": "create-cart",
                    "data": {"currency": "EUR", "items": [{"id": "i-1", "offeringId": "mug"}]},
                }
            },
            {"catalog": {"prices": [{**price, **gone}]}, "send": {"type": "reprice-cart", "data": {}}},
        ],
    }
    assert "warning i-1 price-not-found" in printed(written(tmp_path, story))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"currency": "EUR",\n "items": [}', "line 2, column 12: Expecting value"),
        (b'{"currency": "EUR",\n "items": "\xff"}', "line 2 is not UTF-8"),
        (b'{"currency": "EUR", "currency": "EUR"}', "An object names a key twice."),
        (b"[]", "The body is not a JSON object."),
        (b"", "line 1, column 1: Expecting value"),
    ],
)
def test_a_broken_file_is_told_with_the_place(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "document.json"
    path.write_bytes(content)
    done = runner.invoke(app, ["price", str(path)])
    assert done.exit_code == 2
    assert done.output.startswith(f"cart: {path} can't be priced: {said}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = runner.invoke(app, ["price", str(tmp_path / "nothing.json")])
    assert (done.exit_code, "nothing.json can't be read: No such file or directory" in done.output) == (2, True)
    assert runner.invoke(app, ["price", str(tmp_path)]).exit_code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"catalog": {"prices": [{"id": "p"}]}, "steps": []}, "/catalog/prices/0/offeringId missing: Field required"),
        (
            {"catalog": {"price": []}, "steps": []},
            "/catalog/price unknown-field: A catalog has no such rows. Did you mean prices?",
        ),
        (
            {"catalog": {"taxes": [{"id": "t", "contry": "FR"}]}, "steps": []},
            "/catalog/taxes/0/contry unknown-field: There is no such field. Did you mean country?",
        ),
        ({"steps": []}, "/catalog missing"),
        ({"catalog": {}, "steps": [{"catalog": {"taxes": [{}]}}]}, "/steps/0/catalog/taxes/0/id missing"),
        (
            {"currency": "EUR", "items": [{"offeringId": "a", "qty": 1}]},
            "/data/items/0/qty unknown-field: There is no such field. Did you mean quantity?",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_place(tmp_path: Path, content: dict[str, Any], said: str) -> None:
    done = runner.invoke(app, ["price", str(written(tmp_path, content))])
    assert (done.exit_code, said in done.output) == (1, True), done.output
