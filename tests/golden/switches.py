"""What a golden case may state: the fields of its kind, and the switches of the pricing policy."""

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

FIELDS = {
    "alloc": {"weights", "amount"},
    "alloc_floor": {"line_totals", "line_min", "amount"},
    "alloc_capped": {"weights", "amount"},
    "div_half_even": {"n", "d"},
    "tax": {"lines", "inclusive"},
    "promo": {"lines", "steps", "rate", "inclusive"},
    "order_discount_tax": {"lines", "steps", "inclusive"},
    "giftcard": {"net", "gross", "balance"},
    "each_fixed": {"items", "value", "max_quantity"},
    "each_pct": {"items", "value", "max_quantity"},
    "buyget": {"unit", "qty", "buy", "get"},
    "fx": {"amount", "rate"},
    "cash_round": {"amount", "step"},
    "proration": {"price", "days", "period_days"},
    "cycles": {"start", "end", "bcd", "target", "period"},
    "tier": {"tiers", "quantity", "mode"},
}
"""What the input of each kind holds; all of them may also state a `currency`."""


def refuse_unknown(kind: str, case: dict[str, Any]) -> None:
    """Raise `ValueError` for what the kind does not know: leaving it out of account would be a guess."""
    unknown = sorted(set(case) - FIELDS[kind] - SWITCHES - {"currency"})
    if unknown:
        raise ValueError(f"unknown input: {', '.join(unknown)}")


def policy_of(case: dict[str, Any]) -> PricingPolicy:
    """The default policy with the case's switches, whose values are written with underscores.

    Null says as much as leaving a switch out. Raises `ValueError` for a value that no switch has.
    """
    stated = {SHORT.get(name, name): value for name, value in case.items() if name in SWITCHES and value is not None}
    if isinstance(case.get("weights"), list):
        del stated["orderDiscountWeights"]
    if any(step[0] == "item_fix_orig_pct" for step in case.get("steps", []) if isinstance(step, list)):
        stated["actionsOfOnePromotion"] = "original"
    try:
        return PricingPolicy.model_validate(
            {name: value.replace("_", "-") if isinstance(value, str) else value for name, value in stated.items()}
        )
    except ValidationError as error:
        problems = (f"{each['loc'][0]} {each['input']!r}: {each['msg']}" for each in error.errors())
        raise ValueError("; ".join(problems)) from None
