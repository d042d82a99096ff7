"""What the benchmarks work on: that it still runs, and that carts with promotions really have them."""

from itertools import repeat

import pytest

from benchmarks.peers.carrying import change
from benchmarks.promotions import FEW, MANY
from benchmarks.scene import LARGE, SMALL, cart, facts, quantity_changes


@pytest.mark.parametrize(("lines", "promoted"), [(SMALL, 0), (SMALL, FEW), (LARGE, MANY)])
def test_every_command_is_applied_to_a_cart_whose_promotions_all_apply(lines: int, promoted: int) -> None:
    before = cart(lines, promoted)
    assert [each.reason for each in before.pricing.promotions] == [None] * promoted

    _, kind, body = next(quantity_changes(repeat("c-0"), lines))
    changed = change(before, body, "m-1", kind, facts())
    assert changed.status == "applied"
    assert [name for name, _ in changed.events] == ["cart-updated", "price-changed"]
    assert all(each.discounts for each in changed.cart.pricing.promotions if each.reason is None)
