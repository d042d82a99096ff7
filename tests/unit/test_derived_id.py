"""Ids that are made stay what they are: a command that comes again after an upgrade finds what it made before."""

import pytest

from engine.reading import derived_cart_id
from models.derived_id import derived_id


def test_they_are_those_of_earlier_releases() -> None:
    assert derived_cart_id("acme", "m-1") == "c-14c387bac7a0ad9e1e5c142f"
    assert derived_id("acme", "m-1", digits=16) == "d5d0338f5e977bd5"


@pytest.mark.parametrize("parts", [("acme", "m-2"), ("other", "m-1"), ("acme", "m-1", "externalId")])
def test_other_parts_make_another_one(parts: tuple[str, ...]) -> None:
    assert derived_id(*parts) != derived_id("acme", "m-1")
