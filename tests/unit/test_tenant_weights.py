"""The setting for weights of tenants: pairs with commas, each tenant once, whole numbers."""

import pytest
from pydantic import ValidationError

from workers.settings import Settings


def test_weights_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_TENANT_WEIGHTS", "acme=4, other=1,")
    assert Settings().weights == {"acme": 4, "other": 1}


def test_without_the_setting_all_tenants_are_alike() -> None:
    assert Settings().weights == {}


@pytest.mark.parametrize(
    "weights", ["acme", "acme=0", "acme=-1", "acme=1.5", "acme=1000", "a b=1", "=2", "acme=1,acme=2"]
)
def test_what_is_no_weight_is_refused(weights: str) -> None:
    with pytest.raises(ValidationError, match="tenant_weights"):
        Settings(tenant_weights=weights)
