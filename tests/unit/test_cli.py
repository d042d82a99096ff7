import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.schema.committed import rendered

runner = CliRunner()


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a stack, and an environment that names no servers."""
    monkeypatch.chdir(tmp_path)
    for name in ("CART_AMQP_URL", "CART_MONGO_URL", "CART_PREFIX", "CART_PARTITIONS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from typer.testing import CliRunner; from cli.app import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print(sorted({'aio_pika', 'faststream', 'motor', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command", [["get", "c-1"], ["send", "empty-cart"], ["watch"], ["doctor"], ["run"], ["parking", "list"]]
)
def test_without_servers_it_says_how_to_get_some(command: list[str]) -> None:
    done = runner.invoke(app, command)
    assert done.exit_code == 3
    assert "CART_AMQP_URL" in done.output
    assert "make stack-up" in done.output


def test_an_unreachable_broker_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("CART_AMQP_URL", f"amqp://127.0.0.1:{unused_tcp_port}/")
    done = runner.invoke(app, ["get", "c-1"])
    assert done.exit_code == 3
    assert "no connection to the broker" in done.output


@pytest.mark.parametrize(
    "command",
    [
        ["send"],
        ["send", "empty-cart", "--data", "{"],
        ["send", "empty-cart", "--data", "[]"],
        ["send", "empty-cart", "--data", "@missing.json"],
        ["send", "empty-cart", "--version", "-1"],
        ["send", "empty-cart", "--on-conflict", "hope"],
        ["get"],
        ["get", "c-1", "--key", "a=b"],
        ["get", "--key", "a"],
        ["get", "--key", "=b"],
        ["find", "--key", "a"],
        ["find", "--key", "=b"],
        ["unheard-of"],
    ],
)
def test_wrong_usage(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_AMQP_URL", "amqp://localhost/")
    assert runner.invoke(app, command).exit_code == 2


def test_a_stack_whose_processes_are_gone_is_not_used(nowhere: Path) -> None:
    folder = nowhere / ".stack"
    folder.mkdir()
    addresses = {"CART_AMQP_URL": "amqp://localhost/", "CART_MONGO_URL": "mongodb://localhost/"}
    (folder / "state.json").write_text(json.dumps({"addresses": addresses, "processes": [2**30]}))
    assert "no broker is known" in runner.invoke(app, ["get", "c-1"]).output


def test_topology_follows_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_PREFIX", "shop")
    monkeypatch.setenv("CART_PARTITIONS", "3")
    described = json.loads(runner.invoke(app, ["topology", "--json"]).output)
    queues = {queue["name"]: queue for queue in described["queues"]}
    assert {"shop.parking", "shop.commands.0", "shop.commands.1", "shop.commands.2"} <= queues.keys()
    assert queues["shop.commands.0"]["arguments"]["x-dead-letter-routing-key"] == "shop.dead"
    assert "shop.commands.2" in runner.invoke(app, ["topology"]).output


def test_schema_is_written_and_checked(nowhere: Path) -> None:
    document = nowhere / "deep" / "asyncapi.json"
    assert runner.invoke(app, ["schema", "--check", "--output", str(document)]).exit_code == 1
    assert runner.invoke(app, ["schema", "--output", str(document)]).exit_code == 0
    assert json.loads(document.read_text())["asyncapi"] == "3.0.0"
    assert runner.invoke(app, ["schema", "--check", "--output", str(document)]).exit_code == 0
    document.write_text(document.read_text().replace("Shopping carts", "Shipping parts"))
    stale = runner.invoke(app, ["schema", "--check", "--output", str(document)])
    assert stale.exit_code == 1
    assert "stale" in stale.output


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_document_is_the_same_in_every_process(seed: str) -> None:
    program = "from cli.schema.committed import rendered; print(rendered(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert done.stdout == rendered()


@pytest.mark.parametrize(
    "text",
    ["{", "{}", '[{"type": "create-cart", "data": {}}]', '[{"type": "upsert-prices"}]', '[{"type": 1, "data": {}}]'],
)
def test_a_catalog_that_cannot_be_read(text: str, nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_AMQP_URL", "amqp://localhost/")
    (nowhere / "catalog.json").write_text(text)
    done = runner.invoke(app, ["load", "catalog.json"])
    assert done.exit_code == 2
    assert "catalog.json can't be read" in done.output


def test_the_sample_catalog_holds_rows_that_can_be_sent() -> None:
    done = runner.invoke(app, ["load", "sample", "--check"])
    assert (done.exit_code, done.output) == (0, "9 rows of 1 file can be sent; the worker may still say more\n")


def test_a_command_that_does_not_exist_is_told_with_one_that_is_near_or_none() -> None:
    near = runner.invoke(app, ["lod", "x"], env={"COLUMNS": "300"})
    assert near.exit_code == 2
    assert "There is no command lod. Did you mean load? There are run, demo, send," in near.output
    far = runner.invoke(app, ["frobnicate"], env={"COLUMNS": "300"})
    assert far.exit_code == 2
    assert "There is no command frobnicate. There are run," in far.output
