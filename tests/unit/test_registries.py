"""What was written is read by whoever asks, in a process that has imported nothing else; each kind has its place."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.changes.change import Change, change

ROOT = Path(__file__).parents[2]
READINGS = {
    "a change": """
from models.changes.change import read_change
assert read_change({"type": "rule-applied", "ruleId": "r", "itemIds": ["i-1"]}).rule_id == "r"
assert read_change({"type": "cart-deleted"}).type == "cart-deleted"
""",
    "a rule": """
from facts.snapshot import CatalogRows
row = {"kind": "cardinality", "id": "one", "items": {"offeringIds": ["mug"]}, "max": 1}
assert CatalogRows.stored({"rules": [row]}).rules[0].kind == "cardinality"
""",
    "a promotion": """
from facts.snapshot import CatalogRows
row = {"id": "p", "benefits": [{"kind": "percent", "value": "10"}], "conditions": [{"kind": "quantity", "minimum": 2}]}
[promotion] = CatalogRows.stored({"promotions": [row]}).promotions
assert (promotion.benefits[0].kind, promotion.conditions[0].kind) == ("percent", "quantity")
""",
    "a journal": """
from datetime import UTC, datetime
from types import SimpleNamespace
from engine.replay import replay
from models.changes.priced_patch import PricedPatch
from models.cart.cart import Cart
from engine.opening import blank_cart
now = datetime(2026, 1, 1, tzinfo=UTC)
made = SimpleNamespace(tenant="acme", cart_id="c-1", version=1, at=now, actor=None, reason=None,
    changes=[{"type": "cart-created", "header": {"currency": "EUR"}}],
    priced=PricedPatch.of(blank_cart("acme", "c-1", now, None)))
assert replay([made]).currency == "EUR"
""",
}


@pytest.mark.parametrize("what", READINGS)
def test_it_is_read_without_the_commands(what: str) -> None:
    program = READINGS[what] + "import sys\nassert not [each for each in sys.modules if each.startswith('handlers.')]"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_change_elsewhere_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"belongs in models\.changes"):

        @change("thing-lost")
        class ThingLost(Change):
            """Nobody would find it."""
