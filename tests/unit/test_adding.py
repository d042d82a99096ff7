"""What CONTRIBUTING says of adding things, done to a copy of the tree, word by word: one file, and it is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

USE_THE_COMMAND = """
import json
from datetime import UTC, datetime
from engine.execute import execute
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from cli.schema import asyncapi_document
from cli.schema.client.modules import client_modules

now = datetime(2026, 1, 1, tzinfo=UTC)

def run(cart, kind, data, dry_run=False):
    body = json.dumps({"type": kind, "cartId": "c-1", "dryRun": dry_run, "data": data}).encode()
    registered, command = read_command(body, Origin("acme", kind, "m-1", "c-1", None, now))
    return execute(registered, cart, command, Facts(), now, ())

cart = run(None, "create-cart", {"currency": "EUR"}).cart
outcome = run(cart, "rename-cart", {"name": "for the summer house"})
assert outcome.cart.version == 2
assert outcome.cart.header.scenario == "for the summer house"
assert run(outcome.cart, "rename-cart", {"name": "for the summer house"}).unchanged
assert "rename-cart" in json.dumps(asyncapi_document())
generated = client_modules()
assert "async def rename_cart(self, cart_id: str, data: RenameCart, " in generated["client/methods/cart.py"]
assert "class RenameCart(Data):" in generated["commands/cart.py"]
print("it works")
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree with every file that CONTRIBUTING shows."""
    copy = tmp_path / "tree"
    ignored = shutil.ignore_patterns(".venv", ".git", "node_modules", ".stack", ".hypothesis")
    shutil.copytree(ROOT, copy, symlinks=True, ignore=ignored)
    for path, code in re.findall(
        r"```python\n# (\S+\.py)\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL
    ):
        (copy / path).write_text(code)
    return copy


def test_a_command_is_one_file(tree: Path) -> None:
    assert run(tree, "-c", USE_THE_COMMAND) == "it works\n"


def test_a_price_rule_is_one_file_and_its_test(tree: Path) -> None:
    assert "1 passed" in run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/test_above.py")


def run(tree: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin"},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
