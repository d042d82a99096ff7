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
