"""What other people install: the wheel holds the client alone, and a service that uses it is typed and runs."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.running import Running
from support.shop import Shop

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
INHERITED = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CART_"))}
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"cartwright"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what the build reads: other tests see no half-written files."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT / "cartwright", source / "cartwright", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    run(UV, "build", "--quiet", "--wheel", "--out-dir", built, source)
    [found] = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and what the wheel asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    run(UV, "venv", "--quiet", "--python", sys.executable, "--clear", folder)
    run(UV, "pip", "install", "--quiet", "--python", folder, wheel)
    return folder


@pytest.fixture
def service() -> str:
    """The example of the README: a small service."""
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return str(example)


def test_the_wheel_holds_the_client_alone(wheel: Path, environment: Path) -> None:
    top = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"cartwright"}
    [packages] = environment.glob("lib/python*/site-packages")
    installed = {path.name for path in packages.iterdir()}
    assert {"aio_pika", "cartwright", "iso4217", "pydantic"} <= installed
    assert installed.isdisjoint({"bson", "faststream", "motor", "pymongo", "rich", "typer", *OURS})
    assert {"models", "handlers", "storage", "workers"} <= OURS


def test_every_module_of_it_can_be_imported(environment: Path, tmp_path: Path) -> None:
    program = """
import importlib, pkgutil, cartwright
for module in pkgutil.walk_packages(cartwright.__path__, "cartwright."):
    importlib.import_module(module.name)
for name in importlib.import_module("cartwright.client").__all__:
    getattr(cartwright, name)
print(cartwright.__file__)
"""
    assert str(environment) in run(environment / "bin" / "python", "-c", program, cwd=tmp_path)


def test_a_service_is_typed(environment: Path, service: str, tmp_path: Path) -> None:
    assert "Success" in check(environment, service, tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ('offering_id="coffee"', "offering_id=7", "arg-type"),
        ('offering_id="coffee"', 'offering="x"', "call-arg"),
        ("dry_run=True", "dryrun=True", "call-arg"),
        ("carts.get_cart(created.cart_id)", "carts.get_basket(created.cart_id)", "attr-defined"),
        ("shown.cart.due_now", "shown.cart.due_later", "attr-defined"),
        ("carts.add_items(cart_id, COFFEE, version", "carts.remove_items(cart_id, COFFEE, version", "arg-type"),
    ],
)
def test_what_is_wrong_is_found_by_the_types(
    environment: Path, service: str, tmp_path: Path, right: str, wrong: str, complaint: str
) -> None:
    assert right in service
    assert f"[{complaint}]" in check(environment, service.replace(right, wrong), tmp_path, expected=1)


async def test_a_service_runs_against_a_worker(
    environment: Path, service: str, running: Running, shop: Shop, amqp_url: str
) -> None:
    await shop.call("upsert-offerings", None, {"offerings": [{"id": "coffee"}]})
    price = {"id": "p", "offeringId": "coffee", "type": "one-time", "currency": "EUR"}
    await shop.call("upsert-prices", None, {"prices": [{**price, "amount": "9.99", "taxIncluded": True}]})
    address = 'os.environ["CART_AMQP_URL"]'
    assert f"CartClient({address})" in service
    names = f"tenant={shop.tenant!r}, prefix={running.settings.prefix!r}"
    program = service.replace(f"CartClient({address})", f"CartClient({address}, {names})")
    said = await asyncio.to_thread(run, environment / "bin" / "python", "-c", program, CART_AMQP_URL=amqp_url)
    assert said.splitlines() == ["i-2-1 0.00 → 9.99", "None 0.00 → 9.99", "to pay: 9.99"]
    kinds = ["cart-updated", "cart-created", "cart-updated"]
    assert [event.routing_key for event in await shop.events(3)] == [f"{shop.tenant}.{kind}" for kind in kinds]


def check(environment: Path, service: str, folder: Path, expected: int = 0) -> str:
    """What strict type-checking of the service against the installed wheel says."""
    (folder / "service.py").write_text(service)
    python = environment / "bin" / "python"
    options = ("--strict", "--python-executable", python, "--cache-dir", environment / "mypy")
    return run(sys.executable, "-m", "mypy", *options, "service.py", cwd=folder, expected=expected)


def run(*command: object, cwd: Path | None = None, expected: int = 0, **environment: str) -> str:
    """What a program prints; it must end with the expected code."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**INHERITED, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout
