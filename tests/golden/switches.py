"""The switches that a golden case states, as a pricing policy."""

from typing import Any

from cartwright.models.policy import PricingPolicy

SHORT = {"level": "taxLevel", "round": "percentRounding", "weights": "orderDiscountWeights"}
LONG = {
    "rounding",
    "taxLevel",
    "remainder",
    "percentRounding",
    "orderDiscountWeights",
    "actionsOfOnePromotion",
    "cashRounding",
}


def policy_of(case: dict[str, Any]) -> PricingPolicy:
    """The default policy with the case's switches, whose values are written with underscores."""
    stated = {SHORT.get(name, name): value for name, value in case.items() if isinstance(value, str)}
    if any(step[0] == "item_fix_orig_pct" for step in case.get("steps", []) if isinstance(step, list)):
        stated["actionsOfOnePromotion"] = "original"
    return PricingPolicy.model_validate(
        {name: value.replace("_", "-") for name, value in stated.items() if name in LONG}
    )
