"""The carrier's example (004, Add Items to Cart), and a catalog that sells what is in it."""

import json
from pathlib import Path
from typing import Any

SAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "samples" / "carrier-order" / "add-items.json").read_text(encoding="utf-8")
)
REQUEST: dict[str, Any] = SAMPLE["request"]
OFFERED = [each["productOfferingId"] for each in REQUEST["items"] if "productOfferingId" in each]
OFFERINGS = [{"id": each, "characteristics": [{"name": "ICCID", "valueType": "string"}]} for each in OFFERED]
PRICES = [
    {"id": f"pp-{each}", "offeringId": each, "type": "one-time", "currency": "EUR", "amount": "10.00"}
    for each in OFFERED
]
