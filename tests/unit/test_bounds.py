"""No integer beyond 64 bits gets in: every integer of every command has bounds."""

import pytest

from cli.schema.schemas import command_models
from support.integers import IntegerField, integer_fields

LARGEST = 2**63 - 1


def test_the_list_of_integers_sees_into_lists_kinds_and_unions() -> None:
    found = {str(each) for each in integer_fields()}
    assert {
        "create-cart/data/items/0/quantity",
        "create-cart/version",
        "upsert-prices/data/prices/0/tiers/0/blockSize",
        "upsert-promotions/data/promotions/0/conditions/0/minimum of quantity",
        "simulate-price/data/facts/rules/0/max of cardinality",
    } <= found
    assert {each.command for each in integer_fields()} == command_models().keys()


@pytest.mark.parametrize("field", integer_fields(), ids=str)
def test_every_integer_has_bounds_within_64_bits(field: IntegerField) -> None:
    assert "minimum" in field.schema
    assert "maximum" in field.schema
    assert -LARGEST <= field.schema["minimum"] <= field.schema["maximum"] <= LARGEST
