"""The pricing policy: presets, what is stated over them, what is refused."""

import pytest
from pydantic import ValidationError

from cartwright.wire.policy import DEFAULT_POLICY, PRESETS, PricingPolicy, Remainder, Rounding, TaxLevel


def test_every_preset_is_a_policy() -> None:
    for name in PRESETS:
        assert PricingPolicy.model_validate({"preset": name}).preset == name


def test_what_is_stated_wins_over_the_preset() -> None:
    policy = PricingPolicy.model_validate({"preset": "vendure", "taxLevel": "unit", "rounding": "half-even"})
    assert policy.remainder is Remainder.LARGEST_ERROR_OF_FLOOR
    assert policy.tax_level is TaxLevel.UNIT
    assert policy.rounding is Rounding.HALF_EVEN


def test_nothing_stated_is_the_default() -> None:
    assert PricingPolicy.model_validate({}) == DEFAULT_POLICY == PricingPolicy()
    assert DEFAULT_POLICY.model_dump(by_alias=True)["taxLevel"] == "line"


def test_it_survives_its_own_wire_form() -> None:
    policy = PricingPolicy.model_validate({"preset": "sylius", "cashRounding": "0.05"})
    assert PricingPolicy.model_validate_json(policy.model_dump_json(by_alias=True)) == policy


@pytest.mark.parametrize(
    "data",
    [
        {"preset": "unheard-of"},
        {"preset": ["default"]},
        {"rounding": "half_up"},
        {"taxlevel": "unit"},
        {"cashRounding": "0"},
        {"cashRounding": "-0.05"},
        {"cashRounding": 5},
        {"cashRounding": "0,05"},
    ],
)
def test_refuses_what_it_does_not_know(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PricingPolicy.model_validate(data)
