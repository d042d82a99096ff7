"""What CONTRIBUTING says of adding things, done word by word to a copy of the tree: files are added, lines inserted."""

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
from cli.schema.document import asyncapi_document
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

USE_THE_FIELDS = """
import json
from dataclasses import replace
from cli.schema.document import asyncapi_document
from cartwright.wire.cart_view import CartView
from models.answers.rendering import render_cart
from models.changes.priced_patch import PricedPatch
from storage.mongo.cart_documents import read_cart, write_cart
from storage.mongo.entry_documents import read_patch, write_patch
from pricing.price import open_sheet, priced_cart, run_steps
from support.pricing import NOON, document, price_row, priced, promotion, rows, run
from facts.snapshot import Facts

shop = document({"mug": 2}, [price_row("mug", "10.00")], promotion("ten", {"kind": "percent", "value": "10"}))
before = write_cart(priced(shop))
assert "saved" not in before and "sample" not in before["items"][0] and "giftMessage" not in before["header"]
assert read_cart(before).items[0].terms.sample is None

facts = Facts().with_rows(rows(shop), 1)
cart = priced(shop)
cart = run("update-products", {"products": [{"id": "mug", "sample": True}]}, cart, facts).cart
cart = run("add-items", {"items": [{"id": "tea", "offeringId": "mug", "sample": False}]}, cart, facts).cart
cart = run("update-cart", {"giftMessage": "for you"}, cart, facts).cart
sheet = run_steps(open_sheet(cart, facts, NOON))
sheet.result.saved = sum(total.discount for total in sheet.result.totals)
cart = priced_cart(sheet)
assert [item.terms.sample for item in cart.items] == [True, False]
assert (cart.items[0].details, cart.header.gift_message) == ({}, "for you")

stored = write_cart(cart)
assert (stored["saved"], stored["items"][0]["sample"], stored["header"]["giftMessage"]) == (300, True, "for you")
assert read_cart(stored) == cart
patch = PricedPatch.of(cart)
assert (write_patch(patch)["saved"], read_patch(write_patch(patch))) == (300, patch)
assert patch.apply(replace(cart, pricing=read_cart(before).pricing)) == cart

shown = render_cart(cart)
assert (shown["saved"], shown["items"][0]["sample"], shown["giftMessage"]) == ("3.00", True, "for you")
view = CartView.model_validate_json(json.dumps(shown))
assert (str(view.saved), view.items[0].sample, view.gift_message) == ("3.00", True, "for you")

cart = run("update-products", {"products": [{"id": "mug", "sample": None}]}, cart, facts).cart
assert "sample" not in write_cart(cart)["items"][0]
schema = json.dumps(asyncapi_document())
assert all(name in schema for name in ("saved", "sample", "giftMessage"))
print("it works")
"""

USE_THE_QUERY = """
import json
from datetime import UTC, datetime
from engine.execute import execute
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from cli.schema.document import asyncapi_document

now = datetime(2026, 1, 1, tzinfo=UTC)
offering = {"id": "mug", "taxCategory": "standard"}
price = {"id": "p", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "9.90", "taxIncluded": True}
tax = {"id": "fr", "country": "FR", "category": "standard", "rate": "20"}
rows = {"offerings": [offering], "prices": [price], "taxes": [tax]}
facts = Facts().with_rows(CatalogRows.of(rows), 1)

def read(kind, data):
    body = json.dumps({"type": kind, "cartId": "c-1", "data": data}).encode()
    return read_command(body, Origin("acme", kind, "m-1", "c-1", None, now))

header = {"currency": "EUR", "country": "FR", "items": [{"offeringId": "mug", "quantity": 2}]}
entry, creation = read("create-cart", header)
cart = execute(entry, None, creation, facts, now, ()).cart
query, command = read("get-totals", {})
reply = json.loads(answer_query(query, cart, command, facts, now).body("m-1"))
assert (reply["type"], reply["status"], reply["commandId"]) == ("query-result", "read", "m-1")
assert [(each["type"], each["gross"]) for each in reply["items"]] == [("one-time", "19.80")]
assert "get-totals" in json.dumps(asyncapi_document())
print("it works")
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with every file that CONTRIBUTING shows, and every line that it inserts."""
    copy = tmp_path_factory.mktemp("added") / "tree"
    ignored = shutil.ignore_patterns(".venv", ".git", "node_modules", ".stack", ".hypothesis")
    shutil.copytree(ROOT, copy, symlinks=True, ignore=ignored)
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    for path, code in re.findall(r"```python\n# (\S+\.py)\n(.*?)```", contributing, re.DOTALL):
        (copy / path).write_text(code)
    for path, lines in re.findall(r"```diff\n# (\S+\.py)\n(.*?)```", contributing, re.DOTALL):
        insert(copy / path, lines.splitlines(keepends=True))
    return copy


def test_a_command_is_one_file(tree: Path) -> None:
    assert run(tree, "-c", USE_THE_COMMAND) == "it works\n"


def test_a_cart_field_is_two_places(tree: Path) -> None:
    assert run(tree, "-c", USE_THE_FIELDS) == "it works\n"


def test_a_query_is_one_file(tree: Path) -> None:
    assert run(tree, "-c", USE_THE_QUERY) == "it works\n"


def test_a_price_rule_is_one_file_and_its_test(tree: Path) -> None:
    assert "1 passed" in run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/test_above.py")


def insert(file: Path, lines: list[str]) -> None:
    """Insert the lines that a diff marks with `+` between those that are there."""
    there = "".join(line[1:] for line in lines if not line.startswith("+"))
    text = file.read_text()
    assert text.count(there) == 1, f"{file} has this {text.count(there)} times: {there}"
    file.write_text(text.replace(there, "".join(line[1:] for line in lines)))


def run(tree: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"PYTHONPATH": f"{tree}:{tree / 'tests'}", "PATH": "/usr/bin:/bin"},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
