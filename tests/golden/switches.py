"""The switches of the pricing policy that a golden case states."""

from typing import Any

from pydantic import ValidationError

from cartwright.wire.policy import PricingPolicy

SHORT = {"level": "taxLevel", "round": "percentRounding", "weights": "orderDiscountWeights"}
LONG = (
    "rounding",
    "taxLevel",
    "inclusiveRounding",
    "remainder",
    "percentRounding",
    "orderDiscountWeights",
    "actionsOfOnePromotion",
    "cashRounding",
)
SWITCHES = frozenset((*SHORT, *LONG))


def choice_of(case: dict[str, Any]) -> dict[str, str]:
    """The switches as a cart's `pricingPolicy` has them; the values of a case are written with underscores.

    Null says as much as leaving a switch out. Raises `ValueError` for a value that no switch has.
    """
    stated = {SHORT.get(name, name): value for name, value in case.items() if name in SWITCHES and value is not None}
    if isinstance(case.get("weights"), list):
        del stated["orderDiscountWeights"]
    if any(step[0] == "item_fix_orig_pct" for step in case.get("steps", []) if isinstance(step, list)):
        stated["actionsOfOnePromotion"] = "original"
    choice = {name: value.replace("_", "-") if isinstance(value, str) else value for name, value in stated.items()}
    try:
        PricingPolicy.model_validate(choice)
    except ValidationError as error:
        problems = (f"{each['loc'][0]} {each['input']!r}: {each['msg']}" for each in error.errors())
        raise ValueError("; ".join(problems)) from None
    return choice


def policy_of(case: dict[str, Any]) -> PricingPolicy:
    """The default policy with the case's switches; raises `ValueError` as `choice_of` does."""
    return PricingPolicy.model_validate(choice_of(case))
