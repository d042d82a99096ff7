"""What CONTRIBUTING says of adding a command, done to a copy of the tree: one file, and the command is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

USE_IT = """
import json
from datetime import UTC, datetime
from cartwright.handlers.execute import execute
from cartwright.handlers.reading import Origin, read_command
from cartwright.pricing.facts import Facts
from cartwright.cli.asyncapi import asyncapi_document

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
print("it works")
"""


def test_one_file_is_enough(tmp_path: Path) -> None:
    """The example of CONTRIBUTING, taken from it word by word."""
    blocks = re.findall(r"```python\n# (handlers/\w+\.py)\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    [(path, code)] = blocks
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(".venv", ".git", "node_modules", ".stack"))
    (tree / path).write_text(code)
    done = subprocess.run(
        [sys.executable, "-c", USE_IT],
        env={"PYTHONPATH": str(tree / "src"), "PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "it works\n", done.stderr
