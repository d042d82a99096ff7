"""`cart load`: files of any shape as commands in the right order, and what is wrong with a row said by file and row."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.catalog.batches import MOST_ROWS, batches
from cli.catalog.kinds import COMMANDS
from cli.catalog.rows import read_rows
from handlers.kinds import CatalogCommand
from handlers.registry import commands

runner = CliRunner()
TAX = {"id": "fr", "country": "FR", "category": "standard", "rate": "20"}
MUG = {"id": "mug", "taxCategory": "standard"}
PRICE = {"id": "mug", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "9.90"}
CONFIGURATION = {"defaults": {"country": "FR"}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CART_AMQP_URL", "amqp://localhost:1/")
    return tmp_path


def written(folder: Path, name: str, content: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def checked(source: str = "shop") -> tuple[int, str]:
    done = runner.invoke(app, ["load", source, "--check"], env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_every_command_about_catalogs_has_its_place_in_the_order() -> None:
    about = {kind for kind, entry in commands().items() if isinstance(entry, CatalogCommand)}
    assert set(COMMANDS.values()) == about


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("prices.json", [PRICE]),
        ("30-prices-fr.json", [PRICE]),
        ("all.json", {"prices": [PRICE]}),
        ("all.json", [{"type": "upsert-prices", "data": {"prices": [PRICE]}}]),
        ("all.json", {"type": "upsert-prices", "data": {"prices": [PRICE]}}),
        ("prices.jsonl", f"{json.dumps(PRICE)}\n\n"),
        ("all.jsonl", json.dumps({"type": "upsert-prices", "data": {"prices": [PRICE]}})),
    ],
)
def test_every_form_of_a_file_leads_to_the_same_command(folder: Path, name: str, content: Any) -> None:
    written(folder, name, content)
    [batch] = batches(read_rows(name)[1])
    assert (batch.command, batch.data) == ("upsert-prices", {"prices": [PRICE]})


def test_rows_come_in_the_order_in_which_they_need_each_other(folder: Path) -> None:
    written(folder, "shop/a-rules.json", [])
    written(folder, "shop/b-prices.json", [PRICE])
    written(folder, "shop/c.json", {"offerings": [MUG], "configuration": CONFIGURATION})
    written(folder, "shop/more/taxes.jsonl", json.dumps(TAX))
    written(folder, "shop/readme.txt", "not a row")
    assert checked() == (2, "cart: a-rules.json can't be read: it holds no rows\n")
    (folder / "shop/a-rules.json").unlink()
    files, rows = read_rows("shop")
    assert files == ["b-prices.json", "c.json", "more/taxes.jsonl"]
    made = batches(rows)
    assert [batch.command for batch in made] == [
        "set-configuration",
        "upsert-taxes",
        "upsert-offerings",
        "upsert-prices",
    ]
    assert made[0].data == CONFIGURATION
    assert checked() == (0, "4 rows of 3 files can be sent; the worker may still say more\n")


def test_no_command_has_more_rows_or_bytes_than_a_worker_takes(folder: Path) -> None:
    names = [{"id": f"o-{number}", "name": "n" * 100} for number in range(MOST_ROWS + 7)]
    written(folder, "offerings.json", names)
    assert [len(batch.rows) for batch in batches(read_rows("offerings.json")[1])] == [MOST_ROWS, 7]
    large = [{"id": f"o-{number}", "name": "n" * 150, "extra": "x" * 2000} for number in range(500)]
    written(folder, "offerings.json", large)
    made = batches(read_rows("offerings.json")[1])
    assert len(made) > 1
    assert max(len(json.dumps(batch.data)) for batch in made) < 1024 * 1024
    assert sum(len(batch.rows) for batch in made) == 500


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "prices.json",
            [PRICE, {**PRICE, "id": "b", "amuont": "1"}],
            "prices.json row 2 (b) /amuont unknown-field: There",
        ),
        ("prices.json", [PRICE, {**PRICE, "id": "b", "amuont": "1"}], "Did you mean amount?"),
        (
            "prices.jsonl",
            f"{json.dumps(PRICE)}\n{json.dumps({'id': 'b'})}",
            "prices.jsonl line 2 (b) /offeringId missing",
        ),
        ("all.json", {"prices": [PRICE, {}]}, "all.json, prices 2 /id missing"),
        ("all.json", [{"type": "upsert-prices", "data": {"prices": [{}]}}], "all.json row 1, prices 1 /id missing"),
        ("configuration.json", {"defalts": {}}, "configuration.json /defalts unknown-field"),
        ("taxes.json", [{**TAX, "rate": "twenty"}], "row 1 (fr) /rate wrong-format: Input should be 0 to 100"),
        ("taxes.json", [TAX, {**TAX, "name": "again"}], "taxes.json row 2 and taxes.json row 1 both have taxes fr"),
    ],
)
def test_a_row_that_is_wrong_is_told_by_file_and_row(folder: Path, name: str, content: Any, said: str) -> None:
    written(folder, f"shop/{name}", content)
    code, output = checked()
    assert code == 1
    assert said in output
    sent = runner.invoke(app, ["load", "shop"])
    assert (sent.exit_code, said in sent.output) == (1, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("prices.json", '[{"id": "a",]', "prices.json can't be read: line 1, column 13: "),
        ("prices.json", '[\n{"id": "a", "id": "b"}]', "an object names id twice"),
        ("prices.json", "7", "prices.json is no object"),
        ("prices.json", [7], "prices.json row 1 is no object"),
        ("things.json", [PRICE], "things.json row 1 is no command with type and data, and nothing says which kind"),
        ("things.json", {"price": [PRICE]}, "there are no rows of kind price. Did you mean prices? There are"),
        ("things.json", {"prices": PRICE}, "prices is no list"),
        ("things.json", {"prices": [7]}, "things.json, prices 1 is no object"),
        (
            "things.json",
            [{"type": "upsert-price", "data": {}}],
            "no command about the catalog. Did you mean upsert-prices?",
        ),
        ("things.json", [{"type": "upsert-prices", "data": []}], "data is no object"),
        ("things.json", [{"type": "upsert-prices", "data": {"price": []}}], "is a list of prices, and nothing else"),
        ("prices.json", "[" * 100_000, "prices.json can't be read: it is nested too deep"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_place(folder: Path, name: str, content: Any, said: str) -> None:
    written(folder, f"shop/{name}", content)
    code, output = checked()
    assert (code, said in output) == (2, True), output


def test_a_check_tells_programs_what_it_found(folder: Path) -> None:
    written(folder, "shop/prices.json", [PRICE])
    written(folder, "shop/taxes.json", [TAX])
    told = runner.invoke(app, ["load", "shop", "--check", "--json"])
    commands = [{"rows": 1, "type": "upsert-taxes"}, {"rows": 1, "type": "upsert-prices"}]
    assert json.loads(told.output) == {"files": ["prices.json", "taxes.json"], "commands": commands}

    written(folder, "shop/taxes.json", [TAX, {**TAX, "id": "b", "rate": "twenty"}])
    for arguments in (["--check", "--json"], ["--json"]):
        told = runner.invoke(app, ["load", "shop", *arguments])
        [problem] = json.loads(told.output)["problems"]
        assert (told.exit_code, problem["place"], problem["code"]) == (1, "taxes.json row 2 (b) /rate", "wrong-format")


def test_a_file_or_folder_that_is_not_there(folder: Path) -> None:
    assert checked("nowhere.json") == (2, "cart: nowhere.json can't be read: No such file or directory\n")
    (folder / "empty").mkdir()
    assert checked("empty") == (2, "cart: empty holds no file that ends in .json or .jsonl\n")
    (folder / "prices.json").write_bytes(b'[\n"\xff"]')
    assert checked("prices.json") == (2, "cart: prices.json can't be read: line 2 is not UTF-8\n")
