"""The parameters that every operation of the telco dialect has are those of its plan."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dialects.dialect import Call
from dialects.telco.dialect import DIALECT

CALLS = Path(__file__).parents[2] / "samples" / "telco" / "calls"
ITEM = {"id": "c-1", "cartItemId": "i-1", "offerContainerId": "k-1"}
OTHERS: dict[str, Any] = {
    "add-offer-container": {"offerContainer": [{"category": [{"id": "mobile"}]}]},
    "create-cart-item": {"cartItem": [{"productOffering": {"id": "plan"}}]},
    "create-shopping-cart": {},
    "delete-cart-item": None,
    "delete-offer-container": None,
    "delete-shopping-cart": None,
    "empty-shopping-cart": None,
    "modify-channel-and-place": {"channel": {"id": "web"}},
    "query-shopping-cart": None,
    "update-cart-items": {"cartItem": [{"id": "i-1", "quantity": 2}]},
    "update-offer-containers": {"offerContainer": [{"id": "k-1", "category": [{"id": "mobile"}]}]},
    "validate-shopping-cart": None,
}
"""Bodies of the operations that no sample is of."""


def call(operation: str, **parameters: Any) -> Call:
    """A call of the operation with what it needs, and these parameters besides."""
    sample = CALLS / f"{operation}.json"
    sent = (
        json.loads(sample.read_text(encoding="utf-8"), parse_float=Decimal)
        if sample.exists()
        else {"parameters": ITEM, "body": OTHERS[operation]}
    )
    given = {**(sent.get("parameters") or {}), **parameters}
    return Call("acme", operation, "m-1", "c-1", given, sent.get("body"))


@pytest.mark.parametrize("operation", sorted(DIALECT.operations))
def test_a_version_a_dry_run_and_a_reason_are_the_plan_s(operation: str) -> None:
    plan = DIALECT.operations[operation].plan(call(operation, version=7, dryRun=True, reason="a trial"))
    assert (plan.version, plan.dry_run, plan.reason) == (7, True, "a trial")
